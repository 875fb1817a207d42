using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>Running the tiny program, for real and with programs that end in every other way.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BinfmtProbeTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task ThisMachinesOwnProgramRunsAndNothingIsLeft()
    {
        var own = HostPlatform.Among(KnownPlatforms.Default);
        Requires.That(own is not null && OperatingSystem.IsLinux(), "Linux on a processor of the image");
        Assert.That(await new BinfmtProbe(new CommandRunner(), [_folder.Path]).TryAsync(own!, default), Is.Null);
        Assert.That(_folder.Names, Is.Empty);
    }

    [TestCase(0, "exit code 0 instead of 42: last?")]
    [TestCase(null, "did not finish within 20 s")]
    public async Task AnotherEndIsTold(int? code, string said) =>
        Assert.That(await Try(_ => new CommandResult(code, [], ["first", "last\u001b"]), _folder.Path), Is.EqualTo(said));

    [Test]
    public async Task WhatMayNotBeRunInOneFolderIsRunInTheNext()
    {
        var tried = new List<string>();
        CommandResult Run(string path)
        {
            tried.Add(path);
            return tried.Count == 1 ? throw Refused(13) : new CommandResult(TinyProgram.ExitCode, [], []);
        }

        var fault = await Try(Run, _folder.File("noexec"), _folder.File("artifacts"));
        Assert.That(fault, Is.Null);
        Assert.That(tried.Select(path => Path.GetRelativePath(_folder.Path, path).Split('/')[0]), Is.EqualTo(new[] { "noexec", "artifacts" }));
        Assert.That(await Try(_ => throw Refused(13), _folder.Path, _folder.File("other")), Is.EqualTo("Permission denied"));
    }

    [Test]
    public async Task WhatTheKernelDoesNotKnowIsNotTriedElsewhere()
    {
        var runs = 0;
        Assert.That(await Try(_ => ++runs > 0 ? throw Refused(8) : null!, _folder.Path, _folder.File("other")), Is.EqualTo("Exec format error"));
        Assert.That(runs, Is.EqualTo(1));
    }

    // ETXTBSY: another thread's child, between fork and exec, still has the file open.
    [Test]
    public async Task AFileThatIsBusyIsTriedAgain()
    {
        var runs = 0;
        Assert.That(await Try(_ => ++runs < 3 ? throw Refused(26) : new CommandResult(TinyProgram.ExitCode, [], []), _folder.Path), Is.Null);
        Assert.That(await Try(_ => throw Refused(26), _folder.Path), Is.EqualTo("Text file busy"));
    }

    [Test]
    public async Task AFolderThatCannotBeWrittenToIsPassedOver()
    {
        await File.WriteAllTextAsync(_folder.File("file"), string.Empty);
        Assert.That(await Try(_ => new CommandResult(TinyProgram.ExitCode, [], []), _folder.File("file"), _folder.Path), Is.Null);
        Assert.That(await Try(_ => new CommandResult(TinyProgram.ExitCode, [], []), _folder.File("file")), Is.Not.Null);
    }

    private static CommandException Refused(int code) => new("it cannot be started", inner: new System.ComponentModel.Win32Exception(code));

    private static Task<string?> Try(Func<string, CommandResult> run, params string[] folders) => new BinfmtProbe(new Runner(run), folders).TryAsync(KnownPlatforms.Amd64, default);

    private sealed class Runner(Func<string, CommandResult> run) : ICommandRunner
    {
        public string? Find(string program) => null;

        public Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation)
        {
            Assert.That(File.ReadAllBytes(program), Is.EqualTo(TinyProgram.For(KnownPlatforms.Amd64)));
            return Task.FromResult(run(program));
        }
    }
}
