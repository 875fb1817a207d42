using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Tests.Debian.Suite;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ReleaseFileTests
{
    private const string Sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Head = "Suite: stable\nCodename: trixie\nArchitectures: all amd64\nComponents: main contrib\n";

    [Test]
    public void TheFieldsAndTheTableAreRead()
    {
        var file = Parse($"{Head}Date: Sat, 7 Mar 2026 09:10:11 UTC\nValid-Until: Sat, 14 Mar 2026 09:10:11 UTC\nAcquire-By-Hash: yes\nMD5Sum:\n x 1 y\nSHA256:\n {Sha} 12 main/a\n {Sha}   34 main/b.gz\n");
        Assert.That(file, Has.Property("Suite").EqualTo("stable").And.Property("Codename").EqualTo("trixie").And.Property("HasByHash").True);
        Assert.That(file.Date, Is.EqualTo(new DateTimeOffset(2026, 3, 7, 9, 10, 11, TimeSpan.Zero)));
        Assert.That(file.ValidUntil, Is.EqualTo(file.Date.AddDays(7)));
        Assert.That(file.Architectures, Is.EqualTo(new[] { "all", "amd64" }));
        Assert.That(file.Find("main/b.gz"), Is.EqualTo(new ReleaseEntry("main/b.gz", 34, Sha)));
        Assert.That(file.Find("main/c"), Is.Null);
    }

    [TestCase("Sat, 07 Mar 2026 09:10:11 UTC")]
    [TestCase("Sat, 07 Mar 2026 09:10:11 GMT")]
    [TestCase("Sat, 07 Mar 2026 09:10:11 +0000")]
    public void DatesOfAllToolsAreRead(string date) => Assert.That(Parse($"Date: {date}\nSHA256:\n {Sha} 1 a\n").Date.Hour, Is.EqualTo(9));

    [TestCase("Date: soon\nSHA256:\n")]
    [TestCase("Suite: x\nSHA256:\n")]
    [TestCase("Date: Sat, 07 Mar 2026 09:10:11 UTC\n")]
    [TestCase("Date: Sat, 07 Mar 2026 09:10:11 UTC\nSHA256:\n abc 1 a\n")]
    [TestCase("Date: Sat, 07 Mar 2026 09:10:11 UTC\nSHA256:\n " + Sha + " -1 a\n")]
    [TestCase("Date: Sat, 07 Mar 2026 09:10:11 UTC\nSHA256:\n " + Sha + " 99999999999999999999 a\n")]
    [TestCase("Date: Sat, 07 Mar 2026 09:10:11 UTC\nSHA256:\n " + Sha + " 1 ../../a\n")]
    [TestCase("Date: Sat, 07 Mar 2026 09:10:11 UTC\nSHA256:\n " + Sha + " 1 /a\n")]
    [TestCase("no colon\n")]
    [TestCase("")]
    [TestCase("Date: Sat, 07 Mar 2026 09:10:11 UTC\nDate: Sat, 07 Mar 2026 09:10:11 UTC\nSHA256:\n")]
    public void WhatIsNoReleaseFileIsRefused(string text) => Assert.Throws<DebianException>(() => Parse(text));

    [Test]
    public void StanzasAreReadOneAfterAnotherWithOnlyTheWantedFields()
    {
        var reader = new Deb822Reader(new MemoryStream("\n\nA: 1\r\nB: x\n more\n\t.\n\n \nb:2\nC:  3 \n"u8.ToArray()), "it", ["A", "B"]);
        Assert.That(reader.Read());
        Assert.That(reader.Fields, Is.EqualTo(new Dictionary<string, string> { ["A"] = "1", ["B"] = "x\nmore\n." }));
        Assert.That(reader.Read());
        Assert.That(reader.Fields["B"], Is.EqualTo("2"));
        Assert.That(reader.Fields, Has.Count.EqualTo(1));
        Assert.That(reader.Read(), Is.False);
    }

    [Test]
    public void AWrongLineIsNamedByItsNumber()
    {
        var reader = new Deb822Reader(new MemoryStream("A: 1\nnothing\n"u8.ToArray()), "it");
        Assert.That(Assert.Throws<DebianException>(() => reader.Read())!.Message, Does.Contain("it:2"));
    }

    [Test]
    public void ALineWithoutEndIsRefusedBeforeItFillsTheMemory()
    {
        var reader = new Deb822Reader(new MemoryStream([.. "A: "u8, .. Enumerable.Repeat((byte)'x', 4 << 20)]), "it");
        Assert.Throws<DebianException>(() => reader.Read());
    }

    private static ReleaseFile Parse(string text) => ReleaseFile.Parse(Encoding.UTF8.GetBytes(text), "it");
}
