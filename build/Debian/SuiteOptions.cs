namespace BusyboxGlibc.Debian;

/// <summary>Which suite, and how strictly.</summary>
/// <param name="Codename">The suite's codename.</param>
/// <param name="ChecksValidUntil">Whether a Release file past its <c>Valid-Until</c> is refused.</param>
/// <param name="Component">The component to take packages from.</param>
public sealed record SuiteOptions(string Codename, bool ChecksValidUntil = true, string Component = "main");
