using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Which library answers a need: alternatives, search paths, package files and overlays of one's own.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ClosureTests
{
    private static readonly Platform[] _one = [Locks.Amd64];
    private const string Folder = "/usr/lib/x86_64-linux-gnu";

    private static FakePackage Blas(string name, string folder, int priority, Platform? platform = null)
    {
        var package = new FakePackage(name, "3", platform ?? Locks.Amd64) { Provides = "libblas.so.3" };
        return priority < 50
            ? package.Alternative("libblas.so.3", folder, priority).Alternative("liblapack.so.3", folder, priority).Copyright()
            : package.Alternative("libblas.so.3", folder, priority, "libopenblas.so.0").Alternative("liblapack.so.3", folder, priority, "libopenblas.so.0")
                .Alternative("libopenblas.so.0", folder, priority).Copyright();
    }

    private static FakeArchive Archive(params Platform[] platforms)
    {
        var all = platforms.Length == 0 ? _one : platforms;
        return ResolverTests.Archive(all)
            .Add(all, platform => Blas("libblas3", "blas", 10, platform))
            .Add(all, platform => Blas("libopenblas0-serial", "openblas-serial", 90, platform))
            .Add([.. all.Where(platform => platform != Locks.Armel)], platform => Blas("libopenblas0-pthread", "openblas-pthread", 100, platform))
            .Add(all, platform => new FakePackage("libuser1", "1", platform) { Depends = "libblas3 | libblas.so.3" }.Library("libuser.so.1", "libblas.so.3").Copyright())
            .Add(all, platform => new FakePackage("libarmadillo14", "14", platform) { Depends = "libblas3 | libblas.so.3" }.Library("libarmadillo.so.14", "libblas.so.3", "liblapack.so.3").Copyright());
    }

    private static LockedPackage[] WithLinks(ImageLock image, int platform = 0) => [.. image.Platforms[platform].Packages.Where(package => package.Links.Count > 0)];

    private static string[] Names(ImageLock image) => [.. image.Platforms[0].Packages.Select(package => package.Pin.Name)];

    [Test]
    public async Task OfSeveralAlternativesTheHighestPriorityIsTaken()
    {
        using var archive = Archive();
        var image = await archive.ResolveAsync(_one, [Locks.Library("libblas")]);
        var taken = WithLinks(image).Single();
        Assert.That(taken.Pin.Name, Is.EqualTo("libopenblas0-pthread"));
        Assert.That(taken.Links, Is.EqualTo(new[] { "libblas.so.3", "libopenblas.so.0" }.Select(name => new LockedLink($"{Folder}/{name}", $"{Folder}/openblas-pthread/{name}"))));
        Assert.That(taken.Files, Does.Contain($"{Folder}/openblas-pthread/libblas.so.3"));
        Assert.That(image.Platforms[0].Requirements.Single().Files, Is.EqualTo(new[] { $"{Folder}/libblas.so.3" }));
        Assert.That(LockAnswer.Find(image, "trixie", [Locks.Library("libblas")], [], _one), Is.Null);
    }

    [Test]
    public async Task APlatformThatLacksThatOneTakesItsOwnHighest()
    {
        Platform[] platforms = [Locks.Amd64, Locks.Armel];
        using var archive = Archive(platforms);
        var image = await archive.ResolveAsync(platforms, [Locks.Library("libblas.so.3")]);
        Assert.That(WithLinks(image, 0).Single().Pin.Name, Is.EqualTo("libopenblas0-pthread"));
        Assert.That(WithLinks(image, 1).Single().Pin.Name, Is.EqualTo("libopenblas0-serial"));
    }

    [Test]
    public async Task ThePackageOfTheLineIsTaken()
    {
        using var archive = Archive();
        Assert.That(WithLinks(await archive.ResolveAsync(_one, [Locks.Library("libblas", package: "libblas3")])).Single().Pin.Name, Is.EqualTo("libblas3"));
    }

    [Test]
    public async Task ADependencyTakesTheOneThatItNamesFirst()
    {
        using var archive = Archive();
        Assert.That(WithLinks(await archive.ResolveAsync(_one, [Locks.Library("libarmadillo")])).Single().Pin.Name, Is.EqualTo("libblas3"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhatALineBringsAnswersEverybodyWhateverTheOrder(bool isFirst)
    {
        using var archive = Archive();
        Requirement[] asked = [Locks.Library("libarmadillo"), Locks.Library("liblapack", 2, package: "libopenblas0-serial")];
        var image = await archive.ResolveAsync(_one, isFirst ? asked : [.. asked.Reverse()]);
        Assert.That(WithLinks(image).Select(package => package.Pin.Name), Is.EqualTo(new[] { "libopenblas0-serial" }));
        Assert.That(WithLinks(image)[0].Links.Select(link => Path.GetFileName(link.Path)), Is.EqualTo(new[] { "libblas.so.3", "liblapack.so.3", "libopenblas.so.0" }));
    }

    [Test]
    public async Task OneProviderAnswersWhatALineAndADependencyAskFor()
    {
        using var archive = Archive();
        var image = await archive.ResolveAsync(_one, [Locks.Library("libarmadillo"), Locks.Library("libblas", 2)]);
        Assert.That(WithLinks(image).Select(package => package.Pin.Name), Is.EqualTo(new[] { "libopenblas0-pthread" }));
        Assert.That(WithLinks(image)[0].Links.Select(link => Path.GetFileName(link.Path)), Is.EqualTo(new[] { "libblas.so.3", "liblapack.so.3", "libopenblas.so.0" }));
    }

    [Test]
    public async Task ALineThatIsAddedTakesTheProviderThatIsThere()
    {
        using var archive = Archive();
        var before = await archive.ResolveAsync(_one, [Locks.Library("libarmadillo")]);
        var image = await archive.ResolveAsync(_one, [Locks.Library("libarmadillo"), Locks.Library("libblas", 2)], before);
        Assert.That(WithLinks(image).Select(package => package.Pin.Name), Is.EqualTo(new[] { "libblas3" }));
        var other = await archive.ResolveAsync(_one, [Locks.Library("libarmadillo"), Locks.Library("libopenblas", 2, package: "libopenblas0-serial")], before);
        Assert.That(
            WithLinks(other).SelectMany(package => package.Links.Select(link => link.Path)).Distinct().Count(), Is.EqualTo(WithLinks(other).Sum(package => package.Links.Count)),
            "no two packages are linked to by one name");
    }

    [Test]
    public async Task APackageFileOfOnesOwnAnswersEverybody()
    {
        using var archive = Archive();
        var own = new FakePackage("my-blas", "1", Locks.Amd64).Library("libmine.so.1").Library("libblas.so.3").Copyright();
        File.WriteAllBytes(Path.Combine(archive.Folder, "own.deb"), own.Deb());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libuser"), Locks.Library("libmine", 2, file: "./own.deb")]);
        Assert.That(Names(image), Does.Contain("my-blas").And.Not.Contain("libblas3"));
        Assert.That(image.Platforms[0].Packages.Single(package => package.Pin.Name == "my-blas").Files, Does.Contain($"{Folder}/libblas.so.3"));
    }

    [TestCase("/usr/local/lib/libblas.so.3")]
    [TestCase("/usr/local/lib/x86_64-linux-gnu/libblas.so.3")]
    [TestCase("/lib/libblas.so.3")]
    public async Task AnOverlayAnswersEverybody(string path)
    {
        using var archive = Archive();
        var image = await archive.ResolveAsync(
            _one, [Locks.Library("libuser"), Locks.Library(path, 2) with { Kind = RequirementKind.Overlay }],
            overlay: (platform, _) => [new OverlayFile(path, null, ElfFile.Read(TinyElf.Library(platform, "libblas.so.3"), path))]);
        Assert.That(Names(image), Does.Contain("libuser1").And.Not.Contain("libblas3"));
    }

    [TestCase("/usr/local/lib/libx.so.1.2")]
    [TestCase("/usr/local/lib/x86_64-linux-gnu/libx.so.1.2")]
    [TestCase("/lib/libx.so.1.2")]
    [TestCase("/usr/lib/x86_64-linux-gnu/libx-1.2.so")]
    public async Task ALibraryWithoutTheLinkByItsSonameAnswersWhereTheBuildMakesThatLink(string path)
    {
        using var archive = Archive();
        var image = await archive.ResolveAsync(_one, [Own(path, 1), Own("/usr/local/bin/hello", 2)], overlay: Files(
            (path, TinyElf.Library(Locks.Amd64, "libx.so.1")), ("/usr/local/bin/hello", TinyElf.Program(Locks.Amd64, "libx.so.1"))));
        Assert.That(Names(image), Is.EqualTo(new[] { "base-files", "libc6" }));
    }

    [Test]
    public async Task AProgramIsTheReasonForTheLibrariesThatItNames()
    {
        using var archive = Archive();
        var program = Own("app", 0) with { Kind = RequirementKind.Program, Source = "program app", Text = "program app: libuser.so.1 libc.so.6" };
        var files = Files(("/usr/local/bin/app", TinyElf.Program(Locks.Amd64, "libuser.so.1", "libc.so.6")));
        var image = await archive.ResolveAsync(_one, [program], overlay: (platform, requirement) => files(platform, requirement with { Name = "/usr/local/bin/app" }));
        var answer = image.Platforms[0].Requirements.Single(answer => answer.Text == program.Text);
        Assert.That(answer.Files.Select(Path.GetFileName), Is.EqualTo(new[] { "libc.so.6", "libuser.so.1" }));
        Assert.That(Names(image), Does.Contain("libuser1").And.Contain("libblas3"), "what its libraries need comes along");

        var lost = Files(("/usr/local/bin/app", TinyElf.Program(Locks.Amd64, "liblost.so.9")));
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(_one, [program], overlay: (platform, requirement) => lost(platform, requirement with { Name = "/usr/local/bin/app" }))))!;
        Assert.That(error.Message, Does.Contain("/usr/local/bin/app of program app needs liblost.so.9").And.Contain("give the folder that has the library too, or provide").And.Contain("where  program app"));
    }

    /// <summary>As .NET has it: a library of its own for LTTng, of which Debian has another version, is loaded only if it can be.</summary>
    [Test]
    public async Task WhatAProgramLoadsOnlyIfItCanMayLackWhatALineMakesOptional()
    {
        using var archive = Archive();
        var program = Own("app", 0) with { Kind = RequirementKind.Program, Source = "program app", Text = "program app: libc.so.6 liblost.so.9" };
        var files = Files(("/opt/app/app", TinyElf.Program(Locks.Amd64, "libc.so.6")), ("/opt/app/libtrace.so", TinyElf.Library(Locks.Amd64, "libtrace.so", "liblost.so.9")));
        IReadOnlyList<OverlayFile> Overlay(Platform platform, Requirement requirement) => [.. new[] { "/opt/app/app", "/opt/app/libtrace.so" }.SelectMany(name => files(platform, requirement with { Name = name }))];
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(_one, [program], overlay: Overlay)))!;
        Assert.That(error.Message, Does.Contain("if the program runs without libtrace.so, leave that out or allow it, with a line liblost.so.9 ? in lib-requires.txt"));

        var optional = RequirementFile.Parse("liblost.so.9 ?\n", "lib-requires.txt", _one);
        Assert.That(Names(await archive.ResolveAsync(_one, [program, .. optional], overlay: Overlay)), Does.Contain("libc6"));

        // Another library, or another platform, is not allowed by it.
        foreach (var line in new[] { "libother.so.1 ?", "liblost.so.9 [linux/arm64] ?" })
        {
            var other = RequirementFile.Parse($"{line}\n", "lib-requires.txt", [.. _one, Locks.Arm64]);
            await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(_one, [program, .. other], overlay: Overlay));
        }
    }

    [Test]
    public async Task NoLinkByASonameIsMadeInAFolderThatOnlyARunPathNames()
    {
        using var archive = Archive();
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(_one, [Own("/opt/app/lib/libx.so.1.2", 1), Own("/opt/app/bin/hello", 2)], overlay: Files(
            ("/opt/app/lib/libx.so.1.2", TinyElf.Library(Locks.Amd64, "libx.so.1")),
            ("/opt/app/bin/hello", TinyElf.Make(Locks.Amd64, null, Locks.Amd64.Loader, "$ORIGIN/../lib", ["libx.so.1"]))))))!;
        Assert.That(error.Message, Does.Contain("/opt/app/lib/libx.so.1.2 has that soname, but /opt/app/lib has no link libx.so.1"));
        Assert.That(error.Message, Does.Contain("ln -s libx.so.1.2 overlay/linux-amd64/opt/app/lib/libx.so.1\n").And.Contain("lib-requires.txt:2"));
    }

    [Test]
    public async Task APackageFileOfOnesOwnNeedsNoLinkByASonameInTheLoadersFolders()
    {
        using var archive = Archive();
        var own = new FakePackage("own", "1", Locks.Amd64).File($"{Folder}/libx.so.1.2", TinyElf.Library(Locks.Amd64, "libx.so.1")).File($"{Folder}/libx.so.1.10", TinyElf.Library(Locks.Amd64, "libx.so.1")).Copyright();
        var user = new FakePackage("user", "1", Locks.Amd64).Library("libmine.so.1", "libx.so.1").Copyright();
        File.WriteAllBytes(Path.Combine(archive.Folder, "own.deb"), own.Deb());
        File.WriteAllBytes(Path.Combine(archive.Folder, "user.deb"), user.Deb());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libmine", 1, file: "./user.deb"), Locks.Library("libx.so.1", 2, file: "./own.deb")]);
        Assert.That(
            image.Platforms[0].Packages.Single(package => package.Pin.Name == "own").Files,
            Does.Contain($"{Folder}/libx.so.1.10").And.Not.Contain($"{Folder}/libx.so.1.2"), "of two, ldconfig links to the greater version");
    }

    [Test]
    public async Task WhatAnOverlayNeedsComesAlong()
    {
        using var archive = Archive().Add(ResolverTests.LibZ(Locks.Amd64));
        var image = await archive.ResolveAsync(
            _one, [Locks.Library("/usr/local/lib/libmine.so") with { Kind = RequirementKind.Overlay }],
            overlay: (platform, _) => [new OverlayFile("/usr/local/lib/libmine.so", null, ElfFile.Read(TinyElf.Library(platform, "libmine.so", "libz.so.1"), "libmine.so"))]);
        Assert.That(Names(image), Does.Contain("zlib1g").And.Contain("libc6"));
    }

    [Test]
    public async Task WhatAnOverlayNeedsAndNobodyHasIsItsLinesError()
    {
        using var archive = Archive();
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(
            _one, [Locks.Library("/usr/local/lib/libmine.so", 6) with { Kind = RequirementKind.Overlay }],
            overlay: (platform, _) => [new OverlayFile("/usr/local/lib/libmine.so", null, ElfFile.Read(TinyElf.Library(platform, "libmine.so", "liblost.so.9"), "libmine.so"))])))!;
        Assert.That(error.Message, Does.Contain("the overlay's /usr/local/lib/libmine.so needs liblost.so.9").And.Contain("lib-requires.txt:6"));
    }

    [Test]
    public async Task ANeighbourInAFolderOfItsOwnIsFoundByThoseWhoLoadIt()
    {
        using var archive = Archive().Add(new FakePackage("samba-libs", "4", Locks.Amd64)
            .File($"{Folder}/libsmbclient.so.0", TinyElf.Make(Locks.Amd64, "libsmbclient.so.0", null, $"{Folder}/samba", ["libasn1util.so.0", "libreplace.so.0"]))
            .File($"{Folder}/samba/libasn1util.so.0", TinyElf.Library(Locks.Amd64, "libasn1util.so.0", "libreplace.so.0", "libonly.so.0"))
            .File($"{Folder}/samba/libreplace.so.0", TinyElf.Library(Locks.Amd64, "libreplace.so.0"))
            .File($"{Folder}/samba/libonly.so.0", TinyElf.Library(Locks.Amd64, "libonly.so.0"))
            .Copyright());
        var image = await archive.ResolveAsync(_one, [Locks.Library("libsmbclient")]);
        Assert.That(image.Platforms[0].Packages.Single(package => package.Pin.Name == "samba-libs").Files, Does.Contain($"{Folder}/samba/libreplace.so.0").And.Contain($"{Folder}/samba/libonly.so.0"));
    }

    [Test]
    public async Task TheRPathOfAProgramCountsForItsLibraries()
    {
        using var archive = Archive().Add(new FakePackage("tool", "1", Locks.Amd64) { Section = "utils" }
            .File("/usr/bin/tool", TinyElf.Make(Locks.Amd64, null, Locks.Amd64.Loader, null, ["libfirst.so"], rPath: "$ORIGIN/../lib/tool"))
            .File("/usr/lib/tool/libfirst.so", TinyElf.Library(Locks.Amd64, "libfirst.so", "libsecond.so"))
            .File("/usr/lib/tool/libsecond.so", TinyElf.Library(Locks.Amd64, "libsecond.so"))
            .Copyright());
        Assert.That((await archive.ResolveAsync(_one, [Locks.Command("tool")])).Platforms[0].Packages.Single(package => package.Pin.Name == "tool").Files, Does.Contain("/usr/lib/tool/libsecond.so"));
    }

    [Test]
    public async Task ALineIsBlamedForItsOwnNeedsAlone()
    {
        using var archive = Archive()
            .Add(new FakePackage("libbad1", "1", Locks.Amd64).Library("libbad.so.1", "liblost.so.1", "liblost.so.2").Copyright());
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync(_one, [Locks.Library("libm", 1), Locks.Library("libbad", 2), Locks.Library("libarmadillo", 3)])))!;
        Assert.That(error.Message, Does.Contain("needs liblost.so.1").And.Contain("needs liblost.so.2"));
        Assert.That(error.Message, Does.Contain("lib-requires.txt:2").And.Not.Contain("lib-requires.txt:1").And.Not.Contain("lib-requires.txt:3"));
    }

    private static Requirement Own(string path, int line) => Locks.Library(path, line) with { Kind = RequirementKind.Overlay };

    private static Func<Platform, Requirement, IReadOnlyList<OverlayFile>> Files(params (string Path, byte[] Content)[] files) =>
        (_, requirement) => [.. files.Where(file => file.Path == requirement.Name).Select(file => new OverlayFile(file.Path, null, ElfFile.Read(file.Content, file.Path)))];
}
