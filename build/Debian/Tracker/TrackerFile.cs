using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Tracker;

/// <summary>
/// The tracker's data in a file of the user, or at an address: then the cache keeps the last that could be read. It is fetched at most once a day; an address
/// that does not answer, or answers with something else, is a warning if the cache has older data.
/// </summary>
/// <param name="location">A path relative to the project, or an http or https address.</param>
/// <param name="projectFolder">The project.</param>
/// <param name="cacheFolder">The folder of the cache for it.</param>
/// <param name="isOffline">Whether network access is disabled.</param>
/// <param name="downloader">Downloads files.</param>
/// <param name="board">Where progress and warnings are shown.</param>
/// <param name="clock">Tells how old the file in the cache is.</param>
internal sealed class TrackerFile(string location, string projectFolder, string cacheFolder, bool isOffline, Downloader downloader, IProgressBoard board, TimeProvider clock)
{
    private const string OwnFile = "download it elsewhere, and name the file: --tracker=FILE";

    private static readonly TimeSpan _recent = TimeSpan.FromDays(1);

    private readonly Uri? _address = Uri.TryCreate(location, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? address : null;

    /// <summary>Where the data is from, without a password.</summary>
    public string Name => _address is null ? location : ArchiveAddress.Show(_address);

    /// <summary>Reads what it says of some source packages in some releases.</summary>
    /// <exception cref="DebianException">There is no such file, it cannot be fetched, or is something else.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<TrackedVulnerability>>> ReadAsync(IReadOnlySet<string> sources, IReadOnlySet<string> suites, CancellationToken cancellation)
    {
        if (_address is null)
        {
            return await ReadAsync(Path.GetFullPath(location, projectFolder), sources, suites, cancellation);
        }

        var kept = Path.Combine(cacheFolder, $"{InputKey.Of([_address.AbsoluteUri])[..16]}.json");
        var hasKept = File.Exists(kept);
        if (isOffline && !hasKept)
        {
            throw new DebianException("the data of Debian's security tracker is not in the cache", Name, "network access is disabled", $"run it once without --offline, or {OwnFile}");
        }

        if (isOffline || (hasKept && clock.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(kept)) is var age && age >= TimeSpan.Zero && age < _recent))
        {
            return await ReadAsync(kept, sources, suites, cancellation);
        }

        try
        {
            return await FetchAsync(_address, kept, sources, suites, cancellation);
        }
        catch (DebianException error) when (hasKept)
        {
            board.Warn($"{error.What}: the data of {File.GetLastWriteTimeUtc(kept):yyyy-MM-dd} in the cache is used");
            return await ReadAsync(kept, sources, suites, cancellation);
        }
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<TrackedVulnerability>>> FetchAsync(Uri source, string kept, IReadOnlySet<string> sources, IReadOnlySet<string> suites, CancellationToken cancellation)
    {
        var temporary = AtomicFile.TemporaryFor(kept);
        try
        {
            Directory.CreateDirectory(cacheFolder);
            await using (var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                using var line = board.Begin("tracker", null, ProgressUnit.Bytes);
                await downloader.FetchAsync("the data of Debian's security tracker", [source], target, null, TrackerReader.LargestFile, line.Add, cancellation);
                line.Done();
            }

            // Only what can be read takes the place of older data.
            var found = await ReadAsync(temporary, sources, suites, cancellation);
            File.Move(temporary, kept, overwrite: true);
            return found;
        }
        catch (DownloadException error)
        {
            throw new DebianException(error.What, error.Where, error.Why, $"check the network, or {OwnFile}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(kept, error);
        }
        finally
        {
            AtomicFile.Discard(temporary);
        }
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<TrackedVulnerability>>> ReadAsync(string path, IReadOnlySet<string> sources, IReadOnlySet<string> suites, CancellationToken cancellation)
    {
        FileStream content;
        try
        {
            content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DebianException($"{SafeText.Text(Name)} cannot be read", why: error.Message, next: $"name the tracker's data: --tracker=FILE, or its address", inner: error);
        }

        await using (content)
        {
            return await TrackerReader.ReadAsync(content, SafeText.Text(Name), sources, suites, cancellation);
        }
    }
}
