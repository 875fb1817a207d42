using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>A package the image takes files from whatever is required: accounts, os-release, certificates, what a command reads.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Patterns">What is taken: absolute paths, where <c>*</c> stands for any characters but a slash and
/// <c>**</c> for any characters. A pattern that matches nothing is an error, unless <paramref name="IsOptional"/>.</param>
/// <param name="Reason">What it is for, for an error: <c>the certificates feature</c>.</param>
/// <param name="IsOptional">Whether a suite or platform may lack the package, or any of the files.</param>
/// <param name="OnlyOn">The platforms it is for; null for all.</param>
public sealed record BasePackage(
    string Package, IReadOnlyList<string> Patterns, string Reason, bool IsOptional = false, IReadOnlyList<Platform>? OnlyOn = null)
{
    /// <summary>Whether this run's image leaves it out. It is resolved along with the rest, so that the lock answers a run that takes it
    /// too; a lock that lacks it answers this run all the same.</summary>
    public bool IsSpare { get; init; }

    /// <summary>Whether the image of that platform takes it.</summary>
    public bool AppliesTo(Platform platform) => OnlyOn is null || OnlyOn.Contains(platform);
}
