namespace BusyboxGlibc.Debian;

/// <summary>A Release file that is signed, current and the one asked for, and where its indices are.</summary>
/// <param name="Suite">The suite as asked for, <c>trixie-updates</c>.</param>
/// <param name="Archive">The archive's name in the lock.</param>
/// <param name="File">Its content.</param>
/// <param name="Identity">What the lock records of it.</param>
/// <param name="Mirrors">Where its files are.</param>
public sealed record VerifiedRelease(string Suite, string Archive, ReleaseFile File, ReleaseIdentity Identity, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>Where a file that the Release lists may be: by its checksum first, so that a mirror in mid-update cannot mix files up.</summary>
    public IReadOnlyList<Uri> Sources(ReleaseEntry entry)
    {
        var folder = entry.Path[..(entry.Path.LastIndexOf('/') + 1)];
        var sources = new List<Uri>();
        foreach (var mirror in Mirrors)
        {
            if (File.HasByHash)
            {
                sources.Add(ArchiveAddress.Below(mirror, $"dists/{Suite}/{folder}by-hash/SHA256/{entry.Sha256}"));
            }

            sources.Add(ArchiveAddress.Below(mirror, $"dists/{Suite}/{entry.Path}"));
        }

        return sources;
    }
}
