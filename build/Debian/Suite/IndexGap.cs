namespace BusyboxGlibc.Debian.Suite;

/// <summary>An index, or a package file, that the newest Release lists but no mirror serves: an older Release is used instead, or nothing.</summary>
/// <param name="Suite">The suite, <c>trixie-security</c>.</param>
/// <param name="Architecture">The Debian architecture.</param>
/// <param name="Newest">The date of the newest Release, UTC.</param>
/// <param name="Older">The date of the Release whose index is used instead, UTC.</param>
/// <param name="Why">Why the index is not available, in one line.</param>
public sealed record IndexGap(string Suite, string Architecture, DateTimeOffset Newest, DateTimeOffset Older, string Why)
{
    /// <summary>Formats a Release by its suite and date for messages.</summary>
    public static string Show(string suite, DateTimeOffset date) => FormattableString.Invariant($"{suite} of {date.UtcDateTime:yyyy-MM-dd HH:mm} UTC");

    /// <summary>Whether not the index is missing but a package file that it lists.</summary>
    public bool IsOfFile { get; init; }

    /// <inheritdoc/>
    public override string ToString() => IsOfFile ? Why : $"the package index of {Show(Suite, Newest)} for {Architecture} is not available: {Why}";
}
