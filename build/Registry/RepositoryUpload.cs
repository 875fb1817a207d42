using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>Uploads the blobs and manifests of an image to a repository, by digest.</summary>
/// <param name="repository">The repository.</param>
/// <param name="content">The content to upload.</param>
/// <param name="board">Where progress is shown.</param>
internal sealed class RepositoryUpload(RepositoryClient repository, PushContent content, IProgressBoard board)
{
    /// <summary>What is shown if the repository had everything.</summary>
    public const string NothingToDo = "nothing to upload, every layer was already there";

    // Each round uploads the content reported as missing; if the registry still lacks it afterwards, it has another problem.
    private const int MostRounds = 6;

    /// <summary>Called with the size in bytes of every uploaded blob.</summary>
    public Action<long> Sent { get; init; } = _ => { };

    /// <summary>Uploads everything that the repository lacks.</summary>
    /// <param name="mountFrom">A repository of the same registry that has all content; null for none.</param>
    /// <param name="arrived">Called for each uploaded blob, while others are in progress; returns whether it can be read.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="ManifestFormException">The registry does not accept manifests of this kind.</exception>
    /// <exception cref="RegistryException">The upload failed.</exception>
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
                    // Nexus keeps the entry of a blob whose bytes were deleted.
                    repository.Http.Endpoint.Note($"{repository.Name} reports that it has blobs/{blob.Digest}, but does not return it: uploading it again");
                    line.SetTotal(Interlocked.Add(ref total, blob.Size));
                    await BringAsync(blob, token);
                    await arrived(blob, token);
                }
            },
            jobs,
            cancellation);
        foreach (var wave in content.Waves)
        {
            // A manifest whose content was missing is not asked for.
            var absent = wave.ToLookup(manifest => content.Parts(manifest).Any(part => lacks.Contains(part.Digest)));
            List<OciDescriptor> due = [.. absent[true], .. await LacksAsync([.. absent[false]], repository.HasManifestAsync, jobs, cancellation)];
            lacks.UnionWith(due.Select(manifest => manifest.Digest));
            await EachAsync(due, (manifest, token) => PutManifestAsync(manifest, manifest.Digest, token), jobs, cancellation);
        }

        line.Done(Interlocked.Read(ref total) == 0 ? NothingToDo : null);

        // The progress line counts only the bytes sent.
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

                // If a registry refuses one mount, no others are tried.
                mounts = mounted is null ? null : mounts;
            }

            await upload.SendAsync(token);
            Sent(blob.Size);
        }
    }

    /// <summary>
    /// Uploads a manifest. If the registry reports that it lacks content that the manifest references, that content is checked and uploaded again,
    /// and then the manifest: another publish of the same image, or a copy that lags behind, may have interfered.
    /// </summary>
    /// <param name="manifest">The manifest, or the index.</param>
    /// <param name="reference">Its digest, or a tag.</param>
    /// <param name="cancellation">Cancels the operation.</param>
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
                // Each of them was just accepted. Gitea reports this for an index that it cannot read.
                throw new ManifestFormException(error.What, error.Where, error.Why, error.Next, error);
            }
            catch (ManifestPartsException error) when (round < MostRounds)
            {
                repository.Http.Endpoint.Note($"{repository.Name} reports that it lacks content of a manifest ({error.Why}): uploading it again");
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

    /// <summary>Runs an operation for each item, with limited concurrency. The first failure is reported.</summary>
    public static Task EachAsync<T>(IReadOnlyList<T> all, Func<T, CancellationToken, Task> act, int jobs, CancellationToken cancellation) => Parallel.ForEachAsync(
        all, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation }, (each, token) => new ValueTask(act(each, token)));

    /// <summary>Returns the items that do not exist.</summary>
    public static async Task<IReadOnlyList<OciDescriptor>> LacksAsync(
        IReadOnlyList<OciDescriptor> wanted, Func<OciDescriptor, CancellationToken, Task<bool>> has, int jobs, CancellationToken cancellation)
    {
        var present = new bool[wanted.Count];
        await EachAsync([.. Enumerable.Range(0, wanted.Count)], async (index, token) => present[index] = await has(wanted[index], token), jobs, cancellation);
        return [.. wanted.Where((_, index) => !present[index])];
    }

    // If a registry reports content as missing a second time although it is visible, the report is believed.
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
