using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>A package that the image always takes files from: accounts, os-release, certificates, the files that a command reads.</summary>
/// <param name="Package">The package's name.</param>
/// <param name="Patterns">The files to take: absolute paths, where <c>*</c> matches any characters except a slash and
/// <c>**</c> matches any characters. A pattern that matches nothing is an error, unless <paramref name="IsOptional"/>.</param>
/// <param name="Reason">Its purpose, for an error: <c>the certificates feature</c>.</param>
/// <param name="IsOptional">Whether a suite or platform may lack the package, or any of the files.</param>
/// <param name="OnlyOn">The platforms it applies to; null for all.</param>
public sealed record BasePackage(
    string Package, IReadOnlyList<string> Patterns, string Reason, bool IsOptional = false, IReadOnlyList<Platform>? OnlyOn = null)
{
    /// <summary>Whether this run's image omits it. It is resolved with the others, so that the lock also satisfies a run that uses
    /// it; a lock without it still satisfies this run.</summary>
    public bool IsSpare { get; init; }

    /// <summary>Whether the image of that platform uses it.</summary>
    public bool AppliesTo(Platform platform) => OnlyOn is null || OnlyOn.Contains(platform);
}
