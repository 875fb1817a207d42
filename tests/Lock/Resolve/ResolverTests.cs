using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Which files and packages a requirement brings in.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ResolverTests
{
    private static readonly Platform[] _one = [Locks.Amd64];

    /// <summary>An archive with a C library and what a copyright file may refer to.</summary>
    internal static FakeArchive Archive(params Platform[] platforms)
    {
        var archive = new FakeArchive();
        return archive
            .Add(platforms.Length == 0 ? _one : platforms, LibC)
            .Add(platforms.Length == 0 ? _one : platforms, platform => new FakePackage("base-files", "13", platform) { Section = "admin" }
                .File("/usr/share/common-licenses/GPL-3").File("/usr/share/common-licenses/GPL-2").Link("/usr/share/common-licenses/GPL", "GPL-3")
                .Copyright("see /usr/share/common-licenses/GPL."));
    }

    internal static FakePackage LibC(Platform platform)
    {
        var libc = new FakePackage("libc6", "2.41-12", platform) { Source = "glibc" };
        return libc
            .File($"{libc.LibFolder}/libc.so.6", TinyElf.Make(platform, "libc.so.6", platform.Loader, null, [Path.GetFileName(platform.Loader)]))
            .File($"{libc.LibFolder}/{Path.GetFileName(platform.Loader)}", TinyElf.Library(platform, Path.GetFileName(platform.Loader)))
            .Link($"/usr{platform.Loader}", $"{libc.LibFolder}/{Path.GetFileName(platform.Loader)}")
            .File($"{libc.LibFolder}/libm.so.6", TinyElf.Library(platform, "libm.so.6", "libc.so.6"))
            .File($"{libc.LibFolder}/libnss_dns.so.2", TinyElf.Library(platform, "libnss_dns.so.2", "libc.so.6"))
            .File($"{libc.LibFolder}/libnss_files.so.2", TinyElf.Library(platform, "libnss_files.so.2", "libc.so.6"))
            .Copyright("free, see /usr/share/common-licenses/GPL-2");
    }

    internal static FakePackage LibZ(Platform platform, string version = "1:1.3.1-1") =>
        new FakePackage("zlib1g", version, platform) { Source = "zlib", Depends = "libc6 (>= 2.14)" }.Library("libz.so.1", "libc.so.6").Copyright();

    private static string[] FilesOf(ImageLock image, string package, int platform = 0) =>
        [.. image.Platforms[platform].Packages.Single(locked => locked.Pin.Name == package).Files];

    private static string[] PackagesOf(ImageLock image, int platform = 0) => [.. image.Platforms[platform].Packages.Select(package => package.Pin.Name)];

    [Test]
    public async Task AnImpliedLibraryIsTakenOnlyWhereNothingElseBringsIt()
    {
        using var archive = Archive().Add(LibZ(Locks.Amd64));
        Requirement[] implied = [Locks.Library("libc.so.6") with { IsImplied = true }, Locks.Library("libm.so.6") with { IsImplied = true }];
        var image = await archive.ResolveAsync(_one, [Locks.Library("libz"), .. implied]);
        Assert.That(FilesOf(image, "libc6"), Does.Contain("/usr/lib/x86_64-linux-gnu/libm.so.6"));
        Assert.That(image.Platforms[0].Requirements.Select(answer => answer.Text), Is.EqualTo(new[] { "libm.so.6", "libz" }), "libz brings libc.so.6");

        var said = await archive.ResolveAsync(_one, [Locks.Library("libm"), .. implied]);
        Assert.That(said.Platforms[0].Requirements.Select(answer => answer.Text), Is.EqualTo(new[] { "libm" }));
        Assert.That(LockAnswer.Find(said, "trixie", [Locks.Library("libm"), .. implied], [], _one), Is.Null);
    }

    [Test]
    public async Task ALibraryBringsItsLinkItsFileWhatItNeedsAndTheirCopyright()
    {
        using var archive = Archive().Add(LibZ(Locks.Amd64));
        var image = await archive.ResolveAsync(_one, [Locks.Library("libz")]);
        Assert.That(FilesOf(image, "zlib1g"), Is.EqualTo(new[]
        {
            "/usr/lib/x86_64-linux-gnu/libz.so.1", "/usr/lib/x86_64-linux-gnu/libz.so.1.0.1", "/usr/share/doc/zlib1g/copyright",
        }));
        Assert.That(FilesOf(image, "libc6"), Is.EqualTo(new[]
        {
            "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib64/ld-linux-x86-64.so.2", "/usr/share/doc/libc6/copyright",
        }));
        Assert.That(FilesOf(image, "base-files"), Is.EqualTo(new[]
        {
            "/usr/share/common-licenses/GPL", "/usr/share/common-licenses/GPL-2", "/usr/share/common-licenses/GPL-3", "/usr/share/doc/base-files/copyright",
        }));
        Assert.That(image.Platforms[0].Requirements.Single().Files, Is.EqualTo(new[] { "/usr/lib/x86_64-linux-gnu/libz.so.1", "/usr/lib/x86_64-linux-gnu/libz.so.1.0.1" }));
        Assert.That(image.Platforms[0].Packages[0].Newest, Is.EqualTo(1_700_000_000));
        Assert.That(LockAnswer.Find(image, "trixie", [Locks.Library("libz")], [], _one), Is.Null);
    }

    [Test]
    public async Task TheFirstFormWithAMatchWins()
    {
        using var archive = Archive()
            .Add(new FakePackage("libfoo1", "1", Locks.Amd64).Library("libfoo.so.1").Copyright())
            .Add(new FakePackage("libfoo-plugins", "1", Locks.Amd64).Library("libfoo_extra.so.1").Library("libfoo2.so.1").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libfoo")]);
        Assert.That(PackagesOf(image), Is.EqualTo(new[] { "libfoo1" }));
    }

    [Test]
    public async Task WithoutThePlainNameAVersionInTheNameIsTakenAndThenItsParts()
    {
        using var archive = Archive()
            .Add(new FakePackage("libbar", "1", Locks.Amd64).Library("libbar_a.so.1").Library("libbar_b.so.1").Copyright())
            .Add(new FakePackage("libbaz", "1", Locks.Amd64).Library("libbaz-2.0.so.1").Library("libbaz_a.so.1").Library("libbaz_b.so.1").Library("libbazaar.so.1").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libbar"), Locks.Library("libbaz")]);
        Assert.That(image.Platforms[0].Requirements[0].Files.Select(Path.GetFileName), Is.EqualTo(new[] { "libbar_a.so.1", "libbar_a.so.1.0.1", "libbar_b.so.1", "libbar_b.so.1.0.1" }));
        Assert.That(image.Platforms[0].Requirements[1].Files.Select(Path.GetFileName), Is.EqualTo(new[] { "libbaz-2.0.so.1", "libbaz-2.0.so.1.0.1" }));
    }

    [Test]
    public async Task AnExactSonameTakesNoOtherVersion()
    {
        using var archive = Archive()
            .Add(new FakePackage("libssl3t64", "3", Locks.Amd64).Library("libssl.so.3").Copyright())
            .Add(new FakePackage("libssl1", "1", Locks.Amd64).Library("libssl.so.1").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libssl.so.3")]);
        Assert.That(PackagesOf(image), Is.EqualTo(new[] { "libssl3t64" }));
    }

    [Test]
    public async Task PackagesForBuildingAndDebuggingAreNoCandidates()
    {
        using var archive = Archive().Add(LibZ(Locks.Amd64))
            .Add(new FakePackage("zlib1g-dev", "1", Locks.Amd64) { Section = "libdevel" }.Link("/usr/lib/x86_64-linux-gnu/libz.so", "libz.so.1"))
            .Add(new FakePackage("libz-odd-dev", "1", Locks.Amd64) { Section = "x11" }.File("/usr/lib/x86_64-linux-gnu/libz.so", "/* GNU ld script */"))
            .Add(new FakePackage("zlib1g-dbg", "1", Locks.Amd64) { Section = "debug" }.Library("libz.so.1"));
        var image = await archive.ResolveAsync(_one, [Locks.Library("libz")]);
        Assert.That(PackagesOf(image), Does.Contain("zlib1g").And.Not.Contain("zlib1g-dev"));
    }

    [Test]
    public async Task ALinkerScriptIsNoLibrary()
    {
        using var archive = Archive().Add(new FakePackage("libscript", "1", Locks.Amd64).File("/usr/lib/x86_64-linux-gnu/libscript.so", "GROUP ( )").Copyright());
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [Locks.Library("libscript")]),
            Throws.TypeOf<LockException>().With.Message.Contains("libscript: no package provides it"));
    }

    [Test]
    public async Task APackageInTheImageIsPreferredWhereManyHaveTheFile()
    {
        using var archive = Archive()
            .Add(new FakePackage("libnss-ldap", "1", Locks.Amd64).Library("libnss_ldap.so.2").Copyright())
            .Add(new FakePackage("libnss-myhostname", "1", Locks.Amd64).Library("libnss_myhostname.so.2").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libnss"), Locks.Library("libm")]);
        Assert.That(image.Platforms[0].Requirements[1].Files.Select(Path.GetFileName), Is.EqualTo(new[] { "libnss_dns.so.2", "libnss_files.so.2" }));
        Assert.That(PackagesOf(image), Is.EqualTo(new[] { "base-files", "libc6" }));
    }

    [Test]
    public async Task SeveralPackagesAndNoneInTheImageIsAnErrorWithTheLinesToWrite()
    {
        using var archive = Archive()
            .Add(new FakePackage("libfoo-a1", "1", Locks.Amd64).Library("libfoo.so.1").Copyright())
            .Add(new FakePackage("libfoo-b1", "1", Locks.Amd64).Library("libfoo.so.1").Copyright())
            .Add(new FakePackage("cross-foo", "1", Locks.Amd64).Library("libfoo.so.1").Copyright());
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [Locks.Library("libfoo", 7)]),
            Throws.TypeOf<LockException>().With.Message.EqualTo(
                """
                libfoo: 3 packages provide it on linux/amd64 (Debian amd64)
                  where  lib-requires.txt:7
                  why    none of them is in the image already
                  next   write one of these instead:
                         libfoo = libfoo-a1
                         libfoo = libfoo-b1
                         libfoo = cross-foo
                """));
        var image = await archive.ResolveAsync(_one, [Locks.Library("libfoo", package: "libfoo-b1")]);
        Assert.That(PackagesOf(image), Is.EqualTo(new[] { "libfoo-b1" }));
    }

    [Test]
    public async Task ANeededLibraryComesFromTheDependenciesWithoutContents()
    {
        using var archive = Archive()
            .Add(new FakePackage("libtop1", "1", Locks.Amd64) { Depends = "libmiddle, libbpf1 (>= 1)" }.Library("libtop.so.1", "libbpf.so.1", "libodd.so.9").Copyright())
            .Add(new FakePackage("libmiddle", "1", Locks.Amd64) { Depends = "odd-name" }.Copyright())
            .Add(new FakePackage("odd-name", "1", Locks.Amd64).Library("libodd.so.9").Copyright())
            .Add(new FakePackage("other-odd", "1", Locks.Amd64).Library("libodd.so.9").Copyright())
            .Add(new FakePackage("libbpf1", "1", Locks.Amd64).Library("libbpf.so.1").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libtop", package: "libtop1")]);
        Assert.That(PackagesOf(image), Is.EqualTo(new[] { "libbpf1", "libtop1", "odd-name" }));
        Assert.That(archive.ContentsAsked, Is.Empty);
    }

    [Test]
    public async Task AVirtualDependencyStandsForItsProviders()
    {
        using var archive = Archive()
            .Add(new FakePackage("libtop1", "1", Locks.Amd64) { Depends = "libelf1" }.Library("libtop.so.1", "libelf.so.1").Copyright())
            .Add(new FakePackage("libelf1t64", "1", Locks.Amd64) { Provides = "libelf1" }.Library("libelf.so.1").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libtop", package: "libtop1")]);
        Assert.That(PackagesOf(image), Is.EqualTo(new[] { "libelf1t64", "libtop1" }));
        Assert.That(archive.ContentsAsked, Is.Empty);
    }

    [Test]
    public async Task WhatNoDependencyHasComesFromContents()
    {
        using var archive = Archive()
            .Add(new FakePackage("libtop1", "1", Locks.Amd64).Library("libtop.so.1", "liblost.so.1").Copyright())
            .Add(new FakePackage("liblost1", "1", Locks.Amd64).Library("liblost.so.1").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libtop", package: "libtop1")]);
        Assert.That(PackagesOf(image), Is.EqualTo(new[] { "liblost1", "libtop1" }));
    }

    [Test]
    public async Task ANeedThatNothingAnswersNamesFileLibraryAndPlatform()
    {
        using var archive = Archive().Add(new FakePackage("libtop1", "1", Locks.Amd64).Library("libtop.so.1", "liblost.so.1").Copyright());
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [Locks.Library("libtop", 3)]),
            Throws.TypeOf<LockException>().With.Message.StartsWith(
                "/usr/lib/x86_64-linux-gnu/libtop.so.1.0.1 of libtop1 needs liblost.so.1, and no package provides it on linux/amd64 (Debian amd64)\n  where  lib-requires.txt:3"));
    }

    [Test]
    public async Task APrivateFolderIsSearchedThroughTheRunPath()
    {
        using var archive = Archive().Add(new FakePackage("libtop1", "1", Locks.Amd64)
            .File("/usr/lib/x86_64-linux-gnu/libtop.so.1", TinyElf.Make(Locks.Amd64, "libtop.so.1", null, "$ORIGIN/top", ["libprivate.so"]))
            .File("/usr/lib/x86_64-linux-gnu/top/libprivate.so", TinyElf.Library(Locks.Amd64, "libprivate.so"))
            .Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libtop")]);
        Assert.That(FilesOf(image, "libtop1"), Does.Contain("/usr/lib/x86_64-linux-gnu/top/libprivate.so"));
    }

    [Test]
    public async Task ACommandTakesItsFileAndItsLinkInEitherSpelling()
    {
        using var archive = Archive().Add(new FakePackage("iproute2", "6", Locks.Amd64) { Section = "net", Depends = "libc6" }
            .File("/bin/ip", TinyElf.Program(Locks.Amd64, "libc.so.6")).Link("/sbin/ip", "/bin/ip").File("/usr/share/bash-completion/ip").Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Command("ip")]);
        Assert.That(FilesOf(image, "iproute2"), Is.EqualTo(new[] { "/bin/ip", "/sbin/ip", "/usr/share/doc/iproute2/copyright" }));
        Assert.That(FilesOf(image, "libc6"), Does.Contain("/usr/lib64/ld-linux-x86-64.so.2"));
    }

    [Test]
    public async Task AnAmbiguousCommandIsAnErrorWithTheEntryToWrite()
    {
        using var archive = Archive()
            .Add(new FakePackage("one", "1", Locks.Amd64).File("/usr/bin/tool").Copyright())
            .Add(new FakePackage("two", "1", Locks.Amd64).File("/usr/sbin/tool").Copyright());
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [Locks.Command("tool")]),
            Throws.TypeOf<LockException>().With.Message.Contains("cake.config:4").And.Message.Contains("tool=one\n"));
        Assert.That(PackagesOf(await archive.ResolveAsync(_one, [Locks.Command("tool", "two")])), Is.EqualTo(new[] { "two" }));
    }

    [Test]
    public async Task ALinkIntoAnotherPackageBringsThatPackage()
    {
        using var archive = Archive()
            .Add(new FakePackage("front", "1", Locks.Amd64) { Depends = "back" }.Link("/usr/bin/tool", "../lib/back/tool").Copyright())
            .Add(new FakePackage("back", "1", Locks.Amd64).File("/usr/lib/back/tool").Copyright());
        Assert.That(FilesOf(await archive.ResolveAsync(_one, [Locks.Command("tool")]), "back"), Does.Contain("/usr/lib/back/tool"));
    }

    [Test]
    public async Task ALinkToNowhereIsAnError()
    {
        using var archive = Archive().Add(new FakePackage("vim", "1", Locks.Amd64).Link("/usr/bin/vi", "/etc/alternatives/vi").Copyright());
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [Locks.Command("vi")]),
            Throws.TypeOf<LockException>().With.Message.Contains("/usr/bin/vi of vim is a link to /etc/alternatives/vi"));
    }

    [Test]
    public async Task AHardLinkBringsTheFileItNames()
    {
        using var archive = Archive().Add(new FakePackage("hard", "1", Locks.Amd64).File("/usr/bin/first", TinyElf.Program(Locks.Amd64, "libc.so.6")).HardLink("/usr/bin/second", "/usr/bin/first").Copyright());
        archive.Add(LibZ(Locks.Amd64));
        var image = await archive.ResolveAsync(_one, [Locks.Command("second"), Locks.Library("libz")]);
        Assert.That(FilesOf(image, "hard"), Does.Contain("/usr/bin/first").And.Contain("/usr/bin/second"));
    }

    [Test]
    public async Task ADocumentationFolderThatIsALinkBringsThePackageItLeadsTo()
    {
        using var archive = Archive()
            .Add(new FakePackage("libstdc++6", "14", Locks.Amd64) { Depends = "gcc-14-base (= 14), libc6" }.Library("libstdc++.so.6", "libc.so.6").Link("/usr/share/doc/libstdc++6", "gcc-14-base"))
            .Add(new FakePackage("gcc-14-base", "14", Locks.Amd64).Copyright("/usr/share/common-licenses/GPL-3, /usr/share/common-licenses/NONE"));
        var image = await archive.ResolveAsync(_one, [Locks.Library("libstdc++")]);
        Assert.That(FilesOf(image, "libstdc++6"), Does.Contain("/usr/share/doc/libstdc++6"));
        Assert.That(FilesOf(image, "gcc-14-base"), Is.EqualTo(new[] { "/usr/share/doc/gcc-14-base/copyright" }));
        Assert.That(FilesOf(image, "base-files"), Does.Contain("/usr/share/common-licenses/GPL-3"));
    }

    [Test]
    public async Task ABasePackageIsTakenByPatternsInTheMergedSpelling()
    {
        using var archive = Archive().Add(new FakePackage("busybox", "1", Locks.Amd64) { Depends = "libc6" }
            .File("/bin/busybox", TinyElf.Program(Locks.Amd64, "libc.so.6")).File("/etc/a/one").File("/etc/a/b/two").Copyright());
        var wanted = new BasePackage("busybox", ["/usr/bin/busybox", "/etc/*/one"], "the shell");
        var image = await archive.ResolveAsync(_one, [], bases: [wanted]);
        Assert.That(FilesOf(image, "busybox"), Is.EqualTo(new[] { "/bin/busybox", "/etc/a/one", "/usr/share/doc/busybox/copyright" }));
        Assert.That(PackagesOf(image), Does.Contain("libc6"));
        Assert.That(LockAnswer.Find(image, "trixie", [], [wanted], _one), Is.Null);
        var all = await archive.ResolveAsync(_one, [], bases: [wanted with { Patterns = ["/etc/**"] }]);
        Assert.That(FilesOf(all, "busybox"), Does.Contain("/etc/a/b/two"));
    }

    [Test]
    public async Task ABasePackageWithoutTheFileSaysWhatItIsFor()
    {
        using var archive = Archive().Add(new FakePackage("netbase", "6", Locks.Amd64).File("/etc/services").Copyright());
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [], bases: [new BasePackage("netbase", ["/etc/protocol*"], "the netbase feature")]),
            Throws.TypeOf<LockException>().With.Message.Contains("the netbase feature needs /etc/protocol* from netbase"));
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [], bases: [new BasePackage("netbas", ["/etc/services"], "the netbase feature")]),
            Throws.TypeOf<LockException>().With.Message.Contains("the netbase feature needs files from netbas, which trixie does not have"));
    }

    [Test]
    public async Task AnOverlayIsRecordedWithoutFiles()
    {
        using var archive = Archive();
        var overlay = Locks.Library("/usr/local/lib/libbar*") with { Kind = RequirementKind.Overlay };
        var image = await archive.ResolveAsync(_one, [overlay]);
        Assert.That(image.Platforms[0].Requirements.Single().Files, Is.Empty);
    }

    [Test]
    public async Task ThePackageFileOfOnesOwnIsPinnedByItsChecksum()
    {
        using var archive = Archive();
        Directory.CreateDirectory(Path.Combine(archive.Folder, "debs"));
        var vendor = new FakePackage("vendor", "1.0", Locks.Amd64) { Depends = "libc6 (>= 2.17)" }.Library("libvendor.so.1", "libc.so.6").Copyright();
        File.WriteAllBytes(Path.Combine(archive.Folder, "debs/vendor_amd64.deb"), vendor.Deb());
        Requirement[] asked = [Locks.Library("libvendor", 9, file: "./debs/vendor_{arch}.deb")];
        var image = await archive.ResolveAsync(_one, asked);
        var pin = image.Platforms[0].Packages.Single(package => package.Pin.Name == "vendor").Pin;
        Assert.That((pin.Archive, pin.PoolPath, pin.Version), Is.EqualTo(("local", "debs/vendor_amd64.deb", "1.0")));
        Assert.That(PackagesOf(image), Does.Contain("libc6"));
        Assert.That(LockAnswer.Find(image, "trixie", asked, [], _one, archive.Folder), Is.Null);
        Assert.That(LockFile.Serialize(LockFile.Parse(LockFile.Serialize(image), "l")), Is.EqualTo(LockFile.Serialize(image)));

        File.WriteAllBytes(Path.Combine(archive.Folder, "debs/vendor_amd64.deb"), vendor.File("/usr/lib/more").Deb());
        Assert.That(LockAnswer.Find(image, "trixie", asked, [], _one, archive.Folder)!.Lines.Single(), Does.Contain("debs/vendor_amd64.deb is not the file that was locked"));
        var renewed = await archive.ResolveAsync(_one, asked, image);
        Assert.That(LockAnswer.Find(renewed, "trixie", asked, [], _one, archive.Folder), Is.Null);
    }

    [TestCase("./debs/none_{arch}.deb", "there is no debs/none_amd64.deb for linux/amd64")]
    [TestCase("../outside.deb", "../outside.deb is outside the project")]
    [TestCase("./arm.deb", "arm.deb is for arm64, not for amd64")]
    [TestCase("./text.deb", "")]
    public async Task AWrongPackageFileIsAClearError(string file, string message)
    {
        using var archive = Archive();
        File.WriteAllBytes(Path.Combine(archive.Folder, "arm.deb"), new FakePackage("vendor", "1", Locks.Arm64).Library("libvendor.so.1").Deb());
        File.WriteAllText(Path.Combine(archive.Folder, "text.deb"), "no package");
        await Assert.ThatAsync(
            () => archive.ResolveAsync(_one, [Locks.Library("libvendor", 9, file: file)]),
            Throws.InstanceOf<BusyboxGlibc.Foundation.Errors.BuildException>().With.Message.Contains(message));
    }
}
