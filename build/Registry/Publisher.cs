using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Registry;

/// <summary>
/// Publishes a layout to any number of repositories: nothing is changed before every registry was checked for permission, and no tag moves before all
/// content was uploaded everywhere and read back.
/// </summary>
/// <param name="layout">The layout to publish.</param>
/// <param name="tags">The tags to set.</param>
/// <param name="forceTag">Whether tags may move that otherwise must not.</param>
/// <param name="newHandler">Creates the innermost handler for a registry.</param>
/// <param name="policy">The limits.</param>
/// <param name="board">Where progress is shown.</param>
internal sealed class Publisher(
    OciLayoutReader layout, IReadOnlyList<ImageTag> tags, bool forceTag, Func<RegistryHost, HttpMessageHandler> newHandler, RegistryPolicy policy, IProgressBoard board)
{
    private readonly ImageIdentity _ours = ImageIdentity.Of(layout);
    private IReadOnlyList<PublishPlace> _places = [];

    /// <summary>The kind of media types of the manifests.</summary>
    public MediaTypeChoice MediaTypes { get; init; } = MediaTypeChoice.Auto;

    /// <summary>The names of repositories that accepted Docker's media types last time; with <see cref="MediaTypeChoice.Auto"/> they are used at once.</summary>
    public IReadOnlySet<string> TakeDocker { get; init; } = new HashSet<string>();

    /// <summary>Finds what programs lose if a tag moves from an image to this one; null for not asking.</summary>
    public FindLoss? FindLoss { get; init; }

    /// <summary>Returns what is stored beside the image in a repository of that name, about manifests of the layout.</summary>
    public Func<string, IReadOnlyList<Attachment>> Attachments { get; init; } = _ => [];

    /// <summary>Signs the image in a repository that has it, with another program, and returns the number of signatures; null for not doing so.</summary>
    public Func<PublishPlace, CancellationToken, Task<int>>? SignAsync { get; init; }

    /// <summary>Whether an image is published where its attachments cannot be stored.</summary>
    public bool AttachmentsMayFail { get; init; } = true;

    /// <summary>Publishes the layout.</summary>
    /// <param name="places">The target repositories.</param>
    /// <param name="cancellation">Cancels the operation; no tag is moved unless tagging has already begun.</param>
    /// <returns>The published images, in the order of the targets.</returns>
    /// <exception cref="RegistryException">Publishing failed; the error states where and why.</exception>
    public async Task<IReadOnlyList<PublishedImage>> PushAsync(IReadOnlyList<PublishPlace> places, CancellationToken cancellation) => (await PushAsync(places, [], cancellation))[0];

    /// <summary>Publishes the layout together with its variants: no tag of any of them moves before all content of all was uploaded everywhere.</summary>
    /// <param name="places">The target repositories.</param>
    /// <param name="variants">The publishers of the variants.</param>
    /// <param name="cancellation">Cancels the operation; no tag is moved unless tagging has already begun.</param>
    /// <returns>The published images of this layout, and those of each variant, in the order of the targets.</returns>
    /// <exception cref="RegistryException">Publishing failed; the error states where and why.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<PublishedImage>>> PushAsync(IReadOnlyList<PublishPlace> places, IReadOnlyList<Publisher> variants, CancellationToken cancellation)
    {
        using var open = new OpenPlaces(places, newHandler, policy, board.Note);
        open.Reach(cancellation);
        foreach (var publisher in variants.Prepend(this))
        {
            publisher._places = places;
        }

        var all = variants.Prepend(this).Select(publisher => (Publisher: publisher, Groups: publisher.Pushes(open))).ToList();
        await StepAsync(publisher => publisher.InspectAsync);
        await StepAsync(publisher => publisher.UploadAsync);
        await StepAsync(publisher => publisher.AttachAsync);
        await StepAsync(publisher => publisher.TagAsync);
        return [.. all.Select(one => one.Publisher.Published(places, one.Groups))];
        async Task StepAsync(Func<Publisher, Func<IReadOnlyList<RepositoryPush>, CancellationToken, ValueTask>> step)
        {
            foreach (var (publisher, groups) in all)
            {
                await EachAsync(groups, step(publisher), cancellation);
            }
        }
    }

    private IReadOnlyList<PublishedImage> Published(IReadOnlyList<PublishPlace> places, IReadOnlyList<IReadOnlyList<RepositoryPush>> groups) =>
        [.. places.Select(place => groups.SelectMany(group => group).First(push => push.Name == place.Name)).Select(
            push => new PublishedImage(push.Name, push.Content.Index.Digest, [.. tags.Select(tag => tag.Name)], push.UploadedBytes) { MediaTypes = push.Content.Form, Attached = push.Attached, AttestedImages = push.Content.Manifests.Count(manifest => manifest.IsAttestation) })];

    /// <summary>Returns what <see cref="PushAsync(IReadOnlyList{PublishPlace}, CancellationToken)"/> would do, by reading the state of the registries; nothing is changed there.</summary>
    public async Task<IReadOnlyList<PlannedImage>> PlanAsync(IReadOnlyList<PublishPlace> places, CancellationToken cancellation)
    {
        using var open = new OpenPlaces(places, newHandler, policy, board.Note);
        var planned = new List<PlannedImage>();
        foreach (var push in Pushes(open).SelectMany(group => group))
        {
            planned.Add(await PlanAsync(push, cancellation));
        }

        return planned;
    }

    private async Task<PlannedImage> PlanAsync(RepositoryPush push, CancellationToken cancellation)
    {
        try
        {
            var stuck = await push.InspectAsync(tags, cancellation);
            var (blobs, manifests) = await push.MissingAsync(cancellation);
            return new PlannedImage(
                push.Name,
                push.Content.Index.Digest,
                [
                    $"{Plural.Count(blobs.Count, "blob")} to upload, {Amount(blobs)}; {Plural.Count(manifests.Count, "manifest")}{(push.Content.Form == MediaTypeChoice.Docker ? " in Docker's media types" : string.Empty)}",
                    .. push.Describe(tags),
                    .. stuck.Select(pair => $"{(forceTag ? "forced" : "refused without --force-tag")}: tag {pair.Tag}: {pair.Why}"),
                ])
            {
                Refusal = stuck.Count > 0 && !forceTag ? TagRefusal.Error(push.Name, stuck) : null,
            };
        }
        catch (RegistryException error)
        {
            return new PlannedImage(
                push.Name,
                push.Content.Index.Digest,
                [$"cannot be queried: {string.Join(": ", new[] { error.What, error.Why }.OfType<string>())}", .. tags.Select(tag => $"tag {tag}")])
            {
                Refusal = error,
            };
        }
    }

    private static string Amount(IEnumerable<OciDescriptor> blobs) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{blobs.Sum(blob => blob.Size) / 1e6:0.00} MB");

    private async ValueTask InspectAsync(IReadOnlyList<RepositoryPush> pushes, CancellationToken cancellation)
    {
        foreach (var push in pushes)
        {
            TagRefusal.Check(push.Name, await push.InspectAsync(tags, cancellation), forceTag);
        }
    }

    // The repositories of one registry are processed one after another, so that later ones mount the blobs of the first.
    private async ValueTask UploadAsync(IReadOnlyList<RepositoryPush> pushes, CancellationToken cancellation)
    {
        foreach (var push in pushes)
        {
            await push.UploadAsync(pushes[0] == push ? null : pushes[0].Repository, tags.FirstOrDefault(tag => tag.IsDated), cancellation);
        }
    }

    // Before the tags move: whoever pulls by a tag finds the signature. And the newest tag, which some registries advertise, is then one of the image.
    private async ValueTask AttachAsync(IReadOnlyList<RepositoryPush> pushes, CancellationToken cancellation)
    {
        foreach (var push in pushes)
        {
            await push.AttachAsync(Attachments(push.Name), AttachmentsMayFail, SignAsync is null ? null : token => SignAsync(_places.First(place => place.Name == push.Name), token), cancellation);
        }
    }

    private async ValueTask TagAsync(IReadOnlyList<RepositoryPush> pushes, CancellationToken cancellation)
    {
        foreach (var push in pushes)
        {
            // Checked again, because the upload may have taken long.
            TagRefusal.Check(push.Name, await push.InspectAsync(tags, cancellation), forceTag);
            await push.TagAsync(tags, pushes[0] == push ? null : pushes[0].Repository, cancellation);
        }
    }

    private IReadOnlyList<IReadOnlyList<RepositoryPush>> Pushes(OpenPlaces open)
    {
        var forms = new PushForms(layout, MediaTypes);
        return [.. open.Groups.Select(group => group.Select(repository => new RepositoryPush(repository, forms, _ours, board)
        {
            FindLoss = forceTag ? null : FindLoss,
            Content = MediaTypes == MediaTypeChoice.Docker || (MediaTypes == MediaTypeChoice.Auto && TakeDocker.Contains(repository.Name)) ? forms.Docker : forms.Oci,
        }).ToList())];
    }

    private static Task EachAsync<T>(IReadOnlyList<T> all, Func<T, CancellationToken, ValueTask> act, CancellationToken cancellation) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = all.Count, CancellationToken = cancellation }, act);
}
