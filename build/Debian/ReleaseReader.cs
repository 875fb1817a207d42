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

        // The first mirror whose file can be believed, and from there on that one first: a mirror that serves something else
        // must not stop a build that another could serve.
        var failures = new List<(Uri Url, DebianException Error)>();
        foreach (var mirror in mirrors)
        {
            var url = ArchiveAddress.Below(mirror, $"dists/{suite}/InRelease");
            try
            {
                var bytes = await client.GetSmallAsync($"the Release file of {suite}", [url], ClearSignedFile.LargestFile, cancellation);
                var fetched = Verify(
                    bytes, ArchiveAddress.Show(url), suite, options.Codename + part, archive, [mirror, .. mirrors.Where(other => other != mirror)], isFresh: true);
                failures.ForEach(failure => board.Warn($"{failure.Error.What}: {OneLine(failure.Error)}; {ArchiveAddress.Show(mirror)} is used"));
                return Choose(fetched, known, bytes, kept);
            }
            catch (DebianException error)
            {
                failures.Add((url, error));
            }
        }

        throw failures.Count switch
        {
            0 => new DebianException($"no mirror is known for {suite}", next: "name one with --mirror=URL"),
            1 => failures[0].Error,
            _ => new DebianException(
                $"no mirror gave a Release file of {suite} to be believed",
                ArchiveAddress.Show(failures.Select(failure => failure.Url)),
                string.Join('\n', failures.Select(failure => $"{failure.Error.What}: {OneLine(failure.Error)}")),
                failures[0].Error.Next,
                failures[0].Error),
        };
    }

    private VerifiedRelease Choose(VerifiedRelease fetched, VerifiedRelease? known, byte[] bytes, string kept)
    {
        if (known is not null && known.File.Date > fetched.File.Date)
        {
            board.Warn($"{fetched.File.Name} is of {fetched.File.Date:yyyy-MM-dd HH:mm}, older than the one of {known.File.Date:yyyy-MM-dd HH:mm} seen before: the newer one is used");
            return known with { Mirrors = fetched.Mirrors };
        }

        AtomicFile.Write(kept, stream => stream.Write(bytes));
        return fetched;
    }

    private static string OneLine(DebianException error) => (error.Why ?? error.Where ?? string.Empty).Replace("\n", ", ", StringComparison.Ordinal);

    private VerifiedRelease? ReadKept(string path, string suite, string codename, string archive, IReadOnlyList<Uri> mirrors)
    {
        try
        {
            return File.Exists(path) ? Verify(ReadBounded(path), path, suite, codename, archive, mirrors, isFresh: false) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DebianException)
        {
            // A kept file that is damaged, or signed by a key no longer believed, is as good as none, unless there is no other.
            return client.IsOffline
                ? throw new DebianException(
                    $"the kept Release file of {suite} cannot be used",
                    path,
                    error is DebianException refused ? $"{refused.What}: {OneLine(refused)}" : error.Message,
                    "run once without --offline: it is fetched anew",
                    error)
                : null;
        }
    }

    // One byte more than is accepted tells that a file is too large, whatever its size.
    private static ReadOnlySpan<byte> ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, ClearSignedFile.LargestFile + 1)];
        return bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    private VerifiedRelease Verify(ReadOnlySpan<byte> bytes, string name, string suite, string codename, string archive, IReadOnlyList<Uri> mirrors, bool isFresh)
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
