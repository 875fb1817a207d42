namespace BusyboxGlibc.Tests.Faults;

/// <summary>What goes wrong between the lock, the mirror and the cache.</summary>
[Category(Categories.Faults)]
internal sealed class ArchiveFaultTests
{
    [Test]
    public void AMirrorThatCannotBeReachedIsNamed()
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn(filled: false);
        Refused(project, ["http://127.0.0.1:9/debian/", "--mirror=URL"], "--mirror=http://127.0.0.1:9/debian", "--securitymirror=http://127.0.0.1:9/debian");
    }

    [Test]
    public void AMirrorWithoutTheFilesIsNamed()
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn(filled: false);
        var mirror = new Uri(Directory.CreateDirectory(project.PathOf("mirror")).FullName).AbsoluteUri;
        Refused(project, [$"{mirror}/", "--mirror=URL"], $"--mirror={mirror}", $"--securitymirror={mirror}", "--snapshot=none");
    }

    [Test]
    public void LockedRefusesARequirementThatTheLockDoesNotAnswer()
    {
        using var project = new FaultProject();
        project.Require("libmagic");
        Refused(project, ["image.lock.json does not match what is requested", "libmagic", "run without --locked"], "--locked");
    }

    [Test]
    public void OfflineWithoutACacheSaysWhatIsMissing()
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn(filled: false);
        Refused(project, ["is not in the cache", "run once without --offline"], "--offline");
    }

    [TestCase("{", "{ nonsense", "image.lock.json")]
    [TestCase("\"schema\": 1", "\"schema\": 99", "99")]
    [TestCase("\"platforms\": [", "\"platforms\": [ 7,", "image.lock.json")]
    [TestCase("\"pool\": \"pool/", "\"pool\": \"../../", "image.lock.json")]
    public void ALockEditedIntoNonsenseIsRefused(string old, string text, string says)
    {
        using var project = new FaultProject();
        project.EditLock(old, text);
        Refused(project, [says, project.PathOf("image.lock.json")]);
    }

    [Test]
    public void ALockThatCannotBeReadIsRenewedAsItsErrorAdvises()
    {
        using var project = new FaultProject();
        project.EditLock("\"schema\": 1", "\"schema\": 99");
        project.Run().FailedSaying("./build.sh --target=Lock");
        Assert.That(project.Run("--target=Lock").Succeeded().All, Does.Contain("it is replaced"));
        project.Run("--locked").Succeeded();
        project.IsClean();
    }

    [Test]
    public void APinThatLeftTheMirrorIsResolvedAnewAndSaid()
    {
        using var project = new FaultProject();
        var before = project.LockText;
        UnPin(project);
        var run = project.Run("--snapshot=none").Succeeded();
        Assert.That(run.All, Does.Contain("resolving it again").And.Contain("zlib1g"));
        Assert.That(project.LockText, Does.Not.Contain("1:0.0.0-1"));
        Assert.That(before, Does.Not.Contain("1:0.0.0-1"));
        project.IsClean();
    }

    [Test]
    public void APinThatLeftTheMirrorIsAnErrorWithLocked()
    {
        using var project = new FaultProject();
        UnPin(project);
        Refused(project, ["zlib1g 1:0.0.0-1"], "--snapshot=none", "--locked");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void ADamagedPackageInTheCacheIsFetchedAgain(bool isCut)
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn();
        var package = project.Packages().MinBy(package => package.Pin.Size)!;
        var path = FaultProject.FileOf(package, project.Cache);
        var whole = File.ReadAllBytes(path);
        Damage(path, isCut);
        Assert.That(project.Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(whole));
    }

    [Test]
    public void ADamagedPackageOfflineIsAnError()
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn();
        Damage(FaultProject.FileOf(project.Packages()[0], project.Cache), isCut: false);
        Refused(project, [project.Packages()[0].Pin.Name, "is not in the cache"], "--locked", "--offline");
    }

    internal static void Damage(string path, bool isCut)
    {
        using var file = File.Open(path, FileMode.Open);
        if (isCut)
        {
            file.SetLength(file.Length / 2);
            return;
        }

        file.Seek(file.Length / 2, SeekOrigin.Begin);
        var old = file.ReadByte();
        file.Seek(-1, SeekOrigin.Current);
        file.WriteByte((byte)(old ^ 1));
    }

    // As if zlib1g had been pinned at a version that no mirror has any more.
    private static void UnPin(FaultProject project)
    {
        var pin = project.Packages().Single(package => package.Pin.Name == "zlib1g").Pin;
        project.EditLock($"\"version\": \"{pin.Version}\",\n          \"architecture\": \"amd64\"", "\"version\": \"1:0.0.0-1\",\n          \"architecture\": \"amd64\"");
        project.EditLock(pin.PoolPath, "pool/main/z/zlib/zlib1g_0.0.0-1_amd64.deb");
        project.EditLock(pin.Sha256, new string('0', 64));
    }

    private static void Refused(FaultProject project, string[] texts, params string[] arguments)
    {
        var before = project.LockText;
        project.Run(arguments).FailedSaying(texts);
        Assert.That(project.LockText, Is.EqualTo(before));
        Assert.That(Directory.Exists(project.Layout), Is.False);
        project.IsClean();
    }
}
