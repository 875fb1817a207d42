using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Busybox.Compile;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>How the programs are compiled and kept, with a root that compiles nothing; the real one is run by SmokeTest on all platforms.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SmokeProgramTests
{
    private static readonly SmokeImage _image = SmokeSamples.Of(SmokeSamples.Tiny());

    [Test]
    public async Task ItIsLinkedToTheImagesOwnLibrariesAndKeptUntilTheyChange()
    {
        using var cache = new TemporaryFolder();
        BuildRootCommand? seen = null;
        var expected = "\u007fELF";
        var root = new FakeRoot((command, _, _) =>
        {
            seen = command;
            Assert.That(File.ReadAllText(Path.Combine(command.WorkFolder, "libz.so.1")), Is.EqualTo(expected), "the image's own");
            Assert.That(File.ReadAllText(Path.Combine(command.WorkFolder, "program.c")), Does.Contain("pthread_create"));
            File.WriteAllText(Path.Combine(command.WorkFolder, "program"), "a program");
            return Task.FromResult(0);
        });
        var program = New(cache, root);
        var path = await program.CompileAsync(_image, SmokeSource.C, default);
        Assert.That(File.ReadAllText(path), Is.EqualTo("a program"));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo((UnixFileMode)0x1ED));
        Assert.That(seen!.Arguments, Does.Contain("x86_64-linux-gnu-gcc").And.Contain("-DHAS_ZLIB").And.Contain("./libz.so.1").And.Not.Contain("-DHAS_NUMA").And.Not.Contain("-DHAS_GCC_S"));
        Assert.That(seen.WorkFolder, Does.Not.Exist);
        Assert.That(await program.CompileAsync(_image, SmokeSource.C, default), Is.EqualTo(path));
        Assert.That(root.Runs, Is.EqualTo(1));

        await File.AppendAllTextAsync(path, "damage");
        await program.CompileAsync(_image, SmokeSource.C, default);
        Assert.That(root.Runs, Is.EqualTo(2), "a damaged one is made again");

        var other = SmokeSamples.Of(Trees.Of([.. SmokeSamples.Tiny().Entries.Select(entry => entry.Path == "lib/libz.so.1.3.1" ? Trees.File(entry.Path, "\u007fELF of another") : entry)]));
        expected = "\u007fELF of another";
        Assert.That(await program.CompileAsync(other, SmokeSource.C, default), Is.Not.EqualTo(path), "another library, another program");
        Assert.That(root.Runs, Is.EqualTo(3));
    }

    [Test]
    public async Task TheProgramInCxxIsAnotherOne()
    {
        using var cache = new TemporaryFolder();
        var image = SmokeSamples.Of(SmokeSamples.Tiny(Trees.File("lib/libstdc++.so.6"), Trees.File("lib/libgcc_s.so.1")));
        var compiled = new List<string>();
        var program = New(cache, new FakeRoot((command, _, _) =>
        {
            compiled.Add(string.Join(' ', command.Arguments));
            File.WriteAllText(Path.Combine(command.WorkFolder, "program"), "a program");
            return Task.FromResult(0);
        }));
        Assert.That(await program.CompileAsync(image, SmokeSource.C, default), Is.Not.EqualTo(await program.CompileAsync(image, SmokeSource.Cxx, default)));
        Assert.That(compiled[0], Does.StartWith("x86_64-linux-gnu-gcc ").And.Contain("-DHAS_GCC_S").And.Not.Contain("./libgcc_s"), "glibc loads that one by its name");
        Assert.That(compiled[1], Does.StartWith("x86_64-linux-gnu-g++ ").And.Contain("program.cpp").And.Not.Contain("libz"));
    }

    [Test]
    public void WhatTheLinkerSaysIsTheImagesFault()
    {
        using var cache = new TemporaryFolder();
        var root = new FakeRoot((_, onLine, _) =>
        {
            onLine("ld: skipping incompatible ./libz.so.1");
            return Task.FromResult(1);
        });
        Assert.That(
            async () => await New(cache, root).CompileAsync(_image, SmokeSource.C, default),
            Throws.TypeOf<SmokeException>().With.Message.Contains("skipping incompatible").And.Message.Contains("exit code 1").And.Message.Contains("linux/amd64"));
        Assert.That(cache.Names.Where(name => name.EndsWith("program", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void ALibraryThatIsRecordedButGoneIsTheImagesFault()
    {
        using var cache = new TemporaryFolder();
        var image = SmokeSamples.Of(Trees.Of([.. SmokeSamples.Tiny().Entries.Where(entry => !entry.Path.StartsWith("lib/libz", StringComparison.Ordinal))]));
        Assert.That(
            async () => await New(cache, new FakeRoot((_, _, _) => Task.FromResult(0))).CompileAsync(image, SmokeSource.C, default),
            Throws.TypeOf<SmokeException>().With.Message.Contains("/lib/libz.so.1 does not exist"));
    }

    private static SmokeProgram New(TemporaryFolder cache, FakeRoot root) => new(cache.Path, _ => [], (_, _) => Task.FromResult<IBuildRoot>(root));
}
