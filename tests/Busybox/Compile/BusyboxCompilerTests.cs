using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Busybox.Compile;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BusyboxCompilerTests
{
    private readonly SaidBoard _board = new();
    private string _folder = string.Empty;

    private string Cache => Path.Combine(_folder, "cache");

    private string Logs => Path.Combine(_folder, "logs");

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("compiler-").FullName;
        File.WriteAllText(Path.Combine(_folder, "tarball"), "tar");
        _board.Warnings.Clear();
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task EachPlatformIsCompiledOnceAndKept()
    {
        var root = FakeRoot.Good();
        CompileInputs[] wanted = [Given.Inputs(), Given.Inputs(Given.S390X)];
        var first = await CompileAsync(root, wanted);
        Assert.That(System.Text.Encoding.UTF8.GetString(first[Given.S390X].Binary.Span), Is.EqualTo("binary for s390"));
        Assert.That(first[KnownPlatforms.Amd64].Links, Is.EqualTo(new[] { "/bin/sh", "/usr/bin/awk" }));
        await CompileAsync(root, wanted);
        Assert.That(root.Runs, Is.EqualTo(2));
        Assert.That(Directory.EnumerateDirectories(Cache, "work", SearchOption.AllDirectories), Is.Empty);
        Assert.That(File.ReadAllText(Path.Combine(Logs, "busybox-linux-s390x.log")), Does.Contain("shell/ash.o"));
    }

    [Test]
    public async Task AChangeOfOnePlatformsInputsCompilesThatOneAlone()
    {
        var root = FakeRoot.Good();
        await CompileAsync(root, Given.Inputs(), Given.Inputs(Given.S390X));
        await CompileAsync(root, Given.Inputs(), Given.Inputs(Given.S390X, "CONFIG_AR=y\nCONFIG_BZIP2=y\n"));
        Assert.That(root.Runs, Is.EqualTo(3));
    }

    [Test]
    public async Task WithEverythingInTheCacheNoRootIsOpenedAndNothingFetched()
    {
        await CompileAsync(FakeRoot.Good(), Given.Inputs());
        var compiler = new BusyboxCompiler(Cache, Logs, _board, 2);
        var results = await compiler.CompileAsync(
            [Given.Inputs()], _ => throw new AssertionException("a root was opened"), _ => throw new AssertionException("the tarball was fetched"), default);
        Assert.That(results, Has.Count.EqualTo(1));
    }

    [TestCase("busybox")]
    [TestCase("busybox.links")]
    [TestCase("config")]
    [TestCase("stamp.json")]
    public async Task ADamagedResultIsToldAndCompiledAgain(string name)
    {
        var root = FakeRoot.Good();
        await CompileAsync(root, Given.Inputs());
        File.AppendAllText(Directory.EnumerateFiles(Cache, name, SearchOption.AllDirectories).Single(), "damage");
        var again = await CompileAsync(root, Given.Inputs());
        Assert.That(System.Text.Encoding.UTF8.GetString(again[KnownPlatforms.Amd64].Binary.Span), Is.EqualTo("binary for x86_64"));
        Assert.That(root.Runs, Is.EqualTo(2));
        Assert.That(_board.Warnings.Single(), Does.Contain("linux/amd64").And.Contain("damaged"));
    }

    [Test]
    public async Task ACompilerErrorIsShownWithItsLastLinesAndNothingIsKept()
    {
        var bad = new FakeRoot((_, onLine, _) =>
        {
            onLine("  CC      shell/ash.o");
            onLine("shell/ash.c:1: error: expected ';'");
            return Task.FromResult(2);
        });
        var error = (await Assert.ThrowsAsync<BusyboxException>(() => CompileAsync(bad, Given.Inputs())))!;
        Assert.That(error.What, Is.EqualTo("BusyBox 1.38.0 does not compile for linux/amd64"));
        Assert.That(error.Where, Is.EqualTo(Path.Combine(Logs, "busybox-linux-amd64.log")));
        Assert.That(error.Why, Does.Contain("exit code 2").And.Contain("expected ';'"));
        Assert.That(new BusyboxCompiler(Cache, Logs, _board, 2).Find(Given.Inputs()), Is.Null);
        Assert.That(await CompileAsync(FakeRoot.Good(), Given.Inputs()), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task ALineOfConfigurationWithoutEffectIsNamed()
    {
        var bad = new FakeRoot((_, onLine, _) =>
        {
            onLine("something else: said");
            onLine("busybox.config:7: CONFIG_NONE=y did not take effect: there is no such option");
            return Task.FromResult(65);
        });
        var error = (await Assert.ThrowsAsync<BusyboxException>(() => CompileAsync(bad, Given.Inputs())))!;
        Assert.That(error.Where, Is.EqualTo("busybox.config"));
        Assert.That(error.Why, Is.EqualTo("busybox.config:7: CONFIG_NONE=y did not take effect: there is no such option"));
    }

    [Test]
    public async Task ARecipeThatLeavesNoBinaryIsAnError()
    {
        var empty = new FakeRoot((_, _, _) => Task.FromResult(0));
        Assert.That((await Assert.ThrowsAsync<BusyboxException>(() => CompileAsync(empty, Given.Inputs())))!.What, Does.Contain("created no busybox"));
    }

    [Test]
    public async Task WhatAKilledRunLeftIsRemovedFirst()
    {
        var left = Path.Combine(new CompiledFolder(Cache, Given.Inputs().Key).Path, "work", "work", "busybox");
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "half.o"), "half");
        var clean = new FakeRoot((command, onLine, token) =>
        {
            Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(command.WorkFolder, "work")), Is.Empty);
            return FakeRoot.Good().RunAsync(command, onLine, token);
        });
        await CompileAsync(clean, Given.Inputs());
        Assert.That(Directory.Exists(left), Is.False);
    }

    [Test]
    public async Task TwoBuildsAtOnceCompileOnce()
    {
        var slow = new FakeRoot(async (command, onLine, token) =>
        {
            await Task.Delay(300, token);
            return await FakeRoot.Good().RunAsync(command, onLine, token);
        });
        var both = await Task.WhenAll(CompileAsync(slow, Given.Inputs()), CompileAsync(slow, Given.Inputs(), logs: "other"));
        Assert.That(slow.Runs, Is.EqualTo(1));
        Assert.That(both[0][KnownPlatforms.Amd64].Binary.ToArray(), Is.EqualTo(both[1][KnownPlatforms.Amd64].Binary.ToArray()));
    }

    [Test]
    public async Task AStoppedRunKeepsWhatWasFinished()
    {
        using var stop = new CancellationTokenSource();
        var root = new FakeRoot(async (command, onLine, token) =>
        {
            if (command.Environment["ARCH"] == "s390")
            {
                while (!Directory.EnumerateFiles(Cache, "stamp.json", SearchOption.AllDirectories).Any())
                {
                    await Task.Delay(20, token);
                }

                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            }

            return await FakeRoot.Good().RunAsync(command, onLine, token);
        });
        await Assert.CatchAsync<OperationCanceledException>(() => new BusyboxCompiler(Cache, Logs, _board, 2).CompileAsync(
            [Given.Inputs(), Given.Inputs(Given.S390X)], _ => Task.FromResult<IBuildRoot>(root), _ => Task.FromResult(Path.Combine(_folder, "tarball")), stop.Token));
        var compiler = new BusyboxCompiler(Cache, Logs, _board, 2);
        Assert.That(compiler.Find(Given.Inputs()), Is.Not.Null);
        Assert.That(compiler.Find(Given.Inputs(Given.S390X)), Is.Null);
    }

    [Test]
    public void TheKeyCoversEverythingThatGoesIn()
    {
        var given = Given.Inputs();
        string[] keys =
        [
            given.Key,
            Given.Inputs(Given.S390X).Key,
            Given.Inputs(fragment: "CONFIG_AR=n\n").Key,
            Given.Inputs(recipe: "exit 1\n").Key,
            (given with { Release = given.Release with { Sha256 = new string('b', 64) } }).Key,
            (given with { Release = given.Release with { Date = "2026-05-14" } }).Key,
            (given with { Patches = [] }).Key,
            (given with { Fragments = [.. given.Fragments, new CompileFile("more", "CONFIG_X=y\n"u8.ToArray())] }).Key,
            (given with { Tools = [new BusyboxGlibc.Debian.PinnedPackage("gcc", "1", "amd64", "gcc", "1", "debian", "pool/g.deb", 1, new string('c', 64))] }).Key,
        ];
        Assert.That(keys.Distinct(StringComparer.Ordinal), Has.Exactly(keys.Length).Items);
        Assert.That(Given.Inputs().Key, Is.EqualTo(given.Key));
    }

    private async Task<IReadOnlyDictionary<Platform, CompiledBusybox>> CompileAsync(FakeRoot root, params CompileInputs[] wanted) =>
        await new BusyboxCompiler(Cache, Logs, _board, 2).CompileAsync(
            wanted, _ => Task.FromResult<IBuildRoot>(root), _ => Task.FromResult(Path.Combine(_folder, "tarball")), default);

    private async Task<IReadOnlyDictionary<Platform, CompiledBusybox>> CompileAsync(FakeRoot root, CompileInputs wanted, string logs) =>
        await new BusyboxCompiler(Cache, Path.Combine(_folder, logs), _board, 2).CompileAsync(
            [wanted], _ => Task.FromResult<IBuildRoot>(root), _ => Task.FromResult(Path.Combine(_folder, "tarball")), default);
}
