using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Package files of one's own in a lock.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class OwnPackageLockTests
{
    [Test]
    public async Task ALibraryInAVendorsFolderIsTakenWithItsFolderAndWhatTellsTheLoaderOfIt()
    {
        using var archive = ResolverTests.Archive(Locks.Amd64);
        var vendor = new FakePackage("vendor", "1.0", Locks.Amd64)
            .File("/opt/vendor/lib/libvendor.so.1.0.1", TinyElf.Library(Locks.Amd64, "libvendor.so.1", "libc.so.6"))
            .Link("/opt/vendor/lib/libvendor.so.1", "libvendor.so.1.0.1")
            .File("/opt/vendor/lib/libother.so.1", TinyElf.Library(Locks.Amd64, "libother.so.1", "libc.so.6"))
            .File("/opt/vendor/lib32/libvendor.so.1", TinyElf.Library(KnownPlatforms.Find("linux/386")!, "libvendor.so.1", "libc.so.6"))
            .File("/etc/ld.so.conf.d/vendor.conf", "/opt/vendor/lib\n");
        File.WriteAllBytes(Path.Combine(archive.Folder, "vendor.deb"), vendor.Deb());
        var image = await archive.ResolveAsync([Locks.Amd64], [Locks.Library("libvendor", file: "./vendor.deb")]);
        Assert.That(image.Platforms[0].Packages.Single(package => package.Pin.Name == "vendor").Files, Is.EqualTo(new[]
        {
            "/etc/ld.so.conf.d/vendor.conf", "/opt/vendor/lib/libvendor.so.1", "/opt/vendor/lib/libvendor.so.1.0.1",
        }));
        Assert.That(archive.Notes, Has.Some.Contains("vendor 1.0 has no copyright file"));
    }

    [TestCase("libother.so.1")]
    [TestCase("libother.so.1.4")]
    public async Task AFolderThatItsConfigurationNamesAnswersTheNeedsOfOthers(string file)
    {
        using var archive = ResolverTests.Archive(Locks.Amd64);
        var vendor = new FakePackage("vendor", "1.0", Locks.Amd64)
            .Library("libvendor.so.1", "libother.so.1").Copyright()
            .File($"/opt/vendor/lib/{file}", TinyElf.Library(Locks.Amd64, "libother.so.1", "libc.so.6"))
            .File("/etc/ld.so.conf.d/vendor.conf", "# ours\n/opt/vendor/lib/\n");
        File.WriteAllBytes(Path.Combine(archive.Folder, "vendor.deb"), vendor.Deb());
        Requirement[] lines = [Locks.Library("libvendor", file: "./vendor.deb")];
        var first = await archive.ResolveAsync([Locks.Amd64], lines);
        Assert.That(first.Platforms[0].Packages.Single(package => package.Pin.Name == "vendor").Files, Is.SupersetOf(new[] { "/etc/ld.so.conf.d/vendor.conf", $"/opt/vendor/lib/{file}" }));

        // Another package needs it too, and is added later: what the lock has is not read again to know the folder.
        archive.Add(new FakePackage("user", "1", Locks.Amd64) { Depends = "libc6" }.Library("libuser.so.1", "libother.so.1").Copyright());
        var second = await archive.ResolveAsync([Locks.Amd64], [.. lines, Locks.Library("libuser", 2)], first);
        Assert.That(second.Platforms[0].Packages.Select(package => package.Pin.Name), Does.Contain("user"));
    }

    [Test]
    public async Task AFolderThatAnOverlaysConfigurationNamesIsSearchedForEverybody()
    {
        using var archive = ResolverTests.Archive(Locks.Amd64);
        var files = new Dictionary<string, OverlayFile>(StringComparer.Ordinal)
        {
            ["/etc/ld.so.conf.d/mine.conf"] = new("/etc/ld.so.conf.d/mine.conf", null, null) { LoaderFolders = ["/opt/mine"] },
            ["/opt/mine/libmine.so.1"] = new("/opt/mine/libmine.so.1", null, ElfFile.Read(TinyElf.Library(Locks.Amd64, "libmine.so.1", "libc.so.6"), "libmine.so.1")),
            ["/usr/local/bin/app"] = new("/usr/local/bin/app", null, ElfFile.Read(TinyElf.Library(Locks.Amd64, "app", "libmine.so.1"), "app")),
        };
        Task<ImageLock> ResolveAsync(IEnumerable<string> paths) => archive.ResolveAsync(
            [Locks.Amd64], RequirementFile.Parse(string.Join('\n', paths), "lib-requires.txt", [Locks.Amd64]), overlay: (_, requirement) => [files[requirement.Name]]);
        Assert.That(async () => await ResolveAsync(files.Keys.Skip(1)), Throws.TypeOf<LockException>().With.Message.Contains("libmine.so.1"), "without the file the loader does not look there");
        await ResolveAsync(files.Keys);
    }

    [Test]
    public async Task ALibraryInTheLoadersFolderWinsOverOneInAnother()
    {
        using var archive = ResolverTests.Archive(Locks.Amd64);
        var vendor = new FakePackage("vendor", "1.0", Locks.Amd64).Library("libvendor.so.1", "libc.so.6").Copyright()
            .File("/opt/vendor/lib/libvendor.so.1", TinyElf.Library(Locks.Amd64, "libvendor.so.1", "libc.so.6"));
        File.WriteAllBytes(Path.Combine(archive.Folder, "vendor.deb"), vendor.Deb());
        var image = await archive.ResolveAsync([Locks.Amd64], [Locks.Library("libvendor", file: "./vendor.deb")]);
        Assert.That(image.Platforms[0].Packages.Single(package => package.Pin.Name == "vendor").Files, Has.None.StartsWith("/opt"));
    }
}
