using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>How a test's archive differs from a good one.</summary>
internal sealed record TestArchiveOptions
{
    public string Codename { get; init; } = "trixie";

    /// <summary>What its Release files say they are; null for the truth.</summary>
    public string? ClaimedCodename { get; init; }

    public TestKey Key { get; init; } = TestKey.Archive;

    public DateTimeOffset Date { get; init; } = TestArchive.Now.AddDays(-1);

    public DateTimeOffset? ValidUntil { get; init; } = TestArchive.Now.AddDays(6);

    public bool HasByHash { get; init; } = true;

    /// <summary>Changes the text of every Release file after it is signed.</summary>
    public Func<string, string>? AlterSigned { get; init; }

    /// <summary>Changes the text of every Packages file before it is compressed and listed.</summary>
    public Func<byte[], byte[]>? AlterPackages { get; init; }

    /// <summary>The index of source packages of a suite, by its suffix; null for none.</summary>
    public Func<string, string>? Sources { get; init; }

    /// <summary>The compressions in which every index is there.</summary>
    public IReadOnlyList<string> Compressions { get; init; } = [".gz"];

    /// <summary>Whether there are Contents.</summary>
    public bool HasContents { get; init; } = true;

    /// <summary>Changes every compressed index, before it is listed.</summary>
    public Func<string, byte[], byte[]>? AlterCompressed { get; init; }
}

/// <summary>A package of a test's archive.</summary>
internal sealed record TestPackage(string Control, byte[] Deb, IReadOnlyList<string> Files, string Suite = "")
{
    /// <summary>A package made here: its control text without a final line feed, and the paths it ships.</summary>
    public static TestPackage Of(string name, string version = "1.0", string architecture = "amd64", string more = "", string suite = "", params string[] files)
    {
        var control = $"Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nSection: libs\nDescription: a test{(more.Length > 0 ? "\n" + more : string.Empty)}";
        var data = files.Select(file => DebMaker.File("./" + file, $"{name} {file}")).ToArray();
        return new TestPackage(control, DebMaker.Deb(DebMaker.Tar(data), ".gz", DebMaker.Tar(DebMaker.File("./control", control + "\n"))), files, suite);
    }

    /// <summary>A package file as it is, with what its control file says.</summary>
    public static TestPackage Read(byte[] file, string suite = "")
    {
        var files = new List<string>();
        using var deb = DebFile.Open(new MemoryStream(file), "test.deb");
        deb.ReadData((entry, _) =>
        {
            files.Add(entry.Path.TrimStart('.', '/'));
            return true;
        });
        return new TestPackage(Encoding.UTF8.GetString(deb.Control.ControlFile.Span).Trim('\n'), file, files, suite);
    }

    public string Field(string name) =>
        Control.Split('\n').Where(line => line.StartsWith(name + ": ", StringComparison.Ordinal)).Select(line => line[(name.Length + 2)..].Trim()).FirstOrDefault(string.Empty);

    public string PoolPath => $"pool/main/{Field("Package")[0]}/{Field("Package")}/{Field("Package")}_{Field("Version").Split(':')[^1]}_{Field("Architecture")}.deb";
}

/// <summary>A small signed archive in two folders, <c>debian</c> and <c>debian-security</c>, as mirrors have them.</summary>
internal sealed class TestArchive
{
    private readonly TestArchiveOptions _options;
    private readonly IReadOnlyList<TestPackage> _packages;

    /// <summary>Writes the archive.</summary>
    /// <param name="folder">Where it is made.</param>
    /// <param name="packages">Its packages; a package whose suite is <c>-updates</c> or <c>-security</c> is in that one alone.</param>
    /// <param name="options">How it differs from a good one.</param>
    /// <param name="architectures">The architectures it has.</param>
    public TestArchive(string folder, IReadOnlyList<TestPackage> packages, TestArchiveOptions? options = null, params string[] architectures)
    {
        Folder = folder;
        _packages = packages;
        _options = options ?? new TestArchiveOptions();
        Architectures = architectures.Length > 0 ? architectures : ["amd64"];
        foreach (var suffix in new[] { string.Empty, "-updates", "-security" })
        {
            WriteSuite(suffix);
        }
    }

    /// <summary>The time at which archives of tests are good.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public string Folder { get; }

    public IReadOnlyList<string> Architectures { get; }

    /// <summary>Its mirrors below an address that serves <see cref="Folder"/>.</summary>
    public static Mirrors Mirrors(Uri root, Uri? snapshot = null) => new([new Uri(root, "/debian")], [new Uri(root, "/debian-security")], snapshot);

    /// <summary>Moves its suites to another name, as the archive has <c>stable</c> beside a codename.</summary>
    public static void Rename(string folder, string from, string to)
    {
        foreach (var suffix in new[] { string.Empty, "-updates", "-security" })
        {
            var dists = Path.Combine(folder, suffix == "-security" ? "debian-security" : "debian", "dists");
            Directory.Move(Path.Combine(dists, from + suffix), Path.Combine(dists, to + suffix));
        }
    }

    /// <summary>The path of a suite's file below <see cref="Folder"/>.</summary>
    public string PathOf(string suffix, string file) =>
        Path.Combine(Folder, suffix == "-security" ? "debian-security" : "debian", "dists", _options.Codename + suffix, file);

    private void WriteSuite(string suffix)
    {
        var table = new StringBuilder();
        var own = _packages.Where(package => package.Suite == suffix).ToList();
        foreach (var architecture in Architectures)
        {
            var ofIt = own.Where(package => package.Field("Architecture") == architecture || package.Field("Architecture") == "all").ToList();
            var text = Encoding.UTF8.GetBytes(string.Concat(ofIt.Select(Stanza)));
            AddIndex(table, suffix, $"main/binary-{architecture}/Packages", _options.AlterPackages?.Invoke(text) ?? text);
            if (!_options.HasContents)
            {
                continue;
            }

            AddIndex(table, suffix, $"main/Contents-{architecture}", Encoding.UTF8.GetBytes(string.Concat(ofIt
                .SelectMany(package => package.Files.Select(file => (file, package)))
                .OrderBy(item => item.file, StringComparer.Ordinal)
                .Select(item => $"{item.file,-60} {item.package.Field("Section")}/{item.package.Field("Package")}\n"))));
        }

        if (_options.Sources is { } sources)
        {
            AddIndex(table, suffix, "main/source/Sources", Encoding.UTF8.GetBytes(sources(suffix)));
        }

        foreach (var package in own)
        {
            Write(Path.Combine(Folder, suffix == "-security" ? "debian-security" : "debian", package.PoolPath), package.Deb);
        }

        var codename = (_options.ClaimedCodename ?? _options.Codename) + suffix;
        var release = $"Origin: Debian\nLabel: Debian\nSuite: {codename}\nCodename: {codename}\nDate: {_options.Date:ddd, dd MMM yyyy HH:mm:ss} UTC\n"
            + (_options.ValidUntil is { } until ? $"Valid-Until: {until:ddd, dd MMM yyyy HH:mm:ss} UTC\n" : string.Empty)
            + (_options.HasByHash ? "Acquire-By-Hash: yes\n" : string.Empty)
            + $"Architectures: all {string.Join(' ', Architectures)}\nComponents: main\nDescription: a test\nSHA256:\n{table}";
        var signed = _options.Key.Sign(release, _options.Date.UtcDateTime);
        Write(PathOf(suffix, "InRelease"), _options.AlterSigned is { } alter ? Encoding.UTF8.GetBytes(alter(Encoding.UTF8.GetString(signed))) : signed);
    }

    private void AddIndex(StringBuilder table, string suffix, string name, byte[] text)
    {
        foreach (var compression in _options.Compressions)
        {
            var path = name + compression;
            var bytes = compression == ".xz" ? DebMaker.Xz(text) : Gzip(text);
            bytes = _options.AlterCompressed?.Invoke(path, bytes) ?? bytes;
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
            table.Append($" {sha256} {bytes.Length} {path}\n");
            Write(PathOf(suffix, path), bytes);
            if (_options.HasByHash)
            {
                Write(PathOf(suffix, $"{Path.GetDirectoryName(path)}/by-hash/SHA256/{sha256}"), bytes);
            }
        }
    }

    private static byte[] Gzip(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(text);
        }

        return packed.ToArray();
    }

    private static string Stanza(TestPackage package) =>
        $"{package.Control}\nFilename: {package.PoolPath}\nSize: {package.Deb.Length}\nSHA256: {Convert.ToHexStringLower(SHA256.HashData(package.Deb))}\n\n";

    private static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
