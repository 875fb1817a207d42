using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.IO;
using Cake.Core.Tooling;
using NSubstitute;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>A context with Cake's real file system, globber, tool search and processes, in a folder of its own.</summary>
internal sealed class AddinFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes a context with a folder of its own.</summary>
    /// <param name="searchPath">The PATH that Cake looks for programs in; this process's where null.</param>
    public AddinFixture(string? searchPath = null)
    {
        var environment = Substitute.For<ICakeEnvironment>();
        environment.WorkingDirectory.Returns(new DirectoryPath(_folder.Path));
        environment.Platform.Returns(new CakePlatform());
        environment.Runtime.Returns(new CakeRuntime());
        environment.GetEnvironmentVariable("PATH").Returns(searchPath ?? System.Environment.GetEnvironmentVariable("PATH"));
        var files = new FileSystem();
        var globber = new Globber(files, environment);
        var configuration = new CakeConfiguration(new Dictionary<string, string>());
        var tools = new ToolLocator(environment, new ToolRepository(environment), new ToolResolutionStrategy(files, environment, globber, configuration, Log));
        Context.FileSystem.Returns(files);
        Context.Environment.Returns(environment);
        Context.Globber.Returns(globber);
        Context.Log.Returns(Log);
        Context.Tools.Returns(tools);
        Context.ProcessRunner.Returns(new ProcessRunner(files, environment, Log, tools, configuration));
    }

    public ICakeContext Context { get; } = Substitute.For<ICakeContext>();

    public KeptLog Log { get; } = new();

    public string Folder => _folder.Path;

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();
}
