using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Registry;

/// <summary>Says what an image in a repository gives to programs and the pushed one does not, in one line; null if there is nothing.</summary>
/// <exception cref="Foundation.Errors.BuildException">That image cannot be read.</exception>
internal delegate Task<string?> FindLoss(RepositoryClient repository, string digest, CancellationToken cancellation);

/// <summary>
/// Pushes an image to one repository, in steps that the publisher orders: inspect the tags, upload everything by digest and read it back, tag it. No
/// tag moves before the last step, so after a failure every tag still names its previous, complete image.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="forms">The content to push.</param>
/// <param name="ours">The identity of the image.</param>
/// <param name="board">Where progress is shown.</param>
internal sealed class RepositoryPush(RepositoryClient repository, PushForms forms, ImageIdentity ours, IProgressBoard board)
{
    private readonly Dictionary<string, TaggedImage> _tagged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _losses = new(StringComparer.Ordinal);
    private RegistryException? _refused;
    private long _uploaded;

    /// <summary>The repository's name.</summary>
    public string Name => repository.Name;

    /// <summary>The repository's path in its registry.</summary>
    public string Repository => repository.Repository;

    /// <summary>The form in which the image is pushed.</summary>
    public required PushContent Content { get; set; }

    /// <summary>Finds what programs would lose; null for not asking.</summary>
    public FindLoss? FindLoss { get; init; }

    /// <summary>The number of bytes of uploaded blobs.</summary>
    public long UploadedBytes => Interlocked.Read(ref _uploaded);

    /// <summary>How the attachments are stored, and how many; call it after <see cref="AttachAsync"/>.</summary>
    public Attached Attached { get; private set; } = Attached.Nothing;

    private int Jobs => repository.Http.Policy.Jobs;

    /// <summary>Inspects the images that the tags name now.</summary>
    /// <returns>Each tag that must not move, with the reason.</returns>
    public async Task<IReadOnlyList<(ImageTag Tag, string Why)>> InspectAsync(IReadOnlyList<ImageTag> tags, CancellationToken cancellation)
    {
        foreach (var (name, image) in await TaggedImage.ReadAllAsync(repository, tags, forms.IsOurs, cancellation))
        {
            _tagged[name] = image;
        }

        // A registry that has this image with Docker's media types refused OCI's when it was pushed.
        if (forms.MayFallBack && _refused is null && Content.Form == MediaTypeChoice.Oci
            && !_tagged.Values.Any(image => image.Digest == forms.Oci.Index.Digest) && _tagged.Values.Any(image => forms.IsOurs(image.Digest)))
        {
            Content = forms.Docker;
        }

        var stuck = new List<(ImageTag Tag, string Why)>();
        foreach (var tag in tags)
        {
            if ((Refusal(tag) ?? await LossAsync(tag, cancellation)) is { } why)
            {
                stuck.Add((tag, why));
            }
        }

        return stuck;
    }

    /// <summary>Describes for each tag what tagging would change; call it after <see cref="InspectAsync"/>.</summary>
    public IEnumerable<string> Describe(IReadOnlyList<ImageTag> tags) => tags.Select(tag => _tagged[tag.Name] switch
    {
        { IsKnown: false } unknown => $"tag {tag}: its current image is not known ({unknown.Unknown})",
        { Digest: null } => $"tag {tag}: new",
        { } there when Names(tag, there.Digest) => $"tag {tag}: unchanged",
        { } there => $"tag {tag}: moves from {there.Digest}{(there.Identity.Busybox is { } busybox ? $" (BusyBox {busybox})" : string.Empty)} to {Content.Index.Digest}",
    });

    /// <summary>Returns the content that the repository lacks.</summary>
    public async Task<(IReadOnlyList<OciDescriptor> Blobs, IReadOnlyList<OciDescriptor> Manifests)> MissingAsync(CancellationToken cancellation) =>
        (await LacksAsync(Content.Blobs, repository.HasBlobAsync, cancellation), await LacksAsync(Content.Manifests, repository.HasManifestAsync, cancellation));

    /// <summary>Uploads every blob, then every manifest by its digest, reads everything back and compares it. If the registry refuses OCI's media
    /// types, Docker's are tried.</summary>
    /// <param name="mountFrom">A repository of the same registry that has all content; null for none.</param>
    /// <param name="dated">The tag that is unique to this image, for a registry that hides manifests until a tag names them.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The upload failed; no other tag was changed.</exception>
    public Task UploadAsync(string? mountFrom, ImageTag? dated, CancellationToken cancellation) => InAnyFormAsync(async () =>
    {
        // A tag that names the image promises all of it: reading it back proves that, without a question for each part before.
        if (_tagged.Values.Any(image => image.Digest == Content.Index.Digest) && await IsCompleteAsync(cancellation))
        {
            return;
        }

        using var proof = new RepositoryProof(repository, Content, board);
        await Upload().RunAsync(mountFrom, proof.BlobAsync, cancellation);
        await proof.FinishAsync(
            async token =>
            {
                if (dated is not null && !forms.IsOurs(_tagged.GetValueOrDefault(dated.Name)?.Digest))
                {
                    await PutTagAsync(dated, token);
                }
            },
            cancellation);
    });

    /// <summary>Stores attachments beside the uploaded image.</summary>
    /// <param name="attachments">The attachments, about manifests with OCI's media types.</param>
    /// <param name="mayFail">Whether a registry that takes none is accepted.</param>
    /// <param name="signAsync">Signs the image with another program, which stores the signatures itself; null for not doing so.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">They cannot be stored; no tag was changed.</exception>
    public async Task AttachAsync(IReadOnlyList<Attachment> attachments, bool mayFail, Func<CancellationToken, Task<int>>? signAsync, CancellationToken cancellation)
    {
        if (Content.Form == MediaTypeChoice.Docker && (attachments.Count > 0 || signAsync is not null || forms.HasAttestations))
        {
            Attached = Attached.LeftOut;
            return;
        }

        if (signAsync is not null)
        {
            Attached = new Attached(AttachForm.Cosign, await signAsync(cancellation));
            return;
        }

        var form = await new AttachmentUpload(repository, board).RunAsync(attachments, mayFail, cancellation);
        Attached = new Attached(form, form == AttachForm.None ? 0 : attachments.Count);
    }

    /// <summary>Sets the tags of the image, and reads them back.</summary>
    /// <exception cref="RegistryException">The registry refused, or a tag names another image afterwards.</exception>
    public Task TagAsync(IReadOnlyList<ImageTag> tags, string? mountFrom, CancellationToken cancellation)
    {
        var first = Content;
        return InAnyFormAsync(async () =>
        {
            if (Content != first)
            {
                await UploadAsync(mountFrom, tags.FirstOrDefault(tag => tag.IsDated), cancellation);
                first = Content;
            }

            // The dated tag first: it replaces nothing and detects a registry that refuses every tag. One after another, because Gitea fails on two at once.
            // A tag that stays was read just now.
            var due = tags.Where(tag => !Names(tag, _tagged.GetValueOrDefault(tag.Name)?.Digest)).OrderByDescending(tag => tag.IsDated).ToList();
            foreach (var tag in due)
            {
                await PutTagAsync(tag, cancellation);
            }

            await EachAsync(due, CheckTagAsync, cancellation);
        });
    }

    // Images that state the same promise need no reading, and those of others promised nothing.
    private async Task<string?> LossAsync(ImageTag tag, CancellationToken cancellation)
    {
        if (FindLoss is null || ours.AbiDigest is null || _tagged[tag.Name] is not { Digest: { } digest } there || forms.IsOurs(digest) || there.Identity.AbiDigest == ours.AbiDigest)
        {
            return null;
        }

        if (!_losses.TryGetValue(digest, out var loss))
        {
            try
            {
                board.Note(there.Identity.IsOwn ? $"{Name}:{tag} is read, to compare its libraries with those of this image" : $"{Name}:{tag} is not an image of this build: what it gives to programs is not compared");
                loss = there.Identity.IsOwn ? await FindLoss(repository, digest, cancellation) : null;
            }
            catch (BuildException error)
            {
                board.Note($"{Name}:{tag} cannot be compared with this image: {error.Why ?? error.What}");
            }

            _losses.Add(digest, loss);
        }

        return loss is null ? null : $"it points to an image that gives programs more, {loss}: --target=CompareAbi --from={Name}:{tag} lists it";
    }

    private async Task<bool> IsCompleteAsync(CancellationToken cancellation)
    {
        using var line = board.Begin($"push to {Name}", 0, ProgressUnit.Bytes);
        using var proof = new RepositoryProof(repository, Content, board);
        if (!await proof.IsCompleteAsync(cancellation))
        {
            return false;
        }

        line.Done(RepositoryUpload.NothingToDo);
        return true;
    }

    private Task PutTagAsync(ImageTag tag, CancellationToken cancellation) =>
        Upload().PutManifestAsync(Content.Index, tag.Name, cancellation);

    private RepositoryUpload Upload() => new(repository, Content, board) { Sent = bytes => Interlocked.Add(ref _uploaded, bytes) };

    private async Task CheckTagAsync(ImageTag tag, CancellationToken cancellation)
    {
        string? last = null;
        RegistryDeniedException? denied = null;
        _ = await repository.Http.Endpoint.Patience.SettleAsync(
            $"the tag {tag} of {Name}",
            async token =>
            {
                try
                {
                    (last, denied) = ((await repository.ReadTagAsync(tag.Name, token))?.Descriptor.Digest, null);
                }
                catch (RegistryDeniedException error)
                {
                    (last, denied) = (null, error);
                }

                return Names(tag, last) ? last : null;
            },
            cancellation) ?? throw denied ?? new RegistryException(
                $"{Name}:{tag} does not point to the pushed image",
                why: last is null ? "there is no such tag" : $"it points to {last}",
                next: "someone else may be publishing there at the same time; run the command again");
    }

    // A dated tag names one image, in whichever form it was pushed.
    private bool Names(ImageTag tag, string? digest) => digest == Content.Index.Digest || (tag.IsDated && forms.IsOurs(digest));

    private string? Refusal(ImageTag tag) =>
        _tagged[tag.Name] is { Digest: { } digest } there && !forms.IsOurs(digest) ? TagMove.Refusal(tag, ours, there.Identity) : null;

    private async Task InAnyFormAsync(Func<Task> act)
    {
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (ManifestFormException error) when (forms.MayFallBack && Content.Form == MediaTypeChoice.Oci)
            {
                (_refused, Content) = (error, forms.Docker);
                board.Warn($"{Name} refuses OCI media types ({error.Why}): pushing the same image in Docker's, as {Content.Index.Digest}; --media-types=docker does so from the start");
            }
            catch (ManifestFormException error)
            {
                throw new RegistryException(
                    error.What,
                    error.Where,
                    _refused is null ? error.Why : $"{error.Why}; before that, with OCI media types: {_refused.Why}",
                    error.Next ?? (forms.MayFallBack || Content.Form == MediaTypeChoice.Docker ? null : "if it accepts only Docker's media types: --media-types=auto"),
                    error);
            }
        }
    }

    private Task<IReadOnlyList<OciDescriptor>> LacksAsync(
        IReadOnlyList<OciDescriptor> wanted, Func<OciDescriptor, CancellationToken, Task<bool>> has, CancellationToken cancellation) =>
        RepositoryUpload.LacksAsync(wanted, has, Jobs, cancellation);

    private Task EachAsync<T>(IReadOnlyList<T> all, Func<T, CancellationToken, Task> act, CancellationToken cancellation) =>
        RepositoryUpload.EachAsync(all, act, Jobs, cancellation);
}
