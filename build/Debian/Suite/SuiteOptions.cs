namespace BusyboxGlibc.Debian.Suite;

/// <summary>The suite, and how strictly it is verified.</summary>
/// <param name="Codename">The suite's codename.</param>
/// <param name="ChecksValidUntil">Whether a Release file past its <c>Valid-Until</c> is refused.</param>
/// <param name="Component">The component to take packages from.</param>
/// <param name="OtherName">Another name of the suite's folder below <c>dists</c> (<c>stable</c>); null for none.</param>
internal sealed record SuiteOptions(string Codename, bool ChecksValidUntil = true, string Component = "main", string? OtherName = null)
{
    /// <summary>The folder's names, the codename first.</summary>
    public IReadOnlyList<string> Names => OtherName is null || OtherName == Codename ? [Codename] : [Codename, OtherName];
}
