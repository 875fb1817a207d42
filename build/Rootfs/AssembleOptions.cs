using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>The inputs of a base tree besides the lock.</summary>
/// <param name="Features">The enabled features.</param>
/// <param name="Overlays">The requirements of kind <see cref="RequirementKind.Overlay"/>; others are ignored.</param>
/// <param name="ProjectFolder">The folder of <c>lib-requires.txt</c>, which contains <c>overlay/</c>.</param>
internal sealed record AssembleOptions(
    ImageFeatures Features,
    IReadOnlyList<Requirement> Overlays,
    string ProjectFolder)
{
    /// <summary>The Debian suite, by its codename.</summary>
    public string Suite { get; init; } = Suites.Trixie.Codename;

    /// <summary>Whether the image has the descriptions of terminals.</summary>
    public bool HasTerminals { get; init; } = true;

    /// <summary>Whether the image gets a shell, from BusyBox.</summary>
    public bool HasShell { get; init; } = true;

    /// <summary>The image's time zone, as <see cref="ZoneName.Parse"/> returns it; null for UTC.</summary>
    public string? Zone { get; init; }

    /// <summary>The user's accounts, as <see cref="UserList.Parse"/> returns them.</summary>
    public IReadOnlyList<ImageUser> Users { get; init; } = [];

    /// <summary>The user's certificate authorities, as <see cref="AuthorityFiles.Read"/> returns them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Authorities { get; init; } = [];
}
