using System.Globalization;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>The Docker client of this machine. It selects its engine as usual, by <c>DOCKER_HOST</c>, <c>DOCKER_CONTEXT</c> and its configuration.</summary>
/// <remarks>Not by the aliases of Cake.Docker: they have no time limit, and return no message of a client that fails.</remarks>
/// <param name="commands">Starts the client.</param>
internal sealed class DockerClient(ICommandRunner commands)
{
    /// <summary>The default time limit of a command.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int ShownLines = 8;

    private const int ShownWidth = 110;

    private const int ShownParts = 4;

    private string? _program;

    /// <summary>Runs a command.</summary>
    /// <exception cref="BuilderException">There is no client.</exception>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) => RunAsync(arguments, Patience, cancellation);

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">All arguments after <c>docker</c>.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="cancellation">Cancels the command.</param>
    /// <exception cref="BuilderException">There is no client.</exception>
    public async Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellation)
    {
        _program ??= commands.Find("docker") ?? throw new BuilderException(
            "there is no Docker client", why: "docker is not on PATH", next: "install Docker, or build without it: --engine=embedded");
        return await commands.RunAsync(_program, arguments, limit, cancellation);
    }

    /// <summary>Returns why a command failed: its exit status, then the lines marked as errors, otherwise the last lines. A long line is wrapped,
    /// because the cause is at its end.</summary>
    public static string Reason(CommandResult result, TimeSpan limit)
    {
        var said = result.Error.Count > 0 ? result.Error : result.Output;
        var errors = said.Where(line => line.StartsWith("ERROR: ", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        var end = result.ExitCode is { } code
            ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}")
            : string.Create(CultureInfo.InvariantCulture, $"did not finish within {limit.TotalSeconds:0} s");
        return string.Join('\n', (errors.Count > 0 ? errors : said).TakeLast(ShownLines).SelectMany(Wrapped).Prepend(end));
    }

    private static IEnumerable<string> Wrapped(string line) => line.Chunk(ShownWidth).Take(ShownParts).Select(part => SafeText.Text(new string(part)));
}
