using System.Text.Json;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>Finds files in a snapshot archive by its machine-readable interface (snapshot.debian.org's <c>/mr</c>).</summary>
/// <param name="client">The way to fetch.</param>
/// <param name="root">The archive's root.</param>
internal sealed class SnapshotArchive(ArchiveClient client, Uri root)
{
    private const int LargestAnswer = 1 << 20;

    /// <summary>Where the archive keeps the file of a package; null where it does not know it. The file is named by its
    /// SHA-1 there; what it is worth the lock's SHA-256 tells.</summary>
    /// <exception cref="DebianException">The archive is out of reach, or its answer makes no sense.</exception>
    public async Task<Uri?> FindAsync(PinnedPackage package, CancellationToken cancellation)
    {
        var url = new Uri($"{root.AbsoluteUri.TrimEnd('/')}/mr/binary/{Uri.EscapeDataString(package.Name)}/{Uri.EscapeDataString(package.Version)}/binfiles");
        byte[] answer;
        try
        {
            answer = await client.GetSmallAsync($"the snapshot archive's entry of {package.Name}", [url], LargestAnswer, cancellation);
        }
        catch (DownloadException error) when (error.IsAbsent)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(answer);
            foreach (var file in json.RootElement.GetProperty("result").EnumerateArray())
            {
                var hash = file.GetProperty("hash").GetString();
                if (file.GetProperty("architecture").GetString() == package.Architecture && hash is { Length: 40 } && hash.All(char.IsAsciiHexDigitLower))
                {
                    return new Uri($"{root.AbsoluteUri.TrimEnd('/')}/file/{hash}");
                }
            }

            return null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DebianException($"the snapshot archive's answer about {package.Name} makes no sense", ArchiveAddress.Show(url), error.Message, inner: error);
        }
    }
}
