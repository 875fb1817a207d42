using BusyboxGlibc.Configuration;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Reports;

/// <summary>What is shown of publishing.</summary>
internal static class PublishLines
{
    /// <summary>What a push would do to one repository.</summary>
    public static string Of(PlannedImage plan) => $"would push {plan.Name}@{plan.Digest}\n  {string.Join("\n  ", plan.Lines)}";

    /// <summary>An image as it lies in a registry now.</summary>
    /// <param name="image">The image.</param>
    /// <param name="ociDigest">The digest of its index in OCI's media types.</param>
    public static string Of(PublishedImage image, string ociDigest) =>
        $"{image.Reference}  {string.Join(' ', image.Tags)}"
        + (image.MediaTypes == MediaTypeChoice.Docker ? $"\n  in Docker's media types; in OCI's the same image is {ociDigest}" : string.Empty);
}
