using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Attachments;

namespace BusyboxGlibc.Reports;

/// <summary>The lines shown about publishing.</summary>
internal static class PublishLines
{
    /// <summary>What later steps of a job may read: the digest, the tags, one a line, and whether anything changed, in the lock or in a registry.</summary>
    public static IReadOnlyList<(string Name, string Value)> Outputs(string digest, IEnumerable<PublishedImage> published, bool isLockChanged)
    {
        List<PublishedImage> images = [.. published];
        return
        [
            ("digest", digest), ("tags", string.Join('\n', images.SelectMany(image => image.Tags.Select(tag => $"{image.Name}:{tag}")))),
            ("changed", isLockChanged || images.Any(image => image.UploadedBytes > 0) ? "true" : "false"),
        ];
    }

    /// <summary>What a push would do to one repository.</summary>
    public static string Of(PlannedImage plan) => $"would push {plan.Name}@{plan.Digest}\n  {string.Join("\n  ", plan.Lines)}";

    /// <summary>A published image in a registry.</summary>
    /// <param name="image">The image.</param>
    /// <param name="ociDigest">The digest of its index with OCI media types.</param>
    public static string Of(PublishedImage image, string ociDigest) =>
        $"{image.Reference}  {string.Join(' ', image.Tags)}"
        + (image.MediaTypes == MediaTypeChoice.Docker ? $"\n  in Docker's media types; in OCI's the same image is {ociDigest}" : string.Empty)
        + (image.Attached.IsLeftOut ? "\n  without attestations: they are about the digests of OCI's media types, and only in artifacts/attestations" : string.Empty)
        + (image.AttestedImages > 0 ? $"\n  with attestations of {Plural.Count(image.AttestedImages, "image")} in the index" : string.Empty)
        + (image.Attached.Count > 0 ? $"\n  with {Plural.Count(image.Attached.Count, "attestation")}, {Stored(image.Attached.Form)}" : string.Empty);

    private static string Stored(AttachForm form) => form switch
    {
        AttachForm.Referrers => "listed by the registry as referrers",
        AttachForm.ReferrersTag => "listed by tags sha256-DIGEST, since the registry lists no referrers",
        AttachForm.Cosign => "as cosign stores them, without a key",
        _ => "as tags sha256-DIGEST.sig and .att, since the registry takes no artifacts",
    };
}
