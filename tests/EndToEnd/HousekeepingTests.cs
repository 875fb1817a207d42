using System.Text.Json;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Doctor and Prune as they are run. Neither builds anything.</summary>
[Category(Categories.EndToEnd)]
[Parallelizable]
internal sealed class HousekeepingTests
{
    [Test]
    public void DoctorAnswersWithoutHomeAndNetworkAndIsAloneOnStandardOutput()
    {
        using var project = new ProjectCopy();
        var run = project.Run(new Dictionary<string, string> { ["HOME"] = string.Empty, ["DOTNET_CLI_HOME"] = project.Folder }, "--target=Doctor", "--json", "--offline", "--registry=localhost:1/acme");
        using var answer = Json(run);
        var checks = answer.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("id").GetString()!, check => check.GetProperty("health").GetString());
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(answer.RootElement.GetProperty("problems").GetInt32() > 0 ? 1 : 0), run.Output);
            Assert.That(new[] { checks["mirror.debian"], checks["registry"] }, Is.All.EqualTo("unused"));
            Assert.That(new[] { checks["project.lock"], checks["project.config"], checks["engine"] }, Is.All.EqualTo("good"), run.Output);
        });
    }

    [Test]
    public void DoctorSaysWhatIsWrongWithTheOptionsToo()
    {
        using var project = new ProjectCopy();
        project.Append("cake.config", "\n[Image]\nPlatfroms=linux/amd64\n");
        var run = project.Run("--target=Doctor", "--json");
        using var answer = Json(run);
        var broken = answer.RootElement.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == "project.config");
        Assert.That((run.ExitCode, broken.GetProperty("health").GetString()), Is.EqualTo((1, "problem")));
        Assert.That(broken.GetProperty("why").GetString(), Does.Contain("cake.config:"));
    }

    [Test]
    public void PruneKeepsWhatTheLockPinsAndDryRunKeepsAll()
    {
        using var cache = new TemporaryFolder();
        using var project = new ProjectCopy(cache: cache.Path);
        var pinned = LockFile.Read(project.PathOf("image.lock.json"))!.Platforms[0].Packages[0].Pin.Sha256;
        string[] names = [.. new[] { pinned, new string('e', 64) }.Select(sha256 => $"sha256/{sha256[..2]}/{sha256}")];
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(cache[name])!);
            File.WriteAllText(cache[name], "a package");
        }

        Assert.That(project.Run("--target=Prune", "--older-than=0d", "--dry-run").Succeeded().Output, Does.Contain("9 B of 18 B can go"));
        Assert.That(names.Where(name => File.Exists(cache[name])), Is.EqualTo(names));
        Assert.That(project.Run("--target=Prune", "--older-than=0d").Succeeded().Output, Does.Contain("9 B freed, 9 B stay"));
        Assert.That(names.Where(name => File.Exists(cache[name])), Is.EqualTo(names[..1]));
    }

    [Test]
    public async Task TagsListsARepositoryAndDeletesOnlyWhenTold()
    {
        using var registry = new RealRegistry();
        using var images = new RegistryImages();
        foreach (var layout in new[] { images.Make(), images.Make() })
        {
            await RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name, "acme/busybox"));
        }

        using var project = new ProjectCopy();
        ProgramRun Tags(params string[] more) => project.Run(["--target=Tags", $"--registry={registry.Name}/acme", .. more]);
        using var listed = Json(Tags("--json").Succeeded());
        Assert.That(listed.RootElement.GetProperty("repositories")[0].GetProperty("images").GetArrayLength(), Is.EqualTo(2));
        Assert.That(Tags("--prune-older-than=30d", "--keep=0").Succeeded().Output, Does.Contain("1 tag of 1 image can go; nothing was deleted: add --delete"));
        Assert.That(Tags("--prune-older-than=30d", "--keep=0", "--delete").Succeeded().Output, Does.Contain("1 tag and 3 manifests deleted"));
        Assert.That(Tags("--prune-older-than=30d", "--keep=0", "--delete").Succeeded().Output, Does.Contain("6 tags, 1 image").And.Contain("0 tags and 0 manifests deleted"));
    }

    // Nothing else is on standard output; the verdict in one line is an error, and on the other stream.
    private static JsonDocument Json(ProgramRun run) => JsonDocument.Parse(run.Output[..(run.Output.LastIndexOf('}') + 1)]);
}
