using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Doctor;

/// <summary>A check.</summary>
/// <param name="Group">What it is about, the heading of its findings.</param>
/// <param name="Id">The name of its findings if it cannot be made.</param>
/// <param name="RunAsync">Makes it.</param>
internal sealed record DoctorCheck(string Group, string Id, Func<CancellationToken, Task<IReadOnlyList<DoctorFinding>>> RunAsync)
{
    /// <summary>The command that fixes what an error of a room is about.</summary>
    public string Fix { get; init; } = "./build.sh --target=Restore";
}

/// <summary>What all checks found.</summary>
/// <param name="Groups">The findings by group, in the order of the checks.</param>
internal sealed record DoctorAnswer(IReadOnlyList<(string Name, IReadOnlyList<DoctorFinding> Findings)> Groups)
{
    /// <summary>All findings.</summary>
    public IEnumerable<DoctorFinding> Findings => Groups.SelectMany(group => group.Findings);

    /// <summary>How many findings have that health.</summary>
    public int Count(Health health) => Findings.Count(finding => finding.Health == health);
}

/// <summary>Makes checks at the same time, so that the slowest decides how long it takes, and that one has a time limit.</summary>
/// <param name="limit">The time limit of each check.</param>
/// <param name="clock">The clock.</param>
internal sealed class DoctorRun(TimeSpan limit, TimeProvider clock)
{
    private const string Again = "./build.sh --target=Doctor";

    // Checks wait for disks and processes more than they compute; with as many threads as processors they would wait for each other.
    private const int Threads = 24;

    /// <summary>Makes the checks. One that fails is a finding, not an error.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<DoctorAnswer> RunAsync(IReadOnlyList<DoctorCheck> checks, CancellationToken cancellation)
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Threads), completions);
        var found = await Task.WhenAll(checks.Select(check => OneAsync(check, cancellation)));
        return new DoctorAnswer([.. checks.Zip(found).GroupBy(pair => pair.First.Group, (group, pairs) => (group, (IReadOnlyList<DoctorFinding>)[.. pairs.SelectMany(pair => pair.Second)]))]);
    }

    private async Task<IReadOnlyList<DoctorFinding>> OneAsync(DoctorCheck check, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            // What does not end when it is asked to is left behind: the run ends without it.
            return await Task.Run(() => check.RunAsync(stop.Token), stop.Token).WaitAsync(limit, clock, cancellation);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync();
            return [new DoctorFinding(check.Id, Health.Warning, FormattableString.Invariant($"no answer within {limit.TotalSeconds:0.#} s")) { Why = "what is asked does not respond, or this machine is busy", Fix = Again }];
        }
        catch (BuildException error)
        {
            return [Of(check.Id, Health.Problem, error, check.Fix)];
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return [new DoctorFinding(check.Id, Health.Warning, "cannot be examined") { Why = error.Message, Fix = Again }];
        }
    }

    /// <summary>An error of a room as a finding: its place, cause and advice are the reason. The advice is for people, and seldom a command.</summary>
    public static DoctorFinding Of(string id, Health health, BuildException error, string fix)
    {
        var isCommand = error.Next is { } next && !next.Contains('\n', StringComparison.Ordinal) && next.StartsWith("./build.sh ", StringComparison.Ordinal) && !next.Contains("; ", StringComparison.Ordinal);
        return new(id, health, error.What)
        {
            Why = string.Join('\n', new[] { error.Where, error.Why, isCommand ? null : error.Next }.Where(line => !string.IsNullOrEmpty(line))) is { Length: > 0 } why ? why : null,
            Fix = isCommand ? error.Next : fix,
        };
    }
}
