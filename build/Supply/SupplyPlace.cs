using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Supply;

/// <summary>Where files are kept: a folder, or an artifact in a registry.</summary>
/// <param name="Name">As the user named it.</param>
/// <param name="Folder">The folder, absolute; null for a registry.</param>
/// <param name="Repository">The repository; null for a folder.</param>
/// <param name="Reference">The tag or the digest in the repository; empty for a folder.</param>
internal sealed record SupplyPlace(string Name, string? Folder, ImageReference? Repository, string Reference)
{
    /// <summary>Finds out what a name means: a registry only if it has a host, as for every other option that names either.</summary>
    /// <param name="name">The name.</param>
    /// <param name="root">The folder that paths are relative to.</param>
    public static SupplyPlace Of(string name, string root)
    {
        var path = Path.GetFullPath(name, root);
        var (before, digest) = name.Split('@') is [var repository, var after] && OciDigest.IsValid(after) ? (repository, after) : (name, null);
        return !Directory.Exists(path) && ImageReference.HasHost(name) && ImageReference.TryParse(before) is { } reference
            ? new SupplyPlace(name, null, reference, digest ?? reference.Tag ?? "latest")
            : new SupplyPlace(name, path, null, string.Empty);
    }
}
