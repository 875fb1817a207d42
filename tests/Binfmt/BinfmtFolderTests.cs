using BusyboxGlibc.Binfmt;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>Folders that look as the kernel's does, and some that do not.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BinfmtFolderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void WithoutAStatusFileItIsNotMounted() => Assert.That(new BinfmtFolder(_folder.Path).Read().Mount, Is.EqualTo(BinfmtMount.NotMounted));

    [Test]
    public void WithoutAFolderTheKernelHasNone() => Assert.That(new BinfmtFolder(_folder.File("binfmt_misc")).Read().Mount, Is.EqualTo(BinfmtMount.None));

    [Test]
    public void WithoutProcItIsElsewhere() => Assert.That(new BinfmtFolder(_folder.File("fs/binfmt_misc")).Read().Mount, Is.EqualTo(BinfmtMount.Elsewhere));

    [Test]
    public void TheNewestHandlerIsAskedFirstAndADisabledOneNever()
    {
        BinfmtSamples.Write(_folder.Path,
        [
            BinfmtSamples.Handler(BinfmtSamples.Arm64, "old", day: 2), BinfmtSamples.Handler(BinfmtSamples.Arm64, "new", day: 3),
            BinfmtSamples.Handler(BinfmtSamples.Arm64, "newest", isEnabled: false, day: 5), BinfmtSamples.Handler(BinfmtSamples.S390, "off", isEnabled: false),
        ]);
        var status = new BinfmtFolder(_folder.Path).Read();
        Assert.That(status.Handlers.Select(handler => handler.Name), Is.EqualTo(new[] { "newest", "new", "old", "off" }));
        Assert.That(status.Find(TinyProgram.For(BinfmtSamples.Arm64))!.Name, Is.EqualTo("new"));
        Assert.That(status.Find(TinyProgram.For(BinfmtSamples.S390))!.Name, Is.EqualTo("off"), "shown, for want of another");
        Assert.That(status.Find(TinyProgram.For(BinfmtSamples.ArmV7)), Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void TheWholeMayBeDisabled(bool isEnabled)
    {
        BinfmtSamples.Write(_folder.Path, [], isEnabled);
        Assert.That(new BinfmtFolder(_folder.Path).Read(), Has.Property("Mount").EqualTo(BinfmtMount.Mounted).And.Property("IsEnabled").EqualTo(isEnabled));
    }

    [Test]
    public void WhatIsNotUnderstoodIsLeftOut()
    {
        BinfmtSamples.Write(_folder.Path, [BinfmtSamples.Handler(BinfmtSamples.Arm64)]);
        File.WriteAllText(_folder.File("python"), "enabled\ninterpreter /usr/bin/python3\nflags: \nextension .pyc\n");
        File.WriteAllBytes(_folder.File("noise"), [.. Enumerable.Range(0, 100_000).Select(index => (byte)(index * 37))]);
        Directory.CreateDirectory(_folder.File("folder"));
        Assert.That(new BinfmtFolder(_folder.Path).Read().Handlers.Select(handler => handler.Name), Is.EqualTo(new[] { "qemu-arm64" }));
    }

    [Test]
    public void ItWritesToWhatIsThereAlone()
    {
        BinfmtSamples.Write(_folder.Path, []);
        var kernel = new BinfmtFolder(_folder.Path);
        kernel.Write("register", BinfmtSamples.Aarch64Line);
        Assert.That(File.ReadAllText(_folder.File("register")), Is.EqualTo(BinfmtSamples.Aarch64Line));
        Assert.That(() => kernel.Write("gone", "1"), Throws.InstanceOf<IOException>());
        Assert.That(_folder.Names, Is.EquivalentTo(new[] { "register", "status" }));
    }
}
