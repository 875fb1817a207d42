using BusyboxGlibc.Debian.Archive;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>A Release file that is signed and of the suite asked for, and where its indices are.</summary>
/// <param name="Suite">The suite by its codename, <c>trixie-updates</c>, whatever name its folder had.</param>
/// <param name="Archive">The archive's name in the lock.</param>
/// <param name="File">Its content.</param>
/// <param name="Identity">What the lock records of it.</param>
/// <param name="Mirrors">Where its files are.</param>
internal sealed record VerifiedRelease(string Suite, string Archive, ReleaseFile File, ReleaseIdentity Identity, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>The names of its folder below <c>dists</c>: a file under one of them may be under the other too.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [Suite];

    /// <summary>Whether it is past its <c>Valid-Until</c>.</summary>
    public bool IsExpired { get; init; }

    /// <summary>Where a file that the Release lists may be: by its checksum first, on every mirror, for a file of that name is never another one's.</summary>
    public IReadOnlyList<Uri> Sources(ReleaseEntry entry)
    {
        var folder = entry.Path[..(entry.Path.LastIndexOf('/') + 1)];
        IReadOnlyList<string> paths = File.HasByHash ? [$"{folder}by-hash/SHA256/{entry.Sha256}", entry.Path] : [entry.Path];
        return [.. from path in paths from mirror in Mirrors from name in Folders select ArchiveAddress.Below(mirror, $"dists/{name}/{path}")];
    }
}
