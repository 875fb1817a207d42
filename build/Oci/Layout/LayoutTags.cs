using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// Tags a finished layout: one entry of <c>index.json</c> per tag, all for the same index, with the full name for containerd and
/// the tag for skopeo, and next to it <c>manifest.json</c> for engines that do not support layouts. No blob is changed.
/// </summary>
internal static class LayoutTags
{
    /// <summary>Replaces the names of the layout; files that are already up to date are not written.</summary>
    /// <param name="folder">The layout.</param>
    /// <param name="names">The names, in the order listed; at least one.</param>
    /// <exception cref="OciException">It is not a layout, or there is no name.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public static void Write(string folder, IReadOnlyList<ImageReference> names)
    {
        if (names.Count == 0)
        {
            throw new OciException("an image needs at least one name", folder);
        }

        var layout = OciLayoutReader.Open(folder);
        var index = new OciDescriptor(layout.Index.MediaType, layout.Index.Digest, layout.Index.Size);
        IReadOnlyList<OciDescriptor> tags = [.. names.Select(name => Named(index, name))];
        Replace(Path.Combine(folder, OciLayoutFiles.Index), IndexWriter.Write(tags, OciJson.NoAnnotations));
        var image = DockerArchive.Choose(layout, layout.ReadImages(), null);
        Replace(Path.Combine(folder, OciLayoutFiles.DockerManifest), DockerArchive.DockerList(image, [.. names.Select(name => name.Full)]));
    }

    /// <summary>The entry of the index in <c>index.json</c> for a name.</summary>
    internal static OciDescriptor Named(OciDescriptor index, ImageReference name) => index with
    {
        Annotations = new Dictionary<string, string>
        {
            [AnnotationKeys.ContainerdName] = name.Full,
            [AnnotationKeys.RefName] = name.Tag!,
        },
    };

    private static void Replace(string path, byte[] content)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
        {
            AtomicFile.Write(path, stream => stream.Write(content));
        }
    }
}
