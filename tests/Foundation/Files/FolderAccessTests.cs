using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Foundation.Files;

[Platform(Exclude = "Win", Reason = "asks access(2)")]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class FolderAccessTests
{
    [Test]
    public void AFolderThatIsThereOrCanBeMadeMayBeWrittenTo()
    {
        using var folder = new TemporaryFolder();
        Assert.That(FolderAccess.MayWrite(folder.Path), Is.True);
        Assert.That(FolderAccess.MayWrite(Path.Combine(folder.Path, "not", "yet", "there")), Is.True);
    }

    [TestCase("/dev/null")]
    [TestCase("/dev/null/x")]
    [TestCase("/dev/null/x/y")]
    public void WhatIsNoFolderOrLetsNobodyMakeOneMayNot(string folder)
    {
        Requires.That(File.Exists("/dev/null"), "/dev/null");
        Assert.That(FolderAccess.MayWrite(folder), Is.False);
    }
}
