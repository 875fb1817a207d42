using BusyboxGlibc.Lock;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Sonames with their package's version in them are found although Contents is older than the package.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class VersionedSonameTests
{
    private static readonly Platform[] _one = [Locks.Amd64];

    // bind9-libs after a security update, libbinutils after a new upstream release.
    [TestCase("libisc-9.20.30-1~deb13u1-Debian.so", "1:9.20.30-1~deb13u1", "libisc-9.20.23-1~deb13u1-Debian.so")]
    [TestCase("libisc-9.20.30-1~deb13u1-Debian.so", "1:9.20.30-1~deb13u1", "libisc-9.20.15-2-Debian.so")]
    [TestCase("libbfd-2.45-system.so", "2.45-3", "libbfd-2.44-system.so")]
    public async Task TheOlderNameLeadsToThePackage(string soname, string version, string listed)
    {
        using var archive = ResolverTests.Archive(_one);
        archive.Add(new FakePackage("private-libs", version, Locks.Amd64) { Listed = [$"/usr/lib/x86_64-linux-gnu/{listed}"] }.Library(soname).Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library(soname)]);
        Assert.That(image.Platforms[0].Requirements.Single().Files.Single(), Does.EndWith(soname));
    }

    [TestCase("libisc-9.20.30-1~deb13u1-Debian.so", "1:9.20.31-1", "libisc-9.20.23-1~deb13u1-Debian.so", TestName = "the package has yet another version")]
    [TestCase("libother-1.2.so", "1.2-1", "libother-1.1-extra.so", TestName = "the names differ in more than the version")]
    [TestCase("libfoo1.2.so.3", "1.2-1", "libfoobar.so.3", TestName = "the other name has no version")]
    public void ANameOfSomethingElseDoesNot(string soname, string version, string listed)
    {
        using var archive = ResolverTests.Archive(_one);
        archive.Add(new FakePackage("private-libs", version, Locks.Amd64) { Listed = [$"/usr/lib/x86_64-linux-gnu/{listed}"] }.Library("libx.so.1").Copyright());
        Assert.That(async () => await archive.ResolveAsync(_one, [Locks.Library(soname)]), Throws.InstanceOf<LockException>().With.Message.Contains(soname));
    }
}
