using System.Text;
using Cake.Core;
using Cake.Core.IO;
using Cake.FileHelpers;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>The stand-in for Cake.FileHelpers on real files.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class FileHelperAliasTests : IDisposable
{
    private readonly AddinFixture _fixture = new();

    private ICakeContext Context => _fixture.Context;

    public void Dispose() => _fixture.Dispose();

    [TestCase("")]
    [TestCase("one line")]
    [TestCase("a\r\nb\n\nc 中文 é")]
    public void WhatIsWrittenIsReadAndNothingIsAdded(string text)
    {
        Context.FileWriteText("a file", text);
        Assert.That(File.ReadAllBytes(_fixture["a file"]), Is.EqualTo(Encoding.UTF8.GetBytes(text)));
        Assert.That(Context.FileReadText("a file"), Is.EqualTo(text));
        Assert.That(Context.FileReadText(new FilePath(_fixture["a file"])), Is.EqualTo(text));
    }

    [Test]
    public void AShorterTextLeavesNothingOfALongerOne()
    {
        Context.FileWriteText("file", "a longer text");
        Context.FileWriteText("file", "short");
        Assert.That(File.ReadAllText(_fixture["file"]), Is.EqualTo("short"));
    }

    [Test]
    public void AByteOrderMarkIsNoPartOfTheText()
    {
        File.WriteAllText(_fixture["file"], "text", new UTF8Encoding(true));
        Assert.That(Context.FileReadText("file"), Is.EqualTo("text"));
    }

    [Test]
    public void LinesEndAsAnySystemEndsThem()
    {
        File.WriteAllText(_fixture["file"], "a\nb\r\n\nc\n");
        Assert.That(Context.FileReadLines("file"), Is.EqualTo(new[] { "a", "b", "", "c" }));
    }

    [Test]
    public void ReplacingChangesTheFilesThatHaveTheTextAndNoOthers()
    {
        Directory.CreateDirectory(_fixture["deep"]);
        File.WriteAllText(_fixture["a.txt"], "x.y x.y xzy");
        File.WriteAllText(_fixture["deep/b.txt"], "X.Y");
        File.WriteAllText(_fixture["deep/c.txt"], "=x.y=");
        File.WriteAllText(_fixture["d.md"], "x.y");
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_fixture["deep/b.txt"], old);
        var changed = Context.ReplaceTextInFiles("./**/*.txt", "x.y", "$1");
        Assert.That(changed.Select(path => path.GetFilename().FullPath), Is.EquivalentTo(new[] { "a.txt", "c.txt" }));
        Assert.That(File.ReadAllText(_fixture["a.txt"]), Is.EqualTo("$1 $1 xzy"));
        Assert.That(File.ReadAllText(_fixture["deep/c.txt"]), Is.EqualTo("=$1="));
        Assert.That(File.ReadAllText(_fixture["d.md"]), Is.EqualTo("x.y"));
        Assert.That(File.GetLastWriteTimeUtc(_fixture["deep/b.txt"]), Is.EqualTo(old));
    }

    [Test]
    public void AFileThatIsNotThereIsAnError()
    {
        Assert.That(() => Context.FileReadText("nothing"), Throws.InstanceOf<FileNotFoundException>().With.Message.Contain("nothing"));
        Assert.That(() => Context.FileReadLines("nothing"), Throws.InstanceOf<FileNotFoundException>());
        Assert.That(() => Context.FileWriteText("no-folder/file", "x"), Throws.InstanceOf<DirectoryNotFoundException>());
    }

    [Test]
    public void NothingIsTakenForAFile()
    {
        Assert.That(() => Context.FileReadText(null!), Throws.ArgumentNullException);
        Assert.That(() => FileHelperAliases.FileReadText(null!, "file"), Throws.ArgumentNullException);
    }
}
