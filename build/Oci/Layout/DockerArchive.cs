using System.Formats.Tar;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// Writes the tar that <c>docker load</c> accepts with either image store, and <c>podman load</c> and skopeo too: the layout, and
/// next to it <c>manifest.json</c>, the list in the format of docker save for engines that do not support layouts.
/// </summary>
internal static class DockerArchive
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Writes the complete archive to a file, or leaves an existing one unchanged; see the other overload.</summary>
    /// <exception cref="OciException">The layout is damaged, or does not contain the requested platform.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public static void Write(OciLayoutReader layout, string path, long epoch, Platform? platform = null) =>
        AtomicFile.Write(path, output => Write(layout, output, epoch, platform));

    /// <summary>Writes the archive.</summary>
    /// <param name="layout">The layout to pack; only blobs that its index refers to are packed.</param>
    /// <param name="output">Receives the archive.</param>
    /// <param name="epoch">The time of every member, seconds since 1970-01-01 UTC.</param>
    /// <param name="platform">The platform for engines that do not support layouts; if null, the platform of this machine, otherwise
    /// the first of the index.</param>
    /// <exception cref="OciException">The layout is damaged, or does not contain the requested platform.</exception>
    public static void Write(OciLayoutReader layout, Stream output, long epoch, Platform? platform = null)
    {
        _ = Rfc3339.FromEpoch(epoch);
        var images = layout.ReadImages();
        var chosen = Choose(layout, images, platform);
        var blobs = Referred(layout);
        var list = DockerList(chosen, layout.Names);
        using var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        tar.WriteEntry(Entry(TarEntryType.Directory, $"{OciLayoutFiles.Blobs}/", FolderMode, epoch));
        tar.WriteEntry(Entry(TarEntryType.Directory, $"{OciLayoutFiles.Blobs}/{OciLayoutFiles.Sha256}/", FolderMode, epoch));
        foreach (var blob in blobs)
        {
            using var file = layout.Blobs.Open(blob);
            AddFile(tar, OciLayoutFiles.BlobPath(blob.Digest), file, epoch);
        }

        Add(tar, OciLayoutFiles.Index, layout.Blobs.ReadFile(OciLayoutFiles.Index), epoch);
        Add(tar, OciLayoutFiles.DockerManifest, list, epoch);
        Add(tar, OciLayoutFiles.Marker, layout.Blobs.ReadFile(OciLayoutFiles.Marker), epoch);
    }

    internal static OciImage Choose(OciLayoutReader layout, IReadOnlyList<OciImage> images, Platform? platform)
    {
        if (images.Count == 0)
        {
            throw new OciException("the image has no platform to put into the archive", layout.Path);
        }

        var wanted = platform ?? HostPlatform.Among(images.Select(image => image.Platform)) ?? images[0].Platform;
        return images.FirstOrDefault(image => image.Platform == wanted) ?? throw new OciException(
            $"the image has no {wanted}, which engines without OCI layouts need",
            layout.Path,
            $"it has {string.Join(", ", images.Select(image => image.Platform))}");
    }

    private static List<OciDescriptor> Referred(OciLayoutReader layout)
    {
        var referred = new Dictionary<string, OciDescriptor>(StringComparer.Ordinal) { [layout.Index.Digest] = layout.Index };
        foreach (var descriptor in layout.Manifests)
        {
            referred.TryAdd(descriptor.Digest, descriptor);
            var manifest = layout.ReadManifest(descriptor);
            foreach (var blob in manifest.Layers.Prepend(manifest.Config))
            {
                referred.TryAdd(blob.Digest, blob);
            }
        }

        return [.. referred.Values.OrderBy(blob => blob.Digest, StringComparer.Ordinal)];
    }

    internal static byte[] DockerList(OciImage image, IReadOnlyList<string> names) => OciJson.Value(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("Config", OciLayoutFiles.BlobPath(image.Manifest.Config.Digest));
        OciJson.WriteList(json, "RepoTags", names.Select(Familiar));
        OciJson.WriteList(json, "Layers", image.Manifest.Layers.Select(layer => OciLayoutFiles.BlobPath(layer.Digest)));
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static string Familiar(string name) => ImageReference.TryParse(name)?.Familiar ?? throw new OciException(
        $"'{SafeText.Text(name)}' is not an image name",
        why: "a name is registry/path/name:tag in lower case, such as docker.io/library/busybox:glibc",
        next: "check Registry and Repository in cake.config, and the tags");

    private static void Add(TarWriter tar, string name, byte[] content, long epoch)
    {
        using var stream = new MemoryStream(content, writable: false);
        AddFile(tar, name, stream, epoch);
    }

    private static void AddFile(TarWriter tar, string name, Stream content, long epoch)
    {
        var entry = Entry(TarEntryType.RegularFile, name, FileMode, epoch);
        entry.DataStream = content;
        tar.WriteEntry(entry);
    }

    private static UstarTarEntry Entry(TarEntryType type, string name, UnixFileMode mode, long epoch) => new(type, name)
    {
        Mode = mode,
        Uid = 0,
        Gid = 0,
        ModificationTime = DateTimeOffset.FromUnixTimeSeconds(epoch),
    };
}
