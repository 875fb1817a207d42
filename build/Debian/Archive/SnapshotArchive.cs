using System.Text.Json;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>Finds files in a snapshot archive through its machine-readable interface (snapshot.debian.org's <c>/mr</c>).</summary>
/// <param name="client">Downloads the files.</param>
/// <param name="root">The root address of the archive.</param>
internal sealed class SnapshotArchive(ArchiveClient client, Uri root)
{
    private const int LargestAnswer = 1 << 20;

    /// <summary>Returns the address of a package file in the archive; null if the archive does not know it. The archive names files by SHA-1; the
    /// SHA-256 in the lock proves their content.</summary>
    /// <exception cref="DebianException">The archive is not reachable, or its response is not valid.</exception>
    public async Task<Uri?> FindAsync(PinnedPackage package, CancellationToken cancellation)
    {
        var url = new Uri($"{root.AbsoluteUri.TrimEnd('/')}/mr/binary/{Uri.EscapeDataString(package.Name)}/{Uri.EscapeDataString(package.Version)}/binfiles");
        byte[] answer;
        try
        {
            answer = await client.GetSmallAsync($"the snapshot archive's entry for {package.Name}", [url], LargestAnswer, cancellation);
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
            throw new DebianException($"the snapshot archive's response for {package.Name} is not valid", ArchiveAddress.Show(url), error.Message, inner: error);
        }
    }
}
