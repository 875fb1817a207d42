using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry.Tags;

/// <summary>Decides whether a tag may move from the image that it names in a registry to the new image.</summary>
internal static class TagMove
{
    /// <summary>Returns why the tag must not move; null if it may move.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="ours">The new image.</param>
    /// <param name="theirs">The image that the tag names now.</param>
    public static string? Refusal(ImageTag tag, ImageIdentity ours, ImageIdentity theirs)
    {
        if (tag.IsDated)
        {
            return "it points to another image, and a dated tag permanently names one image";
        }

        if (ours.Busybox is not null && theirs.Busybox is not null && ours.Busybox.IsOlderThan(theirs.Busybox))
        {
            return $"it points to an image with BusyBox {theirs.Busybox}, and this one has the older {ours.Busybox}";
        }

        if (ours.HasDebianBusybox && theirs is { HasDebianBusybox: false, Busybox: not null })
        {
            return "it points to an image with a compiled BusyBox, and this one has Debian's, which lacks applets";
        }

        var lost = theirs.Platforms.Where(platform => !ours.Platforms.Contains(platform)).Order(StringComparer.Ordinal).ToList();
        return lost.Count > 0 ? $"it points to an image that also runs on {SafeText.Text(string.Join(", ", lost))}, and this one does not" : null;
    }
}
