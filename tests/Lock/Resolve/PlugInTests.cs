using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

/// <summary>Files of packages in folders where the loader does not look: plug-ins, and what they read.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PlugInTests
{
    private static readonly Platform[] _two = [Locks.Amd64, Locks.Armel];

    [Test]
    public async Task ANameWithItsPackageIsTakenFromTheFolderItLiesInWithWhatItNeeds()
    {
        using var archive = Archive();
        var image = await archive.ResolveAsync(_two, [Locks.Library("libtdsodbc", package: "tdsodbc")]);
        foreach (var locked in image.Platforms)
        {
            Assert.That(FilesOf(locked, "tdsodbc"), Is.EqualTo(new[] { $"/usr/lib/{locked.Platform.Triplet}/odbc/libtdsodbc.so" }));
            Assert.That(FilesOf(locked, "libodbcinst2"), Is.Not.Empty);
        }
    }

    [Test]
    public async Task TheLoadersFolderWinsAndDebugSymbolsAreNoLibrary()
    {
        using var archive = Archive();
        archive.Add(_two, platform => new FakePackage("both", "1", platform).Library("libboth.so.1").Copyright()
            .File("/usr/lib/both/libboth.so.1", TinyElf.Library(platform, "libboth.so.1"))
            .File("/usr/lib/debug/usr/lib/libonly.so.1", TinyElf.Library(platform, "libonly.so.1")));
        var image = await archive.ResolveAsync(_two, [Locks.Library("libboth", package: "both")]);
        Assert.That(FilesOf(image.Platforms[0], "both"), Has.None.StartsWith("/usr/lib/both"));
        Assert.That(async () => await archive.ResolveAsync(_two, [Locks.Library("libonly", package: "both")]), Throws.TypeOf<LockException>().With.Message.Contains("does not contain it"));
    }

    [Test]
    public async Task APathTakesWhatMatchesItOnEachPlatformInEitherSpelling()
    {
        using var archive = Archive();
        var requirements = RequirementFile.Parse("/usr/lib/{triplet}/sasl2/*.so* = modules\n/etc/sasl.conf = modules", "lib-requires.txt", _two);
        var image = await archive.ResolveAsync(_two, requirements);
        foreach (var locked in image.Platforms)
        {
            var folder = $"/lib/{locked.Platform.Triplet}/sasl2";
            Assert.That(FilesOf(locked, "modules"), Is.EqualTo(new[] { "/etc/sasl.conf", $"{folder}/libplain.so", $"{folder}/libplain.so.2", $"{folder}/login.so" }));
            Assert.That(FilesOf(locked, "libodbcinst2"), Is.Not.Empty, "what a plug-in needs comes along");
        }

        Assert.That(LockAnswer.Find(image, "trixie", requirements, [], _two), Is.Null);
        Assert.That(LockFile.Parse(LockFile.Serialize(image), "lock").Platforms[0].Requirements.Select(answer => answer.Text), Does.Contain("/usr/lib/{triplet}/sasl2/*.so* = modules"));
    }

    [TestCase("/usr/lib/** = modules", "/lib/{0}/other/x.so /lib/{0}/sasl2/libplain.so /lib/{0}/sasl2/libplain.so.2 /lib/{0}/sasl2/login.so")]
    [TestCase("/usr/lib/{triplet}/sasl2/** = modules", "/lib/{0}/sasl2/libplain.so /lib/{0}/sasl2/libplain.so.2 /lib/{0}/sasl2/login.so")]
    [TestCase("/etc/** = modules", "/etc/sasl.conf")]
    [TestCase("/** = legacy", "/usr/lib/{0}/ossl-modules/legacy.so")]
    public async Task AFolderTakesAllFilesBelowItButNoDocuments(string line, string files)
    {
        using var archive = Archive();
        var image = await archive.ResolveAsync(_two, RequirementFile.Parse(line, "lib-requires.txt", _two));
        foreach (var locked in image.Platforms)
        {
            var answer = locked.Requirements.Single(requirement => requirement.Text == line);
            Assert.That(answer.Files, Is.EqualTo(string.Format(files, locked.Platform.Triplet).Split(' ')));
        }
    }

    [TestCase("libtdsodbc", "tdsodbc has /usr/lib/x86_64-linux-gnu/odbc/libtdsodbc.so", "libtdsodbc = tdsodbc")]
    [TestCase("libtds = tdsodbc", "its libraries are libtdsodbc.so", "= tdsodbc")]
    [TestCase("liblegacy = legacy", "none of its libraries", "/usr/lib/{triplet}/ossl-modules/legacy.so = legacy")]
    [TestCase("/usr/lib/x86_64-linux-gnu/sasl2/libplane.so = modules", "closest", "/usr/lib/{triplet}/sasl2/libplain.so = modules")]
    [TestCase("/usr/lib/ossl-modules/legacy.so = legacy", "closest", "/usr/lib/{triplet}/ossl-modules/legacy.so = legacy")]
    [TestCase("/usr/lib/{triplet}/sasl2 = modules", "folder", "/usr/lib/{triplet}/sasl2/** = modules")]
    [TestCase("/opt/none.so = legacy", "none of its files", "/usr/lib/{triplet}/ossl-modules/legacy.so = legacy")]
    [TestCase("/usr/lib/{triplet}/x.so = legaci", null, "did you mean legacy?")]
    public async Task AnErrorOffersALineThatWorks(string line, string? why, string next)
    {
        using var archive = Archive();
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync([Locks.Amd64], RequirementFile.Parse(line, "lib-requires.txt", _two))))!;
        Assert.That(error.Why ?? string.Empty, Does.Contain(why ?? string.Empty));
        Assert.That(error.Next, Does.Contain(next));
        if (next.StartsWith('/') || next.StartsWith("libtdsodbc =", StringComparison.Ordinal))
        {
            await archive.ResolveAsync([Locks.Amd64], RequirementFile.Parse(next, "lib-requires.txt", _two));
        }
    }

    [Test]
    public async Task APatternTakesTheFoldersThatLinksPointToAndLeavesOutLinksToNothing()
    {
        using var archive = Archive();
        archive.Add(_two, platform => new FakePackage("runtime", "21", platform) { Depends = "libc6" }.Copyright()
            .File("/opt/rt-21/lib/one.txt").File("/etc/rt/two.conf").File("/usr/share/doc/runtime/README")
            .Link("/opt/rt", "rt-21").Link("/opt/rt-21/conf", "/etc/rt").Link("/opt/rt-21/docs", "../../usr/share/doc/runtime").Link("/opt/rt-21/store", "/etc/made-by-postinst"));
        string[] expected = ["/etc/rt/two.conf", "/opt/rt", "/opt/rt-21/conf", "/opt/rt-21/lib/one.txt"];
        var requirements = RequirementFile.Parse("/opt/** = runtime", "lib-requires.txt", _two);
        var image = await archive.ResolveAsync([Locks.Amd64], requirements);
        Assert.That(FilesOf(image.Platforms[0], "runtime"), Is.EqualTo(expected));
        Assert.That(image.Platforms[0].Requirements.Single(answer => answer.Text == "/opt/** = runtime").Files, Is.SubsetOf(expected));
        Assert.That(LockAnswer.Find(LockFile.Parse(LockFile.Serialize(image), "lock"), "trixie", requirements, [], [Locks.Amd64]), Is.Null);

        image = await archive.ResolveAsync([Locks.Amd64], RequirementFile.Parse("/opt/rt-21/conf = runtime", "lib-requires.txt", _two));
        Assert.That(FilesOf(image.Platforms[0], "runtime"), Is.EqualTo(new[] { "/etc/rt/two.conf", "/opt/rt-21/conf" }));
        Assert.That(
            () => archive.ResolveAsync([Locks.Amd64], RequirementFile.Parse("/opt/rt-21/store = runtime", "lib-requires.txt", _two)),
            Throws.TypeOf<LockException>().With.Message.Contains("/etc/made-by-postinst"), "asked for by its name");
    }

    // 64-bit time_t renamed hundreds of packages, and the old names are provided.
    [Test]
    public async Task APackageMayBeNamedAsItIsProvided()
    {
        using var archive = Archive();
        archive.Add(_two, platform => new FakePackage("libcurl4t64", "8.1", platform) { Provides = "libcurl4" }.Library("libcurl.so.4", "libc.so.6").Copyright());
        var requirements = RequirementFile.Parse("libcurl = libcurl4", "lib-requires.txt", _two);
        var image = await archive.ResolveAsync(_two, requirements);
        Assert.That(image.Platforms.Select(locked => FilesOf(locked, "libcurl4t64")), Has.All.Not.Empty);
        Assert.That(LockAnswer.Find(image, "trixie", requirements, [], _two), Is.Null);

        archive.Add(_two, platform => new FakePackage("libcurl4-other", "8.1", platform) { Provides = "libcurl4" }.Library("libcurl.so.4", "libc.so.6").Copyright());
        Assert.That(
            () => archive.ResolveAsync(_two, requirements),
            Throws.TypeOf<LockException>().With.Message.Contains("has no package libcurl4").And.Message.Contains("did you mean libcurl4-other, libcurl4t64?"));
    }

    // As in a Java runtime: libjava.so needs libjvm.so, which its program loads from the folder server.
    [Test]
    public async Task APluginMayNeedALibraryThatItsProgramLoadsFromAnotherFolder()
    {
        using var archive = Archive();
        archive.Add(_two, platform => new FakePackage("runtime", "21", platform) { Depends = "libc6" }.Copyright()
            .File("/opt/rt/lib/server/libengine.so", TinyElf.Library(platform, "libengine.so", "libc.so.6"))
            .File("/opt/rt/lib/libone.so", TinyElf.Library(platform, "libone.so", "libengine.so"))
            .File("/opt/rt/lib/libtwo.so", TinyElf.Library(platform, "libtwo.so", "libengine.so")));
        var error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync([Locks.Amd64], RequirementFile.Parse("/opt/rt/** = runtime", "lib-requires.txt", _two))))!;
        Assert.That(error.Message, Does.Contain("libone.so of runtime and 1 more of its files need libengine.so").And.Contain("allow that: /opt/rt/** = runtime (plugin)"));
        var image = await archive.ResolveAsync([Locks.Amd64], RequirementFile.Parse("/opt/rt/** = runtime (plugin)", "lib-requires.txt", _two));
        Assert.That(FilesOf(image.Platforms[0], "runtime"), Has.Count.EqualTo(3));
        error = (await Assert.ThrowsAsync<LockException>(() => archive.ResolveAsync([Locks.Amd64], RequirementFile.Parse("/opt/rt/lib/lib*.so = runtime (plugin)", "lib-requires.txt", _two))))!;
        Assert.That(error.Message, Does.Contain("libengine.so").And.Not.Contain("(plugin)\n"), "nothing in the image has it");
    }

    private static FakeArchive Archive()
    {
        var archive = new FakeArchive();
        archive.Add(_two, platform => new FakePackage("libc6", "2.41-12", platform).Library("libc.so.6").Copyright());
        archive.Add(_two, platform => new FakePackage("libodbcinst2", "2.3", platform).Library("libodbcinst.so.2", "libc.so.6").Copyright());
        archive.Add(_two, platform => new FakePackage("tdsodbc", "1.5", platform) { Depends = "libodbcinst2, libc6" }.Copyright()
            .File($"{Of(platform)}/odbc/libtdsodbc.so", TinyElf.Library(platform, "libtdsodbc.so.0", "libodbcinst.so.2")));
        archive.Add(_two, platform => new FakePackage("legacy", "3.5", platform) { Depends = "libc6" }.Copyright()
            .File($"{Of(platform)}/ossl-modules/legacy.so", TinyElf.Library(platform, "legacy.so", "libc.so.6")));
        return archive.Add(_two, platform => new FakePackage("modules", "2.1", platform) { Depends = "libodbcinst2, libc6" }.Copyright()
            .File("/etc/sasl.conf")
            .File($"/lib/{platform.Triplet}/sasl2/libplain.so.2", TinyElf.Library(platform, "libplain.so.2", "libc.so.6"))
            .Link($"/lib/{platform.Triplet}/sasl2/libplain.so", "libplain.so.2")
            .File($"/lib/{platform.Triplet}/sasl2/login.so", TinyElf.Library(platform, "login.so", "libodbcinst.so.2"))
            .File($"/lib/{platform.Triplet}/other/x.so", TinyElf.Library(platform, "x.so", "libc.so.6")));
    }

    private static string Of(Platform platform) => $"/usr/lib/{platform.Triplet}";

    private static IReadOnlyList<string> FilesOf(LockedPlatform locked, string package) =>
        [.. (locked.Packages.SingleOrDefault(one => one.Pin.Name == package)?.Files ?? []).Where(file => !file.StartsWith("/usr/share/doc/", StringComparison.Ordinal))];
}
