using System.Text.Json;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Inspect.Libraries;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Tests.Debian.Suite;
using BusyboxGlibc.Tests.Lock.Resolve;
using NSubstitute;

namespace BusyboxGlibc.Tests.Inspect.Libraries;

/// <summary>What is found by which name, and what the answer says.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class LibraryFinderTests
{
    private static FakePackage Package(string name, string version, params string[] sonames) => sonames.Aggregate(
        new FakePackage(name, version, Locks.Amd64) { Source = name, Depends = "libc6" }.Copyright(), (made, soname) => made.Library(soname, "libc.so.6"));

    private static async Task<FinderBench> BenchAsync()
    {
        var bench = new FinderBench(Locks.Amd64);
        bench.Archive
            .Add(ResolverTests.LibZ(Locks.Amd64))
            .Add(Package("libssl3t64", "3.5", "libssl.so.3", "libcrypto.so.3"))
            .Add(new FakePackage("libpng16-16", "1.6", Locks.Amd64) { Depends = "zlib1g, libc6", Provides = "libpng-abi" }.Library("libpng16.so.16", "libz.so.1", "libc.so.6").Copyright())
            .Add(new FakePackage("libssl-dev", "3.5", Locks.Amd64) { Section = "libdevel", Depends = "libssl3t64 (= 3.5)" }.Copyright())
            .Add(new FakePackage("curl", "8", Locks.Amd64) { Section = "web" }.File("/usr/bin/curl", TinyElf.Program(Locks.Amd64)).Copyright())
            .Add(new FakePackage("libsasl2-modules", "2", Locks.Amd64).File("/usr/lib/x86_64-linux-gnu/sasl2/libplain.so", TinyElf.Library(Locks.Amd64, "libplain.so")).Copyright());
        return await bench.LockedAsync("libm");
    }

    [TestCase("libssl.so.3", "libssl.so.3", "libssl3t64")]
    [TestCase("libssl", "libssl", "libssl3t64")]
    [TestCase("ssl", "libssl", "libssl3t64")]
    [TestCase("-lssl", "libssl", "libssl3t64")]
    [TestCase("LIBSSL", "libssl", "libssl3t64")]
    [TestCase("ｌｉｂｓｓｌ．ｓｏ．３", "libssl.so.3", "libssl3t64")]
    [TestCase("'libssl.so.3'", "libssl.so.3", "libssl3t64")]
    [TestCase("error while loading shared libraries: libssl.so.3: cannot open shared object file", "libssl.so.3", "libssl3t64")]
    [TestCase("/usr/lib/x86_64-linux-gnu/libssl.so.3", "libssl.so.3", "libssl3t64")]
    [TestCase("/usr/lib/{triplet}/libssl.so.3", "libssl.so.3", "libssl3t64")]
    [TestCase("zlib1g", "libz.so.1", "zlib1g")]
    [TestCase("zlib1g:amd64", "libz.so.1", "zlib1g")]
    [TestCase("libpng-abi", "libpng16.so.16", "libpng16-16")]
    [TestCase("curl", "curl", "curl")]
    [TestCase("/bin/curl", "curl", "curl")]
    public async Task ALibraryIsFoundByTheNamesThatPeopleHave(string name, string line, string package)
    {
        using var bench = await BenchAsync();
        var answer = await bench.FindAsync(name);
        Assert.That((answer.Found?.Line, answer.Found?.Platforms[0].Pin.Name), Is.EqualTo((line, package)), string.Join('\n', LibraryLines.Of(answer)));
    }

    [TestCase("libssl-dev", "libcrypto.so.3 libssl.so.3")]
    [TestCase("libssl3", "libcrypto.so.3 libssl.so.3")]
    [TestCase("lib*sl*", "libssl.so.3")]
    [TestCase("libss?", "libssl.so.3")]
    [TestCase("/usr/lib/x86_64-linux-gnu/sasl2/libplain.so", "libplain.so = libsasl2-modules")]
    [TestCase("libplain.so", "libplain.so = libsasl2-modules")]
    public async Task WhatMayMeanSeveralThingsIsAListOfLines(string name, string lines)
    {
        using var bench = await BenchAsync();
        var answer = await bench.FindAsync(name);
        Assert.That(answer.IsFound);
        Assert.That(string.Join(' ', answer.Rows.Select(row => row.Line).Order(StringComparer.Ordinal)), Is.EqualTo(lines));
    }

    [Test]
    public async Task TheAnswerSaysWhatTheLineAddsToTheImageAndThatIsWhatABuildTakes()
    {
        using var bench = await BenchAsync();
        var found = (await bench.FindAsync("libpng16")).Found!;
        var adds = found.Platforms[0].Adds;
        Assert.That(adds.Packages.Select(package => (package.Name, package.Files)), Is.EqualTo(new[] { ("libpng16-16", 3), ("zlib1g", 3) }));
        Assert.That(found.Platforms[0].Size, Is.EqualTo(TinyElf.Library(Locks.Amd64, "libpng16.so.16", "libz.so.1", "libc.so.6").Length));

        var built = await bench.Archive.ResolveAsync([Locks.Amd64], [.. bench.Requirements, Locks.Library("libpng16", 2)], bench.Lock);
        var more = built.Platforms[0].Packages.SelectMany(package => package.Files).Except(bench.Lock!.Platforms[0].Packages.SelectMany(package => package.Files)).Count();
        Assert.That(adds.Packages.Sum(package => package.Files), Is.EqualTo(more));
        Assert.That(adds.UnpackedBytes, Is.GreaterThan(found.Platforms[0].Size));
        Assert.That(adds.CompressedBytes, Is.InRange(100, adds.UnpackedBytes + 1000));

        var again = (await bench.FindAsync("libpng16")).Found!.Platforms[0].Adds;
        Assert.That((again.UnpackedBytes, again.CompressedBytes), Is.EqualTo((adds.UnpackedBytes, adds.CompressedBytes)), "from the cache");
    }

    [Test]
    public async Task WhatTheImageHasAddsNothing()
    {
        using var bench = await (await BenchAsync()).LockedAsync("libpng16");
        foreach (var name in new[] { "libz.so.1", "libpng16", "libc.so.6" })
        {
            Assert.That((await bench.FindAsync(name)).Found!.Platforms[0].Adds.Packages, Is.Empty, name);
        }
    }

    [Test]
    public async Task WithoutALockEverythingCounts()
    {
        using var bench = await BenchAsync();
        bench.Lock = null;
        var answer = await bench.FindAsync("libz");
        Assert.That(answer.Found!.Platforms[0].Adds.Packages.Select(package => package.Name), Is.EqualTo(new[] { "zlib1g", "base-files", "libc6" }));
        Assert.That(answer.Notes, Has.Some.Contain("there is no image.lock.json"));
    }

    [Test]
    public async Task ALineThatWasAddedToTheFileSinceHasNoPartInTheAnswer()
    {
        using var bench = await BenchAsync();
        bench.Requirements = [.. bench.Requirements, Locks.Library("libnothing", 7)];
        Assert.That((await bench.FindAsync("libz")).Found!.Platforms[0].Adds.Packages.Select(package => package.Name), Is.EqualTo(new[] { "zlib1g" }));
    }

    [Test]
    public async Task PlatformsThatDifferAreSaidSo()
    {
        using var bench = new FinderBench(Locks.Amd64, Locks.Arm64, Locks.Armel);
        bench.Archive.Add([Locks.Amd64, Locks.Arm64, Locks.Armel], platform => new FakePackage("libaio1t64", platform == Locks.Arm64 ? "2" : "1", platform).Library("libaio.so.1t64", "libc.so.6").Copyright())
            .Add([Locks.Arm64], platform => new FakePackage("libonly", "1", platform).Library("libonly.so.1", "libc.so.6").Copyright());
        await bench.LockedAsync("libm");
        var answer = await bench.FindAsync("libaio.so.1");
        Assert.That(answer.Found!.Line, Is.EqualTo("libaio.so.1 [!linux/arm/v6]"));
        Assert.That(answer.Found.Absent.Single().Why, Does.Contain("renamed it to libaio.so.1t64"));
        Assert.That(answer.Found.Platforms[0].Size, Is.GreaterThan(0), "of the file behind the link that the build creates");
        Assert.That(LibraryLines.Of(answer), Has.Some.EqualTo("libaio1t64 1 on linux/amd64").And.Some.EqualTo("libaio1t64 2 on linux/arm64"));
        Assert.That((await bench.FindAsync("libonly.so.1")).Found!.Line, Is.EqualTo("libonly.so.1 [linux/arm64]"));
    }

    [Test]
    public async Task SeveralPackagesAreLinesToChooseFrom()
    {
        using var bench = await BenchAsync();
        bench.Archive.Add(Package("libalpha1", "1", "libsame.so.1")).Add(Package("libbeta1", "1", "libsame.so.1"));
        var answer = await bench.FindAsync("libsame");
        Assert.That(answer.Rows.Select(row => row.Line), Is.EqualTo(new[] { "libsame = libalpha1", "libsame = libbeta1" }));
        Assert.That(answer.Next, Is.EqualTo("write one of these lines"));
    }

    [Test]
    public async Task OfAHundredMatchesTheNearestTwentyAreShown()
    {
        using var bench = await BenchAsync();
        foreach (var number in Enumerable.Range(0, 100))
        {
            bench.Archive.Add(Package($"libmany{number}-1", "1", $"libmany{number}.so.1"));
        }

        var answer = await bench.FindAsync("libmany*");
        Assert.That((answer.Rows.Count, answer.More), Is.EqualTo((20, 80)));
        Assert.That(answer.Rows.Take(10).Select(row => row.File), Is.EquivalentTo(Enumerable.Range(0, 10).Select(number => $"libmany{number}.so.1")));
        Assert.That(LibraryLines.Of(answer), Has.Some.EqualTo("and 80 more: write a longer name"));
    }

    [TestCase("libssl.so.1.1", "another version with another ABI", "request libssl.so.3")]
    [TestCase("libssll.so.3", "no package of trixie has libssll.so.3", "did you mean libssl.so.3")]
    [TestCase("libcudart.so.12", "CUDA", "own package file")]
    [TestCase("libnvidia-ml.so.1", "NVIDIA's driver", "container toolkit")]
    [TestCase("libc.musl-x86_64.so.1", "musl", "glibc")]
    [TestCase("ld-linux.so.2", "the program loader of linux/386", "--platforms=linux/386")]
    [TestCase("libmysqlclient.so.21", "MySQL's client library", "libmariadb")]
    [TestCase("qxzy", "no package of trixie has qxzy", "correct the name")]
    [TestCase("UTF-16.so", "cannot be the name of a library in a loader's folder", "= PACKAGE")]
    [TestCase("libqxzy*", "no library in the loader's folders matches", "similar names")]
    public async Task WhatNoPackageHasGetsTheHintThatHelps(string name, string why, string next)
    {
        using var bench = await BenchAsync();
        var answer = await bench.FindAsync(name);
        Assert.That(answer.IsFound, Is.False);
        Assert.That(string.Join('\n', answer.Notes), Does.Contain(why));
        Assert.That(answer.Next, Does.Contain(next));
    }

    [TestCase("zlib", "libz.so.1")]
    [TestCase("boost", "libboost_log.so.1.83.0 libboost_url.so.1.83.0")]
    [TestCase("Qt6", "libQt6Core.so.6 libQt6Svg.so.6")]
    public async Task AProjectIsTheLibrariesThatItsSourceIsBuiltInto(string name, string lines)
    {
        using var bench = await ProjectsAsync();
        var answer = await bench.FindAsync(name);
        Assert.That(string.Join(' ', answer.Rows.Select(row => row.Line).Order(StringComparer.Ordinal)), Is.EqualTo(lines));
        Assert.That(answer.Notes, Has.One.EqualTo($"{name} is the name of a project, or of its source package, and these are its libraries"));
    }

    [TestCase("libzlib", "libz.so.1")]
    [TestCase("libqt6", "libQt6Svg.so.6")]
    public async Task TheLineOfAProjectGetsTheNamesOfItsLibraries(string name, string next)
    {
        using var bench = await ProjectsAsync();
        var error = (await Assert.ThrowsAsync<LockException>(() => bench.Archive.ResolveAsync([Locks.Amd64], [Locks.Library(name, 1, optional: false)])))!;
        Assert.That(error.Message, Does.Contain("is the name of a project").And.Contain(next));
    }

    [Test]
    public async Task ACommandNamesTheLibrariesOfItsProjectToo()
    {
        using var bench = await BenchAsync();
        bench.Archive.Add(Package("libcurl4t64", "8", "libcurl.so.4")).Add(new FakePackage("curl", "8", Locks.Amd64) { Section = "web", Source = "curl" }.File("/usr/bin/curl", TinyElf.Program(Locks.Amd64)).Copyright());
        bench.Archive.Add(new FakePackage("libcurl4t64", "8", Locks.Amd64) { Source = "curl", Depends = "libc6" }.Library("libcurl.so.4", "libc.so.6").Copyright());
        Assert.That((await bench.FindAsync("curl")).Notes[0], Is.EqualTo("curl is a command; the libraries of that project are libcurl.so.4"));
    }

    [TestCase("boxt")]
    [TestCase("Q6")]
    [TestCase("crul8")]
    public async Task NothingAbsurdIsSuggested(string name)
    {
        using var bench = await BenchAsync();
        Assert.That((await bench.FindAsync(name)).Next, Does.Not.Contain("did you mean"));
        Assert.That((await bench.FindAsync("crul")).Next, Does.Contain("did you mean curl"));
    }

    [TestCase("GLIBC_2.38", "trixie", true)]
    [TestCase("glibc_2.38", "trixie", true)]
    [TestCase("GLIBC_2.99", "trixie", false)]
    [TestCase("GLIBC_2.38", "bookworm", false)]
    [TestCase("./x: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./x)", "trixie", true)]
    public async Task ASymbolVersionIsAnsweredWithItsLibraryAndTheSuitesThatHaveIt(string name, string suite, bool isFound)
    {
        using var bench = await BenchAsync();
        bench.Archive.Codename = suite;
        var answer = await bench.FindAsync(name);
        Assert.That((answer.IsFound, answer.Found?.Line), Is.EqualTo((isFound, isFound ? "libc.so.6" : null)));
        Assert.That(answer.Notes[0], Does.Match(@"GLIBC_2\.[39][89] is a symbol version of glibc, libc\.so\.6"));
        Assert.That(answer.Notes, Has.One.EqualTo($"Debian 12 (bookworm) has no such version: its newest is GLIBC_2.36"));
        Assert.That(answer.Elsewhere, Is.Empty);
    }

    [TestCase("GLIBC_2.43", "a program that needs GLIBC_2.43 does not start with the glibc of trixie (linux/amd64): build it on trixie", true)]
    [TestCase("GLIBC_2.38", null, true)]
    [TestCase("GLIBC_2.99", "a program that needs GLIBC_2.99 does not start with the glibc of trixie (linux/amd64): build it on trixie\na program that needs GLIBC_2.99 does not start with the glibc of forky (linux/loong64): build it on forky", false)]
    public async Task OfAPlatformFromAnotherSuiteItsOwnSuiteAnswers(string version, string? next, bool isFound)
    {
        using var bench = new FinderBench(Locks.Amd64, MixedSuiteTests.Loong64) { PlatformSuites = new Dictionary<Platform, string> { [MixedSuiteTests.Loong64] = "forky" } };
        var answer = await bench.FindAsync(version);
        Assert.That((answer.IsFound, answer.Next), Is.EqualTo((isFound, next)));
        Assert.That(answer.Notes, Has.One.StartsWith("Debian 14 (forky) has ").And.One.StartsWith("Debian 13 (trixie) has "));
        Assert.That((await bench.FindAsync("libabsent.so.1")).Notes[0], Is.EqualTo("no package of trixie or forky has libabsent.so.1 on any platform"));
    }

    [TestCase("#!/usr/bin/python3 -s\nimport pip\n", "pip3 of python3-pip, a package for all architectures, is a script for /usr/bin/python3 -s", "; /usr/bin/python3 must be in the image too")]
    [TestCase("data", "is no program of a platform, and no script", "/usr/share/FOLDER/** = python3-pip")]
    public async Task ACommandOfAPackageForAllArchitecturesIsFoundWithItsInterpreter(string content, string note, string next)
    {
        using var bench = await BenchAsync();
        bench.Archive.Add(new FakePackage("python3-pip", "25", Locks.Amd64) { IsForAll = true, Section = "python" }.File("/usr/bin/pip3", content).Copyright());
        var answer = await bench.FindAsync(command: "pip3");
        Assert.That(answer.Rows.Select(row => (row.Line, row.Package)), Is.EqualTo(new[] { ("/usr/bin/pip3 = python3-pip", "python3-pip") }));
        Assert.That(answer.Notes[0], Does.Contain(note));
        Assert.That(answer.Next, Does.EndWith(next));
    }

    [Test]
    public async Task WhatOnlyThePluginsOfAnotherSuiteHaveIsNoAnswerForALinkersName()
    {
        using var bench = await BenchAsync();
        bench.Other = ResolverTests.Archive(Locks.Amd64).Add(new FakePackage("player", "1", Locks.Amd64).File("/usr/lib/x86_64-linux-gnu/player/libplug.so", TinyElf.Library(Locks.Amd64, "libplug.so")).Copyright());
        bench.Other.Codename = "bookworm";
        Assert.That((await bench.FindAsync("plug")).Elsewhere.Single().Rows, Is.Empty);
    }

    private static async Task<FinderBench> ProjectsAsync()
    {
        var bench = await BenchAsync();
        FakePackage Of(string source, string name, string soname) => new FakePackage(name, "1", Locks.Amd64) { Source = source, Depends = "libc6" }.Library(soname, "libc.so.6").Copyright();
        bench.Archive
            .Add(new FakePackage("zlib1g", "1", Locks.Amd64) { Source = "zlib", Depends = "libc6" }.Library("libz.so.1", "libc.so.6").Copyright())
            .Add(Of("boost1.83", "libboost-log1.83.0", "libboost_log.so.1.83.0")).Add(Of("boost1.83", "libboost-url1.83.0", "libboost_url.so.1.83.0"))
            .Add(new FakePackage("libboost-dev", "1", Locks.Amd64) { Source = "boost1.83", Section = "libdevel" }.Copyright())
            .Add(Of("qt6-base", "libqt6core6", "libQt6Core.so.6")).Add(Of("qt6-svg", "libqt6svg6", "libQt6Svg.so.6"))
            .Add(new FakePackage("zsh", "1", Locks.Amd64) { Section = "shells" }.File("/usr/bin/zlib-flate", TinyElf.Program(Locks.Amd64)).Copyright());
        return bench;
    }

    [Test]
    public async Task AnotherSuiteThatHasItIsNamedWithTheOptionToBuildFromIt()
    {
        using var bench = await BenchAsync();
        bench.Other = ResolverTests.Archive(Locks.Amd64).Add(Package("libold1", "0.9", "libold.so.1"));
        bench.Other.Codename = "bookworm";
        var answer = await bench.FindAsync("libold.so.1");
        Assert.That(answer.IsFound, Is.False, "not in the suite of the build");
        Assert.That(answer.Elsewhere.Single().Rows.Single().Package, Is.EqualTo("libold1"));
        Assert.That(answer.Next, Does.Contain("--suite=bookworm"));
        Assert.That((await bench.FindAsync("libz")).Elsewhere.Single().Rows, Is.Empty);
    }

    [Test]
    public async Task ASuiteThatTheCacheDoesNotHaveIsNotSearchedAndTheAnswerSaysSo()
    {
        var closed = Substitute.For<ISuite>();
        closed.PackagesAsync(default!, default).ReturnsForAnyArgs<IPackageIndex>(_ => throw new DebianException("not in the cache"));
        closed.ContentsAsync(default!, default).ReturnsForAnyArgs<IContentsIndex>(_ => throw new DebianException("not in the cache"));
        using var bench = await BenchAsync();
        var others = new OtherSuites([BusyboxGlibc.Platforms.Suites.Bookworm], (_, _) => Task.FromResult(closed));
        Assert.That((await others.FindAsync(FinderBench.Query("libz"), [Locks.Amd64], null!, default)).Single().Unsearched, Is.EqualTo("its indices are not in the cache"));
        Assert.That(await Assert.ThrowsAsync<DebianException>(() => bench.Finder(closed).FindAsync(FinderBench.Query("libz"), default)), Is.Not.Null, "of the build's own suite it is an error");
    }

    [Test]
    public async Task AnArchiveWithoutContentsIsAnErrorAndNotAnAbsence()
    {
        var contents = Substitute.For<IContentsIndex>();
        contents.Missing.Returns("no mirror has it");
        var suite = Substitute.For<ISuite>();
        suite.Codename.Returns("trixie");
        suite.ContentsAsync(default!, default).ReturnsForAnyArgs(contents);
        using var bench = await BenchAsync();
        var error = await Assert.ThrowsAsync<LockException>(() => bench.Finder(suite).FindAsync(FinderBench.Query("libz"), default));
        Assert.That(error!.Message, Does.Contain("cannot be searched").And.Contain("no mirror has it"));
    }

    [TestCase("libpng16")]
    [TestCase("lib*")]
    [TestCase("libnone")]
    public async Task TheJsonSaysWhatTheTextSays(string name)
    {
        using var bench = await BenchAsync();
        var answer = await bench.FindAsync(name);
        using var json = JsonDocument.Parse(LibraryJson.Of(answer));
        var root = json.RootElement;
        Assert.That((root.GetProperty("found").GetBoolean(), root.GetProperty("line").GetString()), Is.EqualTo((answer.IsFound, answer.Found?.Line)));
        Assert.That(root.GetProperty("matches").EnumerateArray().Select(row => row.GetProperty("line").GetString()), Is.EqualTo(answer.Rows.Select(row => row.Line)));
        Assert.That(
            root.GetProperty("platforms").EnumerateArray().Select(one => one.GetProperty("adds").GetProperty("compressedBytes").GetInt64()),
            Is.EqualTo((answer.Found?.Platforms ?? []).Select(one => one.Adds.CompressedBytes)));
    }
}
