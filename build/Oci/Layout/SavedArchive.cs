using System.Security.Cryptography;
using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// The files of an archive in the format of <c>docker save</c> before Docker 25, which <c>podman save</c> still writes: <c>manifest.json</c> lists the configuration and the
/// layers of each image, and contains no digests of layers.
/// </summary>
/// <param name="files">The file on disk of each member that is a file, by the member's name.</param>
/// <param name="links">The target of each member that is a symbolic link, by the member's name: a layer that several images share is stored once.</param>
internal sealed class SavedArchive(IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, string> links)
{
    private const int MostLinks = 8;

    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Moves the files into an empty layout, and writes its manifest and <c>index.json</c>.</summary>
    /// <param name="folder">The layout's folder.</param>
    /// <exception cref="InvalidDataException">The archive is not of this format, lacks a file, or contains more than one image.</exception>
    public void MoveTo(string folder)
    {
        var (config, layers) = Read(FileOf(OciLayoutFiles.DockerManifest, "the archive"));
        var placed = new Dictionary<string, OciDescriptor>(StringComparer.Ordinal);
        var image = new OciManifest(Place(config, MediaTypes.Config), [.. layers.Select(layer => Place(layer, null))]);
        var manifest = Write(ManifestWriter.Write(image), MediaTypes.Manifest);
        File.WriteAllText(Path.Combine(folder, OciLayoutFiles.Marker), OciLayoutFiles.MarkerText);
        File.WriteAllBytes(Path.Combine(folder, OciLayoutFiles.Index), IndexWriter.Write([manifest], OciJson.NoAnnotations));

        OciDescriptor Place(string member, string? mediaType)
        {
            var path = FileOf(member, OciLayoutFiles.DockerManifest);
            if (placed.TryGetValue(path, out var known))
            {
                return known;
            }

            using (var file = File.OpenRead(path))
            {
                Span<byte> head = stackalloc byte[4];
                head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
                mediaType ??= head is [0x1F, 0x8B, ..] ? MediaTypes.LayerGzip : head is [0x28, 0xB5, 0x2F, 0xFD] ? MediaTypes.LayerZstd : MediaTypes.LayerTar;
                file.Position = 0;
                known = new OciDescriptor(mediaType, OciDigest.FromHash(SHA256.HashData(file)), file.Length);
            }

            File.Move(path, Path.Combine(folder, OciLayoutFiles.BlobPath(known.Digest)), overwrite: true);
            return placed[path] = known;
        }

        OciDescriptor Write(byte[] content, string mediaType)
        {
            var blob = new OciDescriptor(mediaType, OciDigest.Of(content), content.Length);
            File.WriteAllBytes(Path.Combine(folder, OciLayoutFiles.BlobPath(blob.Digest)), content);
            return blob;
        }
    }

    private static (string Config, IReadOnlyList<string> Layers) Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), _strict);
            return document.RootElement.GetArrayLength() == 1 && document.RootElement[0] is var image
                ? (image.GetProperty("Config").GetString()!, [.. image.GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()!)])
                : throw new InvalidDataException($"it contains {document.RootElement.GetArrayLength()} images: save one of them");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"its {OciLayoutFiles.DockerManifest} is not valid: {error.Message}", error);
        }
    }

    private string FileOf(string member, string of)
    {
        for (var (name, left) = (member ?? string.Empty, MostLinks); left > 0; left--)
        {
            if (files.TryGetValue(name, out var file))
            {
                return file;
            }

            if (!links.TryGetValue(name, out var target))
            {
                break;
            }

            // ../ID/layer.tar, relative to the link's folder.
            name = Path.GetFullPath(target, "/" + Path.GetDirectoryName(name))[1..];
        }

        throw new InvalidDataException($"{of} lacks the file {SafeText.Text(member ?? "null")}");
    }
}
