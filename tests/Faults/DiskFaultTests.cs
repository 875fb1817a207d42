namespace BusyboxGlibc.Tests.Faults;

/// <summary>Disks that are full, read-only or not folders at all.</summary>
[Category(Categories.Faults)]
internal sealed class DiskFaultTests
{
    [Test]
    public void AnArtifactsFolderThatIsAFileIsNamed()
    {
        using var project = new FaultProject();
        File.WriteAllText(project.PathOf("taken"), "mine");
        project.Run("--artifacts=taken").FailedSaying($"cannot write {project.PathOf("taken")}", "make the folder writable");
        Assert.That(File.ReadAllText(project.PathOf("taken")), Is.EqualTo("mine"));
        project.IsClean();
    }

    [Test]
    public void ACacheThatIsAFileIsNamed()
    {
        using var project = new FaultProject();
        File.WriteAllText(project.PathOf("taken"), "mine");
        project.Run($"--cache={project.PathOf("taken")}").FailedSaying($"cannot write {project.PathOf("taken")}", "make the folder writable");
        project.IsClean();
    }

    [Test]
    public void AFolderOfStrangersInTheLayoutsPlaceIsNotReplaced()
    {
        using var project = new FaultProject();
        Directory.CreateDirectory(project.Layout);
        File.WriteAllText(Path.Combine(project.Layout, "thesis.txt"), "mine");
        project.Run().FailedSaying($"{project.Layout} will not be replaced", "it has no oci-layout file");
        Assert.That(File.ReadAllText(Path.Combine(project.Layout, "thesis.txt")), Is.EqualTo("mine"));
    }

    [Test]
    public void AReadOnlyArtifactsFolderIsNamed()
    {
        using var project = new FaultProject();
        using var disk = new SmallDisk(project.Artifacts, "ro,size=64m");
        project.Run().FailedSaying($"cannot write {project.Artifacts}", "Read-only file system");
    }

    // Too small for the base tree; for the layout; for the archive.
    [TestCase("3m")]
    [TestCase("14m")]
    [TestCase("18m")]
    public void AFullArtifactsFolderLeavesNothingHalfWrittenAndTheNextRunIsRight(string size)
    {
        using var project = new FaultProject();
        using (var disk = new SmallDisk(project.Artifacts, $"size={size}"))
        {
            project.Run().FailedSaying($"cannot write {project.Artifacts}", "No space left on device", "free up space");
            project.IsClean();
            disk.Grow();
            Assert.That(project.Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
        }
    }

    [Test]
    public void AFullCacheLeavesNoWrongFileAndTheNextRunIsRight()
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn(filled: false);
        using var disk = new SmallDisk(project.Cache, "size=2m");
        project.Run("--locked").FailedSaying($"cannot write {project.Cache}", "No space left on device", "free up space", "no partly written file is left");
        project.IsClean();
        Assert.That(Directory.EnumerateFiles(project.Cache, "*.partial", SearchOption.AllDirectories), Is.Empty);
        disk.Grow();
        Assert.That(project.Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
    }
}
