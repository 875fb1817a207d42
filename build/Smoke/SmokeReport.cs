namespace BusyboxGlibc.Smoke;

/// <summary>The result of a check.</summary>
internal enum SmokeState
{
    /// <summary>It ran, and its output is correct.</summary>
    Passed,

    /// <summary>It ran, or should have run, and something is wrong.</summary>
    Failed,

    /// <summary>It could not be run on this machine. This does not count as passed.</summary>
    NotRun,

    /// <summary>The image does not contain what is checked, and its records do not claim that it does.</summary>
    Absent,
}

/// <summary>One check of one platform.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="State">The result.</param>
/// <param name="Reason">The reason, as lines; empty if it passed.</param>
internal sealed record SmokeResult(string Check, SmokeState State, string Reason = "");

/// <summary>The results of one platform.</summary>
/// <param name="Platform">The platform's name.</param>
/// <param name="How">What ran its programs: <c>private root, qemu-aarch64-static</c>.</param>
/// <param name="Results">The results of its checks, in the order of <see cref="SmokeChecks.All"/>.</param>
internal sealed record PlatformSmoke(string Platform, string How, IReadOnlyList<SmokeResult> Results)
{
    /// <summary>Whether nothing failed and nothing was skipped.</summary>
    public bool IsProven => Results.All(result => result.State is SmokeState.Passed or SmokeState.Absent);

    /// <summary>Returns the results in a state.</summary>
    public IEnumerable<SmokeResult> In(SmokeState state) => Results.Where(result => result.State == state);
}
