using System.Text.Json;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry.Attachments;

namespace BusyboxGlibc.Registry;

/// <summary>An image in a registry, read back and compared.</summary>
/// <param name="Name">The repository, <c>docker.io/acme/busybox</c>.</param>
/// <param name="Digest">The digest of its index there, or of Docker's manifest list.</param>
/// <param name="Tags">The tags that name it.</param>
/// <param name="UploadedBytes">The number of bytes of the blobs that were uploaded.</param>
internal sealed record PublishedImage(string Name, string Digest, IReadOnlyList<string> Tags, long UploadedBytes)
{
    /// <summary>The kind of media types of its manifests.</summary>
    public MediaTypeChoice MediaTypes { get; init; } = MediaTypeChoice.Oci;

    /// <summary>The signatures and statements beside it.</summary>
    public Attached Attached { get; init; } = Attached.Nothing;

    /// <summary>The number of images whose attestations are in the index.</summary>
    public int AttestedImages { get; init; }

    /// <summary>The immutable reference to this image, by digest.</summary>
    public string Reference => $"{Name}@{Digest}";
}

/// <summary>What a push would do to one repository.</summary>
/// <param name="Name">The repository.</param>
/// <param name="Digest">The digest of the index.</param>
/// <param name="Lines">The planned actions, as lines for the user.</param>
internal sealed record PlannedImage(string Name, string Digest, IReadOnlyList<string> Lines)
{
    /// <summary>Why the push would be refused; null if it would succeed.</summary>
    public RegistryException? Refusal { get; init; }

    /// <summary>Throws the first refusal that the push would cause, if there is one.</summary>
    /// <exception cref="RegistryException">A push would be refused.</exception>
    public static void ThrowIfRefused(IEnumerable<PlannedImage> plans)
    {
        if (plans.Select(plan => plan.Refusal).OfType<RegistryException>().FirstOrDefault() is { } refusal)
        {
            throw refusal;
        }
    }
}

/// <summary>Writes <c>published.json</c>, the record of published images. Equal images of one commit at equal targets give equal bytes.</summary>
internal static class PublishedFile
{
    private const string Docker = "docker";
    private const string Images = "images";
    private const string Index = "index";
    private const string Remembered = "remembered";
    private const int LargestFile = 1 << 20;

    /// <summary>Returns the repositories that accepted Docker's media types when the file was written; none if the file is absent or was not
    /// written by this program: then the registry is tried again.</summary>
    public static IReadOnlySet<string> TakeDocker(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > LargestFile)
            {
                return new HashSet<string>();
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new[] { Images, Remembered }
                .SelectMany(list => document.RootElement.TryGetProperty(list, out var items) ? items.EnumerateArray() : default)
                .Where(image => image.TryGetProperty("mediaTypes", out var types) && types.GetString() == Docker)
                .Select(image => image.GetProperty("name").GetString()!)
                .ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new HashSet<string>();
        }
    }

    /// <summary>Returns the digests of the images that the file names; none if it is absent or damaged.</summary>
    public static IReadOnlySet<string> Digests(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.Exists(path) && new FileInfo(path).Length <= LargestFile ? File.ReadAllBytes(path) : "{}"u8.ToArray());
            return All(document.RootElement).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new HashSet<string>();
        }
    }

    // Wherever a digest is named: of the image, of its variants, of what a registry has in another form.
    private static IEnumerable<string> All(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => All(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(All),
        JsonValueKind.String when element.GetString()!.Split('@')[^1] is var digest && Oci.OciDigest.IsValid(digest) => [digest],
        _ => [],
    };

    /// <summary>Returns the image that was last pushed: its first name with a tag, and the digest of its index; null if the file is absent or has none.</summary>
    public static (string Name, string Digest)? Last(string path)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > LargestFile)
            {
                return null;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            return root.TryGetProperty("digest", out var digest) && root.TryGetProperty(Images, out var images) && images.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
                ? ($"{first.GetProperty("name").GetString()}{(first.GetProperty("tags").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.String } tag ? $":{tag.GetString()}" : string.Empty)}", digest.GetString()!)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Removes the published images from the file and keeps only the repositories that accepted Docker's media types. Called before a push:
    /// the file must not describe an image that a failed push did not publish.</summary>
    /// <param name="path">The file; may be absent.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public static void Forget(string path)
    {
        var docker = TakeDocker(path);
        if (docker.Count == 0)
        {
            AtomicFile.Discard(path);
            return;
        }

        AtomicFile.Write(path, stream =>
        {
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            {
                json.WriteStartObject();
                WriteRemembered(json, docker);
                json.WriteEndObject();
            }

            stream.Write("\n"u8);
        });
    }

    /// <summary>Returns the digest by which the image can be pulled: of the OCI index if a registry has it, otherwise of Docker's manifest list.</summary>
    /// <param name="layout">The published layout.</param>
    /// <param name="images">The published images.</param>
    public static string DigestOf(OciLayoutReader layout, IReadOnlyList<PublishedImage> images) =>
        images.Count == 0 || images.Any(image => image.Digest == layout.Index.Digest) ? layout.Index.Digest : images[0].Digest;

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">The published layout.</param>
    /// <param name="images">The published images.</param>
    /// <param name="revision">The commit that the image was built from; null if it is not known.</param>
    /// <param name="variants">The published variants: their names, layouts and images.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public static void Write(
        string path, OciLayoutReader layout, IReadOnlyList<PublishedImage> images, SourceRevision? revision = null, params IReadOnlyList<(string Name, OciLayoutReader Layout, IReadOnlyList<PublishedImage> Images)> variants)
    {
        // The entries of other repositories are still valid.
        var remembered = TakeDocker(path).Except(images.Select(image => image.Name), StringComparer.Ordinal).ToList();
        AtomicFile.Write(path, stream => Write(stream, layout, images, remembered, revision, variants));
    }

    private static void Write(Stream stream, OciLayoutReader layout, IReadOnlyList<PublishedImage> images, IReadOnlyCollection<string> remembered, SourceRevision? revision,
        IReadOnlyList<(string Name, OciLayoutReader Layout, IReadOnlyList<PublishedImage> Images)> variants)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("digest", layout.Index.Digest);
            if (revision is not null)
            {
                json.WriteString("revision", revision.Commit);
                json.WriteBoolean("dirty", revision.IsDirty);
            }

            WriteImages(json, layout, images);
            if (variants.Count > 0)
            {
                json.WriteStartArray("variants");
                foreach (var variant in variants)
                {
                    json.WriteStartObject();
                    json.WriteString("name", variant.Name);
                    json.WriteString("digest", variant.Layout.Index.Digest);
                    WriteImages(json, variant.Layout, variant.Images);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            WriteRemembered(json, remembered);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static string FormName(AttachForm form) => form switch
    {
        AttachForm.Referrers => "referrers",
        AttachForm.ReferrersTag => "referrers-tag",
        AttachForm.CosignTags => "cosign-tags",
        AttachForm.Cosign => "cosign",
        _ => "none",
    };

    private static void WriteImages(Utf8JsonWriter json, OciLayoutReader layout, IReadOnlyList<PublishedImage> images)
    {
        json.WriteStartArray(Images);
        foreach (var image in images)
        {
            json.WriteStartObject();
            json.WriteString("name", image.Name);
            json.WriteString("reference", image.Reference);
            json.WriteString("mediaTypes", image.MediaTypes == MediaTypeChoice.Docker ? Docker : "oci");
            OciJson.WriteList(json, "tags", image.Tags);
            if (image.Attached.Count > 0 || image.Attached.IsLeftOut || image.AttestedImages > 0)
            {
                json.WriteString("attestations", image.AttestedImages == 0 ? FormName(image.Attached.Form) : image.Attached.Count == 0 ? Index : $"{Index},{FormName(image.Attached.Form)}");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("platforms");
        foreach (var manifest in layout.Manifests.Where(manifest => !manifest.IsAttestation))
        {
            json.WriteString(manifest.Platform?.ToString() ?? manifest.Digest, manifest.Digest);
        }

        json.WriteEndObject();
    }

    private static void WriteRemembered(Utf8JsonWriter json, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
        {
            return;
        }

        json.WriteStartArray(Remembered);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("mediaTypes", Docker);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
