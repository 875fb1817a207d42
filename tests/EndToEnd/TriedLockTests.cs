namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>What a run with settings of its own leaves behind: the project's lock as it was, and a lock for the next run.</summary>
[Category(Categories.EndToEnd)]
internal sealed class TriedLockTests
{
    private static readonly string[] _quick = ["--busybox=debian", "--platforms=linux/amd64", "--engine=embedded"];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => BusyboxGlibc.Tests.Debian.RealSuite.RequireAsync();

    [Test]
    public void AnImageOfTriedSettingsSaysSoAndChangesNoFileOfTheProject()
    {
        using var project = new ProjectCopy();
        var before = File.ReadAllText(project.PathOf("image.lock.json"));
        var plain = project.Run(_quick).Succeeded();
        Assert.That(plain.Output, Does.Not.Contain("tried"));
        var tried = project.Run([.. _quick, "--features=certificates", "--commands=ip"]).Succeeded();
        Assert.That(tried.Output, Does.Contain("image.lock.json is not changed, because --commands=ip --features=certificates --platforms=linux/amd64 is only for this run"));
        Assert.That(tried.Output, Does.Match("lock: artifacts/tried/[0-9a-f]{16}.lock.json, for --commands=ip --features=certificates --platforms=linux/amd64; image.lock.json is not changed"));
        Assert.That(tried.IndexDigest, Is.Not.EqualTo(plain.IndexDigest));

        var again = project.Run([.. _quick, "--features=certificates", "--commands=ip", "--offline", "--mirror=http://nowhere.invalid/debian"]).Succeeded();
        Assert.That((again.IndexDigest, again.Output.Contains("of an earlier run is used", StringComparison.Ordinal)), Is.EqualTo((tried.IndexDigest, true)));
        Assert.That(project.Run([.. _quick, "--features=certificates", "--commands=ip", "--exclusive", "--target=Assemble"]).Succeeded().Output, Does.Not.Contain("error"));
        project.Run([.. _quick, "--locked", "--features=certificates"]).FailedSaying("run without --locked to try --features=certificates");
        Assert.That(project.Run(new Dictionary<string, string> { ["CAKE_IMAGE_FEATURES"] = "certificates" }, [.. _quick, "--target=Restore"]).Succeeded().Output, Does.Contain("CAKE_IMAGE_FEATURES=certificates"));
        Assert.That(project.Run([.. _quick, "--locked"]).Succeeded().IndexDigest, Is.EqualTo(plain.IndexDigest));
        Assert.That(File.ReadAllText(project.PathOf("image.lock.json")), Is.EqualTo(before));

        project.Replace("cake.config", "[Image]\n", "[Image]\nCommands=ip\n");
        Assert.That(project.Run("--busybox=debian", "--engine=embedded", "--target=Restore").Succeeded().Output, Does.Contain("image.lock.json is changed: "));
        project.Run("--target=Clean").Succeeded();
        Assert.That(project.PathOf("artifacts/tried"), Does.Not.Exist);
    }
}
