using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>How BusyBox was compiled.</summary>
/// <param name="Release">The release.</param>
/// <param name="Tools">The packages that a compilation sees, with the architecture of the machines that have these: the same BusyBox comes from each.</param>
internal sealed record BusyboxOrigins(BusyboxRelease Release, IReadOnlyList<(string Host, PinnedPackage Tool)> Tools);

/// <summary>What is known about a platform's image besides the image itself.</summary>
/// <param name="Locked">The lock of the platform.</param>
/// <param name="Suite">The suite of its packages.</param>
internal sealed record ImageFacts(LockedPlatform Locked, SuiteFacts Suite)
{
    /// <summary>How BusyBox was compiled; null if it was not.</summary>
    public BusyboxOrigins? Busybox { get; init; }

    /// <summary>The files of overlays, by their paths without the leading slash, with the name of the folder.</summary>
    public IReadOnlyDictionary<string, (string Origin, ReadOnlyMemory<byte> Content)> Overlays { get; init; } = new Dictionary<string, (string, ReadOnlyMemory<byte>)>();

    /// <summary>The files of the user's programs, by their paths without the leading slash, with the name of the program.</summary>
    public IReadOnlyDictionary<string, string> Programs { get; init; } = new Dictionary<string, string>();

    /// <summary>The SHA-256 of the user's certificate authorities.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>Whether lines of the user in Dockerfile.run may have made files.</summary>
    public bool HasLines { get; init; }

    /// <summary>The digest of that lock, which the image carries as a label.</summary>
    public required string LockDigest { get; init; }

    /// <summary>The content of files that packages ship, by the path in the package: asked for those that no list of checksums has, such as configuration files.</summary>
    public Func<LockedPackage, IReadOnlyList<string>, Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>> Shipped { get; init; } =
        (_, _) => Task.FromResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>(new Dictionary<string, ReadOnlyMemory<byte>>());

    /// <summary>The content of the files that the build itself makes before any line of the user, by path; asked only if there are such lines.</summary>
    public Func<string, ReadOnlyMemory<byte>?> Made { get; init; } = _ => null;
}

/// <summary>The names and times in documents.</summary>
/// <param name="Name">The image's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Created">Its time, RFC 3339.</param>
internal sealed record DocumentFacts(ImageReference Name, string Version, string Created);
