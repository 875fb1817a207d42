using System.Text.Json;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>
/// The target Publish run twice with a library added between, by each engine, to a real registry and to those that play others: every
/// registry has both images in the end, and other people's clients read them.
/// </summary>
[Category(Categories.EndToEnd)]
internal sealed class PublishTwiceTests
{
    private static readonly string[] _platforms = ["linux/amd64", "linux/arm/v7"];

    [TestCase("embedded")]
    [TestCase("buildx")]
    public async Task AnImageAndThenOneWithALibraryMoreAreReadBackByOthers(string engine)
    {
        await RealSuite.RequireAsync();
        Requires.Tool("skopeo");
        if (engine == "buildx")
        {
            RealEngine.Require();
        }

        using var real = new RealRegistry();
        var played = PlayingRegistry.Known.Select(part => (Name: part.Key, Registry: part.Value())).ToList();
        try
        {
            string[] registries = [real.Name, .. played.Select(part => part.Registry.Name)];
            string[] arguments =
            [
                "--target=Publish", $"--engine={engine}", "--busybox=debian", $"--platforms={string.Join(',', _platforms)}",
                .. registries.Select(name => $"--registry={name}/acme"),
            ];
            using var project = new ProjectCopy();
            var first = Publish(project, [.. arguments, "--locked"]);
            await AreReadBackAsync(first, project);
            project.Append("lib-requires.txt", "libyaml\n");
            var second = Publish(project, arguments);
            await AreReadBackAsync(second, project);
            foreach (var (old, now) in first.Zip(second))
            {
                Assert.That(now.Tags[^1], Is.Not.EqualTo(old.Tags[^1]), "each image has a tag of its own");
                Assert.That(await RegistryImages.DigestAsync($"{old.Name}:{old.Tags[^1]}"), Is.EqualTo(old.Digest), "the first image keeps its own tag");
                Assert.That(await RegistryImages.DigestAsync($"{now.Name}:glibc"), Is.EqualTo(now.Digest), "the moving tag is the second's");
            }

            string[] docker = [.. played.Where(part => part.Name is "swr" or "acr").Select(part => part.Registry.Name)];
            Assert.That(second.Where(image => image.IsDocker).Select(image => image.Name.Split('/')[0]), Is.EqualTo(docker), "the others take OCI's types");
        }
        finally
        {
            played.ForEach(part => part.Registry.Dispose());
        }
    }

    private static IReadOnlyList<Published> Publish(ProjectCopy project, string[] arguments)
    {
        project.Run(arguments).Succeeded();
        using var record = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(project.Artifacts, "published.json")));
        return [.. record.RootElement.GetProperty("images").EnumerateArray().Select(image => new Published(
            image.GetProperty("name").GetString()!,
            image.GetProperty("reference").GetString()!.Split('@')[1],
            image.GetProperty("mediaTypes").GetString() == "docker",
            [.. image.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)]))];
    }

    private static async Task AreReadBackAsync(IReadOnlyList<Published> published, ProjectCopy project)
    {
        var layout = OciLayoutReader.Open(project.Layout);
        var isPulled = RealEngine.Answers;
        foreach (var image in published)
        {
            Assert.That(image.Digest == layout.Index.Digest, Is.Not.EqualTo(image.IsDocker), image.Name);
            foreach (var ours in layout.ReadImages())
            {
                string[] variant = ours.Platform.Variant is { } name ? [$"--override-variant={name}"] : [];
                var inspected = await Tool.Run(
                    "skopeo", ["inspect", "--tls-verify=false", $"--override-arch={ours.Platform.Architecture}", .. variant, $"docker://{image.Name}@{image.Digest}"]);
                using var said = JsonDocument.Parse(inspected);
                Assert.That(
                    said.RootElement.GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()), Is.EqualTo(new[] { ours.Layer.Digest }), $"{image.Name} {ours.Platform.Name}");
                if (isPulled)
                {
                    var pull = RealEngine.Docker("pull", "--platform", ours.Platform.Name, $"{image.Name}:glibc").Succeeded();
                    Assert.That(pull.Output, Does.Contain($"Digest: {image.Digest}"), $"{image.Name} {ours.Platform.Name}");
                }
            }

            if (isPulled)
            {
                RealEngine.Docker("image", "rm", "--force", $"{image.Name}:glibc").Succeeded();
            }
        }
    }

    private sealed record Published(string Name, string Digest, bool IsDocker, IReadOnlyList<string> Tags);
}
