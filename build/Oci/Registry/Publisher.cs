using System.Security.Cryptography.X509Certificates;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation;
using BusyboxGlibc.Oci.Tags;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>One place an image is published to.</summary>
/// <param name="Host">The registry.</param>
/// <param name="Repository">The repository's path there.</param>
/// <param name="Credentials">The account; null for none.</param>
public sealed record PublishPlace(RegistryHost Host, string Repository, RegistryCredentials? Credentials)
{
    /// <summary>The repository's name.</summary>
    public string Name => new ImageRepository(Host.Name, Repository).ToString();
}

/// <summary>
/// Publishes a layout to any number of repositories: nothing moves anywhere before every registry was asked whether it may, no
/// tag moves anywhere before everything is everywhere and was read back.
/// </summary>
/// <param name="layout">What is published.</param>
/// <param name="tags">Under which tags.</param>
/// <param name="forceTag">Whether tags may take what they otherwise must not.</param>
/// <param name="newClient">Makes the HTTP client for a registry.</param>
/// <param name="policy">How patiently.</param>
/// <param name="board">Where progress is told.</param>
public sealed class Publisher(
    OciLayoutReader layout, IReadOnlyList<ImageTag> tags, bool forceTag, Func<RegistryHost, HttpClient> newClient, RegistryPolicy policy, IProgressBoard board)
{
    private readonly ImageIdentity ours = ImageIdentity.Of(layout);

    /// <summary>A publisher with the clients of <see cref="RegistryClients"/>.</summary>
    public static Publisher Of(OciLayoutReader layout, IReadOnlyList<ImageTag> tags, bool forceTag, X509Certificate2Collection authorities, IProgressBoard board) =>
        new(layout, tags, forceTag, host => RegistryClients.New(authorities, host.IsLoopback), RegistryPolicy.Standard, board);

    /// <summary>Publishes.</summary>
    /// <param name="places">Where to.</param>
    /// <param name="cancellation">Gives up; no tag was moved then, unless naming had begun.</param>
    /// <returns>What lies there now, in the order of the places.</returns>
    /// <exception cref="RegistryException">It did not work; the error says where and why.</exception>
    public Task<IReadOnlyList<PublishedImage>> PushAsync(IReadOnlyList<PublishPlace> places, CancellationToken cancellation) => WithPushesAsync<IReadOnlyList<PublishedImage>>(
        places,
        mayPush: true,
        async groups =>
        {
            await EachAsync(groups, async (pushes, token) =>
            {
                foreach (var push in pushes)
                {
                    Refuse(push, await push.LookAsync(tags, token).ConfigureAwait(false));
                }
            }, cancellation).ConfigureAwait(false);
            await EachAsync(groups, BringAsync, cancellation).ConfigureAwait(false);
            await EachAsync(groups, NameAsync, cancellation).ConfigureAwait(false);
            return [.. places.Select(place => groups.SelectMany(group => group).First(push => push.Name == place.Name)).Select(
                push => new PublishedImage(push.Name, layout.Index.Digest, [.. tags.Select(tag => tag.Name)], push.UploadedBytes))];
        });

    /// <summary>Says what <see cref="PushAsync"/> would do, asking the registries for what they have.</summary>
    public Task<IReadOnlyList<PlannedImage>> PlanAsync(IReadOnlyList<PublishPlace> places, CancellationToken cancellation) => WithPushesAsync(
        places,
        mayPush: false,
        async groups =>
        {
            var planned = new List<PlannedImage>();
            foreach (var push in groups.SelectMany(group => group))
            {
                planned.Add(new PlannedImage(push.Name, layout.Index.Digest, await PlanAsync(push, cancellation).ConfigureAwait(false)));
            }

            return (IReadOnlyList<PlannedImage>)planned;
        });

    private async Task<IReadOnlyList<string>> PlanAsync(RepositoryPush push, CancellationToken cancellation)
    {
        try
        {
            var stuck = await push.LookAsync(tags, cancellation).ConfigureAwait(false);
            var (blobs, manifests) = await push.MissingAsync(cancellation).ConfigureAwait(false);
            return
            [
                $"{blobs.Count} blobs to upload, {Amount(blobs)}; {manifests.Count} manifests",
                .. push.Describe(tags),
                .. stuck.Select(pair => $"{(forceTag ? "forced" : "refused without --force-tag")}: tag {pair.Tag}: {pair.Why}"),
            ];
        }
        catch (RegistryException error)
        {
            return [$"cannot be asked what it has: {string.Join(": ", new[] { error.What, error.Why }.OfType<string>())}", .. tags.Select(tag => $"tag {tag}")];
        }
    }

    private static string Amount(IEnumerable<OciDescriptor> blobs) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{blobs.Sum(blob => blob.Size) / 1e6:0.00} MB");

    // Within one registry one repository after another, so that the second mounts what the first has.
    private async ValueTask BringAsync(IReadOnlyList<RepositoryPush> pushes, CancellationToken cancellation)
    {
        string? first = null;
        foreach (var push in pushes)
        {
            await push.BringAsync(first, cancellation).ConfigureAwait(false);
            await push.ReadBackAsync(cancellation).ConfigureAwait(false);
            first ??= push.Repository;
        }
    }

    private async ValueTask NameAsync(IReadOnlyList<RepositoryPush> pushes, CancellationToken cancellation)
    {
        foreach (var push in pushes)
        {
            // Once more, for uploading may have taken long.
            Refuse(push, await push.LookAsync(tags, cancellation).ConfigureAwait(false));
            await push.NameAsync(tags, cancellation).ConfigureAwait(false);
        }
    }

    private void Refuse(RepositoryPush push, IReadOnlyList<(ImageTag Tag, string Why)> stuck)
    {
        if (stuck.Count > 0 && !forceTag)
        {
            throw new RegistryException(
                $"{push.Name}: {(stuck.Count == 1 ? $"the tag {stuck[0].Tag} stays" : $"{stuck.Count} tags stay")} where {(stuck.Count == 1 ? "it is" : "they are")}",
                why: string.Join('\n', stuck.Select(pair => $"{pair.Tag}: {pair.Why}")),
                next: "publish under another name (--repository=NAME), or move the tags all the same: --force-tag");
        }
    }

    private async Task<T> WithPushesAsync<T>(IReadOnlyList<PublishPlace> places, bool mayPush, Func<IReadOnlyList<IReadOnlyList<RepositoryPush>>, Task<T>> act)
    {
        var content = LayoutContent.Of(layout);
        var opened = new List<IDisposable>();
        try
        {
            var groups = new List<IReadOnlyList<RepositoryPush>>();
            foreach (var group in places.GroupBy(place => place.Host))
            {
                var client = newClient(group.Key);
                opened.Add(client);
                var http = new RegistryHttp(client, group.Key, new RegistryTokens(client, group.Key, group.First().Credentials), policy);
                opened.Add(http);
                groups.Add([.. group.Select(place => new RepositoryPush(new RepositoryClient(http, place.Repository, mayPush), content, ours, board))]);
            }

            return await act(groups).ConfigureAwait(false);
        }
        finally
        {
            opened.ForEach(each => each.Dispose());
        }
    }

    private static Task EachAsync<T>(IReadOnlyList<T> all, Func<T, CancellationToken, ValueTask> act, CancellationToken cancellation) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = all.Count, CancellationToken = cancellation }, act);
}
