using System.Text.Json;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Housekeeping;
using BusyboxGlibc.Registry.Tags;
using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TagReportTests
{
    private static readonly ListedImage _image = new(
        "sha256:" + new string('a', 64), ListedKind.Own, new ImageIdentity(BusyboxNumber.Find("1.38.0"), false, "1.38.0-glibc-debian13", new DateOnly(2026, 10, 20), new HashSet<string> { "linux/amd64", "linux/arm64" }) { Glibc = "2.41" },
        ["1-glibc", "1.38-glibc", "1.38.0-glibc", "1.38.0-glibc-debian13", "1.38.0-glibc-debian13-20261020-aaaaaaaaaaaa", "glibc"], [])
    { IsSigned = true, Attestations = 12 };

    private static readonly ListedRepository _repository = new("ghcr.io/acme/busybox", [_image], ["sha256-" + new string('a', 64)], [("evil\u001b[2J", "it leads to nothing")]);

    [Test]
    public void ALineForEachImageAndItsTagsBelow()
    {
        var lines = TagReport.Lines(_repository, null, null);
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.All.Length.LessThanOrEqualTo(80));
            Assert.That(lines[0], Is.EqualTo("ghcr.io/acme/busybox: 8 tags, 1 image"));
            Assert.That(lines[2], Is.EqualTo("aaaaaaaaaaaa  2026-10-20  1.38.0   2.41   2          yes     12"));
            Assert.That(lines[3], Does.StartWith("    1-glibc  1.38-glibc"));
            Assert.That(string.Concat(lines), Does.Not.Contain("\u001b"));
        });
    }

    [Test]
    public void APlanSaysWhatGoesAndWhyTheRestStays()
    {
        var plan = new TagPlan([_image], new Dictionary<string, string> { ["x"] = "its image is not that old", ["y"] = "its image is not that old" });
        Assert.That(TagReport.Lines(_repository, plan, null), Does.Contain("6 tags of 1 image can go; nothing was deleted: add --delete").And.Contain("  2 tags stay: its image is not that old"));
        Assert.That(TagReport.Lines(_repository, plan, new DeletedTags(_image.Tags, 3, []))[^1], Does.StartWith("6 tags and 3 manifests deleted"));
        Assert.That(TagReport.Lines(_repository, new TagPlan([], new Dictionary<string, string>()), null)[^1], Is.EqualTo("nothing can go"));
    }

    [Test]
    public void WhatCouldNotBeDeletedIsNo()
    {
        Assert.That(TagReport.No("r", null), Is.Null);
        Assert.That(TagReport.No("r", new DeletedTags([], 0, [])), Is.Null);
        Assert.That(TagReport.No("r", new DeletedTags([], 0, [("glibc", new RegistryException("what", why: "immutable", next: "allow it"))])), Is.EqualTo("1 of r could not be deleted, the first glibc: immutable; allow it"));
    }

    [Test]
    public void JsonHasEveryTag()
    {
        using var json = JsonDocument.Parse(TagReport.Json([(_repository, new TagPlan([_image], new Dictionary<string, string>()), null)]));
        var image = json.RootElement.GetProperty("repositories")[0].GetProperty("images")[0];
        Assert.Multiple(() =>
        {
            Assert.That((image.GetProperty("created").GetString(), image.GetProperty("glibc").GetString(), image.GetProperty("signed").GetBoolean(), image.GetProperty("goes").GetBoolean()), Is.EqualTo(("2026-10-20", "2.41", true, true)));
            Assert.That(image.GetProperty("tags").GetArrayLength(), Is.EqualTo(6));
        });
    }
}
