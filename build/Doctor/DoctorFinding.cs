namespace BusyboxGlibc.Doctor;

/// <summary>How well something is.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Not asked, because a build as configured does not use it.</summary>
    Unused,

    /// <summary>A build works, but something around it does not, or it is slower than it could be.</summary>
    Warning,

    /// <summary>A build as configured fails.</summary>
    Problem,
}

/// <summary>What a check found.</summary>
/// <param name="Id">Its name for programs, which never changes: <c>engine.buildx</c>.</param>
/// <param name="Health">How well it is.</param>
/// <param name="Text">What it is, in one line.</param>
internal sealed record DoctorFinding(string Id, Health Health, string Text)
{
    /// <summary>Why, for what is not well; lines separated by line feeds.</summary>
    public string? Why { get; init; }

    /// <summary>The command that fixes it, as it is typed in the project's folder; null for what is well.</summary>
    public string? Fix { get; init; }
}
