using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>Brings the blobs and manifests of an image into a repository, by digest.</summary>
/// <param name="repository">The repository.</param>
/// <param name="content">What is brought.</param>
/// <param name="board">Where progress is told.</param>
internal sealed class RepositoryUpload(RepositoryClient repository, PushContent content, IProgressBoard board)
{
    // Each round brings what was said to be lacking; a registry that still lacks it then has another trouble.
    private const int MostRounds = 6;

    /// <summary>Told the size of every blob that was sent, in bytes.</summary>
    public Action<long> Sent { get; init; } = _ => { };

    /// <summary>Brings whatever the repository lacks.</summary>
    /// <param name="mountFrom">A repository of the same registry that has all of it; null for none.</param>
    /// <param name="arrived">Called for each blob when it is there, while others are under way; says whether it can be read.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ManifestFormException">The registry takes no manifests of this kind.</exception>
    /// <exception cref="RegistryException">It did not work.</exception>
    public async Task RunAsync(string? mountFrom, Func<OciDescriptor, CancellationToken, Task<bool>> arrived, CancellationToken cancellation)
    {
        var jobs = repository.Http.Policy.Jobs;
        var missing = await LacksAsync(content.Blobs, repository.HasBlobAsync, jobs, cancellation);
        var lacks = missing.Select(blob => blob.Digest).ToHashSet(StringComparer.Ordinal);
        var total = missing.Sum(blob => blob.Size);
        using var line = board.Begin($"push to {repository.Name}", total, ProgressUnit.Bytes);
        var mounts = mountFrom;
        await EachAsync(
            content.Blobs,
            async (blob, token) =>
            {
                var isNew = lacks.Contains(blob.Digest);
                if (isNew)
                {
                    await BringAsync(blob, token);
                }

                if (!await arrived(blob, token) && !isNew)
                {
                    // Nexus keeps the entry of a blob whose bytes are gone.
                    repository.Http.Endpoint.Note($"{repository.Name} says that it has blobs/{blob.Digest}, and gives nothing: bringing it again");
                    line.SetTotal(Interlocked.Add(ref total, blob.Size));
                    await BringAsync(blob, token);
                    await arrived(blob, token);
                }
            },
            jobs,
            cancellation);
        foreach (var wave in content.Waves)
        {
            await EachAsync(
                await LacksAsync(wave, repository.HasManifestAsync, jobs, cancellation),
                (manifest, token) => PutManifestAsync(manifest, manifest.Digest, token),
                jobs,
                cancellation);
        }

        line.Done(Interlocked.Read(ref total) == 0 ? "nothing to send, every layer was there" : null);

        // The amount of the line is what is really sent.
        async Task BringAsync(OciDescriptor blob, CancellationToken token)
        {
            var upload = new BlobUpload(repository, blob, () => content.Open(blob), line.Add);
            if (mounts is { } from)
            {
                var mounted = await upload.MountAsync(from, token);
                if (mounted == true)
                {
                    line.SetTotal(Interlocked.Add(ref total, -blob.Size));
                    return;
                }

                // Who refuses one is not asked for the next.
                mounts = mounted is null ? null : mounts;
            }

            await upload.SendAsync(token);
            Sent(blob.Size);
        }
    }

    /// <summary>
    /// Puts a manifest. Where the registry says that it lacks what the manifest names, that is looked at and brought again, and then the
    /// manifest: another publish of the same image, or a copy that lags, may have come in between.
    /// </summary>
    /// <param name="manifest">The manifest, or the index.</param>
    /// <param name="reference">Its digest, or a tag.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task PutManifestAsync(OciDescriptor manifest, string reference, CancellationToken cancellation)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                await repository.PutManifestAsync(manifest, content.Read(manifest), reference, cancellation);
                return;
            }
            catch (ManifestPartsException error) when (round == MostRounds && error.Status == 404 && content.Parts(manifest).All(content.IsManifest))
            {
                // Each of them was taken just now. Gitea says this of an index that it cannot read.
                throw new ManifestFormException(error.What, error.Where, error.Why, error.Next, error);
            }
            catch (ManifestPartsException error) when (round < MostRounds)
            {
                repository.Http.Endpoint.Note($"{repository.Name} says that it lacks what a manifest names ({error.Why}): bringing it again");
                await Task.Delay(repository.Http.Policy.Retry.Delay(round, null), cancellation);
                var parts = content.Parts(manifest);
                var named = parts.Where(part => error.Lacking.Contains(part.Digest)).ToList();
                foreach (var part in named.Count > 0 ? named : parts)
                {
                    await BringAgainAsync(part, mayTrust: round == 1, cancellation);
                }
            }
        }
    }

    /// <summary>Does something for each, as many at once as asked for. What fails first is what is told.</summary>
    public static Task EachAsync<T>(IReadOnlyList<T> all, Func<T, CancellationToken, Task> act, int jobs, CancellationToken cancellation) => Parallel.ForEachAsync(
        all, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation }, (each, token) => new ValueTask(act(each, token)));

    /// <summary>What of all that is wanted is not there.</summary>
    public static async Task<IReadOnlyList<OciDescriptor>> LacksAsync(
        IReadOnlyList<OciDescriptor> wanted, Func<OciDescriptor, CancellationToken, Task<bool>> has, int jobs, CancellationToken cancellation)
    {
        var present = new bool[wanted.Count];
        await EachAsync([.. Enumerable.Range(0, wanted.Count)], async (index, token) => present[index] = await has(wanted[index], token), jobs, cancellation);
        return [.. wanted.Where((_, index) => !present[index])];
    }

    // A registry that claims for the second time to lack what it shows is believed.
    private async Task BringAgainAsync(OciDescriptor part, bool mayTrust, CancellationToken cancellation)
    {
        if (content.IsManifest(part))
        {
            if (!mayTrust || !await repository.HasManifestAsync(part, cancellation))
            {
                await PutManifestAsync(part, part.Digest, cancellation);
            }
        }
        else if (!mayTrust || !await repository.HasBlobAsync(part, cancellation))
        {
            await new BlobUpload(repository, part, () => content.Open(part), _ => { }).SendAsync(cancellation);
            Sent(part.Size);
        }
    }
}
