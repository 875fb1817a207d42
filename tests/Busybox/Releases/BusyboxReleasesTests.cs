using System.Text.Json.Nodes;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Busybox.Releases;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BusyboxReleasesTests
{
    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("releases-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void TheShippedFileKnowsTheDefaultAndTheReleaseBefore()
    {
        var releases = BusyboxReleases.Read(ProjectFiles.Path(BusyboxReleases.FileName));
        Assert.That(releases.Find(null, "nobody").Version, Is.EqualTo("1.38.0"));
        var before = releases.Find("1.37.0", "nobody");
        Assert.That(before.Sha256, Is.EqualTo("3311dff32e746499f4df0d5df04d7eb396382d7e108bb9250e7b519b837043a4"));
        Assert.That(before.Sources[0], Does.StartWith("https://busybox.net/"));
        Assert.That(before.OptionsFor(KnownPlatforms.Find("linux/s390x")!), Is.EqualTo(new[] { "# CONFIG_SHA1_HWACCEL is not set" }));
        Assert.That(before.OptionsFor(KnownPlatforms.Amd64), Is.Empty);
        foreach (var patches in releases.Releases.SelectMany(release => release.Patches))
        {
            Assert.That(Directory.EnumerateFiles(ProjectFiles.Path(patches), "*.patch"), Is.Not.Empty, patches);
        }
    }

    [Test]
    public void TheTimeOfAReleaseIsItsMidnight() =>
        Assert.That(Parse(_ => { }).Find(null, "nobody").Epoch, Is.EqualTo(1778630400));

    [Test]
    public void AnUnknownVersionListsTheKnownOnesAndHowToAddOne()
    {
        var error = Assert.Throws<BusyboxException>(() => Parse(_ => { }).Find("9.9.9", "the argument --busybox-version"))!;
        Assert.That(error.What, Does.Contain("9.9.9"));
        Assert.That(error.Where, Is.EqualTo("the argument --busybox-version"));
        Assert.That(error.Why, Does.Contain("known releases: 1.38.0"));
        Assert.That(error.Next, Does.Contain("add it to busybox-releases.json").And.Contain("sha256"));
    }

    [TestCase("version", "1.38", true)]
    [TestCase("version", "1.38.0-evil", false)]
    [TestCase("version", "../1", false)]
    [TestCase("date", "2026-02-30", false)]
    [TestCase("date", "today", false)]
    [TestCase("sha256", "34F9", false)]
    [TestCase("size", -1, false)]
    [TestCase("size", "many", false)]
    [TestCase("unknown", "x", false)]
    public void AValueThatCannotBeIsRefused(string key, object value, bool isPossible)
    {
        void Change(JsonObject release) => release[key] = JsonValue.Create(value);
        if (isPossible)
        {
            Assert.That(Parse(Change, "1.38").Default, Is.EqualTo("1.38"));
        }
        else
        {
            Assert.That(Assert.Throws<BusyboxException>(() => Parse(Change))!.Where, Does.Contain(BusyboxReleases.FileName));
        }
    }

    [TestCase("https://user:secret@host/x")]
    [TestCase("ftp://host/x")]
    [TestCase("pool/../../etc/passwd")]
    [TestCase("pool/a b")]
    [TestCase("nothing")]
    public void ASourceIsAUrlOrAPoolPath(string source)
    {
        var error = Assert.Throws<BusyboxException>(() => Parse(release => release["sources"] = new JsonArray(source)))!;
        Assert.That(error.What, Does.Contain("is not a source"));
    }

    [TestCase("CONFIG_X=y\nCONFIG_Y=y")]
    [TestCase("X=y")]
    [TestCase("")]
    public void AnOptionIsOneLineOfConfiguration(string line) =>
        Assert.Throws<BusyboxException>(() => Parse(release => release["options"] = new JsonObject { ["all"] = new JsonArray(line) }));

    [Test]
    public void OptionsForAPlatformThatIsNoneAreRefused() =>
        Assert.That(
            Assert.Throws<BusyboxException>(() => Parse(release => release["options"] = new JsonObject { ["linux/mips"] = new JsonArray() }))!.Why,
            Does.Contain("linux/s390x"));

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("{\"default\":\"1\"}")]
    [TestCase("{\"default\":\"1\",\"default\":\"2\",\"releases\":[]}")]
    [TestCase("{\"default\":\"1\",\"releases\":[]}")]
    [TestCase("{\"default\":null,\"releases\":null}")]
    public void WhatIsNoListOfReleasesIsAnErrorOfItsOwn(string text)
    {
        var path = Path.Combine(_folder, BusyboxReleases.FileName);
        File.WriteAllText(path, text);
        Assert.That(Assert.Throws<BusyboxException>(() => BusyboxReleases.Read(path))!.Where, Does.Contain(path));
    }

    [Test]
    public void AnAbsentFileIsAnErrorOfItsOwn() =>
        Assert.That(Assert.Throws<BusyboxException>(() => BusyboxReleases.Read(Path.Combine(_folder, "none")))!.What, Does.StartWith("cannot read"));

    private BusyboxReleases Parse(Action<JsonObject> change, string standard = "1.38.0")
    {
        var release = new JsonObject
        {
            ["version"] = "1.38.0",
            ["date"] = "2026-05-13",
            ["sha256"] = new string('a', 64),
            ["size"] = 5,
            ["sources"] = new JsonArray("https://busybox.net/downloads/busybox-1.38.0.tar.bz2"),
            ["patches"] = new JsonArray(),
            ["options"] = new JsonObject(),
        };
        change(release);
        var path = Path.Combine(_folder, BusyboxReleases.FileName);
        File.WriteAllText(path, new JsonObject { ["default"] = standard, ["releases"] = new JsonArray(release) }.ToJsonString());
        return BusyboxReleases.Read(path);
    }
}
