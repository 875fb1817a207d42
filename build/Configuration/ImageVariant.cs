using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>A variant of the image: what it has in addition, in a layer over the image's, and how it is started otherwise. Its tags are those of the image with its name.</summary>
/// <param name="Section">The section that describes it.</param>
/// <param name="Image">The options of the image with those that it changes.</param>
/// <param name="Libraries">Its libraries, as lines of <c>lib-requires.txt</c>.</param>
/// <param name="Run">Its own settings of how a container is started, which have precedence over the image's and Dockerfile.run's.</param>
internal sealed record ImageVariant(VariantSection Section, ImageOptions Image, IReadOnlyList<Requirement> Libraries, RunSettings Run)
{
    /// <summary>Its name.</summary>
    public string Name => Section.Name;

    /// <summary>What follows the names of the image's files and tags.</summary>
    public string Suffix => $"-{Name}";

    // Two variants with the same text are the same image.
    private string Contents => string.Join('\n', Texts(Image).Concat(Libraries.Select(library => library.Text).Order(StringComparer.Ordinal)));

    /// <summary>The requested variants.</summary>
    /// <param name="all">Those of <c>cake.config</c>.</param>
    /// <param name="value">The value of <c>--variants</c>.</param>
    /// <exception cref="ConfigurationException">A name is unknown.</exception>
    public static IReadOnlyList<ImageVariant> Select(IReadOnlyList<ImageVariant> all, OptionValue value)
    {
        if (value.IsDefault)
        {
            return all;
        }

        List<string> names = [.. all.Select(variant => variant.Name)];
        foreach (var name in ValueList.Split(value.Value).Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            var near = Nearest.Names(name, names, 1);
            throw new ConfigurationException(
                $"there is no variant {ValueList.Show(name)}", value.Where, names.Count == 0 ? "cake.config describes none" : null,
                names.Count == 0 ? $"add a section [Variant.{(name.All(char.IsAsciiLetterLower) ? name : "nonroot")}] to cake.config" : $"{(near.Count == 0 ? string.Empty : $"did you mean {near[0]}? ")}variants: {string.Join(", ", names)}; or {OptionTable.None}");
        }

        return [.. all.Where(variant => ValueList.Split(value.Value).Contains(variant.Name, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>Reads the libraries of a variant.</summary>
    /// <param name="value">The value of <c>Libraries</c>; null if it is not set.</param>
    /// <param name="platforms">The platforms of the image.</param>
    /// <exception cref="ConfigurationException">An entry is invalid, or takes a library away.</exception>
    public static IReadOnlyList<Requirement> ReadLibraries(OptionValue? value, IReadOnlyList<Platform> platforms)
    {
        if (value is null || ValueList.IsNone(value.Value))
        {
            return [];
        }

        var libraries = new RequirementSet();
        var entries = CommandList.Split(value.Value).Select(entry => entry.Trim()).Where(entry => entry.Length > 0).ToList();
        foreach (var entry in VariantList.Added(VariantSection.Libraries, value, entries, [], isComplete: false))
        {
            if (RequirementToken.Split(entry, value.Where) is { Count: > 0 } tokens)
            {
                libraries.Add(new RequirementLine(RequirementKind.Library, tokens, value.Source, value.Line).Parse(platforms));
            }
        }

        return libraries.Items;
    }

    /// <summary>Refuses variants that are the image itself, or the same as another one.</summary>
    /// <exception cref="ConfigurationException">There is such a variant.</exception>
    public static void CheckAlike(ImageOptions image, IReadOnlyList<ImageVariant> variants)
    {
        var plain = string.Join('\n', Texts(image));
        if (variants.FirstOrDefault(variant => variant.Contents == plain && variant.Run.Key == RunSettings.None.Key) is { } same)
        {
            throw new ConfigurationException($"the variant {same.Name} is the image itself", same.Section.Where, "its section changes nothing", $"set something, such as User=65532 or Commands=+strace; keys of a variant: {string.Join(", ", VariantSection.Keys)}");
        }

        if (variants.GroupBy(variant => $"{variant.Contents}\n{variant.Run.Key}", StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } alike)
        {
            var two = alike.Take(2).ToList();
            throw new ConfigurationException($"the variants {two[0].Name} and {two[1].Name} are alike", two[1].Section.Where, $"{two[0].Section.Where} describes the same image", "remove one of them, or give the image a second tag with Tags= in [Image]");
        }
    }

    /// <summary>Refuses additional tags that variants have too.</summary>
    /// <exception cref="ConfigurationException">There is such a tag.</exception>
    public static void CheckTags(IReadOnlyList<string> tags, IReadOnlyList<ImageVariant> variants, string where)
    {
        string[] prefixes = ["glibc", .. tags];
        var names = prefixes.SelectMany(tag => variants.Select(variant => (Tag: tag + variant.Suffix, variant.Name)).Append((Tag: tag, Name: string.Empty))).ToList();
        var twice = names.GroupBy(name => name.Tag, StringComparer.Ordinal).FirstOrDefault(group => group.Select(name => name.Name).Distinct(StringComparer.Ordinal).Count() > 1)?.Last()
            ?? tags.SelectMany(tag => variants.Where(variant => tag.EndsWith(variant.Suffix, StringComparison.Ordinal) && tag.Contains("-glibc", StringComparison.Ordinal)).Select(variant => (Tag: tag, variant.Name))).Cast<(string Tag, string Name)?>().FirstOrDefault();
        if (twice is { } found)
        {
            var owner = variants.First(variant => found.Tag.EndsWith(variant.Suffix, StringComparison.Ordinal));
            throw new ConfigurationException($"the tag {ValueList.Show(found.Tag)} is that of the variant {owner.Name}", where, $"{owner.Section.Where} describes it, and each tag of the image has one for it", "remove the tag, or name the variant otherwise");
        }
    }

    private static IEnumerable<string> Texts(ImageOptions image) =>
    [
        .. image.Commands.Select(command => command.Text).Order(StringComparer.Ordinal),
        image.Features.ToString(), string.Join(',', image.Charsets), string.Join(',', image.Locales), image.Zone ?? string.Empty, string.Join(',', image.Zones), string.Join(',', image.Authorities.Patterns),
        .. image.Users.Select(user => user.Text),
    ];
}
