using System.Security.Cryptography;
using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Debian;

/// <summary>Fetches and verifies Release files: signature, suite, dates. Keeps the last good one for <c>--offline</c>, and so
/// that a mirror that went back in time is noticed.</summary>
/// <param name="client">The cache and the way to the network.</param>
/// <param name="keyring">The keys that are believed.</param>
/// <param name="options">Which suite, and how strictly.</param>
/// <param name="clock">The time.</param>
/// <param name="board">Where warnings go.</param>
public sealed class ReleaseReader(ArchiveClient client, ArchiveKeyring keyring, SuiteOptions options, TimeProvider clock, IProgressBoard board)
{
    private const int LargestRelease = 1 << 24;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    /// <summary>The verified Release file of a suite.</summary>
    /// <param name="part">What follows the suite's name: nothing, <c>-updates</c> or <c>-security</c>.</param>
    /// <param name="archive">The archive's name in the lock.</param>
    /// <param name="mirrors">Where it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DebianException">It cannot be had, or must not be believed.</exception>
    public async Task<VerifiedRelease> ReadAsync(string part, string archive, IReadOnlyList<Uri> mirrors, CancellationToken cancellation)
    {
        var suite = options.Folder + part;
        var kept = Path.Combine(client.Cache.Folder, "releases", $"{suite}.InRelease");
        var known = ReadKept(kept, suite, options.Codename + part, archive, mirrors);
        if (client.IsOffline)
        {
            return known ?? throw new DebianException(
                $"the Release file of {suite} is not in the cache", kept, "--offline leaves the network alone", "run once without --offline");
        }

        var url = new Uri($"{mirrors[0].AbsoluteUri.TrimEnd('/')}/dists/{suite}/InRelease");
        var sources = mirrors.Select(mirror => new Uri($"{mirror.AbsoluteUri.TrimEnd('/')}/dists/{suite}/InRelease")).ToList();
        var bytes = await client.GetSmallAsync($"the Release file of {suite}", sources, LargestRelease, cancellation);
        var fetched = Verify(bytes, url.ToString(), suite, options.Codename + part, archive, mirrors, isFresh: true);
        if (known is not null && known.File.Date > fetched.File.Date)
        {
            board.Warn($"{url} is of {fetched.File.Date:yyyy-MM-dd HH:mm}, older than the one of {known.File.Date:yyyy-MM-dd HH:mm} seen before: the newer one is used");
            return known;
        }

        AtomicFile.Write(kept, stream => stream.Write(bytes));
        return fetched;
    }

    private VerifiedRelease? ReadKept(string path, string suite, string codename, string archive, IReadOnlyList<Uri> mirrors)
    {
        try
        {
            return File.Exists(path) ? Verify(File.ReadAllBytes(path), path, suite, codename, archive, mirrors, isFresh: false) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DebianException)
        {
            // A kept file that is damaged, or signed by a key no longer believed, is as good as none.
            return null;
        }
    }

    private VerifiedRelease Verify(byte[] bytes, string name, string suite, string codename, string archive, IReadOnlyList<Uri> mirrors, bool isFresh)
    {
        var now = clock.GetUtcNow();
        var signed = ClearSignedFile.Verify(bytes, name, keyring, now.UtcDateTime);
        var file = ReleaseFile.Parse(signed.Text, name);
        if (file.Codename != codename)
        {
            throw new DebianException($"{name} is of another suite", why: $"it is {file.Codename} ({file.Suite}), not {codename}", next: "name a mirror of the Debian archive: --mirror=URL");
        }

        if (file.Date > now + ClockSkew)
        {
            throw new DebianException($"{name} is from the future", why: $"its date is {file.Date:yyyy-MM-dd HH:mm} UTC", next: "set this machine's clock");
        }

        if (file.ValidUntil is { } until && until < now)
        {
            Expired(name, until, isFresh);
        }

        return new VerifiedRelease(
            suite,
            archive,
            file,
            new ReleaseIdentity(suite, file.Date, Convert.ToHexStringLower(SHA256.HashData(bytes)), signed.SignedBy),
            mirrors);
    }

    private void Expired(string name, DateTimeOffset until, bool isFresh)
    {
        if (options.ChecksValidUntil && isFresh)
        {
            throw new DebianException(
                $"{name} has expired",
                why: $"it was valid until {until:yyyy-MM-dd HH:mm} UTC: the mirror is out of date, or someone replays an old state",
                next: "try another mirror (--mirror=URL); --checkvaliduntil=false takes it all the same");
        }

        if (client.IsOffline || isFresh)
        {
            board.Warn($"{name} was valid until {until:yyyy-MM-dd HH:mm} UTC; it is used all the same");
        }
    }
}
