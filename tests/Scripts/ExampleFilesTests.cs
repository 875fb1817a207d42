using BusyboxGlibc.Configuration;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.EndToEnd.Examples;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>The files of <c>examples/</c>: each program is started alike by its Dockerfile and by its recipe, and their page names them all.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ExampleFilesTests
{
    private static IEnumerable<string> Names => ExampleImages.Names;

    [TestCaseSource(nameof(Names))]
    public void ADockerfileStartsTheProgramAsTheRecipeDoes(string name)
    {
        var recipe = Read(name).Image;
        Assert.That(recipe.Platforms.Select(platform => platform.Name), Is.EqualTo(new[] { "linux/amd64", "linux/arm64" }));
        Assert.That(recipe.Run.User?.Value, Is.EqualTo("nonroot"));
        var lines = DockerfileText.Read(PathOf(name, "Dockerfile")).Instructions;
        var stage = lines.Skip(lines.ToList().FindLastIndex(line => line.Name == "FROM")).ToList();
        Assert.That(stage[0].Arguments, Is.EqualTo("${BASE}"));
        if (name == "nginx")
        {
            Assert.That(lines[0].Arguments, Is.EqualTo("BASE=nginx:glibc"), "it starts from the image of the recipe");
            return;
        }

        Assert.That(lines[0].Arguments, Is.EqualTo("BASE=base:glibc"));
        Assert.That(Value("USER"), Is.EqualTo("65532"), "a number, which Kubernetes wants for runAsNonRoot");
        Assert.That(Value("ENTRYPOINT") is { } entryPoint ? DockerfileWords.Json(entryPoint) : null, Is.EqualTo(recipe.Run.EntryPoint?.Value));
        Assert.That(Value("CMD") is { } command ? DockerfileWords.Json(command) : null, Is.EqualTo(recipe.Run.Command?.Value));
        Assert.That(Value("WORKDIR"), Is.EqualTo(recipe.Run.WorkingDirectory?.Value));
        Assert.That(Value("VOLUME"), Is.EqualTo(recipe.Run.Volumes?.Value.Single()));
        Assert.That(Value("EXPOSE"), Is.EqualTo(recipe.Run.Ports?.Value.Single()));
        Assert.That(Value("ENV"), Is.EqualTo(recipe.Run.Environment?.Value.Select(variable => $"{variable.Name}={variable.Value}").Single()));

        string? Value(string instruction) => stage.SingleOrDefault(line => line.Name == instruction)?.Arguments;
    }

    [Test]
    public void ThePageNamesEveryFolder()
    {
        var folders = Directory.EnumerateDirectories(ExampleImages.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.That(folders, Is.EquivalentTo(ExampleImages.Names.Append("base")));
        var links = MarkdownOutline.Of(File.ReadAllText(PathOf("README.md"))).Links;
        Assert.That(folders.Where(folder => !links.Any(link => link.StartsWith($"{folder}/", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void NothingThatABuildMakesIsCommitted() =>
        Assert.That(File.ReadAllLines(PathOf(".gitignore")), Is.SupersetOf(new[] { "artifacts/", "image.lock.json", "out/" }));

    private static BuildOptions Read(string name) => new FakeOptions().Config(File.ReadAllText(PathOf(name, "cake.config"))).Read();

    private static string PathOf(params string[] parts) => Path.Combine([ExampleImages.Root, .. parts]);
}
