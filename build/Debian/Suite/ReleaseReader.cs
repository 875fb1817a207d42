using System.Collections.Concurrent;
using System.Security.Cryptography;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// Downloads and verifies Release files: signature, suite, dates. Every mirror is tried under every name of the suite. Earlier files are kept to
/// detect a mirror that went back in time, and as a fallback if the indices of the newest are not available.
/// </summary>
/// <param name="client">Accesses the cache and the network.</param>
/// <param name="keyring">The trusted keys.</param>
/// <param name="options">The suite, and how strictly it is verified.</param>
/// <param name="clock">The clock.</param>
/// <param name="board">Where warnings are shown.</param>
internal sealed class ReleaseReader(ArchiveClient client, ArchiveKeyring keyring, SuiteOptions options, TimeProvider clock, IProgressBoard board)
{
    private const int MostKept = 4;

    private static readonly TimeSpan _clockSkew = TimeSpan.FromDays(1);

    // Long enough for a new version of the build to arrive, and short enough to be read.
    private static readonly TimeSpan _keysEnd = TimeSpan.FromDays(90);

    // Once one mirror has responded, the others have this long: an unreachable one must not delay the build.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    // A kept file is usually the one that the mirrors have too. Verifying a signature takes a tenth of a second, because the key is examined each time.
    private readonly ConcurrentDictionary<string, SignedText> _verified = new(StringComparer.Ordinal);
    private readonly KnownSignatures _signatures = new(client.Cache.Folder);
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    /// <summary>Returns the verified Release files of a suite, newest first, at least one.</summary>
    /// <param name="part">The suffix of the suite's name: empty, <c>-updates</c> or <c>-security</c>.</param>
    /// <param name="archive">The archive's name in the lock.</param>
    /// <param name="mirrors">The mirrors to try.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="DebianException">No trusted Release file is available.</exception>
    public async Task<IReadOnlyList<VerifiedRelease>> ReadAsync(string part, string archive, IReadOnlyList<Uri> mirrors, CancellationToken cancellation)
    {
        var suite = options.Codename + part;
        var folders = options.Names.Select(name => name + part).ToList();
        var known = ReadKept(suite, folders, archive, mirrors);
        if (client.IsOffline)
        {
            if (known.Count == 0 && await FromVaultAsync(suite, folders, archive, mirrors, cancellation) is { } kept)
            {
                known = [kept];
            }

            if (known.Count == 0)
            {
                throw new DebianException($"the Release file of {suite} is not in the cache", KeptPath(suite), "--offline does not use the network", "run once without --offline");
            }

            if (known[0].IsExpired)
            {
                board.Warn(Outdated(known[0]));
            }

            WarnOfKeys(known[0]);
            return known;
        }

        var answers = await AskAllAsync(suite, folders, archive, mirrors, cancellation);
        var fetched = answers.Where(answer => answer.Release is not null).Select(answer => (Release: answer.Release!, answer.Bytes)).ToList();
        if (fetched.Count == 0 && await FromVaultAsync(suite, folders, archive, mirrors, cancellation) is { } stored)
        {
            board.Warn($"no mirror returned a valid Release file for {suite}: that of {client.Vault!.Name}, of {stored.File.Date:yyyy-MM-dd HH:mm} UTC{(stored.IsExpired ? ", which has expired" : string.Empty)}, is used");
            WarnOfKeys(stored);
            return [.. known.Prepend(stored).DistinctBy(release => release.Identity.Sha256).OrderByDescending(release => release.File.Date)];
        }

        if (fetched.Count == 0)
        {
            throw None(suite, [.. answers.Where(answer => answer.Folder == folders[0]).Select(answer => (answer.Url, answer.Error!))]);
        }

        // Failures before the first accepted file are reported; a failure under the suite's other name is not.
        foreach (var answer in answers.TakeWhile(answer => answer.Release is null).Where(answer => answer.Folder == folders[0] && answer.Error is not null))
        {
            board.Warn($"{answer.Error!.What}: {OneLine(answer.Error)}; {ArchiveAddress.Show(fetched[0].Release.Mirrors[0])} is used");
        }

        List<VerifiedRelease> all =
        [
            .. fetched.Select(answer => answer.Release).Concat(known).GroupBy(release => release.Identity.Sha256, StringComparer.Ordinal).Select(same => same.First())
                .OrderByDescending(release => release.File.Date).ThenBy(release => release.Identity.Sha256, StringComparer.Ordinal),
        ];
        if (fetched.Max(answer => answer.Release.File.Date) is var best && all[0].File.Date > best)
        {
            board.Warn($"{fetched[0].Release.File.Name} is dated {best:yyyy-MM-dd HH:mm}, older than the one of {all[0].File.Date:yyyy-MM-dd HH:mm} seen before: the newer one is used");
        }

        WarnOfKeys(all[0]);
        Keep(suite, all, fetched.ToDictionary(answer => answer.Release.Identity.Sha256, answer => answer.Bytes, StringComparer.Ordinal));
        return all;
    }

    // An expired one too: who keeps a vault builds from it when no mirror is left.
    private async Task<VerifiedRelease?> FromVaultAsync(string suite, List<string> folders, string archive, IReadOnlyList<Uri> mirrors, CancellationToken cancellation)
    {
        var path = VaultPath(archive, suite);
        if (client.Vault is not { } vault || await vault.FindAsync(path, ClearSignedFile.LargestFile, cancellation) is not { } bytes)
        {
            return null;
        }

        try
        {
            return Verify(bytes, $"{vault.Name}: {path}", suite, folders, archive, mirrors, isFresh: false);
        }
        catch (DebianException error)
        {
            vault.Damaged(path, $"{error.What}: {OneLine(error)}");
            return null;
        }
    }

    /// <summary>The path of a suite's signed Release file in a vault.</summary>
    internal static string VaultPath(string archive, string suite) => $"{archive}/dists/{suite}/InRelease";

    // Once for a key, which signs several parts of a suite.
    private void WarnOfKeys(VerifiedRelease release)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (release.KeysExpire is { } expiry && expiry - now < _keysEnd && _warned.TryAdd(release.Identity.SignedBy, true))
        {
            board.Warn($"the archive key {release.Identity.SignedBy}, which verifies {release.Suite}, {(expiry < now ? "expired" : "expires")} on {expiry:yyyy-MM-dd}: nothing that is signed later can be verified; "
                + (keyring.Own is { } own ? $"add the archive's next key to {own}" : "use a version of this build that has the archive's next key"));
        }
    }

    private async Task<List<Answer>> AskAllAsync(
        string suite, List<string> folders, string archive, IReadOnlyList<Uri> mirrors, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = folders.SelectMany(folder => mirrors.Select(mirror => AskAsync(mirror, folder, suite, folders, archive, mirrors, stop.Token))).ToList();
        var open = asked.ToList();
        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open);
            open.Remove(done);
            if ((await done).Release is not null)
            {
                stop.CancelAfter(_grace);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        var answers = new List<Answer>();
        foreach (var answer in asked)
        {
            answers.Add(await answer);
        }

        // A Release file that several mirrors have is downloaded from any of them, in their order.
        return [.. answers.DistinctBy(answer => answer.Release is { } release ? release.Identity.Sha256 : answer.Url.AbsoluteUri)];
    }

    private async Task<Answer> AskAsync(
        Uri mirror, string folder, string suite, List<string> folders, string archive, IReadOnlyList<Uri> mirrors, CancellationToken cancellation)
    {
        var url = ArchiveAddress.Below(mirror, $"dists/{folder}/InRelease");
        try
        {
            var bytes = await FetchAsync(mirror, folder, suite, cancellation);
            return new Answer(url, folder, bytes, Verify(bytes, ArchiveAddress.Show(url), suite, folders, archive, [mirror, .. mirrors.Where(other => other != mirror)], isFresh: true), null);
        }
        catch (DebianException error)
        {
            return new Answer(url, folder, [], null, error);
        }
        catch (OperationCanceledException)
        {
            return new Answer(url, folder, [], null, null);
        }
    }

    // Some mirrors have no InRelease but the two files that it combines, and object stores respond with 403 for absent files.
    private async Task<byte[]> FetchAsync(Uri mirror, string folder, string suite, CancellationToken cancellation)
    {
        try
        {
            return await GetAsync("InRelease", ClearSignedFile.LargestFile);
        }
        catch (DownloadException error) when (error.IsRefused)
        {
            try
            {
                var text = await GetAsync("Release", ClearSignedFile.LargestFile / 2);
                var signature = await GetAsync("Release.gpg", ClearSignedFile.LargestFile / 4);
                return ClearSignedFile.Join(text, signature);
            }
            catch (DownloadException)
            {
                // The mirror has none of them.
                throw error;
            }
        }

        Task<byte[]> GetAsync(string file, int limit) =>
            client.GetSmallAsync($"the Release file of {suite}", [ArchiveAddress.Below(mirror, $"dists/{folder}/{file}")], limit, cancellation);
    }

    private static DebianException None(string suite, List<(Uri Url, DebianException Error)> failures) => failures.Count switch
    {
        0 => new DebianException($"no mirror is known for {suite}", next: "specify one with --mirror=URL"),
        1 => failures[0].Error,
        _ => new DebianException(
            $"no mirror returned a valid Release file for {suite}",
            ArchiveAddress.Show(failures.Select(failure => failure.Url)),
            string.Join('\n', failures.Select(failure => $"{failure.Error.What}: {OneLine(failure.Error)}")),
            failures[0].Error.Next,
            failures[0].Error),
    };

    private static string OneLine(DebianException error) => (error.Why ?? error.Where ?? string.Empty).Replace("\n", ", ", StringComparison.Ordinal);

    // The newest is stored under the suite's name, earlier ones with their date.
    private string KeptPath(string suite, VerifiedRelease? older = null) => Path.Combine(
        client.Cache.Folder, "releases", keyring.Scope, older is null ? $"{suite}.InRelease" : FormattableString.Invariant($"{suite}.{older.File.Date.UtcDateTime:yyyyMMddHHmmss}.InRelease"));

    private void Keep(string suite, List<VerifiedRelease> all, Dictionary<string, byte[]> fetched)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal) { KeptPath(suite) };
        foreach (var (index, release) in all.Take(MostKept).Index())
        {
            // The newest is also stored under its date: when a newer one arrives, it is already there.
            wanted.Add(KeptPath(suite, release));
            foreach (var path in fetched.ContainsKey(release.Identity.Sha256) ? index == 0 ? [KeptPath(suite), KeptPath(suite, release)] : new[] { KeptPath(suite, release) } : [])
            {
                AtomicFile.Write(path, stream => stream.Write(fetched[release.Identity.Sha256]));
            }
        }

        foreach (var path in KeptFiles(suite).Where(path => !wanted.Contains(path)))
        {
            AtomicFile.Discard(path);
        }
    }

    private IEnumerable<string> KeptFiles(string suite)
    {
        var folder = Path.Combine(client.Cache.Folder, "releases", keyring.Scope);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, $"{suite}.*InRelease").Order(StringComparer.Ordinal) : [];
    }

    private List<VerifiedRelease> ReadKept(string suite, List<string> folders, string archive, IReadOnlyList<Uri> mirrors)
    {
        var kept = new List<VerifiedRelease>();
        foreach (var path in KeptFiles(suite))
        {
            try
            {
                kept.Add(Verify(ReadBounded(path), path, suite, folders, archive, mirrors, isFresh: false));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or DebianException)
            {
                // A kept file that is damaged, or signed by a key that is no longer trusted, is ignored unless it is the one to use.
                if (client.IsOffline && path == KeptPath(suite))
                {
                    throw new DebianException(
                        $"the cached Release file of {suite} cannot be used",
                        path,
                        error is DebianException refused ? $"{refused.What}: {OneLine(refused)}" : error.Message,
                        "run once without --offline to fetch it again",
                        error);
                }
            }
        }

        return [.. kept.DistinctBy(release => release.Identity.Sha256).OrderByDescending(release => release.File.Date)];
    }

    // One byte over the limit shows that a file is too large, whatever its size.
    private static ReadOnlySpan<byte> ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, ClearSignedFile.LargestFile + 1)];
        return bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    private VerifiedRelease Verify(
        ReadOnlySpan<byte> bytes, string name, string suite, IReadOnlyList<string> folders, string archive, IReadOnlyList<Uri> mirrors, bool isFresh)
    {
        var now = clock.GetUtcNow();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (!_verified.TryGetValue(sha256, out var signed))
        {
            _verified[sha256] = signed = _signatures.Verify(bytes, sha256, name, keyring, now.UtcDateTime);
        }

        var file = ReleaseFile.Parse(signed.Text, name);
        if (file.Codename != suite)
        {
            throw new DebianException($"{name} is for another suite", why: $"it is {file.Codename} ({file.Suite}), not {suite}", next: "specify a mirror of the Debian archive: --mirror=URL");
        }

        if (file.Date > now + _clockSkew)
        {
            throw new DebianException($"{name} is from the future", why: $"its date is {file.Date:yyyy-MM-dd HH:mm} UTC", next: "set this machine's clock");
        }

        var release = new VerifiedRelease(
            suite,
            archive,
            file,
            new ReleaseIdentity(suite, file.Date, sha256, signed.SignedBy),
            mirrors)
        {
            Folders = folders,
            IsExpired = file.ValidUntil < now,
            KeysExpire = signed.KeysExpire,
            Signed = bytes.ToArray(),
        };
        if (isFresh && release.IsExpired)
        {
            if (options.ChecksValidUntil)
            {
                throw new DebianException(
                    $"{name} has expired",
                    why: $"it was valid until {file.ValidUntil:yyyy-MM-dd HH:mm} UTC: the mirror is out of date, or an old state is being replayed",
                    next: "try another mirror (--mirror=URL); --checkvaliduntil=false accepts it anyway");
            }

            board.Warn(Outdated(release));
        }

        return release;
    }

    private static string Outdated(VerifiedRelease release) => $"{release.File.Name} was valid until {release.File.ValidUntil:yyyy-MM-dd HH:mm} UTC; it is used anyway";

    // Neither a Release nor an error if the time was over.
    private sealed record Answer(Uri Url, string Folder, byte[] Bytes, VerifiedRelease? Release, DebianException? Error);
}
