using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SpooledContentsTests
{
    private static readonly byte[] _tar = Trees.Of(
        [.. Enumerable.Range(0, 9).Select(number => Trees.File($"file{number}", new string((char)('a' + number), number * 40_000)))]).Tar();

    [TestCase(0L)]
    [TestCase(300_000L)]
    [TestCase(long.MaxValue)]
    public void TheTreeIsTheSameWhereverItsContentsLie(long inMemory)
    {
        using var folder = new TemporaryFolder();
        using var contents = new SpooledContents(folder.Path, inMemory);
        Assert.That(RootfsTar.Read(new MemoryStream(_tar), "test", contents).Tar().AsSpan().SequenceEqual(_tar));
    }

    [Test]
    public void NothingHasANameWhileItIsUsedAndNothingIsLeft()
    {
        Requires.That(!OperatingSystem.IsWindows(), "files without a name");
        using var folder = new TemporaryFolder();
        using (var contents = new SpooledContents(folder.Path, 0))
        {
            RootfsTar.Read(new MemoryStream(_tar), "test", contents);
            Assert.That(folder.Names, Is.Empty);
        }

        Assert.That(folder.Names, Is.Empty);
    }

    [Test]
    public void AFolderThatIsNotThereIsNoError()
    {
        using var folder = new TemporaryFolder();
        using var contents = new SpooledContents(folder.File("absent"), 0);
        Assert.That(RootfsTar.Read(new MemoryStream(_tar), "test", contents).Tar().AsSpan().SequenceEqual(_tar));
    }

    [Test]
    public void ATarThatEndsInALargeContentIsRefused()
    {
        using var folder = new TemporaryFolder();
        using var contents = new SpooledContents(folder.Path, 0);
        Assert.That(() => RootfsTar.Read(new MemoryStream(_tar, 0, _tar.Length - 200_000), "test", contents), Throws.TypeOf<RootfsException>().With.Message.Contains("not a usable tar"));
    }
}
