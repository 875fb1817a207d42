using System.Text.RegularExpressions;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry.Housekeeping;

/// <summary>Which images of a repository can go.</summary>
/// <param name="OlderThan">How old an image must be.</param>
/// <param name="Keep">How many of the newest images of each variant stay.</param>
/// <param name="Foreign">Whether images of others, and tags that move, may go.</param>
internal sealed record TagRules(TimeSpan OlderThan, int Keep, bool Foreign)
{
    /// <summary>The tags that the build sets.</summary>
    public IReadOnlySet<string> Named { get; init; } = new HashSet<string>();

    /// <summary>The digests of images that the build made or published last.</summary>
    public IReadOnlySet<string> Made { get; init; } = new HashSet<string>();
}

/// <summary>What goes from a repository.</summary>
/// <param name="Going">The images and sources whose tags all go.</param>
/// <param name="Reasons">Why each other tag stays.</param>
internal sealed partial record TagPlan(IReadOnlyList<ListedImage> Going, IReadOnlyDictionary<string, string> Reasons)
{
    private const string SourcesSuffix = "-source";
    private const int ShortDigest = 12;

    /// <summary>Decides. A digest goes only if every tag that names it may go, and no image that stays lists it: a registry deletes manifests, and with one all of its tags.</summary>
    /// <param name="repository">What is there.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="today">Today, UTC.</param>
    public static TagPlan Of(ListedRepository repository, TagRules rules, DateOnly today)
    {
        var newest = repository.Images.Where(image => image.Kind == ListedKind.Own || (rules.Foreign && image.IsImage)).GroupBy(image => (image.Kind, image.Identity.Variant))
            .SelectMany(variant => variant.OrderByDescending(image => image.Identity.Created ?? DateOnly.MaxValue).ThenBy(image => image.Digest, StringComparer.Ordinal).Take(rules.Keep))
            .Select(image => image.Digest).ToHashSet(StringComparer.Ordinal);
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        var going = new List<ListedImage>();
        foreach (var image in repository.Images.Where(image => image.IsImage))
        {
            var why = image.Tags.Select(tag => (Tag: tag, Why: Reason(image, tag, rules, newest, today))).ToList();
            if (why.TrueForAll(one => one.Why is null))
            {
                going.Add(image);
                continue;
            }

            foreach (var (tag, reason) in why)
            {
                reasons[tag] = reason ?? $"it names the same image as {why.Find(one => one.Why is not null).Tag}";
            }
        }

        var used = repository.Images.Where(image => !going.Contains(image)).SelectMany(image => image.Parts).ToHashSet(StringComparer.Ordinal);
        foreach (var image in going.Where(image => used.Contains(image.Digest)).ToList())
        {
            going.Remove(image);
            image.Tags.ToList().ForEach(tag => reasons[tag] = "an image that stays lists it as a platform");
        }

        foreach (var other in repository.Images.Where(image => !image.IsImage))
        {
            // Sources follow the images that were made from them.
            var of = repository.Images.Where(image => other.Kind == ListedKind.Sources && image.Kind == ListedKind.Own && other.Tags.All(tag => tag == SourcesOf(image))).ToList();
            if (of.Count > 0 && of.TrueForAll(going.Contains))
            {
                going.Add(other);
            }
            else
            {
                other.Tags.ToList().ForEach(tag => reasons[tag] = other.Kind == ListedKind.Sources ? "it holds the sources of an image that stays" : "it is no image");
            }
        }

        repository.Attached.ToList().ForEach(tag => reasons[tag] = "it goes with what it is stored beside");
        repository.Unreadable.ToList().ForEach(one => reasons[one.Tag] = "it cannot be read");
        return new TagPlan(going, reasons);
    }

    /// <summary>The tag of an image's sources that stays when the image is replaced; null if the image does not say its lock.</summary>
    internal static string? SourcesOf(ListedImage image) =>
        image.Identity.LockDigest is { } locked && OciDigest.IsValid(locked) ? $"{image.Identity.Version}-{OciDigest.Hex(locked)[..ShortDigest]}{SourcesSuffix}" : null;

    /// <summary>Whether a tag names one image of this build for ever.</summary>
    internal static bool IsDated(ListedImage image, string tag) =>
        image.Kind == ListedKind.Own && DatedForm().IsMatch(image.Identity.Variant is { } variant && tag.EndsWith($"-{variant}", StringComparison.Ordinal) ? tag[..^(variant.Length + 1)] : tag);

    private static string? Reason(ListedImage image, string tag, TagRules rules, HashSet<string> newest, DateOnly today) =>
        rules.Named.Contains(tag) ? "this build sets it"
        : rules.Made.Contains(image.Digest) ? "this build made or published its image"
        : !rules.Foreign && image.Kind != ListedKind.Own ? "its image is not of this build (--foreign includes it)"
        : !rules.Foreign && !IsDated(image, tag) ? "it is no dated tag (--foreign includes it)"
        : image.Identity.Created is not { } created ? "its image does not say when it was made"
        : today.DayNumber - created.DayNumber < rules.OlderThan.TotalDays ? "its image is not that old"
        : newest.Contains(image.Digest) ? $"its image is one of the {rules.Keep} newest"
        : null;

    // The tags that name one image for ever.
    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)+-glibc(-debian[0-9]+)+-[0-9]{8}(-[0-9a-f]{12})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DatedForm();
}
