using System.Globalization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry.Tags;

/// <summary>A tag of the image.</summary>
/// <param name="Name">The tag, <c>1.38-glibc</c>.</param>
/// <param name="IsDated">Whether it names one image for ever.</param>
internal sealed record ImageTag(string Name, bool IsDated = false)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>
/// The tags that an image's own facts give it: <c>glibc</c>, <c>1.38.0-glibc</c>, <c>1.38-glibc</c>, <c>1-glibc</c>,
/// <c>1.38.0-glibc-debian13</c>, which move on, and the last one with the day of the image and the first digits of its digest, which
/// never does: no two images can want it.
/// </summary>
internal static partial class ImageTags
{
    /// <summary>The tag that says only which libc is inside.</summary>
    public const string Shortest = "glibc";

    private const int DigestDigits = 12;

    /// <summary>The tags, <see cref="Shortest"/> first, those asked for last.</summary>
    /// <param name="identity">What the image says of itself.</param>
    /// <param name="digest">The digest of its index, in OCI's media types.</param>
    /// <param name="asked">Tags beside.</param>
    /// <exception cref="OciException">The image does not say of which BusyBox, Debian and day it is.</exception>
    public static IReadOnlyList<ImageTag> Of(ImageIdentity identity, string digest, IEnumerable<string> asked)
    {
        if (identity.Busybox is null || identity.Created is not { } day || !VersionForm().IsMatch(identity.Version))
        {
            throw new OciException(
                "the image does not say what its tags are to be",
                why: $"its annotations {AnnotationKeys.BusyboxVersion}, {AnnotationKeys.Version} and {AnnotationKeys.Created} are not those of this build",
                next: "build the image again: ./build.sh --target=Clean && ./build.sh");
        }

        var dated = $"{identity.Version}-{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}-{OciDigest.Hex(digest)[..DigestDigits]}";
        return [.. Moving(identity, []).Append(new ImageTag(dated, IsDated: true)).Concat(Moving(identity, asked)).DistinctBy(tag => tag.Name)];
    }

    /// <summary>The tags that move on, which are known before the image is made.</summary>
    /// <param name="identity">What the image says of itself, or will; without its BusyBox only <see cref="Shortest"/> is known.</param>
    /// <param name="asked">Tags beside.</param>
    public static IReadOnlyList<ImageTag> Moving(ImageIdentity identity, IEnumerable<string> asked)
    {
        var parts = identity.Busybox?.Parts ?? [];
        var prefixes = Enumerable.Range(1, parts.Count).Reverse().Select(count => string.Join('.', parts.Take(count)));
        IEnumerable<string> names = [Shortest, .. prefixes.Select(prefix => $"{prefix}-glibc"), .. identity.Version.Length > 0 ? [identity.Version] : Array.Empty<string>(), .. asked];
        return [.. names.Distinct(StringComparer.Ordinal).Select(name => new ImageTag(name))];
    }

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)+-glibc-debian[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionForm();
}
