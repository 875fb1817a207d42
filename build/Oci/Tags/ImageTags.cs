using System.Globalization;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Oci.Tags;

/// <summary>A tag of the image.</summary>
/// <param name="Name">The tag, <c>1.38-glibc</c>.</param>
/// <param name="IsDated">Whether it names one image for ever.</param>
public sealed record ImageTag(string Name, bool IsDated = false)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>
/// The tags that an image's own facts give it: <c>glibc</c>, <c>1.38.0-glibc</c>, <c>1.38-glibc</c>, <c>1-glibc</c>,
/// <c>1.38.0-glibc-debian13</c>, which move on, and the last one with the day of the image, which never does.
/// </summary>
public static partial class ImageTags
{
    /// <summary>The tag that says only which libc is inside.</summary>
    public const string Shortest = "glibc";

    /// <summary>The tags, <see cref="Shortest"/> first, those asked for last.</summary>
    /// <param name="identity">What the image says of itself.</param>
    /// <param name="asked">Tags beside.</param>
    /// <exception cref="OciException">The image does not say of which BusyBox, Debian and day it is.</exception>
    public static IReadOnlyList<ImageTag> Of(ImageIdentity identity, IEnumerable<string> asked)
    {
        if (identity.Busybox is not { } busybox || identity.Created is not { } day || !VersionForm().IsMatch(identity.Version))
        {
            throw new OciException(
                "the image does not say what its tags are to be",
                why: $"its annotations {AnnotationKeys.BusyboxVersion}, {AnnotationKeys.Version} and {AnnotationKeys.Created} are not those of this build",
                next: "make the image anew: ./build.sh --target=Clean and ./build.sh");
        }

        var prefixes = Enumerable.Range(1, busybox.Parts.Count).Reverse().Select(count => string.Join('.', busybox.Parts.Take(count)));
        IEnumerable<ImageTag> own =
        [
            new(Shortest),
            .. prefixes.Select(prefix => new ImageTag($"{prefix}-glibc")),
            new(identity.Version),
            new($"{identity.Version}-{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}", IsDated: true),
        ];
        return [.. own.Concat(asked.Select(tag => new ImageTag(tag))).DistinctBy(tag => tag.Name)];
    }

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)+-glibc-debian[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex VersionForm();
}
