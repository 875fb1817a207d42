using System.Globalization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry.Tags;

/// <summary>A tag of the image.</summary>
/// <param name="Name">The tag, <c>1.38-glibc</c>.</param>
/// <param name="IsDated">Whether it permanently names one image.</param>
internal sealed record ImageTag(string Name, bool IsDated = false)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>
/// The tags derived from an image's metadata: <c>glibc</c>, <c>1.38.0-glibc</c>, <c>1.38-glibc</c>, <c>1-glibc</c>, <c>1.38.0-glibc-debian13</c>,
/// which move, and the last one with the date of the image and the first digits of its digest, which never moves: it is unique to one image. A variant has the
/// same tags with its name: <c>glibc-nonroot</c>.
/// </summary>
internal static partial class ImageTags
{
    /// <summary>The tag that states only the libc.</summary>
    public const string Shortest = "glibc";

    private const int DigestDigits = 12;

    /// <summary>Returns the tags: <see cref="Shortest"/> first, additional ones last.</summary>
    /// <param name="identity">The identity of the image.</param>
    /// <param name="digest">The digest of its index, with OCI's media types.</param>
    /// <param name="asked">Additional tags.</param>
    /// <exception cref="OciException">The image does not state its BusyBox, Debian or date.</exception>
    public static IReadOnlyList<ImageTag> Of(ImageIdentity identity, string digest, IEnumerable<string> asked)
    {
        if (identity.Busybox is null && ShellLessForm().IsMatch(identity.Version))
        {
            // For local use: it has none of the tags whose users expect BusyBox, and is not published under them.
            return Moving(identity, asked);
        }

        if (identity.Busybox is null || identity.Created is not { } day || !VersionForm().IsMatch(identity.Version))
        {
            throw new OciException(
                "the image does not define its tags",
                why: $"its annotations {AnnotationKeys.BusyboxVersion}, {AnnotationKeys.Version} and {AnnotationKeys.Created} are not those of this build",
                next: "build the image again: ./build.sh --target=Clean && ./build.sh");
        }

        var dated = $"{identity.Version}-{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}-{OciDigest.Hex(digest)[..DigestDigits]}";
        return [.. Moving(identity, []).Append(new ImageTag(dated + SuffixOf(identity), IsDated: true)).Concat(Moving(identity, asked)).DistinctBy(tag => tag.Name)];
    }

    /// <summary>Returns the moving tags, which are known before the image is built.</summary>
    /// <param name="identity">The identity of the image, or its expected identity; without a BusyBox version only <see cref="Shortest"/> is known.</param>
    /// <param name="asked">Additional tags.</param>
    public static IReadOnlyList<ImageTag> Moving(ImageIdentity identity, IEnumerable<string> asked)
    {
        var parts = identity.Busybox?.Parts ?? [];
        var prefixes = Enumerable.Range(1, parts.Count).Reverse().Select(count => string.Join('.', parts.Take(count)));
        IEnumerable<string> names = [Shortest, .. prefixes.Select(prefix => $"{prefix}-glibc"), .. identity.Version.Length > 0 ? [identity.Version] : Array.Empty<string>(), .. asked];
        return [.. names.Distinct(StringComparer.Ordinal).Select(name => new ImageTag(name + SuffixOf(identity)))];
    }

    private static string SuffixOf(ImageIdentity identity) => identity.Variant is { } variant ? $"-{variant}" : string.Empty;

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)+-glibc(-debian[0-9]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionForm();

    // An image without BusyBox.
    [GeneratedRegex(@"\A([0-9]+(\.[0-9]+)+|none)(-debian[0-9]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ShellLessForm();
}
