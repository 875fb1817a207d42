using Cake.Core;
using Cake.Core.Tooling;

namespace Cake.Docker;

/// <summary>Starts the client of Docker. An exit code other than 0 is an error.</summary>
/// <param name="context">Where the client is looked for, and what starts it.</param>
internal sealed class DockerRunner<TSettings>(ICakeContext context)
    : Tool<TSettings>(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools)
    where TSettings : AutoToolSettings
{
    /// <summary>Runs a command; what it says goes where this process's own words go.</summary>
    /// <param name="command">The words before the switches, <c>buildx build</c>.</param>
    /// <param name="settings">The switches.</param>
    /// <param name="operands">What follows the switches.</param>
    public void Run(string command, TSettings settings, params string[] operands) =>
        Run(settings, DockerArguments.Of(command, settings, operands));

    /// <inheritdoc/>
    protected override string GetToolName() => "Docker";

    /// <inheritdoc/>
    protected override IEnumerable<string> GetToolExecutableNames() => ["docker", "docker.exe"];
}
