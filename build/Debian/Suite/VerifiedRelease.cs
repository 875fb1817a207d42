using BusyboxGlibc.Debian.Archive;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>A Release file with verified signature and suite, and the locations of its indices.</summary>
/// <param name="Suite">The codename of the suite, <c>trixie-updates</c>, whatever the name of its folder.</param>
/// <param name="Archive">The archive's name in the lock.</param>
/// <param name="File">Its content.</param>
/// <param name="Identity">The data that the lock records about it.</param>
/// <param name="Mirrors">The mirrors that have its files.</param>
internal sealed record VerifiedRelease(string Suite, string Archive, ReleaseFile File, ReleaseIdentity Identity, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>The names of its folder below <c>dists</c>: a file under one of them may also exist under the other.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [Suite];

    /// <summary>Whether its <c>Valid-Until</c> has passed.</summary>
    public bool IsExpired { get; init; }

    /// <summary>The signed file.</summary>
    public ReadOnlyMemory<byte> Signed { get; init; }

    /// <summary>When the keys that verify it expire, UTC; null for never.</summary>
    public DateTime? KeysExpire { get; init; }

    /// <summary>Returns the possible URLs of a file that the Release lists: by checksum first, on every mirror, because that name always has the same content.</summary>
    public IReadOnlyList<Uri> Sources(ReleaseEntry entry)
    {
        var folder = entry.Path[..(entry.Path.LastIndexOf('/') + 1)];
        IReadOnlyList<string> paths = File.HasByHash ? [$"{folder}by-hash/SHA256/{entry.Sha256}", entry.Path] : [entry.Path];
        return [.. from path in paths from mirror in Mirrors from name in Folders select ArchiveAddress.Below(mirror, $"dists/{name}/{path}")];
    }
}
