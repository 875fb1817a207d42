using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Supply;
using BusyboxGlibc.Supply.Vault;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.Supply.Vault;

/// <summary>Signed indices in a vault, when no mirror answers.</summary>
[Category(Categories.Unit)]
[Parallelizable(ParallelScope.All)]
internal sealed class VaultReleaseTests
{
    [Test]
    public async Task ASuiteOpensFromAVaultWithoutMirrors([Values] bool isExpired)
    {
        using var bench = new ArchiveBench();
        await WriteAsync(bench);
        Directory.Delete(bench.Served, recursive: true);
        Directory.Delete(bench.CacheFolder, recursive: true);
        using var suite = await OpenAsync(bench, isExpired ? TestArchive.Now.AddYears(1) : TestArchive.Now);
        var package = (await suite.PackagesAsync("amd64", default)).Find("libfoo")!;
        Assert.That(package.Pin.Version, Is.EqualTo("1.0"));
        Assert.That(bench.Board.Warnings, Has.Some.Contains($"no mirror returned a valid Release file for trixie: that of the vault, of 2026-03-03 12:00 UTC{(isExpired ? ", which has expired" : string.Empty)}, is used"));
    }

    [Test]
    public async Task AMirrorThatAnswersComesFirst()
    {
        using var bench = new ArchiveBench();
        await WriteAsync(bench);
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo", "2.0")], new TestArchiveOptions { Date = TestArchive.Now });
        using var suite = await OpenAsync(bench, TestArchive.Now);
        Assert.That((await suite.PackagesAsync("amd64", default)).Find("libfoo")!.Pin.Version, Is.EqualTo("2.0"));
        Assert.That(bench.Board.Warnings, Is.Empty);
    }

    [Test]
    public async Task AReleaseThatIsNotTheArchivesIsRefused()
    {
        using var bench = new ArchiveBench();
        await WriteAsync(bench);
        Directory.Delete(bench.Served, recursive: true);
        Directory.Delete(bench.CacheFolder, recursive: true);
        var error = await Assert.ThrowsAsync<DownloadException>(async () => (await OpenAsync(bench, TestArchive.Now, TestKey.Stranger.Keyring)).Dispose());
        Assert.That(error!.Message, Does.Contain("cannot fetch the Release file"));
        Assert.That(bench.Board.Warnings, Has.Some.Contains("damaged").And.Some.Contains("which is not one of the suite's keys"));
    }

    [Test]
    public async Task TheFilesOfASuiteAreThoseOfTheArchive()
    {
        using var bench = new ArchiveBench();
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo")]);
        using var suite = await bench.OpenAsync();
        foreach (var file in await suite.FilesAsync(["amd64"], suite.Releases, default))
        {
            using var stream = file.Open();
            using var content = new MemoryStream();
            await stream.CopyToAsync(content);
            Assert.That(content.ToArray(), Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(bench.Served, file.Path))), file.Path);
            Assert.That((SampleVault.Sum(content.ToArray()), content.Length), Is.EqualTo((file.Sha256, file.Size)));
        }
    }

    private static string VaultOf(ArchiveBench bench) => Path.Combine(bench.Folder, "vault");

    private static async Task WriteAsync(ArchiveBench bench)
    {
        // An index of less than 64 bytes counts as empty.
        _ = new TestArchive(bench.Served, [TestPackage.Of("libfoo")]);
        using var suite = await bench.OpenAsync();
        var files = await suite.FilesAsync(["amd64"], [], default);
        Assert.That(files.Select(file => file.Path), Is.SupersetOf(["debian/dists/trixie/InRelease", "debian-security/dists/trixie-security/InRelease", "debian/dists/trixie/main/binary-amd64/Packages.gz"]));
        ArtifactFolder.Write(VaultOf(bench), new FileArtifact(VaultArtifact.Type, [.. files.Select(file => SuppliedFile.Of(file.Path, file.Sha256, file.Size, file.Open))], new Dictionary<string, string>()), _ => { }, default);
    }

    private static Task<DebianSuite> OpenAsync(ArchiveBench bench, DateTimeOffset now, ArchiveKeyring? keyring = null) => DebianSuite.OpenAsync(
        new SuiteOptions("trixie"),
        TestArchive.Mirrors(bench.Mirror.Root),
        new ArchiveClient(new ArchiveCache(bench.CacheFolder), bench.NewDownloader(), isOffline: false)
        {
            Vault = new VaultReader(new FolderVault(VaultOf(bench), "the vault"), bench.Board.Note, bench.Board.Warn),
        },
        keyring ?? TestKey.Archive.Keyring,
        new FixedClock(now),
        bench.Board,
        default);
}
