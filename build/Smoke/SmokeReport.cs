namespace BusyboxGlibc.Smoke;

/// <summary>How a check ended.</summary>
internal enum SmokeState
{
    /// <summary>It ran, and all it said is right.</summary>
    Passed,

    /// <summary>It ran, or should have, and something is wrong.</summary>
    Failed,

    /// <summary>It could not be run on this machine. That is no pass.</summary>
    NotRun,

    /// <summary>The image does not hold what is checked, and its records do not claim that it does.</summary>
    Absent,
}

/// <summary>One check of one platform.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="State">How it ended.</param>
/// <param name="Reason">Why, in lines; empty where it passed.</param>
internal sealed record SmokeResult(string Check, SmokeState State, string Reason = "");

/// <summary>What came of one platform.</summary>
/// <param name="Platform">The platform's name.</param>
/// <param name="How">What ran its programs: <c>private root, qemu-aarch64-static</c>.</param>
/// <param name="Results">Its checks, in the order of <see cref="SmokeChecks.All"/>.</param>
internal sealed record PlatformSmoke(string Platform, string How, IReadOnlyList<SmokeResult> Results)
{
    /// <summary>Whether nothing failed and nothing was left out.</summary>
    public bool IsProven => Results.All(result => result.State is SmokeState.Passed or SmokeState.Absent);

    /// <summary>The results in a state.</summary>
    public IEnumerable<SmokeResult> In(SmokeState state) => Results.Where(result => result.State == state);
}
