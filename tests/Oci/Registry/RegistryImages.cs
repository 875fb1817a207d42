using System.Security.Cryptography.X509Certificates;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Registry;
using BusyboxGlibc.Oci.Tags;

namespace BusyboxGlibc.Tests.Oci.Registry;

/// <summary>Small images as this build makes them, and publishing them with little patience.</summary>
internal sealed class RegistryImages : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int made;

    public static RegistryPolicy Policy { get; } = new(
        new RetryPolicy(3, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)), 16 << 20, 4, TimeSpan.FromSeconds(5));

    public string Root => folder.Root;

    /// <summary>An image; every call gives another one.</summary>
    /// <param name="busybox">Its BusyBox.</param>
    /// <param name="origin">Where that comes from.</param>
    /// <param name="size">About how many bytes each layer has.</param>
    /// <param name="platforms">Its platforms; two where none is named.</param>
    public OciLayoutReader Make(string busybox = "1.38.0", string origin = "upstream", int size = 100, params string[] platforms)
    {
        made++;
        var labels = new Dictionary<string, string>
        {
            [AnnotationKeys.BusyboxVersion] = busybox,
            [AnnotationKeys.BusyboxOrigin] = origin,
            [AnnotationKeys.Version] = $"{busybox}-glibc-debian13",
            [AnnotationKeys.Created] = Rfc3339.FromEpoch(TestImages.Epoch),
        };
        var path = folder[$"oci-{made}"];
        using var writer = new OciLayoutWriter(path);
        var noise = TestImages.Compressible(size);
        var manifests = (platforms.Length > 0 ? platforms : ["linux/amd64", "linux/arm/v7"])
            .Select(name => writer.AddImage(
                new ImageSpec(TestImages.Platform(name), TestImages.Epoch, "busybox-glibc test", labels, HasCertificates: true),
                new LayerCache(folder["cache"]).GetOrAdd(stream => stream.Write([.. TestImages.Tar($"{name} {made}"), .. noise]))))
            .ToList();
        writer.Commit(manifests, labels, [ImageName.Parse("busybox:glibc")]);
        return OciLayoutReader.Open(path);
    }

    public static PublishPlace Place(string registry, string repository = "acme/busybox", RegistryCredentials? credentials = null) =>
        new(RegistryHost.Of(registry, []), repository, credentials);

    public static Publisher Publisher(OciLayoutReader layout, bool forceTag = false, RegistryPolicy? policy = null, X509Certificate2Collection? authorities = null) => new(
        layout,
        ImageTags.Of(ImageIdentity.Of(layout), []),
        forceTag,
        host => RegistryClients.New(authorities ?? [], host.IsLoopback),
        policy ?? Policy,
        new SilentProgressBoard());

    public static async Task<PublishedImage> PushAsync(OciLayoutReader layout, PublishPlace place, bool forceTag = false, RegistryPolicy? policy = null) =>
        (await Publisher(layout, forceTag, policy).PushAsync([place], CancellationToken.None))[0];

    /// <summary>The digest that skopeo, which shares no code with us, finds under a name.</summary>
    public static async Task<string> DigestAsync(string name) =>
        OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(await Tool.Run("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{name}")));

    /// <summary>Has skopeo pull everything under a name, which proves each digest.</summary>
    public async Task PullAsync(string name)
    {
        var target = folder[$"pulled-{Guid.NewGuid():N}"];
        await Tool.Run("skopeo", "copy", "--all", "--src-tls-verify=false", $"docker://{name}", $"oci:{target}:x");
        Directory.Delete(target, recursive: true);
    }

    public void Dispose() => folder.Dispose();
}
