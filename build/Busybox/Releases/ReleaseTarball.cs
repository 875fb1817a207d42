using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Busybox.Releases;

/// <summary>Downloads a release's tarball: from the cache, otherwise from the first source with the pinned checksum.</summary>
/// <param name="client">Accesses the cache and the network.</param>
/// <param name="mirrors">The Debian mirrors for <c>pool/</c> paths.</param>
/// <param name="board">Where failed sources are reported.</param>
public sealed class ReleaseTarball(ArchiveClient client, IReadOnlyList<Uri> mirrors, IProgressBoard board)
{
    /// <summary>Returns the path of the verified tarball in the cache.</summary>
    /// <exception cref="BusyboxException">No source has it; the error states the response of each.</exception>
    /// <exception cref="DebianException">It is not in the cache, and network access is disabled.</exception>
    internal async Task<string> FetchAsync(BusyboxRelease release, CancellationToken cancellation)
    {
        if (client.Cache.Find(release.Sha256, release.Size) is { } found)
        {
            return found;
        }

        // One source at a time, because each is a separate location whose response is reported.
        var failures = new List<string>();
        using var line = board.Begin(release.FileName, release.Size, ProgressUnit.Bytes);
        if (await client.FromVaultAsync(release.FileName, release.Sha256, release.Size, line.Add, cancellation) is { } kept)
        {
            line.Done("vault");
            return kept;
        }

        var sources = release.Sources.SelectMany(Places).Distinct().ToList();
        foreach (var source in sources)
        {
            try
            {
                var path = await client.GetAsync(release.FileName, [source], release.Sha256, release.Size, line.Add, null, cancellation);
                line.Done(source.Host);
                return path;
            }
            catch (DebianException error) when (!client.IsOffline)
            {
                failures.Add(Told(source, error));
                if (failures.Count < sources.Count)
                {
                    board.Warn($"{error.What}, trying the next source\n  {Told(source, error)}");
                }
            }
        }

        throw new BusyboxException(
            $"no source provides BusyBox {release.Version}",
            string.Join('\n', sources),
            string.Join('\n', failures),
            $"check the network, or add a source to {BusyboxReleases.FileName}: the checksum decides, not the host");
    }

    private static string Told(Uri source, DebianException error) =>
        (error.Why ?? error.Where ?? error.What) is var why && why.Contains(source.ToString(), StringComparison.Ordinal) ? why : $"{source}: {why}";

    private IEnumerable<Uri> Places(string source) => source.StartsWith("pool/", StringComparison.Ordinal)
        ? mirrors.Select(mirror => new Uri(mirror.AbsoluteUri.TrimEnd('/') + "/" + source))
        : [new Uri(source)];
}
