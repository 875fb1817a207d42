using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Debian.Package;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The character sets of images: converted on every platform as this machine's iconv converts them, and the files that lead to them.</summary>
[Category(Categories.EndToEnd)]
internal sealed class CharacterSetTests
{
    // Every character set of every group, with a text that it can hold.
    private static readonly (string Charset, string Text)[] _samples =
    [
        .. Each("Grüße, caña, 100 £", "ISO-8859-1", "ISO-8859-15", "CP1252"),
        .. Each("Grüße, 中文, 日本語, 한국어, русский, 😀", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-7"),
        .. Each("Grüße, 中文, русский", "UNICODE"),
        .. Each("简体中文，汉字：测试。", "GBK", "GB18030", "GB2312", "EUC-CN", "CP936"),
        .. Each("繁體中文，漢字：測試。", "BIG5", "GBK", "GB18030"),
        .. Each("日本語のテキスト、漢字。", "SHIFT_JIS", "CP932", "EUC-JP", "EUC-JP-MS", "ISO-2022-JP"),
        .. Each("한국어 텍스트", "EUC-KR", "UHC", "CP949", "JOHAB", "ISO-2022-KR"),
        .. Each("Русский текст", "KOI8-R", "KOI8-U", "CP1251", "ISO-8859-5", "IBM866"),
    ];

    private static readonly Lazy<Task<ProjectCopy>> _all = new(PackAllAsync);

    private static IEnumerable<string> Platforms() => KnownPlatforms.Default.Select(platform => platform.Name);

    private static IEnumerable<(string Charset, string Text)> Each(string text, params string[] charsets) => charsets.Select(charset => (charset, text));

    [OneTimeTearDown]
    public static async Task CleanAsync()
    {
        if (_all.IsValueCreated)
        {
            (await _all.Value).Dispose();
        }
    }

    [TestCaseSource(nameof(Platforms))]
    public async Task WithAllTheCacheIsTheOneOfDebiansPackage(string name)
    {
        var image = await ReadAsync(await _all.Value, name);
        Assert.That(image.Tree.TryGet($"usr/lib/{image.Platform.Triplet}/gconv/gconv-modules.cache", out var cache));
        var shipped = RealPackages.PlainFiles("libc6", image.Platform.DebianArchitecture, $"/usr/lib/{image.Platform.Triplet}/gconv/");
        Assert.That(cache!.Content.ToArray(), Is.EqualTo(shipped["gconv-modules.cache"]));
    }

    [TestCaseSource(nameof(Platforms))]
    public async Task EveryCharacterSetOfTheGroupsConvertsAsOnThisMachine(string name)
    {
        Requires.Tool("iconv");
        var image = await ReadAsync(await _all.Value, name);
        using var folder = new TemporaryFolder();
        await using var place = await OpenAsync(image, folder);
        const string script = """
            while [ $# -gt 0 ]; do
                printf %s "$2" | $RUN /bin/iconv -f UTF-8 -t "$1" >/tmp/there || echo "to $1 failed"
                back=$($RUN /bin/iconv -f "$1" -t UTF-8 /tmp/there) || echo "from $1 failed"
                [ "$back" = "$2" ] || echo "$1: $back"
                echo "$1 $(md5sum </tmp/there)"
                shift 2
            done
            """;
        var run = await place.RunAsync(new SmokeScript(script, [.. _samples.SelectMany(sample => new[] { sample.Charset, sample.Text })]), TimeSpan.FromMinutes(5), default);
        var isBigEndian = image.Platform.IsBigEndian;
        Assert.That(
            run.Output.Concat(run.Error),
            Is.EqualTo(_samples.Select(sample => $"{sample.Charset} {Md5(Here(Native(sample.Charset, isBigEndian), sample.Text))}  -")).AsCollection);
    }

    private static async Task<ISmokePlace> OpenAsync(SmokeImage image, TemporaryFolder folder)
    {
        Requires.That(BuildRootEntry.Ways.Count > 0, "Linux");
        if (HostPlatform.Among([image.Platform]) is null)
        {
            Requires.Tool(Emulator.Names(image.Platform)[0]);
        }

        var opening = await new PrivateRoot(folder.File("roots"), new CommandRunner(keptLines: int.MaxValue), BuildRootEntry.Ways).OpenAsync(image, default);
        Assert.That(opening.Place, Is.Not.Null, opening.Reason);
        return opening.Place!;
    }

    // The same image has an authority of one's own, so that no other one of all platforms is built for it.
    [TestCaseSource(nameof(Platforms))]
    public async Task AHandshakeTrustsAnAuthorityOfOnesOwn(string name)
    {
        var image = await ReadAsync(await _all.Value, name);
        using var folder = new TemporaryFolder();
        await using var place = await OpenAsync(image, folder);
        const string script = """
            $RUN /bin/busybox ifconfig lo 127.0.0.1 up
            $RUN /usr/bin/openssl s_server -accept 127.0.0.1:24433 -cert /srv/known/server.pem -key /srv/known/server.key -quiet >/tmp/server 2>&1 </dev/null &
            for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                $RUN /usr/bin/openssl s_client -connect 127.0.0.1:24433 -servername known.lan -verify_hostname known.lan -verify_return_error </dev/null >/tmp/out 2>&1 && break
                $RUN /bin/busybox sleep 0.2
            done
            $RUN /bin/busybox grep -o 'Verification: OK' /tmp/out | $RUN /bin/busybox sort -u
            kill $!
            """;
        var run = await place.RunAsync(new SmokeScript(script, []), TimeSpan.FromMinutes(1), default);
        Assert.That(run.Output.Concat(run.Error), Is.EqualTo(new[] { "Verification: OK" }));
    }

    [TestCase("utf,western", "linux/amd64")]
    [TestCase("chinese", "linux/386")]
    [TestCase("EUC-TW,KOI8-T", "linux/amd64")]
    public async Task OfASelectionTheCacheIsWhatIconvconfigWrites(string charsets, string platform)
    {
        Requires.Tool("iconvconfig");
        await RealSuite.RequireAsync();
        using var project = new ProjectCopy();
        project.Run("--busybox=debian", "--target=Pack", $"--platforms={platform}", $"--charsets={charsets}").Succeeded();
        var image = await ReadAsync(project, platform);
        using var folder = new TemporaryFolder();
        var place = $"usr/lib/{image.Platform.Triplet}/gconv";
        Directory.CreateDirectory(folder.File(place));
        var files = image.Tree.Entries.Where(entry => entry.Path.StartsWith(place + "/", StringComparison.Ordinal)).ToDictionary(entry => entry.Path[(place.Length + 1)..], StringComparer.Ordinal);
        await File.WriteAllBytesAsync(folder.File($"{place}/gconv-modules"), files["gconv-modules"].Content.ToArray());
        Shell.Run("iconvconfig", "--nostdlib", "--prefix", folder.Path, "-o", folder.File("cache"), "/" + place).Succeeded();
        Assert.That(files["gconv-modules.cache"].Content.ToArray(), Is.EqualTo(await File.ReadAllBytesAsync(folder.File("cache"))));
        var modules = GconvModules(files["gconv-modules"].Content).ToHashSet(StringComparer.Ordinal);
        Assert.That(files.Keys.Where(file => file.EndsWith(".so", StringComparison.Ordinal) && !file.StartsWith("lib", StringComparison.Ordinal)), Is.EquivalentTo(modules));
    }

    [Test]
    public async Task WithoutCharacterSetsNothingOfThemIsInTheImage()
    {
        await RealSuite.RequireAsync();
        using var project = new ProjectCopy();
        project.Run("--busybox=debian", "--target=Pack", "--platforms=linux/amd64", "--charsets=none").Succeeded();
        Assert.That((await ReadAsync(project, "linux/amd64")).Tree.Entries.Where(entry => entry.Path.Contains("gconv", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string> GconvModules(ReadOnlyMemory<byte> content) =>
        BusyboxGlibc.Formats.Gconv.GconvLine.Read(content).Select(line => line.Module).OfType<string>();

    private static async Task<ProjectCopy> PackAllAsync()
    {
        await RealSuite.RequireAsync();
        var project = new ProjectCopy();
        using var authority = new Authority();
        var server = Directory.CreateDirectory(project.PathOf("overlay/all/srv/known")).FullName;
        authority.Sign(server, "known.lan");
        File.Copy(Path.Combine(server, "authority.pem"), project.PathOf("corp.pem"));
        project.Append("lib-requires.txt", "/srv/known/*\n");
        project.Run("--busybox=debian", "--target=Pack", "--charsets=all", "--commands=iconv,openssl", "--authorities=corp.pem").Succeeded();
        return project;
    }

    private static Task<SmokeImage> ReadAsync(ProjectCopy project, string name) =>
        Task.Run(() => SmokeImage.Read(OciLayoutReader.Open(project.Layout).ReadImages().Single(image => image.Platform.Name == name)));

    // Without a suffix they are in the byte order of the machine.
    private static string Native(string charset, bool isBigEndian) => charset is "UTF-16" or "UTF-32" or "UNICODE" && isBigEndian ? charset + "!" : charset;

    private static byte[] Here(string charset, string text)
    {
        if (charset.EndsWith('!'))
        {
            var wide = charset == "UTF-32!" ? new UTF32Encoding(bigEndian: true, byteOrderMark: true) : (Encoding)new UnicodeEncoding(bigEndian: true, byteOrderMark: true);
            return [.. wide.GetPreamble(), .. wide.GetBytes(text)];
        }

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("text"), text, new UTF8Encoding(false));
        Shell.Run("sh", "-c", $"iconv -f UTF-8 -t {charset} {folder.File("text")} > {folder.File("there")}").Succeeded();
        return File.ReadAllBytes(folder.File("there"));
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "BusyBox's md5sum prints it; it protects nothing.")]
    private static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
}
