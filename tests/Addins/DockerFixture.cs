using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.IO;
using Cake.Core.Tooling;
using NSubstitute;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>A context in which <c>docker</c> is a file of a folder of its own. The process is a fake that keeps its arguments,
/// or the file itself where it is a script.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class DockerFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IProcess _process = Substitute.For<IProcess>();

    public DockerFixture()
    {
        Docker = System.IO.Path.Combine(_folder.Path, "docker");
        Script("exit 0");
        var environment = Substitute.For<ICakeEnvironment>();
        environment.WorkingDirectory.Returns(new DirectoryPath(_folder.Path));
        environment.Platform.Returns(new CakePlatform());
        environment.Runtime.Returns(new CakeRuntime());
        environment.GetEnvironmentVariable("PATH").Returns(_folder.Path);
        var files = new FileSystem();
        var configuration = new CakeConfiguration(new Dictionary<string, string>());
        var tools = new ToolLocator(
            environment, new ToolRepository(environment), new ToolResolutionStrategy(files, environment, new Globber(files, environment), configuration, Log));
        var runner = Substitute.For<IProcessRunner>();
        runner.Start(Arg.Any<FilePath>(), Arg.Any<ProcessSettings>()).Returns(call =>
        {
            Program = call.Arg<FilePath>().FullPath;
            Started = call.Arg<ProcessSettings>();
            return _process;
        });
        Context.FileSystem.Returns(files);
        Context.Environment.Returns(environment);
        Context.Tools.Returns(tools);
        Context.ProcessRunner.Returns(runner);
        RealRunner = new ProcessRunner(files, environment, Log, tools, configuration);
    }

    public ICakeContext Context { get; } = Substitute.For<ICakeContext>();

    public KeptLog Log { get; } = new();

    public string Docker { get; }

    public string? Program { get; private set; }

    public ProcessSettings? Started { get; private set; }

    public string Arguments => Started!.Arguments.Render();

    public IProcessRunner RealRunner { get; }

    public DockerFixture Ends(int code, params string[] output)
    {
        _process.GetExitCode().Returns(code);
        _process.GetStandardOutput().Returns(output);
        return this;
    }

    /// <summary>Makes <c>docker</c> a script that is really started.</summary>
    public DockerFixture Runs(string script)
    {
        Script(script);
        Context.ProcessRunner.Returns(RealRunner);
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private void Script(string text)
    {
        File.WriteAllText(Docker, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(Docker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
