using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Package files of one's own in a lock.</summary>
public class OwnPackageLockTests
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
