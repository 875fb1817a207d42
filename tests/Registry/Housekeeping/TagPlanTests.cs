using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry.Housekeeping;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Tests.Registry.Housekeeping;

/// <summary>What can go, and above all what stays.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class TagPlanTests
{
    private static readonly DateOnly _today = new(2026, 11, 28);
    private static readonly TagRules _rules = new(TimeSpan.FromDays(90), 0, false);

    [Test]
    public void OldDatedTagsGoAndTheRestStays()
    {
        var plan = Plan(_rules, Own("2026-01-01", Dated("20260101", 'a')), Own("2026-10-20", Dated("20261020", 'b'), "glibc"));
        Assert.That(plan.Going.Single().Tags, Is.EqualTo(new[] { Dated("20260101", 'a') }));
        Assert.That(plan.Reasons["glibc"], Does.StartWith("it is no dated tag"));
        Assert.That(plan.Reasons[Dated("20261020", 'b')], Is.EqualTo("its image is not that old"));
    }

    // Deleting a manifest deletes every tag of it (distribution/distribution, issue 1566: 3.7-45 and latest).
    [Test]
    public void ATagWhoseImageHasATagThatStaysStays()
    {
        var plan = Plan(_rules, Own("2026-01-01", Dated("20260101", 'a'), "1.36-glibc"));
        Assert.That(plan.Going, Is.Empty);
        Assert.That(plan.Reasons[Dated("20260101", 'a')], Is.EqualTo("it names the same image as 1.36-glibc"));
    }

    [Test]
    public void TheNewestOfEachVariantStay()
    {
        var plan = Plan(
            _rules with { Keep = 1 },
            Own("2026-01-01", Dated("20260101", 'a')), Own("2026-02-01", Dated("20260201", 'b')),
            Own("2025-01-01", Dated("20250101", 'c') + "-nonroot") with { Identity = Identity("2025-01-01", "nonroot") });
        Assert.That(plan.Going.Single().Tags.Single(), Is.EqualTo(Dated("20260101", 'a')));
        Assert.That(plan.Reasons[Dated("20250101", 'c') + "-nonroot"], Is.EqualTo("its image is one of the 1 newest"));
    }

    [Test]
    public void WhatTheBuildNamesOrMadeStays()
    {
        var (named, made) = (Own("2026-01-01", Dated("20260101", 'a')), Own("2026-01-02", Dated("20260102", 'b')));
        var plan = Plan(_rules with { Foreign = true, Named = named.Tags.ToHashSet(), Made = new HashSet<string> { made.Digest } }, named, made);
        Assert.That(plan.Going, Is.Empty);
        Assert.That(plan.Reasons.Values, Is.EqualTo(new[] { "this build sets it", "this build made or published its image" }));
    }

    [Test]
    public void ImagesOfOthersStayUnlessAskedFor()
    {
        var foreign = Own("2020-01-01", "v1") with { Kind = ListedKind.Foreign };
        var undated = foreign with { Digest = TagsRegistry.Digest("undated"), Tags = ["v2"], Identity = Identity(null) };

        // Somebody else's tag in our form.
        var disguised = foreign with { Digest = TagsRegistry.Digest("disguised"), Tags = [Dated("20200101", 'd')] };
        Assert.That(Plan(_rules, foreign, undated, disguised).Going, Is.Empty);
        var plan = Plan(_rules with { Foreign = true }, foreign, undated, disguised);
        Assert.That(plan.Going, Is.EqualTo(new[] { foreign, disguised }));
        Assert.That(plan.Reasons["v2"], Is.EqualTo("its image does not say when it was made"));
    }

    [Test]
    public void APlatformOfAnImageThatStaysStays()
    {
        var part = Own("2026-01-01", Dated("20260101", 'a'));
        var plan = Plan(_rules, part, Own("2026-11-01", "glibc") with { Parts = [part.Digest] });
        Assert.That(plan.Going, Is.Empty);
        Assert.That(plan.Reasons[part.Tags[0]], Is.EqualTo("an image that stays lists it as a platform"));
    }

    [Test]
    public void SourcesFollowTheirImages()
    {
        var locked = TagsRegistry.Digest("lock");
        var image = Own("2026-01-01", Dated("20260101", 'a')) with { Identity = Identity("2026-01-01") with { LockDigest = locked } };
        var sources = image with { Digest = TagsRegistry.Digest("sources"), Kind = ListedKind.Sources, Tags = [$"1.38.0-glibc-debian13-{OciDigest.Hex(locked)[..12]}-source"] };
        var vault = sources with { Digest = TagsRegistry.Digest("vault"), Kind = ListedKind.Artifact, Tags = ["vault"] };
        Assert.That(Plan(_rules, image, sources, vault).Going, Is.EqualTo(new[] { image, sources }));
        var second = image with { Digest = TagsRegistry.Digest("second"), Tags = [Dated("20260101", 'e')] };
        Assert.That(Plan(_rules with { Made = new HashSet<string> { second.Digest } }, image, second, sources).Going, Is.EqualTo(new[] { image }), "another image of the same lock stays");
        Assert.That(Plan(_rules, sources, vault).Going, Is.Empty, "nobody knows what they belong to");
    }

    private static TagPlan Plan(TagRules rules, params ListedImage[] images) => TagPlan.Of(new ListedRepository("r/acme/busybox", images, [], []), rules, _today);

    private static string Dated(string day, char digit) => $"1.38.0-glibc-debian13-{day}-{new string(digit, 12)}";

    private static ListedImage Own(string day, params string[] tags) => new(TagsRegistry.Digest(string.Join(' ', tags)), ListedKind.Own, Identity(day), tags, []);

    private static ImageIdentity Identity(string? day, string? variant = null) =>
        new(BusyboxNumber.Find("1.38.0"), false, "1.38.0-glibc-debian13", day is null ? null : DateOnly.ParseExact(day, "yyyy-MM-dd", null), new HashSet<string> { "linux/amd64" }) { Variant = variant, IsOwn = true };
}
