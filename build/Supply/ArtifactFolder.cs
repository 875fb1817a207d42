using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Supply;

/// <summary>Writes an artifact as an OCI layout, which skopeo and oras copy to a registry and back.</summary>
internal static class ArtifactFolder
{
    /// <summary>Writes the artifact. Files that the folder has undamaged are not written again; those of earlier artifacts stay.</summary>
    /// <param name="folder">The folder; created if absent.</param>
    /// <param name="artifact">The artifact.</param>
    /// <param name="written">Called with the size in bytes of every file: those written, and those that were there.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The digest of the artifact's manifest, and the number of bytes written.</returns>
    /// <exception cref="BuildException">The folder holds something else, or cannot be written.</exception>
    public static (string Digest, long Written) Write(string folder, FileArtifact artifact, Action<long> written, CancellationToken cancellation)
    {
        RefuseOthers(folder, artifact.Type);
        var content = artifact.Content;
        var total = 0L;
        foreach (var blob in content.Blobs)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!FileHash.Matches(PathOf(folder, blob), OciDigest.Hex(blob.Digest), blob.Size))
            {
                AtomicFile.Write(PathOf(folder, blob), stream =>
                {
                    using var source = content.Open(blob);
                    source.CopyTo(stream);
                });
                total += blob.Size;
            }

            written(blob.Size);
        }

        // The index last: a run that is killed before leaves the artifact of before.
        AtomicFile.WriteChanged(PathOf(folder, content.Index), content.Read(content.Index));
        AtomicFile.WriteChanged(Path.Combine(folder, OciLayoutFiles.Marker), System.Text.Encoding.UTF8.GetBytes(OciLayoutFiles.MarkerText));
        AtomicFile.WriteChanged(Path.Combine(folder, OciLayoutFiles.Index), IndexWriter.Write([content.Index], OciJson.NoAnnotations));
        return (content.Index.Digest, total);
    }

    /// <summary>Reads the artifact of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="type">Its artifact type.</param>
    /// <returns>Its manifest; null if the folder is a layout without such an artifact, or no layout.</returns>
    /// <exception cref="OciException">A document in it is damaged.</exception>
    public static OciManifest? Read(string folder, string type)
    {
        if (!File.Exists(Path.Combine(folder, OciLayoutFiles.Marker)) || !File.Exists(Path.Combine(folder, OciLayoutFiles.Index)))
        {
            return null;
        }

        var blobs = new BlobFolder(folder, LayoutLimits.Default);
        return OciDocument.Index(blobs.ReadFile(OciLayoutFiles.Index), Path.Combine(folder, OciLayoutFiles.Index), LayoutLimits.Default).Manifests
            .Where(entry => entry.MediaType == MediaTypes.Manifest && (entry.ArtifactType is null || entry.ArtifactType == type))
            .Select(entry => OciDocument.Manifest(blobs.ReadDocument(entry), blobs.PathOf(entry)))
            .FirstOrDefault(manifest => manifest.ArtifactType == type);
    }

    private static string PathOf(string folder, OciDescriptor blob) => Path.Combine(folder, OciLayoutFiles.BlobPath(blob.Digest));

    // A folder of anything else is not written into: the name may be wrong.
    private static void RefuseOthers(string folder, string type)
    {
        bool isOurs;
        try
        {
            isOurs = !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any() || Read(folder, type) is not null || IsUnfinished(folder);
        }
        catch (OciException)
        {
            // A damaged one is written again.
            isOurs = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(folder, error);
        }

        if (!isOurs)
        {
            throw new BuildException($"{folder} holds something else", why: $"it is not empty, and not a layout with an artifact {type}", next: "name an empty or new folder");
        }
    }

    // Of a run that was killed before the index was there.
    private static bool IsUnfinished(string folder) => !File.Exists(Path.Combine(folder, OciLayoutFiles.Index))
        && Directory.EnumerateFileSystemEntries(folder).All(path => Path.GetFileName(path) is OciLayoutFiles.Blobs or OciLayoutFiles.Marker);
}
