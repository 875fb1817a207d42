using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Binfmt;

/// <summary>What came of an installation.</summary>
/// <param name="Report">How things are now.</param>
/// <param name="Notes">What was done, and what did not work, a line each.</param>
internal sealed record BinfmtInstallation(BinfmtReport Report, IReadOnlyList<string> Notes);

/// <summary>Does what the planner says: as root with what is on this machine, then by Docker where something is left. Nothing that fails here is an error.</summary>
/// <param name="kernel">binfmt_misc.</param>
/// <param name="planner">Says what to do.</param>
/// <param name="commands">Runs programs.</param>
/// <param name="isRoot">Whether this is root.</param>
internal sealed class BinfmtInstaller(IBinfmtKernel kernel, BinfmtPlanner planner, ICommandRunner commands, bool isRoot)
{
    private const string Docker = "docker";

    // Once for what a mount brings to light, once for what a removed handler had hidden.
    private const int MostRounds = 3;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _dockerLimit = TimeSpan.FromMinutes(5);

    /// <summary>Whether a Docker engine answers.</summary>
    public async Task<bool> HasDockerAsync(CancellationToken cancellation)
    {
        try
        {
            return await ContainerClient.AskAsync(commands, [Docker], _patience, cancellation) is [{ HasEngine: true }];
        }
        catch (BuildException)
        {
            return false;
        }
    }

    /// <summary>Registers what can be registered.</summary>
    /// <param name="report">How things are.</param>
    /// <param name="look">Looks again.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public async Task<BinfmtInstallation> InstallAsync(BinfmtReport report, Func<Task<BinfmtReport>> look, CancellationToken cancellation)
    {
        var notes = new List<string>();
        for (var round = 0; isRoot && round < MostRounds; round++)
        {
            var steps = planner.Local(report);

            // What is registered is only seen once it is mounted.
            if (report.Status.Mount != BinfmtMount.Mounted)
            {
                steps = [.. steps.TakeWhile(step => step is RunStep)];
            }

            if (steps.Count == 0)
            {
                break;
            }

            var worked = await DoAsync(steps, notes, cancellation);
            report = await look();
            if (!worked)
            {
                break;
            }
        }

        if (BinfmtPlanner.ByDocker(report) is { Count: > 0 } byDocker && await HasDockerAsync(cancellation))
        {
            await DoAsync(byDocker, notes, cancellation);
            report = await look();
        }

        if (notes.Count == 0 && report.Gaps.Count > 0)
        {
            notes.Add($"nothing could be done: {(isRoot ? "nothing on this machine emulates what is missing" : "this is not root")}, and no Docker engine is there that could");
        }

        return new BinfmtInstallation(report, notes);
    }

    private async Task<bool> DoAsync(IEnumerable<BinfmtStep> steps, List<string> notes, CancellationToken cancellation)
    {
        var worked = true;
        foreach (var step in steps)
        {
            cancellation.ThrowIfCancellationRequested();
            var fault = await DoAsync(step, cancellation);
            notes.Add(fault is null ? $"done: {step.Command(isRoot)}" : $"failed: {step.Command(isRoot)}: {SafeText.Text(fault)}");
            worked &= fault is null;
        }

        return worked;
    }

    private async Task<string?> DoAsync(BinfmtStep step, CancellationToken cancellation)
    {
        try
        {
            switch (step)
            {
                case WriteStep write:
                    kernel.Write(write.File, write.Text);
                    return null;
                case RunStep run when commands.Find(run.Program) is { } program:
                    var result = await commands.RunAsync(program, run.Arguments, run.Program == Docker ? _dockerLimit : _patience, cancellation);
                    return result switch
                    {
                        { Succeeded: true } => null,
                        { ExitCode: null } => "no end",
                        { Error: [.., var last] } => last,
                        _ => "it failed and said nothing",
                    };
                case RunStep run:
                    return $"{run.Program} is not on PATH";
                default:
                    throw new InvalidOperationException(step.ToString());
            }
        }
        catch (BuildException error)
        {
            return error.Why ?? error.What;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
