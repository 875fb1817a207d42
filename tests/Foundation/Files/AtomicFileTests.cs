using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Foundation.Files;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AtomicFileTests
{
    [Test]
    public void AFileIsWrittenWholeInFoldersThatAreMade()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a/b/c.txt");
        AtomicFile.WriteText(path, "héllo");
        Assert.That(File.ReadAllBytes(path), Is.EqualTo("héllo"u8.ToArray()), "UTF-8 without a byte order mark");
        AtomicFile.WriteText(path, "again");
        Assert.That(File.ReadAllText(path), Is.EqualTo("again"));
        Assert.That(folder.Names.Order(StringComparer.Ordinal), Is.EqualTo(new[] { "a", "a/b", "a/b/c.txt" }));
    }

    [Test]
    public void AFileThatHasTheContentAlreadyIsLeftAloneAndAnyOtherIsWritten()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a/x");
        var then = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        AtomicFile.WriteChanged(path, "same"u8);
        File.SetLastWriteTimeUtc(path, then);
        AtomicFile.WriteChanged(path, "same"u8);
        Assert.That(File.GetLastWriteTimeUtc(path), Is.EqualTo(then));
        AtomicFile.WriteChanged(path, "sane"u8);
        Assert.That(File.ReadAllText(path), Is.EqualTo("sane"), "of the same length");
        Assert.That(File.GetLastWriteTimeUtc(path), Is.GreaterThan(then));
        AtomicFile.WriteChanged(path, "sa"u8);
        Assert.That(File.ReadAllText(path), Is.EqualTo("sa"));
    }

    [Test]
    public void AWriterThatFailsInTheMiddleLeavesTheOldContentAndNothingBeside()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder.File("x"), "old");
        Assert.That(
            () => AtomicFile.Write(folder.File("x"), stream =>
            {
                stream.Write(new byte[1 << 20]);
                throw new InvalidDataException("cut");
            }),
            Throws.TypeOf<InvalidDataException>());
        Assert.That(File.ReadAllText(folder.File("x")), Is.EqualTo("old"));
        Assert.That(folder.Names, Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public void ADiskThatFillsUpIsAnErrorThatSaysSoAndLeavesTheOldContent()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder.File("x"), "old");
        Requires.That(File.Exists("/dev/full"), "the device /dev/full");
        var error = Assert.Throws<BuildException>(() => AtomicFile.Write(folder.File("x"), _ =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write("no room"u8);
        }))!;
        Assert.That(error.What, Is.EqualTo($"cannot write {folder.File("x")}"));
        Assert.That(error.Why, Does.Contain("No space left"));
        Assert.That(error.Next, Does.Contain("free up space"));
        Assert.That(File.ReadAllText(folder.File("x")), Is.EqualTo("old"));
        Assert.That(folder.Names, Is.EqualTo(new[] { "x" }));
    }

    [TestCase("/proc/nothing/here/x")]
    [TestCase("/proc/version/x")]
    public void AFolderThatCannotBeWrittenIsAnErrorThatNamesThePath(string path)
    {
        Requires.That(Directory.Exists("/proc/self"), "/proc");
        var error = Assert.Throws<BuildException>(() => AtomicFile.WriteText(path, "x"))!;
        Assert.That(error.What, Is.EqualTo($"cannot write {path}"));
        Assert.That(error.Why, Is.Not.Empty);
        Assert.That(error.Next, Does.Contain("no partly written file is left"));
    }

    [Test]
    public void AFileWhereAFolderShouldBeIsAnError()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "x");
        Assert.That(() => AtomicFile.WriteText(folder.File("file/x"), "y"), Throws.TypeOf<BuildException>());
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void AFolderWhereTheFileShouldBeIsAnErrorThatLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("x"));
        Assert.That(() => AtomicFile.WriteText(folder.File("x"), "y"), Throws.TypeOf<BuildException>());
        Assert.That(folder.Names, Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public void WritersAtTheSameTimeNeverMixAndReadersNeverSeeHalf()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x");
        var texts = Enumerable.Range(0, 8).Select(index => new string((char)('a' + index), 100_000)).ToArray();
        AtomicFile.WriteText(path, texts[0]);
        Parallel.For(0, 64, index =>
        {
            AtomicFile.WriteText(path, texts[index % texts.Length]);
            Assert.That(texts, Does.Contain(File.ReadAllText(path)));
        });
        Assert.That(folder.Names, Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public void ATemporaryPathIsUniqueBesideItsTargetAndKnownByItsEnd()
    {
        var first = AtomicFile.TemporaryFor("/a/b");
        Assert.That(first, Does.StartWith("/a/b.").And.EndsWith(AtomicFile.TemporarySuffix));
        Assert.That(AtomicFile.TemporaryFor("/a/b"), Is.Not.EqualTo(first));
    }

    [Test]
    public void ASweepTakesWhatNoLivingProcessWritesAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var now = DateTime.UtcNow.AddSeconds(10);
        var dead = AtomicFile.TemporaryFor(folder.File("deep/dead"));
        Touch(dead);
        Touch(folder.File("abc.partial"));
        Touch(folder.File("old.deb"));
        AtomicFile.Write(folder.File("living"), stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            AtomicFile.SweepTemporaries(folder.Path, now);
            AtomicFile.SweepBeside(folder.File("living"), now.AddYears(1));
        });
        Assert.That(folder.Names.Order(StringComparer.Ordinal), Is.EqualTo(new[] { "abc.partial", "deep", "living", "old.deb" }));
        Assert.That(() => AtomicFile.SweepTemporaries(folder.File("absent"), now), Throws.Nothing);
    }

    [Test]
    public void AFileMadeAMomentAgoIsNotSweptForItMayNotBeLockedYet()
    {
        using var folder = new TemporaryFolder();
        Touch(AtomicFile.TemporaryFor(folder.File("x")));
        AtomicFile.SweepTemporaries(folder.Path, DateTime.UtcNow);
        Assert.That(folder.Names.Count(), Is.EqualTo(1));
    }

    [Test]
    public void ASweepBesideAFileTakesLeftoversOfThatFileAlone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.json");
        foreach (var file in new[] { path, AtomicFile.TemporaryFor(path), AtomicFile.TemporaryFor(path + ".stamp"), folder.File("thesis.partial"), AtomicFile.TemporaryFor(folder.File("b.json")) })
        {
            Touch(file);
        }

        AtomicFile.SweepBeside(path, DateTime.UtcNow.AddSeconds(10));
        Assert.That(folder.Names.Count(), Is.EqualTo(3));
        Assert.That(folder.Names, Does.Contain("a.json").And.Contains("thesis.partial"));
        Assert.That(() => AtomicFile.SweepBeside(folder.File("absent/x"), DateTime.UtcNow), Throws.Nothing);
    }

    [Test]
    public void DiscardingWhatIsNotThereOrCannotGoIsNoError()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => AtomicFile.Discard(folder.File("absent")), Throws.Nothing);
        Assert.That(() => AtomicFile.Discard(folder.File("absent/absent")), Throws.Nothing);
        Assert.That(() => AtomicFile.Discard(folder.Path), Throws.Nothing);
        Assert.That(Directory.Exists(folder.Path));
    }

    private static void Touch(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "x");
    }
}
