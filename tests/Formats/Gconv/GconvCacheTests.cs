using BusyboxGlibc.Formats.Gconv;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian.Package;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Formats.Gconv;

/// <summary>The cache of character sets, against those that Debian's packages contain and against what iconvconfig writes.</summary>
[Category(Categories.Integration)]
internal sealed class GconvCacheTests
{
    private static IEnumerable<string> Architectures() => KnownPlatforms.Default.Select(platform => platform.DebianArchitecture);

    [TestCaseSource(nameof(Architectures))]
    public void ItIsByteForByteTheOneInThePlatformsPackage(string architecture)
    {
        var platform = KnownPlatforms.Default.Single(platform => platform.DebianArchitecture == architecture);
        var folder = $"/usr/lib/{platform.Triplet}/gconv/";
        var files = RealPackages.PlainFiles("libc6", architecture, folder);
        Assert.That(GconvCache.Write(Lines(files), folder, platform.IsBigEndian), Is.EqualTo(files["gconv-modules.cache"]));
    }

    [Test]
    public void ForAnyLinesItIsWhatIconvconfigWrites([Range(1, 12)] int seed)
    {
        Requires.Tool("iconvconfig");
        Requires.That(BitConverter.IsLittleEndian, "a little-endian machine");
        var random = new Random(seed);

        // iconvconfig itself stops with a fault if a name has only a conversion to it.
        var lines = Lines(RealPackages.PlainFiles("libc6", "amd64", "/usr/lib/x86_64-linux-gnu/gconv/"))
            .GroupBy(line => line is { Module: not null, From: "INTERNAL" } ? line.To : line.From).Where(_ => random.Next(3) > 0).SelectMany(group => group).Select(line => line.Text)
            .Concat(["alias\tutf8//  iso-8859-1// more", "module a// internal\tC.so 7 # a comment", "module INTERNAL A// C", "module b// INTERNAL D", "module internal b// D 3", "module b// a// E -1", "alias x//", "other A// B//", "\r"]).ToArray();
        var chosen = lines.Where(line => !line.Contains("IBM1008_420", StringComparison.Ordinal) && !line.Contains("GBGBK", StringComparison.Ordinal) && !line.Contains("GBBIG5", StringComparison.Ordinal)).ToArray();
        random.Shuffle(chosen);
        using var folder = new TemporaryFolder();
        var content = string.Join('\n', chosen) + "\n";
        File.WriteAllText(folder.File("gconv-modules"), content);
        Shell.Run("iconvconfig", "--nostdlib", "-o", folder.File("cache"), folder.Path).Succeeded();
        Assert.That(
            GconvCache.Write(GconvLine.Read(System.Text.Encoding.Latin1.GetBytes(content)), folder.Path + "/", isBigEndian: false),
            Is.EqualTo(File.ReadAllBytes(folder.File("cache"))));
    }

    private static IEnumerable<GconvLine> Lines(Dictionary<string, byte[]> files) =>
        files.Where(file => file.Key == "gconv-modules" || file.Key.EndsWith(".conf", StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => GconvLine.Read(file.Value));
}
