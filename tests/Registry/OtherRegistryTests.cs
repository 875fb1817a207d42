using System.Text.Json;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Tests.Oci.Layout;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Registries of others beside the machine's own: distribution 2.8.3 and go-containerregistry's, fetched from the Debian archive.</summary>
[Category(Categories.Integration)]
internal sealed class OtherRegistryTests
{
    private static readonly string _folder = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache", "busybox-glibc-tests", "registries");

    private RegistryImages _images = null!;

    [OneTimeSetUp]
    public async Task Fetch()
    {
        Requires.That(File.Exists("/usr/lib/apt/apt-helper"), "apt, for the packages of other registries");
        await Tool.Run("sh", Path.Combine(BusyboxGlibc.Tests.EndToEnd.ProjectCopy.RepositoryFolder, "tests", "engine", "registries.sh"), _folder);
    }

    [SetUp]
    public void Make() => _images = new RegistryImages();

    [TearDown]
    public void Remove() => _images.Dispose();

    [TestCase("distribution 2.8.3", MediaTypeChoice.Auto)]
    [TestCase("distribution 2.8.3", MediaTypeChoice.Docker)]
    [TestCase("go-containerregistry", MediaTypeChoice.Auto)]
    [TestCase("go-containerregistry", MediaTypeChoice.Docker)]
    public async Task TheImageIsPushedInPartsMountedAndReadBackByOthers(string kind, MediaTypeChoice types)
    {
        using var registry = Start(kind);
        var layout = _images.Make(size: 3_000_000);
        var places = new[] { RegistryImages.Place(registry.Name), RegistryImages.Place(registry.Name, "acme/second") };
        var publisher = RegistryImages.Publisher(layout, policy: RegistryImages.Policy with { ChunkSize = 200_000 }, mediaTypes: types);
        await RegistryImages.CheckAsync(places);
        var published = await publisher.PushAsync(places, CancellationToken.None);
        Assert.That(published[0].Digest == layout.Index.Digest, Is.EqualTo(types == MediaTypeChoice.Auto));
        foreach (var place in places)
        {
            foreach (var tag in published[0].Tags)
            {
                Assert.That(await RegistryImages.DigestAsync($"{place.Name}:{tag}"), Is.EqualTo(published[0].Digest), tag);
            }

            await _images.PullAsync($"{place.Name}:glibc");
        }

        foreach (var image in layout.ReadImages())
        {
            string[] arguments = ["inspect", "--tls-verify=false", $"--override-arch={image.Platform.Architecture}", .. Variant(image), $"docker://{places[0].Name}:glibc"];
            var raw = await Tool.Run("skopeo", arguments);
            using var said = JsonDocument.Parse(raw);
            Assert.That(said.RootElement.GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()), Is.EqualTo(new[] { image.Layer.Digest }));
        }

        var again = await publisher.PushAsync(places, CancellationToken.None);
        Assert.That(again.Select(image => image.UploadedBytes), Has.All.Zero);
    }

    private static string[] Variant(OciImage image) => image.Platform.Variant is { } variant ? [$"--override-variant={variant}"] : [];

    private static RealRegistry Start(string kind) => kind == "go-containerregistry"
        ? RealRegistry.Crane(Path.Combine(_folder, "forky/usr/bin/crane"))
        : new RealRegistry(program: Path.Combine(_folder, "trixie/usr/bin/docker-registry"));
}
