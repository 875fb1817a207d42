using System.Globalization;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry.Housekeeping;

namespace BusyboxGlibc.Reports;

/// <summary>The tags of a repository, and what goes, as text or as JSON.</summary>
internal static class TagReport
{
    private const int Columns = 80;
    private const int ShortDigest = 12;

    /// <summary>The lines: one for each image, newest first, and its tags below it; then what goes, or is gone.</summary>
    public static IReadOnlyList<string> Lines(ListedRepository repository, TagPlan? plan, DeletedTags? deleted)
    {
        var images = repository.Images;
        List<string[]> rows = [["digest", "date", "BusyBox", "glibc", "platforms", "signed", "attested"], .. images.Select(Cells)];
        var table = TextTable.Lines(rows);
        return
        [
            $"{SafeText.Text(repository.Name)}: {Plural.Count(repository.Count, "tag")}, {Plural.Count(images.Count(image => image.IsImage), "image")}",
            table[0],
            .. images.SelectMany((image, index) => Wrap("    " + string.Join("  ", image.Tags.Select(SafeText.Text))).Prepend(table[index + 1] + (deleted is null && plan?.Going.Contains(image) == true ? "  goes" : string.Empty))),
            .. repository.Unreadable.SelectMany(one => Wrap($"{SafeText.Text(one.Tag)}: {SafeText.Text(one.Why)}")),
            .. repository.Attached.Count == 0 ? Array.Empty<string>() : [$"{Plural.Count(repository.Attached.Count, "tag")} of signatures and attestations beside them"],
            .. plan is null ? [] : deleted is null ? Planned(plan) : Done(deleted),
        ];
    }

    /// <summary>The answer in one line if something that was to go could not be deleted; null otherwise.</summary>
    public static string? No(string repository, DeletedTags? deleted) => deleted is not { Failed: [var (reference, error), ..] } ? null
        : $"{deleted.Failed.Count} of {repository} could not be deleted, the first {SafeText.Text(reference)}: {error.Why ?? error.What}{(error.Next is { } next ? $"; {next}" : string.Empty)}";

    /// <summary>One object for all repositories, keys in a fixed order, lists that are never absent.</summary>
    public static string Json(IReadOnlyList<(ListedRepository Repository, TagPlan? Plan, DeletedTags? Deleted)> all) => JsonText.Object(json =>
    {
        json.WriteNumber("schema", 1);
        json.List("repositories", all, one =>
        {
            json.WriteString("name", one.Repository.Name);
            json.List("images", one.Repository.Images, image =>
            {
                json.WriteString("digest", image.Digest);
                json.WriteString("kind", image.Kind.ToString().ToLowerInvariant());
                json.WriteString("created", image.Identity.Created is { } day ? Day(day) : null);
                json.WriteString("busybox", image.Identity.Busybox?.ToString());
                json.WriteString("glibc", image.Identity.Glibc);
                json.WriteString("variant", image.Identity.Variant);
                json.Texts("platforms", image.Identity.Platforms.Order(StringComparer.Ordinal));
                json.WriteBoolean("signed", image.IsSigned);
                json.WriteNumber("attestations", image.Attestations);
                json.WriteBoolean("goes", one.Plan?.Going.Contains(image) == true);
                json.List("tags", image.Tags, tag =>
                {
                    json.WriteString("name", tag);
                    json.WriteString("stays", one.Plan?.Reasons.GetValueOrDefault(tag));
                });
            });
            json.Texts("attached", one.Repository.Attached);
            json.List("unreadable", one.Repository.Unreadable, tag =>
            {
                json.WriteString("name", tag.Tag);
                json.WriteString("why", tag.Why);
            });
            json.Texts("deleted", one.Deleted?.Tags ?? []);
            json.List("failed", one.Deleted?.Failed ?? [], failure =>
            {
                json.WriteString("reference", failure.Reference);
                json.WriteString("why", failure.Error.Why ?? failure.Error.What);
                json.WriteString("next", failure.Error.Next);
            });
        });
    });

    private static string[] Cells(ListedImage image) =>
    [
        OciDigest.IsValid(image.Digest) ? OciDigest.Hex(image.Digest)[..ShortDigest] : SafeText.Cut(image.Digest, ShortDigest),
        image.Identity.Created is { } day ? Day(day) : "-",
        image.Kind switch { ListedKind.Sources => "sources", ListedKind.Artifact => "artifact", _ => (image.Identity.Busybox?.ToString() ?? "-") + (image.Identity.HasDebianBusybox ? " Debian" : string.Empty) },
        SafeText.Cut(image.Identity.Glibc ?? "-", ShortDigest),
        image.IsImage ? image.Identity.Platforms.Count.ToString(CultureInfo.InvariantCulture) : "-",
        image.IsImage ? image.IsSigned ? "yes" : "no" : "-",
        image.IsImage ? image.Attestations.ToString(CultureInfo.InvariantCulture) : "-",
    ];

    private static IEnumerable<string> Planned(TagPlan plan)
    {
        var tags = plan.Going.SelectMany(image => image.Tags).ToList();
        yield return tags.Count == 0 ? "nothing can go" : $"{Plural.Count(tags.Count, "tag")} of {Plural.Count(plan.Going.Count, "image")} can go; nothing was deleted: add --delete";
        foreach (var reason in plan.Reasons.GroupBy(pair => pair.Value, StringComparer.Ordinal).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).Take(8))
        {
            foreach (var line in Wrap($"  {Plural.Count(reason.Count(), "tag")} {(reason.Count() == 1 ? "stays" : "stay")}: {SafeText.Text(reason.Key)}"))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Done(DeletedTags deleted) =>
    [
        .. deleted.Failed.SelectMany(failure => Wrap($"{SafeText.Text(failure.Reference)} stays: {SafeText.Text(failure.Error.Why ?? failure.Error.What)}")),
        $"{Plural.Count(deleted.Tags.Count, "tag")} and {Plural.Count(deleted.Manifests, "manifest")} deleted; the registry frees their space when it collects garbage",
    ];

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Wrap(string text) => TerminalText.Wrap(text, Columns).Split('\n');
}
