using System.Security.Cryptography.X509Certificates;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Tags;
using BusyboxGlibc.Tests.Oci.Layout;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Small images as this build makes them, and publishing them with little patience.</summary>
internal sealed class RegistryImages : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _made;

    public static RegistryPolicy Policy { get; } = new(
        new RetryPolicy(3, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)), 16 << 20, 4, TimeSpan.FromSeconds(5))
    {
        SettleLimit = TimeSpan.FromSeconds(2),
    };

    public string Root => _folder.Path;

    /// <summary>An image; every call gives another one.</summary>
    /// <param name="busybox">Its BusyBox.</param>
    /// <param name="origin">Where that comes from.</param>
    /// <param name="size">About how many bytes each layer has.</param>
    /// <param name="isAttested">Whether an attestation in BuildKit's form is beside it.</param>
    /// <param name="variant">The variant that it is; null for the image itself.</param>
    /// <param name="platforms">Its platforms; two where none is named.</param>
    public OciLayoutReader Make(string busybox = "1.38.0", string origin = "upstream", int size = 100, bool isAttested = false, string? variant = null, params string[] platforms)
    {
        _made++;
        var labels = new Dictionary<string, string>
        {
            [AnnotationKeys.BusyboxVersion] = busybox,
            [AnnotationKeys.BusyboxOrigin] = origin,
            [AnnotationKeys.Version] = $"{busybox}-glibc-debian13",
            [AnnotationKeys.Created] = Rfc3339.FromEpoch(TestImages.Epoch),
        };
        if (variant is not null)
        {
            labels[AnnotationKeys.Variant] = variant;
        }

        var path = _folder[$"oci-{_made}"];
        using var writer = new OciLayoutWriter(path);
        var noise = TestImages.Compressible(size);
        var manifests = (platforms.Length > 0 ? platforms : ["linux/amd64", "linux/arm/v7"])
            .Select(name => writer.AddImage(
                new ImageSpec(TestImages.Platform(name), TestImages.Epoch, "busybox-glibc test", labels, HasCertificates: true),
                new LayerCache(_folder["cache"]).GetOrAdd(stream => stream.Write([.. TestImages.Tar($"{name} {_made}"), .. noise]))))
            .ToList();
        writer.Commit(isAttested ? [.. manifests, Attest(writer, manifests[0])] : manifests, labels, [ImageReference.TryParse("busybox:glibc")!]);
        return OciLayoutReader.Open(path);
    }

    private static OciDescriptor Attest(OciLayoutWriter writer, OciDescriptor about)
    {
        var statement = writer.AddBlob("application/vnd.in-toto+json", "{ }"u8.ToArray());
        var manifest = new OciManifest(writer.AddBlob(MediaTypes.Empty, "{}"u8.ToArray()), [statement])
        {
            ArtifactType = "application/vnd.docker.attestation.manifest.v1+json",
            Subject = new OciDescriptor(about.MediaType, about.Digest, about.Size),
        };
        return writer.AddBlob(MediaTypes.Manifest, ManifestWriter.Write(manifest)) with
        {
            Platform = new OciPlatform("unknown", "unknown", null),
            Annotations = new Dictionary<string, string> { [AnnotationKeys.DockerReferenceType] = "attestation-manifest", [AnnotationKeys.DockerReferenceDigest] = about.Digest },
        };
    }

    /// <summary>An image with one large layer, which only a registry would take for one: it is no tar.</summary>
    public OciLayoutReader MakeNoise(int size)
    {
        _made++;
        var labels = new Dictionary<string, string>
        {
            [AnnotationKeys.BusyboxVersion] = "1.38.0",
            [AnnotationKeys.BusyboxOrigin] = "upstream",
            [AnnotationKeys.Version] = "1.38.0-glibc-debian13",
            [AnnotationKeys.Created] = Rfc3339.FromEpoch(TestImages.Epoch),
        };
        using var writer = new OciLayoutWriter(_folder[$"oci-{_made}"]);
        var path = _folder[$"noise-{_made}"];
        using (var stream = File.Create(path))
        {
            var (random, piece) = (new Random(size), new byte[1 << 20]);
            for (var left = size; left > 0; left -= piece.Length)
            {
                random.NextBytes(piece);
                stream.Write(piece.AsSpan(0, Math.Min(left, piece.Length)));
            }
        }

        using var content = File.OpenRead(path);
        var digest = OciDigest.FromHash(System.Security.Cryptography.SHA256.HashData(content));
        var layer = new CachedLayer(path, digest, digest, size);
        var image = writer.AddImage(new ImageSpec(TestImages.Platform("linux/amd64"), TestImages.Epoch, "busybox-glibc test", labels, HasCertificates: true), layer);
        writer.Commit([image], labels, [ImageReference.TryParse("busybox:glibc")!]);
        return OciLayoutReader.Open(_folder[$"oci-{_made}"]);
    }

    public static PublishPlace Place(string registry, string repository = "acme/busybox", RegistryCredentials? credentials = null) =>
        new(RegistryHost.Of(registry, []), repository, RegistryAccount.Of(credentials));

    public static Publisher Publisher(
        OciLayoutReader layout,
        bool forceTag = false,
        RegistryPolicy? policy = null,
        X509Certificate2Collection? authorities = null,
        IProgressBoard? board = null,
        MediaTypeChoice mediaTypes = MediaTypeChoice.Auto) => new(
        layout,
        ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, []),
        forceTag,
        host => RegistryClients.New(authorities ?? [], host.IsLoopback),
        policy ?? Policy,
        board ?? new SilentProgressBoard())
        { MediaTypes = mediaTypes };

    /// <summary>The check before any work, for an image like those of <see cref="Make"/>.</summary>
    public static Task CheckAsync(IReadOnlyList<PublishPlace> places, string busybox = "1.38.0", bool forceTag = false, params string[] platforms)
    {
        var expected = new ImageIdentity(BusyboxNumber.Find(busybox), false, $"{busybox}-glibc-debian13", null, (platforms.Length > 0 ? platforms : ["linux/amd64", "linux/arm/v7"]).ToHashSet());
        return new PublishCheck(host => RegistryClients.New([], host.IsLoopback), Policy, new SilentProgressBoard()).RunAsync(
            places, ImageTags.Moving(expected, []), expected, forceTag, CancellationToken.None);
    }

    /// <summary>The tag that names this image for ever.</summary>
    public static string Dated(OciLayoutReader layout) => $"1.38.0-glibc-debian13-20250818-{layout.Index.Digest[7..19]}";

    public static async Task<PublishedImage> PushAsync(OciLayoutReader layout, PublishPlace place, bool forceTag = false, RegistryPolicy? policy = null) =>
        (await Publisher(layout, forceTag, policy).PushAsync([place], CancellationToken.None))[0];

    /// <summary>The digest that skopeo, which shares no code with us, finds under a name.</summary>
    public static async Task<string> DigestAsync(string name) =>
        OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(await Tool.Run("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{name}")));

    /// <summary>Has skopeo pull everything under a name, which proves each digest.</summary>
    public async Task PullAsync(string name)
    {
        var target = _folder[$"pulled-{Guid.NewGuid():N}"];
        await Tool.Run("skopeo", "copy", "--all", "--src-tls-verify=false", $"docker://{name}", $"oci:{target}:x");
        Directory.Delete(target, recursive: true);
    }

    public void Dispose() => _folder.Dispose();
}
