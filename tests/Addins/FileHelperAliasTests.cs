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
    public void AFileThatIsNotThereIsAnError()
    {
        Assert.That(() => Context.FileReadText("nothing"), Throws.InstanceOf<FileNotFoundException>().With.Message.Contain("nothing"));
        Assert.That(() => Context.FileWriteText("no-folder/file", "x"), Throws.InstanceOf<DirectoryNotFoundException>());
    }

    [Test]
    public void NothingIsTakenForAFile()
    {
        Assert.That(() => Context.FileReadText(null!), Throws.ArgumentNullException);
        Assert.That(() => FileHelperAliases.FileReadText(null!, "file"), Throws.ArgumentNullException);
    }
}
