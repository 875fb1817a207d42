using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Names as people write them, and what Debian calls these libraries.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class FieldNamesTests
{
    private static readonly Platform[] _one = [Locks.Amd64];

    private static FakeArchive Archive(params Platform[] platforms) => ResolverTests.Archive(platforms);

    private static FakePackage Package(string name, params string[] sonames)
    {
        var package = new FakePackage(name, "1", Locks.Amd64).Copyright();
        return sonames.Aggregate(package, (made, soname) => made.Library(soname));
    }

    private static async Task<string[]> PackagesAsync(FakeArchive archive, params string[] names) =>
        [.. (await archive.ResolveAsync(_one, [.. names.Select((name, index) => Locks.Library(name, index + 1))])).Platforms[0].Packages.Select(package => package.Pin.Name)];

    private static async Task<string> ErrorOfAsync(FakeArchive archive, params Requirement[] requirements) =>
        (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(_one, requirements)))!.Message;

    /// <summary>Scripts are in packages for all architectures, which the lists of one architecture do not contain.</summary>
    [Test]
    public async Task AMissingCommandMayBeAScriptAndTheNextStepSearchesThem()
    {
        using var archive = ResolverTests.Archive(_one).Add(new FakePackage("meson", "1", Locks.Amd64) { IsForAll = true }.File("/usr/bin/meson").Copyright());
        Assert.That(await ErrorOfAsync(archive, Locks.Command("meson")), Does.Contain("meson is a package, whose commands may be scripts").And.Contain("next   ./build.sh --target=FindLibrary --command=meson searches scripts too"));
        Assert.That(await ErrorOfAsync(archive, Locks.Command("nothing-like-it")), Does.Contain("next   correct the name; ./build.sh --target=FindLibrary --command=nothing-like-it searches scripts too"));
    }

    [TestCase("libevent", "libevent-2.1.so.7")]
    [TestCase("libSDL2", "libSDL2-2.0.so.0")]
    [TestCase("libglib", "libglib-2.0.so.0")]
    [TestCase("libpython", "libpython3.13.so.1.0")]
    [TestCase("libdb", "libdb-5.3.so")]
    [TestCase("libLLVM", "libLLVM.so.19.1")]
    [TestCase("libbfd", "libbfd-2.44-system.so")]
    [TestCase("libtcl", "libtcl8.6.so")]
    [TestCase("libnl", "libnl-3.so.200")]
    public async Task AVersionMayStandInTheNameItself(string name, string soname)
    {
        using var archive = Archive().Add(Package("wanted1", soname)).Add(Package("other1", $"{name}_core-2.1.so.7", $"{name}_extra-2.1.so.7")).Add(Package("third1", $"{name}x.so.1"));
        Assert.That(await PackagesAsync(archive, name), Does.Contain("wanted1").And.Not.Contain("other1").And.Not.Contain("third1"));
    }

    [TestCase("libpcre", "libpcre2-8.so.0", "libpcre2-8")]
    [TestCase("libxml", "libxml2.so.2", "libxml2")]
    [TestCase("libfuse", "libfuse3.so.3", "libfuse3")]
    [TestCase("libthrift", "libthrift_c_glib.so.0", "libthrift_c_glib")]
    [TestCase("libcapnp", "libcapnp-json-1.1.0.so", "libcapnp-json-1.1.0")]
    [TestCase("libicu", "libicudata.so.76", "libicudata")]
    [TestCase("libssl-dev", "libssl.so.3", "libssl")]
    [TestCase("libcurl4-openssl-dev", "libcurl.so.4", "libcurl")]
    [TestCase("libboost-filesystem1.83-dev", "libboost-filesystem.so.1", "libboost-filesystem")]
    [TestCase("libsssl.so.3", "libssl.so.3", "libssl.so.3, libssl")]
    public async Task AnotherNameIsNoVersionOfTheOneAskedFor(string name, string soname, string hint)
    {
        using var archive = Archive().Add(Package("other1", soname));
        Assert.That(await ErrorOfAsync(archive, Locks.Library(name)), Does.Contain($"{name}: no package provides it").And.Contain($"did you mean {hint}?"));
        Assert.That(await PackagesAsync(archive, hint.Split(',')[0]), Does.Contain("other1"), "the hint works when it is written");
    }

    [Test]
    public async Task PartsOfOneLibraryAreTakenTogether()
    {
        using var archive = Archive().Add(Package("libabsl1", "libabsl_base.so.1", "libabsl_city.so.1"));
        Assert.That(await PackagesAsync(archive, "libabsl"), Does.Contain("libabsl1"));
    }

    [Test]
    public async Task ANameForTheLinkerAloneLeadsToTheLibraryBehindIt()
    {
        using var archive = Archive()
            .Add(Package("libmariadb3", "libmariadb.so.3"))
            .Add(new FakePackage("libmariadb-dev", "1", Locks.Amd64) { Section = "libdevel" }.Link("/usr/lib/x86_64-linux-gnu/libmariadb.so", "libmariadb.so.3"))
            .Add(new FakePackage("libmariadb-dev-compat", "1", Locks.Amd64) { Section = "libdevel" }.Link("/usr/lib/x86_64-linux-gnu/libmysqlclient.so", "libmariadb.so"));
        Assert.That(
            await ErrorOfAsync(archive, Locks.Library("libmysqlclient")),
            Does.Contain("libmysqlclient is a name only for the linker, and points to libmariadb.so.3").And.Contain("write libmariadb.so.3"));
        Assert.That(await PackagesAsync(archive, "libmariadb.so.3"), Does.Contain("libmariadb3"));
    }

    [Test]
    public async Task ThePackagesNameIsAnsweredWithItsLibraries()
    {
        using var archive = Archive().Add(Package("libssl3t64", "libssl.so.3", "libcrypto.so.3"));
        Assert.That(
            await ErrorOfAsync(archive, Locks.Library("libssl3t64")), Does.Contain("libssl3t64 is the name of a package").And.Contain("write what it contains: libcrypto.so.3, libssl.so.3"));
    }

    [TestCase("libssl3t64")]
    [TestCase("libssl3")]
    public async Task ALibraryWhoseNameIsAPackageOfOtherLibrariesIsTakenWithAWarning(string package)
    {
        using var archive = Archive().Add(Package("libnss3", "libssl3.so", "libnss3.so")).Add(Package(package, "libssl.so.3", "libcrypto.so.3"));
        Assert.That(await PackagesAsync(archive, "libssl3"), Does.Contain("libnss3").And.Not.Contain(package));
        Assert.That(archive.Warnings, Is.EqualTo(new[]
        {
            $"lib-requires.txt:1: libssl3 is libssl3.so of libnss3, which is taken, but {package} is also a package with other libraries: for these write libcrypto.so.3 or libssl.so.3; to keep libssl3.so without this warning write libssl3 = libnss3",
        }));

        // What it says to write is taken without a warning.
        archive.Warnings.Clear();
        Assert.That(await PackagesAsync(archive, "libcrypto.so.3", "libssl.so.3"), Does.Contain(package));
        await archive.ResolveAsync(_one, RequirementFile.Parse("libssl3 = libnss3\n", "lib-requires.txt", KnownPlatforms.Default));
        Assert.That(archive.Warnings, Is.Empty);
    }

    [Test]
    public async Task APackageThatHasTheLibraryItselfOrHasNoneIsNoOtherMeaning()
    {
        using var archive = Archive().Add(Package("libfoo3", "libfoo3.so.1")).Add(Package("libbar3-1", "libbar3.so.1")).Add(Package("libbar3"));
        Assert.That(await PackagesAsync(archive, "libfoo3", "libbar3"), Does.Contain("libfoo3").And.Contain("libbar3-1"));
        Assert.That(archive.Warnings, Is.Empty);
    }

    [TestCase("libdns-9.20.26-1~deb13u1-Debian.so")]
    [TestCase("libsigc++-2.0.so.0")]
    [TestCase("liben@dvplugin.so")]
    [TestCase("libfoo.so.1~rc1+2")]
    public async Task SonamesAreTakenAsDebianHasThem(string soname)
    {
        using var archive = Archive().Add(Package("odd1", soname));
        var requirement = RequirementFile.Parse(soname + "\n", "lib-requires.txt", KnownPlatforms.Default).Single();
        Assert.That(requirement.IsExactSoname, Is.True);
        Assert.That((await archive.ResolveAsync(_one, [requirement])).Platforms[0].Packages.Select(package => package.Pin.Name), Does.Contain("odd1"));
    }

    [Test]
    public async Task ARenamedSonameIsAnsweredByALinkWhereTheAbiIsTheSame()
    {
        var i386 = KnownPlatforms.Find("linux/386")!;
        Platform[] platforms = [Locks.Amd64, i386];
        using var archive = Archive(platforms).Add(platforms, platform => new FakePackage("libaio1t64", "1", platform).Library("libaio.so.1t64").Copyright());
        var image = await archive.ResolveAsync(platforms, [Locks.Library("libaio.so.1")]);
        foreach (var platform in image.Platforms)
        {
            var folder = $"/usr/lib/{platform.Platform.Triplet}";
            Assert.That(platform.Packages.Single(package => package.Pin.Name == "libaio1t64").Links, Is.EqualTo(new[] { new LockedLink($"{folder}/libaio.so.1", $"{folder}/libaio.so.1t64") }));
            Assert.That(platform.Requirements.Single().Files, Is.EqualTo(new[] { $"{folder}/libaio.so.1" }));
        }

        Assert.That(LockFile.Serialize(LockFile.Parse(LockFile.Serialize(image), "l")), Is.EqualTo(LockFile.Serialize(image)));
        Assert.That(LockFile.ContentDigest(image), Is.Not.EqualTo(LockFile.ContentDigest(await archive.ResolveAsync(platforms, [Locks.Library("libaio.so.1t64")]))));
        var more = await archive.ResolveAsync(platforms, [Locks.Library("libaio.so.1"), Locks.Library("libm")], image);
        Assert.That(more.Platforms[0].Packages.Single(package => package.Pin.Name == "libaio1t64").Links, Has.Count.EqualTo(1), "kept");
    }

    [Test]
    public async Task ElsewhereItIsRefusedWithTheReasonAndTheLineToWrite()
    {
        Platform[] platforms = [Locks.Amd64, KnownPlatforms.Find("linux/arm/v7")!, Locks.Armel];
        using var archive = Archive(platforms).Add(platforms, platform => new FakePackage("libaio1t64", "1", platform).Library("libaio.so.1t64").Copyright());
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(platforms, [Locks.Library("libaio.so.1", 5)])))!.Message;
        Assert.That(error, Does.Contain("libaio.so.1: it is not available on linux/arm/v7, linux/arm/v6").And.Contain("lib-requires.txt:5"));
        Assert.That(error, Does.Contain("Debian renamed it to libaio.so.1t64 when time_t got 64 bits").And.Contain("add [!linux/arm/v7 !linux/arm/v6] to the line"));
        Assert.That(error.Split("is not available"), Has.Length.EqualTo(2), "told once");
        Assert.That(
            (await archive.ResolveAsync(platforms, [Locks.Library("libaio.so.1", onlyOn: [Locks.Amd64])])).Platforms[0].Packages.Select(package => package.Pin.Name),
            Does.Contain("libaio1t64"));
    }

    [Test]
    public async Task AHintIsNeverANameOfBuildPackagesOrOfThePlatformsLack()
    {
        using var archive = Archive().Add(new FakePackage("libnear-dev", "1", Locks.Amd64) { Section = "libdevel" }.File("/usr/lib/x86_64-linux-gnu/libnearx.so", "GROUP ( )"));
        Assert.That(
            await ErrorOfAsync(archive, Locks.Library("libneary")),
            Does.Contain("correct the name").And.Contain("libneary = ./debs/FILE_{arch}.deb").And.Contain("/usr/local/lib/libneary.so*").And.Not.Contain("libnearx"));
    }

    [Test]
    public async Task ALibraryOfAFolderOfItsOwnIsToldAsSuch()
    {
        using var archive = Archive().Add(new FakePackage("jre", "1", Locks.Amd64).File("/usr/lib/jvm/x/lib/server/libjvm.so", TinyElf.Library(Locks.Amd64, "libjvm.so")).Copyright());
        Assert.That(await ErrorOfAsync(archive, Locks.Library("libjvm")), Does.Contain("jre has /usr/lib/jvm/x/lib/server/libjvm.so, which only a program that names the folder searches").And.Contain("write libjvm = jre"));
        var image = await archive.ResolveAsync([Locks.Amd64], [Locks.Library("libjvm", package: "jre")]);
        Assert.That(image.Platforms[0].Packages.Single(package => package.Pin.Name == "jre").Files, Does.Contain("/usr/lib/jvm/x/lib/server/libjvm.so"));
    }

    [Test]
    public async Task EveryFailureOfEveryPlatformIsToldAtOnce()
    {
        Platform[] platforms = [Locks.Amd64, Locks.Arm64];
        using var archive = Archive(platforms)
            .Add(platforms, platform => new FakePackage("libone1", "1", platform).Library("libone.so.1", "liblost.so.1").Copyright())
            .Add(platforms, platform => new FakePackage("libtwo-a1", "1", platform).Library("libtwo.so.1").Copyright())
            .Add(platforms, platform => new FakePackage("libtwo-b1", "1", platform).Library("libtwo.so.1").Copyright())
            .Add(new FakePackage("libfour1", "1", Locks.Amd64).Library("libfour.so.1").Copyright())
            .Add(platforms, platform => new FakePackage("libfine1", "1", platform).Library("libfine.so.1").Copyright());
        Requirement[] asked = [.. new[] { "libfine", "libone", "libtwo", "libthree", "libfour" }.Select((name, index) => Locks.Library(name, index + 1))];
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(platforms, asked)))!.Message;
        foreach (var part in new[] { "needs liblost.so.1, and no package provides it on linux/amd64", "needs liblost.so.1, and no package provides it on linux/arm64", "libtwo = libtwo-a1", "libthree: no package provides it", "libfour: no package provides it on linux/arm64" })
        {
            Assert.That(error, Does.Contain(part));
        }

        Assert.That(error, Does.Contain("lib-requires.txt:2").And.Contain("lib-requires.txt:5").And.Not.Contain("lib-requires.txt:1\n"), "each with its own line");
    }

    [TestCase("libtiff.so.5", "libtiff.so.6", "libtiff.so.6.1.0")]
    [TestCase("libssl.so.1.1", "libssl.so.3", "libssl.so.3.0.1")]
    [TestCase("libldap-2.5.so.0", "libldap.so.2", "libldap.so.2.0.200")]
    public async Task AnotherVersionIsToldAsAnotherAbi(string name, string there, string file)
    {
        using var archive = Archive().Add(new FakePackage("libthere", "1", Locks.Amd64)
            .File($"/usr/lib/x86_64-linux-gnu/{file}", TinyElf.Library(Locks.Amd64, there)).Link($"/usr/lib/x86_64-linux-gnu/{there}", file).Copyright())
            .Add(new FakePackage("libthere-dev", "1", Locks.Amd64) { Section = "libdevel" }.Link($"/usr/lib/x86_64-linux-gnu/{there[..there.IndexOf(".so", StringComparison.Ordinal)]}.so", file));
        Assert.That(
            await ErrorOfAsync(archive, Locks.Library(name)),
            Does.Contain($"linux/amd64 has {there}, another version with another ABI").And.Contain($"rebuild the program and request {there},").And.Not.Contain("linker"));
    }

    // Each as a program that was built elsewhere asks for it, and what trixie has.
    [TestCase("libpython3.11.so.1.0", "libpython3.13.so.1.0")]
    [TestCase("libpython3.1.so.1.0", "libpython3.13.so.1.0")]
    [TestCase("libpython3.11", "libpython3.13.so.1.0")]
    [TestCase("libperl.so.5.36", "libperl.so.5.40")]
    [TestCase("libLLVM-17.so.1", "libLLVM.so.19.1")]
    [TestCase("libLLVM-17.so.1", "libLLVM-19.so.1")]
    [TestCase("libruby-3.1.so.3.1", "libruby-3.3.so.3.3")]
    [TestCase("libgnat-12.so", "libgnat-14.so")]
    [TestCase("libdb-4.8.so", "libdb-5.3.so")]
    [TestCase("libboost_system.so.1.74.0", "libboost_system.so.1.83.0")]
    [TestCase("libicuuc.so.72", "libicuuc.so.76")]
    public async Task ASonameIsThatSonameOrAnErrorThatNamesTheOneThatIsThere(string name, string there)
    {
        using var archive = Archive().Add(Package("there1", there)).Add(Package("other1", "libpythonx.so.1"));
        Assert.That(await ErrorOfAsync(archive, Locks.Library(name)), Does.Contain($"linux/amd64 has {there}, another version with another ABI").And.Contain($"request {there},").And.Not.Contain("did you mean"));
        Assert.That(await ErrorOfAsync(archive, Locks.Library(name, package: "there1")), Does.Contain("does not contain it").And.Contain(there));
        Assert.That(await PackagesAsync(archive, there), Does.Contain("there1"), "the advice works");
    }

    [TestCase("libfoo1", "libfoo10.2.so")]
    [TestCase("libpython3", "libpython31.2.so.1.0")]
    public async Task ANumberOfANameGoesToItsEnd(string name, string there)
    {
        using var archive = Archive().Add(Package("there1", there));
        Assert.That(await ErrorOfAsync(archive, Locks.Library(name)), Does.Contain("no package provides it"));
    }

    [Test]
    public async Task NoHintIsBetterThanANoisyOne()
    {
        using var archive = Archive().Add(Package("other1", "libcoda.so.1", "libJudy.so.1", "libca.so.1"));
        Assert.That(await ErrorOfAsync(archive, Locks.Library("libcodu.so.1")), Does.Contain("libcoda").And.Not.Contain("libJudy").And.Not.Contain("libca,"));
    }

    [Test]
    public async Task APackageThatCannotBeReadIsNoAnswerAndHidesNothing()
    {
        using var archive = Archive()
            .Add(new FakePackage("broken", "1", Locks.Amd64).File("/usr/lib/x86_64-linux-gnu/sub/libodd.so", TinyElf.Library(Locks.Amd64, "libodd.so")))
            .Add(new FakePackage("jre", "1", Locks.Amd64).File("/usr/lib/jvm/server/libjvm.so", TinyElf.Library(Locks.Amd64, "libjvm.so")));
        archive.Damage("broken");
        await archive.ResolveAsync([Locks.Amd64], [Locks.Library("libjvm", optional: true)]);
        Assert.That(archive.Fetched, Does.Not.Contain("jre"), "nothing links out of a folder that is none of the loader's");
        var error = await ErrorOfAsync(archive, Locks.Library("libodd"), Locks.Library("libjvm", 2), Locks.Library("libnone", 3));
        Assert.That(error, Does.Contain("libodd: no package provides it").And.Contain("libjvm: no package provides it").And.Contain("libnone: no package provides it"));
        Assert.That(error, Does.Contain("write libjvm = jre").And.Not.Contain("= broken"), "what is offered was looked into");
    }
}
