using System.Security.Cryptography;
using System.Text.Json;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Supply.Sources;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Supply.Sources;

/// <summary>Sources of packages, from the signed index to files in a folder.</summary>
[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class SourceFinderTests
{
    [Test]
    public void SourcesAreThoseThatPackagesWereBuiltFromAndWhoseCodeWasCopiedIntoThem()
    {
        using var folder = new TemporaryFolder();
        var wanted = SourceFinder.Wanted(
        [
            Package(folder, "libfoo1", "1-2+b1", "foo", "1-2", string.Empty), Package(folder, "libfoo-bin", "1-2", "foo", "1-2", string.Empty),
            Package(folder, "prog", "3", "prog", "3", "Built-Using: glibc (= 2.41-12), gcc-14 (= 14.2.0-19)\nStatic-Built-Using: rust (= 1.85), glibc (= 2.41-12)\nDepends: libc6 (>= 2)"),
        ]);
        Assert.That(wanted.Select(one => $"{one}: {string.Join(' ', one.Binaries)} | {string.Join(' ', one.CopiedInto)}"), Is.EqualTo(
            ["foo 1-2: libfoo-bin libfoo1 | ", "gcc-14 14.2.0-19:  | prog", "glibc 2.41-12:  | prog", "prog 3: prog | ", "rust 1.85:  | prog"]));
    }

    [Test]
    public async Task SourcesAreFoundDownloadedAndWritten()
    {
        using var bench = new ArchiveBench();
        var tarball = bench.Serve("/debian/pool/main/f/foo/foo_1.tar.xz", 5000);
        var dsc = bench.Serve("/debian-security/pool/updates/b/bar/bar_2.dsc", 300, seed: 2);
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo")], new TestArchiveOptions
        {
            Sources = suffix => suffix == "-security" ? Stanza("bar", "2", "pool/updates/b/bar", ("bar_2.dsc", dsc)) : suffix.Length == 0 ? Stanza("foo", "1", "pool/main/f/foo", ("foo_1.tar.xz", tarball)) : string.Empty,
        });
        WantedSource[] wanted = [new("bar", "2", ["libbar"]), new("foo", "1", ["libfoo"]), new("gone", "0", ["libgone"])];
        var opened = 0;
        var (found, missing) = await SourceFinder.FindAsync(wanted, [async _ => new SourceArchive(await bench.OpenAsync(), TestArchive.Mirrors(bench.Mirror.Root), null), _ =>
        {
            opened++;
            return Task.FromResult<SourceArchive?>(null);
        }], default);
        Assert.That((string.Join(' ', found.Select(one => one.Wanted)), string.Join(' ', missing), opened), Is.EqualTo(("bar 2 foo 1", "gone 0", 1)));

        var release = new BusyboxRelease("1.38.0", "2025-01-01", Sum(tarball), tarball.Length, [new Uri(bench.Mirror.Root, "debian/pool/main/f/foo/foo_1.tar.xz").AbsoluteUri], [], new Dictionary<string, IReadOnlyList<string>>());
        var bundle = new SourceBundle("sha256:" + Sum(dsc), new BusyboxSources(release, [new CompileFile("busybox.config", "CONFIG_A=y"u8.ToArray())]), found, missing, ["mine 1 (./mine.deb)"]);
        var (files, absent) = await new SourceFiles(bench.Client(), new ReleaseTarball(bench.Client(), [], bench.Board), bench.Board).FetchAsync(bundle, default);
        var target = Path.Combine(bench.Folder, "sources");
        Assert.That(absent, Is.Empty);
        SourceFiles.Write(target, [.. SourceFiles.Documents(bundle), .. files]);
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(target, "debian/pool/main/f/foo/foo_1.tar.xz")), Is.EqualTo(tarball));
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(target, "debian-security/pool/updates/b/bar/bar_2.dsc")), Is.EqualTo(dsc));
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(target, "busybox/busybox-1.38.0.tar.bz2")), Is.EqualTo(tarball));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(target, "busybox/busybox.config")), Is.EqualTo("CONFIG_A=y"));

        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(target, SourceDocuments.JsonName)));
        var file = json.RootElement.GetProperty("packages")[0].GetProperty("files")[0];
        Assert.That((file.GetProperty("url").GetString(), file.GetProperty("sha256").GetString()), Is.EqualTo(("http://security.debian.org/debian-security/pool/updates/b/bar/bar_2.dsc", Sum(dsc))), "the archive's own address");
        Assert.That(json.RootElement.GetProperty("missing")[0].GetProperty("name").GetString(), Is.EqualTo("gone"));
        var text = await File.ReadAllTextAsync(Path.Combine(target, SourceDocuments.TextName));
        Assert.That(text, Does.Contain("### bar 2").And.Contain("Built from it: libbar.").And.Contain("- gone 0").And.Contain("- mine 1 (./mine.deb)").And.Contain(Sum(tarball)));
    }

    [Test]
    public async Task AFileThatWasChangedIsRefused()
    {
        using var bench = new ArchiveBench();
        var tarball = bench.Serve("/debian/pool/main/f/foo/foo_1.tar.xz", 5000);
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo")], new TestArchiveOptions { Sources = suffix => suffix.Length == 0 ? Stanza("foo", "1", "pool/main/f/foo", ("foo_1.tar.xz", tarball)) : string.Empty });
        var (found, _) = await SourceFinder.FindAsync([new("foo", "1", [])], [async _ => new SourceArchive(await bench.OpenAsync(), TestArchive.Mirrors(bench.Mirror.Root), null)], default);
        bench.Serve("/debian/pool/main/f/foo/foo_1.tar.xz", 5000, seed: 9);
        var error = (await Assert.ThrowsAsync<ChecksumException>(() => new SourceFiles(bench.Client(), new ReleaseTarball(bench.Client(), [], bench.Board), bench.Board).FetchAsync(new SourceBundle(string.Empty, null, found, [], []), default)))!;
        Assert.That(error.Message, Does.Contain("foo_1.tar.xz of foo 1 does not match its checksum"));
        Directory.Delete(Path.Combine(bench.Served, "debian/pool/main/f"), recursive: true);
        var (files, absent) = await new SourceFiles(bench.Client(), new ReleaseTarball(bench.Client(), [], bench.Board), bench.Board).FetchAsync(new SourceBundle(string.Empty, null, found, [], []), default);
        Assert.That((files.Count, string.Join(' ', absent)), Is.EqualTo((0, "foo_1.tar.xz of foo 1")), "a mirror without sources");
    }

    [Test]
    public void TheTagsFollowTheImageAndTheLock() => Assert.That(
        SourceArtifact.Tags("glibc", "1.38.0-glibc-debian13", "sha256:131c86fc8326c5bc289c2851d9290adfccb96dd60e7e9fad4d5e143f7adc5589"),
        Is.EqualTo(["1.38.0-glibc-debian13-131c86fc8326-source", "glibc-source"]));

    private static string Stanza(string name, string version, string folder, (string Name, byte[] Content) file) =>
        $"Package: {name}\nVersion: {version}\nDirectory: {folder}\nChecksums-Sha256:\n {Sum(file.Content)} {file.Content.Length} {file.Name}\n\n";

    private static (PinnedPackage Pin, string File) Package(TemporaryFolder folder, string name, string version, string source, string sourceVersion, string more)
    {
        File.WriteAllBytes(folder[$"{name}.deb"], TestPackage.Of(name, version, more: more).Deb);
        return (new PinnedPackage(name, version, "amd64", source, sourceVersion, "debian", $"pool/{name}.deb", 1, new string('a', 64)), folder[$"{name}.deb"]);
    }

    private static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
