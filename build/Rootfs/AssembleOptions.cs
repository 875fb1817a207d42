using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>What a base tree depends on beside the lock.</summary>
/// <param name="Features">The features that are on.</param>
/// <param name="Overlays">The requirements of kind <see cref="RequirementKind.Overlay"/>; others are ignored.</param>
/// <param name="ProjectFolder">The folder of <c>lib-requires.txt</c>, where <c>overlay/</c> lies.</param>
internal sealed record AssembleOptions(
    ImageFeatures Features,
    IReadOnlyList<Requirement> Overlays,
    string ProjectFolder)
{
    /// <summary>The Debian suite, by its codename.</summary>
    public string Suite { get; init; } = Suites.Trixie.Codename;
}
