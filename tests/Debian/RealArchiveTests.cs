using System.Diagnostics;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>The real archive, by the host's own mirror.</summary>
[Category(Categories.Integration)]
internal sealed class RealArchiveTests
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private string _cache = string.Empty;

    [OneTimeSetUp]
    public async Task NeedsTheMirror()
    {
        await RealSuite.RequireAsync();
        _cache = Directory.CreateTempSubdirectory("real-archive-").FullName;
    }

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(_cache, recursive: true);

    [TestCase("trixie")]
    [TestCase("bookworm")]
    [TestCase("forky")]
    public async Task TheReleaseFilesOfASuiteAreSignedByItsShippedKeys(string codename)
    {
        using var suite = await OpenAsync(codename);
        Assert.That(suite.Releases.Select(release => release.Suite), Has.Exactly(3).Items);
        Assert.That(suite.Releases.Select(release => release.SignedBy), Has.All.Matches("^[0-9A-F]{40}$"));
    }

    [TestCase("trixie")]
    [TestCase("bookworm")]
    public async Task AReleaseAndItsDetachedSignatureAreBelievedWhereGpgvBelievesThem(string codename)
    {
        Requires.Tool("gpgv");
        Requires.That(File.Exists(Keyring), Keyring);
        var root = $"{RealSuite.HostMirrors.Main[0].AbsoluteUri.TrimEnd('/')}/dists/{codename}";
        var client = RealSuite.Client(_cache);
        var text = await client.GetSmallAsync("Release", [new Uri($"{root}/Release")], 1 << 20, default);
        var signature = await client.GetSmallAsync("Release.gpg", [new Uri($"{root}/Release.gpg")], 1 << 20, default);
        var joined = ClearSignedFile.Join(text, signature);

        // A mirror that is a cache may have the two of different states: then gpgv does not believe it either.
        if (await IsGoodAsync(text, signature))
        {
            var signed = ClearSignedFile.Verify(joined, "Release", ArchiveKeyring.For(codename), DateTime.UtcNow);
            Assert.That(ReleaseFile.Parse(signed.Text, "Release").Codename, Is.EqualTo(codename));
            text[text.Length / 2] ^= 1;
            joined = ClearSignedFile.Join(text, signature);
        }

        Assert.That(() => ClearSignedFile.Verify(joined, "Release", ArchiveKeyring.For(codename), DateTime.UtcNow), Throws.InstanceOf<DebianException>());
    }

    [Test]
    public async Task EveryArchitectureHasTheSeedPackages()
    {
        using var suite = await OpenAsync("trixie");
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(KnownPlatforms.Default, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (platform, cancellation) =>
        {
            var index = await suite.PackagesAsync(platform.DebianArchitecture, cancellation);
            foreach (var name in new[] { "libc6", "libstdc++6", "libelf1t64", "ethtool", "iproute2", "ca-certificates", "busybox" })
            {
                Assert.That(index.Find(name), Is.Not.Null, $"{name} on {platform}");
            }

            Assert.That(index.Find("libc6")!.Depends.SelectMany(group => group).Select(dependency => dependency.Name), Does.Contain("libgcc-s1"));
            Assert.That(index.Find("no-such-package"), Is.Null);
            Assert.That(index.Providers("awk").Select(package => package.Pin.Name), Does.Contain("mawk"));
        });
        TestContext.Out.WriteLine($"indices: {watch.Elapsed.TotalSeconds:F1} s, {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        watch.Restart();
        using var again = await OpenAsync("trixie");
        foreach (var platform in KnownPlatforms.Default)
        {
            Assert.That((await again.PackagesAsync(platform.DebianArchitecture, default)).Find("zlib1g")!.Pin.Source, Is.EqualTo("zlib"));
        }

        TestContext.Out.WriteLine($"again: {watch.Elapsed.TotalSeconds:F2} s");
    }

    [Test]
    public async Task TheContentsIndexKnowsLibrariesAndCommands()
    {
        using var suite = await OpenAsync("trixie");
        var watch = Stopwatch.StartNew();
        var contents = await suite.ContentsAsync("amd64", default);
        TestContext.Out.WriteLine($"contents: {watch.Elapsed.TotalSeconds:F1} s, {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        Assert.That(contents.Libraries("libz.so").Select(entry => entry.Package), Does.Contain("zlib1g"));
        Assert.That(contents.Libraries("libnss_").Select(entry => entry.Package).Distinct().Count(), Is.GreaterThan(5));
        Assert.That(contents.Commands("ip"), Has.Some.Matches<ContentsEntry>(entry => entry is { Package: "iproute2", Section: "net" }));
        Assert.That(contents.LibraryNames, Does.Contain("libnuma"));
        Assert.That(contents.CommandNames, Does.Contain("ethtool"));
    }

    [Test]
    public async Task APackageIsFetchedOnceAndThenComesFromTheCacheAlone()
    {
        using var suite = await OpenAsync("trixie");
        var pin = (await suite.PackagesAsync("s390x", default)).Find("libmnl0")!.Pin;
        var path = await Store(isOffline: false).FetchAsync(pin, default);
        Assert.That(new FileInfo(path).Length, Is.EqualTo(pin.Size));
        Assert.That(await Store(isOffline: true).FetchAsync(pin, default), Is.EqualTo(path));
        using var offline = await OpenAsync("trixie", isOffline: true);
        Assert.That((await offline.PackagesAsync("s390x", default)).Find("libmnl0")!.Pin, Is.EqualTo(pin));
    }

    private Task<DebianSuite> OpenAsync(string codename, bool isOffline = false) => RealSuite.OpenAsync(codename, RealSuite.Client(_cache, isOffline));

    private async Task<bool> IsGoodAsync(byte[] text, byte[] signature)
    {
        var (release, detached) = (Path.Combine(_cache, "Release"), Path.Combine(_cache, "Release.gpg"));
        await File.WriteAllBytesAsync(release, text);
        await File.WriteAllBytesAsync(detached, signature);
        using var gpgv = Process.Start(new ProcessStartInfo("gpgv", ["--keyring", Keyring, detached, release]) { RedirectStandardError = true })!;
        _ = await gpgv.StandardError.ReadToEndAsync();
        await gpgv.WaitForExitAsync();
        return gpgv.ExitCode == 0;
    }

    private PackageStore Store(bool isOffline) =>
        new(RealSuite.Client(_cache, isOffline), RealSuite.HostMirrors, _cache, new SilentProgressBoard());
}
