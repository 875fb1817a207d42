namespace BusyboxGlibc.Debian;

/// <summary>Which suite, and how strictly.</summary>
/// <param name="Codename">The suite's codename.</param>
/// <param name="ChecksValidUntil">Whether a Release file past its <c>Valid-Until</c> is refused.</param>
/// <param name="Component">The component to take packages from.</param>
/// <param name="Name">The name of its folder below <c>dists</c>: its codename, or another name that the archive gives it
/// (<c>stable</c>); null for the codename.</param>
public sealed record SuiteOptions(string Codename, bool ChecksValidUntil = true, string Component = "main", string? Name = null)
{
    /// <summary>The folder's name.</summary>
    public string Folder => Name ?? Codename;
}
