namespace BusyboxGlibc.Reports;

/// <summary>Measures how long the run has taken so far.</summary>
/// <param name="clock">The clock.</param>
public sealed class RunClock(TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>The time since the program started.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_start);
}
