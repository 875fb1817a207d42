using BusyboxGlibc.Configuration;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Reports;

/// <summary>The lines shown about publishing.</summary>
internal static class PublishLines
{
    /// <summary>What a push would do to one repository.</summary>
    public static string Of(PlannedImage plan) => $"would push {plan.Name}@{plan.Digest}\n  {string.Join("\n  ", plan.Lines)}";

    /// <summary>A published image in a registry.</summary>
    /// <param name="image">The image.</param>
    /// <param name="ociDigest">The digest of its index with OCI media types.</param>
    public static string Of(PublishedImage image, string ociDigest) =>
        $"{image.Reference}  {string.Join(' ', image.Tags)}"
        + (image.MediaTypes == MediaTypeChoice.Docker ? $"\n  in Docker's media types; in OCI's the same image is {ociDigest}" : string.Empty);
}
