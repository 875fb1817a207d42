using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry.Attachments;

/// <summary>Tags that are derived from the digest of a manifest.</summary>
internal static class SubjectTags
{
    /// <summary>The tag of the list of referrers (distribution-spec, referrers tag schema).</summary>
    public static string Referrers(string digest) => $"sha256-{OciDigest.Hex(digest)}";

    /// <summary>The tag of cosign's images.</summary>
    /// <param name="digest">The digest.</param>
    /// <param name="suffix"><c>sig</c> or <c>att</c>.</param>
    public static string Cosign(string digest, string suffix) => $"{Referrers(digest)}.{suffix}";
}
