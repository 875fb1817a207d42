using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Changes;

/// <summary>What a change concerns.</summary>
internal enum ChangeSubject
{
    /// <summary>A package that the image's own records list.</summary>
    Package,

    /// <summary>A library that the loader finds, by its soname, with its symbol versions.</summary>
    Library,

    /// <summary>A name that leads to BusyBox.</summary>
    Applet,

    /// <summary>A setting of the image's configuration, or a label.</summary>
    Setting,

    /// <summary>A file, folder or link.</summary>
    File,
}

/// <summary>How something differs.</summary>
internal enum ChangeKind
{
    /// <summary>Only the new image has it.</summary>
    Added,

    /// <summary>Only the old image has it.</summary>
    Removed,

    /// <summary>Both have it.</summary>
    Changed,
}

/// <summary>A property with its values in both images.</summary>
/// <param name="What">The property: <c>version</c>, <c>symbols</c>, <c>value</c>, <c>sha256</c>, <c>type</c>, <c>mode</c>, <c>owner</c>, <c>target</c>.</param>
/// <param name="Before">Its value in the old image; null if it has none.</param>
/// <param name="After">Its value in the new image; null if it has none.</param>
internal sealed record Difference(string What, string? Before, string? After);

/// <summary>Something that differs between two images of one platform.</summary>
/// <param name="Subject">What it concerns.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Name">Its name; of a file its absolute path.</param>
/// <param name="Differences">What differs in it.</param>
internal sealed record ImageChange(ChangeSubject Subject, ChangeKind Kind, string Name, IReadOnlyList<Difference> Differences)
{
    /// <summary>The bytes of a file in the old image; null for everything else.</summary>
    public long? SizeBefore { get; init; }

    /// <summary>The bytes of a file in the new image; null for everything else.</summary>
    public long? SizeAfter { get; init; }
}

/// <summary>The size of a platform's image.</summary>
/// <param name="Unpacked">The bytes of its files.</param>
/// <param name="Compressed">The bytes of its layers in a registry.</param>
/// <param name="Files">The number of its files, without folders and links.</param>
internal sealed record ImageSize(long Unpacked, long Compressed, int Files);

/// <summary>What differs between two images of one platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Changes">The changes, in the order of subjects and names.</param>
/// <param name="Before">The size of the old image.</param>
/// <param name="After">The size of the new image.</param>
/// <param name="OtherTimes">How many files and folders differ in nothing but their time.</param>
internal sealed record PlatformChanges(Platform Platform, IReadOnlyList<ImageChange> Changes, ImageSize Before, ImageSize After, int OtherTimes);

/// <summary>What differs between two images.</summary>
/// <param name="From">The old image, as the user named it.</param>
/// <param name="To">The new image, as the user named it.</param>
/// <param name="Same">The platforms whose images are the same, by their digests.</param>
/// <param name="Platforms">The others that both images have.</param>
/// <param name="Added">The platforms that only the new image has.</param>
/// <param name="Removed">The platforms that only the old image has.</param>
/// <param name="Fixes">What the changelogs of changed packages name.</param>
internal sealed record ChangesAnswer(
    string From, string To, IReadOnlyList<Platform> Same, IReadOnlyList<PlatformChanges> Platforms, IReadOnlyList<Platform> Added, IReadOnlyList<Platform> Removed, IReadOnlyList<SourceFixes> Fixes)
{
    /// <summary>Whether the images differ.</summary>
    public bool IsChanged => Platforms.Count + Added.Count + Removed.Count > 0;

    /// <summary>Whether vulnerabilities are fixed, or no longer fixed.</summary>
    public bool IsSecurity => Fixes.Any(source => source.Cves.Count > 0);
}
