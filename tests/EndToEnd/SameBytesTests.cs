namespace BusyboxGlibc.Tests.EndToEnd;

[Category(Categories.EndToEnd)]
internal sealed class SameBytesTests
{
    [Test]
    public async Task TwoCopiesAtDifferentPathsGiveTheSameIndex()
    {
        var expected = await RealImage.IndexDigestAsync();
        var deep = Path.Combine(Directory.CreateTempSubdirectory("deep-").FullName, "a", "path that", "is long and elsewhere");
        using var project = new ProjectCopy(deep);
        var run = project.Run(
            new Dictionary<string, string> { ["TZ"] = "Asia/Tokyo", ["LC_ALL"] = "tr_TR.UTF-8", ["LANG"] = "tr_TR.UTF-8" }, "--locked", "--jobs=1").Succeeded();
        Assert.That(run.IndexDigest, Is.EqualTo(expected));
    }

    [Test]
    public async Task AnOrdinaryUserWithAColdCacheGetsTheSameManifestsEvenAfterAKillInTheMiddleOfCompiling()
    {
        // One platform, with another byte order than this machine, for everything of it is fetched, unpacked and compiled once more.
        var all = Manifests((await RealImage.ProjectAsync()).Layout);
        using var project = new ProjectCopy();
        project.GiveAway();
        string[] arguments = ["--locked", $"--cache={project.PathOf("cache")}", "--platforms=linux/s390x"];
        using (var process = project.Start(null, arguments))
        {
            var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            while (!process.HasExited && Compiled(project) < 20)
            {
                await Task.Delay(500);
            }

            process.Kill();
            await process.WaitForExitAsync();
            Assert.That(Compiled(project), Is.GreaterThanOrEqualTo(20), string.Concat(await said));
        }

        Assert.That(Directory.EnumerateFiles(project.PathOf("cache/busybox"), "stamp.json", SearchOption.AllDirectories), Is.Empty);
        project.Run(arguments).Succeeded();
        Assert.That(
            Manifests(project.Layout).Select(manifest => manifest.Digest),
            Is.EqualTo(all.Where(manifest => manifest.Platform!.Architecture == "s390x").Select(manifest => manifest.Digest)));
        Assert.That(Directory.EnumerateDirectories(project.PathOf("cache/busybox"), "work", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task OnePlatformAloneHasTheManifestItHasAmongAll()
    {
        var all = Manifests((await RealImage.ProjectAsync()).Layout);
        using var project = new ProjectCopy();
        project.Run("--locked", "--platforms=linux/s390x").Succeeded();
        Assert.That(Manifests(project.Layout).Single(), Has.Property("Digest").EqualTo(all.Single(manifest => manifest.Platform!.Architecture == "s390x").Digest));
    }

    [Test]
    public async Task ARunWithNothingChangedMakesNothingAndOfflineNeedsNothing()
    {
        var project = await RealImage.ProjectAsync();

        // A run of another test may have failed last, which the report says until the next one.
        project.Run("--offline", "--locked").Succeeded();
        var before = Directory.GetFiles(project.Artifacts, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);
        var run = project.Run("--offline", "--locked", $"--cache={project.PathOf("no-such-cache")}").Succeeded();
        Assert.That(run.IndexDigest, Is.EqualTo(await RealImage.IndexDigestAsync()));
        Assert.That(Directory.GetFiles(project.Artifacts, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc), Is.EqualTo(before));
    }

    [Test]
    public async Task SourceDateEpochClampsEveryTime()
    {
        await RealImage.IndexDigestAsync();
        using var project = new ProjectCopy();
        project.Run(new Dictionary<string, string> { ["SOURCE_DATE_EPOCH"] = "1000000000" }, "--locked", "--platforms=linux/amd64").Succeeded();
        var image = BusyboxGlibc.Oci.Layout.OciLayoutReader.Open(project.Layout).ReadImages().Single();
        using var layer = image.OpenLayer();
        var tree = BusyboxGlibc.Rootfs.RootfsTar.Read(layer, "layer");
        Assert.That(tree.Entries.Select(entry => entry.ModificationTime), Has.All.LessThanOrEqualTo(1000000000));
    }

    // How many files the compilations under way have compiled, by their logs.
    private static int Compiled(ProjectCopy project) => Directory.Exists(Path.Combine(project.Artifacts, "logs"))
        ? Directory.EnumerateFiles(Path.Combine(project.Artifacts, "logs"), "busybox-*.log").Sum(path => Lines(path))
        : 0;

    private static int Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split("\n  CC ").Length - 1;
    }

    private static IReadOnlyList<BusyboxGlibc.Oci.OciDescriptor> Manifests(string folder) =>
        [.. BusyboxGlibc.Oci.Layout.OciLayoutReader.Open(folder).Manifests];
}
