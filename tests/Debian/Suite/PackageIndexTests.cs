using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Tests.Debian.Suite;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PackageIndexTests
{
    private const string Sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Test]
    public void TheHighestVersionOfSeveralFilesCountsWithItsProvides()
    {
        using var folder = new TemporaryFolder();
        using var index = Build(
            folder,
            Entry("libz", "1.2-1", "Provides: zlib, old-name (= 1)\n") + Entry("other", "1"),
            Entry("libz", "1.3-1", "Provides: zlib | no-such, new-name:any [amd64], zlib, two words\n"),
            Entry("libz", "1.2.9-1", "Provides: never\n"));
        Assert.That(index.Names, Is.EqualTo(new[] { "libz", "other" }));
        Assert.That(index.Find("libz")!.Pin, Has.Property("Version").EqualTo("1.3-1").And.Property("Archive").EqualTo("part1"));
        Assert.That(new[] { "zlib", "new-name", "old-name", "never", "no-such", "two words" }.Select(name => index.Providers(name).Count), Is.EqualTo(new[] { 1, 1, 0, 0, 0, 0 }));
    }

    [Test]
    public void TheFieldsAreKeptAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        using var index = Build(
            folder,
            "package: libé\n".Replace("é", string.Empty, StringComparison.Ordinal) + "VERSION: 1:2~rc1-3+b1\nArchitecture: amd64\nSource: glibc (2.41-12)\nSection: contrib/libs\n"
            + $"Pre-Depends: a\nDepends: b (>= 1) | c,\n d\te\nFilename: pool/main/l/libé.deb\nSize: 0042\nSHA256: {Sha}\nMaintainer: Zoë <z@x>\n\n");
        var package = index.Find("lib")!;
        Assert.That(package.Section, Is.EqualTo("libs"));
        Assert.That(package.Pin, Is.EqualTo(new PinnedPackage("lib", "1:2~rc1-3+b1", "amd64", "glibc", "2.41-12", "part0", "pool/main/l/libé.deb", 42, Sha)));
        Assert.That(package.Depends.Select(group => string.Join('|', group.Select(one => one.Name))), Is.EqualTo(new[] { "a", "b|c", "d e" }));
    }

    [TestCase("Package: two words", "invalid Package")]
    [TestCase("Version: 1_2", "invalid Package")]
    [TestCase("Size: -1", "invalid Package")]
    [TestCase("SHA256: 00", "invalid Package")]
    [TestCase("Filename: pool/../x", "invalid Package")]
    [TestCase("Architecture:", "an entry has no Architecture")]
    [TestCase("Version: 2\nVersion: 3", "the field Version occurs twice")]
    public void AnEntryThatIsNoneIsRefused(string line, string why)
    {
        using var folder = new TemporaryFolder();
        var field = line.Split(':')[0];
        var entry = string.Join('\n', Entry("lib", "1").Split('\n').Where(other => !other.StartsWith($"{field}:", StringComparison.Ordinal)).Prepend(line));
        Assert.That(() => Build(folder, Entry("good", "1") + entry), Throws.InstanceOf<DebianException>().With.Message.Contains(why));
    }

    [Test]
    public void LinesAreSortedAndEqualOnesWrittenOnce()
    {
        var lines = new LineBuffer();
        var random = new Random(7);
        List<byte[]> all = [[.. Enumerable.Repeat((byte)'y', 3 << 20)], [.. Enumerable.Repeat((byte)'y', 3 << 20)]];
        for (var count = 0; count < 3000; count++)
        {
            var line = new byte[random.Next(1, 2000)];
            random.NextBytes(line);
            all.Add([.. line.Select(letter => letter < 32 ? (byte)'a' : letter)]);
        }

        all.ForEach(line => lines.Add(line));
        lines.Remove(5, 2);
        var expected = all.Where((_, index) => index is not (5 or 6)).Select(Convert.ToHexString).Distinct().Order(StringComparer.Ordinal);
        Assert.That(lines.Sorted().Select(line => Convert.ToHexString(lines[line])), Is.EqualTo(expected));
        Assert.That(lines.Count, Is.EqualTo(all.Count));
        Assert.That(new LineBuffer().Sorted(), Is.Empty);
    }

    private static string Entry(string package, string version, string more = "") =>
        $"Package: {package}\nVersion: {version}\nArchitecture: amd64\nSection: libs\nFilename: pool/{package}.deb\nSize: 1\nSHA256: {Sha}\n{more}\n";

    private static PackageIndex Build(TemporaryFolder folder, params string[] parts)
    {
        var path = Path.Combine(folder.Path, "index");
        PackageIndex.Build(path, parts.Select((text, index) => ((Stream)new MemoryStream(Encoding.UTF8.GetBytes(text)), $"file{index}", $"part{index}")));
        return new PackageIndex("amd64", SortedLines.TryOpen(path)!);
    }
}
