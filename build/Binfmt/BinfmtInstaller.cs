using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Binfmt;

/// <summary>The result of an installation.</summary>
/// <param name="Report">The current state.</param>
/// <param name="Notes">The completed and failed steps, one line each.</param>
internal sealed record BinfmtInstallation(BinfmtReport Report, IReadOnlyList<string> Notes);

/// <summary>Runs the planned steps: as root with the files on this machine, then with Docker if problems remain. Failures here are not errors.</summary>
/// <param name="kernel">Accesses binfmt_misc.</param>
/// <param name="planner">Plans the steps.</param>
/// <param name="commands">Runs programs.</param>
/// <param name="isRoot">Whether this is root.</param>
internal sealed class BinfmtInstaller(IBinfmtKernel kernel, BinfmtPlanner planner, ICommandRunner commands, bool isRoot)
{
    private const string Docker = "docker";

    // Once for handlers that a mount reveals, once for those that a removed handler had hidden.
    private const int MostRounds = 3;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _dockerLimit = TimeSpan.FromMinutes(5);

    /// <summary>Whether a Docker engine responds.</summary>
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

    /// <summary>Registers all available handlers.</summary>
    /// <param name="report">The current state.</param>
    /// <param name="look">Inspects the machine again.</param>
    /// <param name="cancellation">Cancels between two steps.</param>
    public async Task<BinfmtInstallation> InstallAsync(BinfmtReport report, Func<Task<BinfmtReport>> look, CancellationToken cancellation)
    {
        var notes = new List<string>();
        for (var round = 0; isRoot && round < MostRounds; round++)
        {
            var steps = planner.Local(report);

            // Registered handlers are visible only after it is mounted.
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
            notes.Add($"nothing could be done: {(isRoot ? "nothing on this machine emulates what is missing" : "this is not root")}, and there is no Docker engine that could");
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
                        { ExitCode: null } => "it did not finish in time",
                        { Error: [.., var last] } => last,
                        _ => "it failed without a message",
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
