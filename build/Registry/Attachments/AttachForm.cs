namespace BusyboxGlibc.Registry.Attachments;

/// <summary>How attachments are stored in a repository.</summary>
internal enum AttachForm
{
    /// <summary>They are not: the registry takes none, or none were asked for.</summary>
    None,

    /// <summary>As OCI 1.1 artifacts that the registry lists (distribution-spec, listing referrers).</summary>
    Referrers,

    /// <summary>As OCI 1.1 artifacts in an index below the tag <c>sha256-HEX</c>, for a registry that lists none (distribution-spec, unavailable referrers API).</summary>
    ReferrersTag,

    /// <summary>As images below the tags <c>sha256-HEX.sig</c> and <c>.att</c>, for a registry that refuses artifacts.</summary>
    CosignTags,

    /// <summary>As the program cosign stores them.</summary>
    Cosign,
}

/// <summary>What is stored beside an image.</summary>
/// <param name="Form">How it is stored.</param>
/// <param name="Count">The number of signatures and statements.</param>
internal sealed record Attached(AttachForm Form, int Count)
{
    /// <summary>Nothing.</summary>
    public static Attached Nothing { get; } = new(AttachForm.None, 0);

    /// <summary>Nothing, although there is something: the image has Docker's media types there, and digests that no statement is about.</summary>
    public static Attached LeftOut { get; } = new(AttachForm.None, 0) { IsLeftOut = true };

    /// <summary>Whether there is something that is not stored.</summary>
    public bool IsLeftOut { get; private init; }
}
