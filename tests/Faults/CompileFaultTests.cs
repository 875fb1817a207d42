using BusyboxGlibc.Tasks;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>Compilations that cannot end well, through the real recipe and the real compiler.</summary>
[Category(Categories.Faults)]
internal sealed class CompileFaultTests
{
    private ProjectCopy _project = null!;

    private string Cache => _project.PathOf("cache");

    // What is not under test comes from the shared cache, so that nothing is fetched or unpacked again.
    [SetUp]
    public async Task MakeProjectAsync()
    {
        await RealImage.ProjectAsync();
        _project = new ProjectCopy();
        Directory.CreateDirectory(Cache);
        foreach (var shared in new[] { "sha256", "build-root", "derived", "releases", "layers" })
        {
            Directory.CreateSymbolicLink(Path.Combine(Cache, shared), Path.Combine(RealSuite.Cache, shared));
        }
    }

    [TearDown]
    public void DeleteProject() => _project.Dispose();

    [Test]
    public void EveryWrongLineOfTheFragmentIsNamed()
    {
        var lines = File.ReadAllLines(_project.PathOf("busybox.config")).Length;
        _project.Append(
            "busybox.config",
            "CONFIG_NO_SUCH_OPTION=y\nCONFIG_AR=maybe\n# CONFIG_LFS is not set, please\nnonsense\n# CONFIG_GZIP is not set\nCONFIG_FEATURE_GZIP_LEVELS=y\n");
        Compile().FailedSaying(
            $"busybox.config:{lines + 1}: CONFIG_NO_SUCH_OPTION=y did not take effect: there is no such option",
            $"busybox.config:{lines + 2}: CONFIG_AR needs y, n, a number",
            $"busybox.config:{lines + 3}: text after",
            $"busybox.config:{lines + 4}: neither CONFIG_X=y",
            $"busybox.config:{lines + 6}: CONFIG_FEATURE_GZIP_LEVELS=y did not take effect",
            "its dependencies are not met");
        Assert.That(Kept(), Is.Empty);
    }

    [Test]
    public void ACompilerErrorIsShownWithTheLogAndNothingIsKept()
    {
        File.WriteAllText(
            Path.Combine(_project.Folder, "build", "Busybox", "patches", "all", "zz-broken.patch"),
            """
            --- a/applets/applets.c
            +++ b/applets/applets.c
            @@ -1,1 +1,2 @@
             /* vi: set sw=4 ts=4: */
            +#error this is broken on purpose

            """.ReplaceLineEndings("\n"));
        Compile().FailedSaying(
            "BusyBox 1.38.0 does not compile for linux/amd64", "#error this is broken on purpose", Path.Combine(_project.Artifacts, "logs", "busybox-linux-amd64.log"));
        Assert.That(File.ReadAllText(Path.Combine(_project.Artifacts, "logs", "busybox-linux-amd64.log")), Does.Contain("broken on purpose"));
        Assert.That(Kept(), Is.Empty);
    }

    [Test]
    public void APatchThatDoesNotApplyIsNamed()
    {
        File.WriteAllText(
            Path.Combine(_project.Folder, "build", "Busybox", "patches", "all", "zz-stale.patch"),
            "--- a/applets/applets.c\n+++ b/applets/applets.c\n@@ -1,1 +1,1 @@\n-of another release\n+of this one\n");
        Compile().FailedSaying("a patch of BusyBox 1.38.0 does not apply (linux/amd64)", "zz-stale.patch does not apply", "build/Busybox/patches");
        Assert.That(Kept(), Is.Empty);
    }

    // Too small for the sources; for the objects.
    [TestCase("8m")]
    [TestCase("24m")]
    public void AFullDiskIsSaidAndNothingIsKept(string size)
    {
        using var disk = new SmallDisk(Path.Combine(Cache, "busybox"), $"size={size}");
        Compile().FailedSaying("cannot write", "No space left on device", "free up space");
        Assert.That(Kept(), Is.Empty);
    }

    private ProgramRun Compile() => _project.Run("--target=CompileBusybox", "--locked", "--platforms=linux/amd64", $"--cache={Cache}");

    // What a later run would take for a result, and what a compilation leaves to clean up.
    private IEnumerable<string> Kept() => Directory.Exists(Path.Combine(Cache, "busybox"))
        ? Directory.EnumerateFileSystemEntries(Path.Combine(Cache, "busybox"), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is "stamp.json" or "busybox" or "work")
        : [];
}
