using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// Names a finished layout: one entry of <c>index.json</c> a tag, all of them the same index, with the full name for containerd and
/// the tag for skopeo, and beside it <c>manifest.json</c> for engines that know no layouts. No blob is touched.
/// </summary>
internal static class LayoutTags
{
    /// <summary>Gives the layout these names in place of those it has; files that are right already are left alone.</summary>
    /// <param name="folder">The layout.</param>
    /// <param name="names">The names, in the order listed; at least one.</param>
    /// <exception cref="OciException">It is not a layout, or there is no name.</exception>
    /// <exception cref="BuildException">The file system refused.</exception>
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

    /// <summary>The index as <c>index.json</c> lists it under a name.</summary>
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
