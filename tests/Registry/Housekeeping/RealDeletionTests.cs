using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Housekeeping;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Tests.Registry.Housekeeping;

/// <summary>Listing and deleting in Debian's docker-registry, where deleting is enabled.</summary>
[Category(Categories.Integration)]
internal sealed class RealDeletionTests
{
    [Test]
    public async Task OldImagesGoAndTheNewestStaysWhole()
    {
        using var registry = new RealRegistry();
        using var images = new RegistryImages();
        var layouts = new[] { images.Make(), images.Make(), images.Make() };
        foreach (var layout in layouts)
        {
            await RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name, TagsRegistry.Repository));
        }

        using var places = new OpenPlaces([RegistryImages.Place(registry.Name, TagsRegistry.Repository)], _ => new SocketsHttpHandler { AllowAutoRedirect = false }, RegistryImages.Policy, _ => { });
        var client = places.Groups[0][0];
        var survey = new TagSurvey(client, TagsRegistry.SourcesType, TagsRegistry.SignatureKey);
        var known = await survey.ReadAsync(CancellationToken.None);
        Assert.That(known.Images.Select(image => image.Digest), Is.EquivalentTo(layouts.Select(layout => layout.Index.Digest)));
        var rules = new TagRules(TimeSpan.Zero, 0, false) { Made = new HashSet<string> { layouts[2].Index.Digest } };
        var plan = TagPlan.Of(known, rules, new DateOnly(2100, 1, 1));
        Assert.That(plan.Going.Select(image => image.Tags.Single()), Is.EquivalentTo(new[] { RegistryImages.Dated(layouts[0]), RegistryImages.Dated(layouts[1]) }));
        var deleted = await new TagDeletion(client, survey).DeleteAsync(known, plan, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That((deleted.Tags.Count, deleted.Manifests, deleted.Failed.Count), Is.EqualTo((2, 6, 0)), "an index and two platforms each");
            Assert.That(ImageTags.Shortest, Is.EqualTo("glibc"));
        });
        var left = await survey.ReadAsync(CancellationToken.None);
        Assert.That(left.Images.Single().Tags, Has.Count.EqualTo(6));
        Assert.That(left.Unreadable, Is.Empty);
    }
}
