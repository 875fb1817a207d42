using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Registry.Housekeeping;

/// <summary>What a tag leads to.</summary>
internal enum ListedKind
{
    /// <summary>An image of this build.</summary>
    Own,

    /// <summary>An image of others.</summary>
    Foreign,

    /// <summary>The sources of an image.</summary>
    Sources,

    /// <summary>Another artifact, such as a vault.</summary>
    Artifact,
}

/// <summary>Something in a repository that tags lead to.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Identity">What it says of itself; it may have been pushed by anyone.</param>
/// <param name="Tags">The tags that name it, in ordinal order.</param>
/// <param name="Parts">The digests of the manifests that it lists: its platforms.</param>
internal sealed record ListedImage(string Digest, ListedKind Kind, ImageIdentity Identity, IReadOnlyList<string> Tags, IReadOnlyList<string> Parts)
{
    /// <summary>Whether something beside it says that it is a signature; nothing is verified.</summary>
    public bool IsSigned { get; init; }

    /// <summary>How many other statements are beside it or in it.</summary>
    public int Attestations { get; init; }

    /// <summary>Whether it is an image.</summary>
    public bool IsImage => Kind is ListedKind.Own or ListedKind.Foreign;
}

/// <summary>What a repository has.</summary>
/// <param name="Name">The repository's name, <c>ghcr.io/acme/busybox</c>.</param>
/// <param name="Images">What its tags lead to: the newest first, then by the first tag.</param>
/// <param name="Attached">The tags of what is stored beside a manifest, <c>sha256-HEX</c> and <c>sha256-HEX.sig</c>.</param>
/// <param name="Unreadable">The tags that could not be read, with the reason.</param>
internal sealed record ListedRepository(string Name, IReadOnlyList<ListedImage> Images, IReadOnlyList<string> Attached, IReadOnlyList<(string Tag, string Why)> Unreadable)
{
    /// <summary>How many tags it has.</summary>
    public int Count => Images.Sum(image => image.Tags.Count) + Attached.Count + Unreadable.Count;
}
