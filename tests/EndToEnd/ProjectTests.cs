using System.Diagnostics;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Images from folders of their own, with the program elsewhere.</summary>
[Category(Categories.EndToEnd)]
internal sealed class ProjectTests
{
    private static readonly string[] _quick = ["--busybox=debian", "--engine=embedded"];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    /// <summary>From two programs that nobody has packaged to images with them, beside each other; none of the program's own files is in the folders.</summary>
    [Test]
    public void AProgramBecomesAnImageInAFolderOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        foreach (var platform in new[] { Locks.Amd64, Locks.Arm64 })
        {
            Directory.CreateDirectory(folder.File($"out/{platform}"));
            File.WriteAllBytes(folder.File($"out/{platform}/app"), TinyElf.Program(platform, "libc.so.6", "libz.so.1"));
        }

        Run(folder, "--target=New", "--project=images/one", "--binary=./out/{platform}/app").Succeeded();
        var built = Run(folder, ["--project=images/one", .. _quick]).Succeeded();
        Assert.That(built.Output, Does.Contain("image  one:glibc").And.Contain("images/one/artifacts/oci").And.Contain("./build.sh --project=images/one --target=SmokeTest"));
        var images = OciLayoutReader.Open(folder.File("images/one/artifacts/oci")).ReadImages();
        Assert.That(images.Select(image => (image.Platform, image.Config.Run.EntryPoint?[0], image.LayerCount)), Is.EqualTo(new[] { (Locks.Amd64, "/usr/local/bin/app", 2), (Locks.Arm64, "/usr/local/bin/app", 2) }));

        // The same image from another folder, of which a part is a link out of it; both in one run, and neither takes the other's name.
        Directory.CreateDirectory(folder.File("images/two"));
        foreach (var name in new[] { "lib-requires.txt", "cake.config", "image.lock.json" })
        {
            File.CreateSymbolicLink(folder.File($"images/two/{name}"), $"../one/{name}");
        }

        var both = Run(folder, ["--project=images/*", .. _quick]).Succeeded();
        Assert.That(both.Output, Does.Contain("images/one: done").And.Contain("images/two: done"));
        Assert.That(OciLayoutReader.Open(folder.File("images/two/artifacts/oci")).Index.Digest, Is.EqualTo(built.IndexDigest));
        Run(folder, "--project=images/*", "--target=Publish", "--registry=127.0.0.1:9").FailedSaying("127.0.0.1:9/one is the name of images/one and images/two", "[Image] Repository=NAME");

        // What one of them gets wrong does not keep the other from being built.
        File.Delete(folder.File("images/one/lib-requires.txt"));
        var broken = Run(folder, ["--project=images/*", "--target=Restore", .. _quick]);
        Assert.That((broken.ExitCode, broken.Output.Contains("images/one: exit code 1", StringComparison.Ordinal), broken.Output.Contains("images/two: exit code 1", StringComparison.Ordinal)), Is.EqualTo((1, true, true)), broken.Output);
    }

    /// <summary>Newer dates of the archive alone are no update; a release of BusyBox that the table lacks is one, by the real index of Debian's next release.</summary>
    [Test]
    public void AnUpdateWithoutNewerPackagesLeavesTheLock()
    {
        var committed = BusyboxReleases.Read(Path.Combine(ProjectCopy.RepositoryFolder, BusyboxReleases.FileName));
        var former = committed.Find("1.37.0", "here");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("base"));
        File.WriteAllText(folder.File("base/lib-requires.txt"), "libc\n");
        string[] quick = [.. _quick, "--platforms=linux/amd64", "--project=base"];
        File.WriteAllText(folder.File("base/cake.config"), "[Image]\nPlatforms=linux/amd64\nCommands=none\n");
        File.WriteAllText(folder.File($"base/{BusyboxReleases.FileName}"), ReleaseTable.Add("{\n  \"default\": \"1.37.0\",\n  \"releases\": []\n}\n", former with { Sources = [$"{RealSuite.HostMirrors.Main[0].AbsoluteUri.TrimEnd('/')}/{former.Sources[^1]}"] }).Replace("},]", "}]", StringComparison.Ordinal));
        Assert.That(Run(folder, ["--target=Update", .. quick]).Succeeded().Output, Does.Contain("base/artifacts/update.md says what differs"));
        var found = BusyboxReleases.Read(folder.File($"base/{BusyboxReleases.FileName}")).Releases;
        Assert.That(found, Has.Count.AtLeast(2), "Debian's next release has a newer one than 1.37.0");
        if (found.FirstOrDefault(release => release.Version == "1.38.0") is { } same)
        {
            var known = committed.Find("1.38.0", "here");
            Assert.That((same.Date, same.Sha256, same.Size, same.Sources[^1]), Is.EqualTo((known.Date, known.Sha256, known.Size, known.Sources[^1])), "what a person wrote");
        }

        Assert.That(File.ReadAllText(folder.File("base/artifacts/update.md")), Does.Contain($"- BusyBox {found[0].Version} of {found[0].Date}"));
        var before = File.ReadAllText(folder.File("base/image.lock.json"));
        Assert.That(Run(folder, ["--target=Update", .. quick]).Succeeded().Output, Does.Contain("nothing is newer"));
        Assert.That(File.ReadAllText(folder.File("base/image.lock.json")), Is.EqualTo(before));
        Assert.That(folder.File("base/artifacts/update"), Does.Not.Exist);
    }

    private static ProgramRun Run(TemporaryFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Build.dll"), $"--cache={RealSuite.Cache}", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
        };
        start.Environment["CI"] = "true";
        start.Environment["BUSYBOX_GLIBC_ROOT"] = ProjectCopy.RepositoryFolder;
        start.Environment.Remove("SOURCE_DATE_EPOCH");
        using var process = Process.Start(start)!;
        return ProgramRun.Of(process);
    }
}
