using System.Collections.Concurrent;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Debian.Archive;

/// <summary>
/// Asks a vault before the mirrors. Whatever it lacks, or has damaged, comes from the mirrors: that is said once a run for each reason. A vault that
/// cannot be read is not asked again.
/// </summary>
/// <param name="vault">The vault.</param>
/// <param name="note">Shows a note to the user.</param>
/// <param name="warn">Shows a warning to the user.</param>
internal sealed class VaultReader(IFileVault vault, Action<string> note, Action<string> warn)
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    private volatile bool _isClosed;

    /// <summary>Its name in messages.</summary>
    public string Name => vault.Name;

    /// <summary>Whether something that is not a vault counts as one that cannot be read, because this run writes a vault there.</summary>
    public bool TakesAnything { get; init; }

    /// <summary>Brings a file of known checksum into the cache.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="what">Name of the file for messages.</param>
    /// <param name="sha256">The checksum of the file.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="received">Called with the number of bytes of each chunk; a negative number for bytes that count no longer.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>Its path in the cache; null if the vault does not have it undamaged.</returns>
    /// <exception cref="NotAVaultException">What is there is not a vault.</exception>
    /// <exception cref="BuildException">The file system of the cache refused.</exception>
    public async Task<string?> FetchAsync(ArchiveCache cache, string what, string sha256, long size, Action<long>? received, CancellationToken cancellation)
    {
        if (_isClosed)
        {
            return null;
        }

        var arrived = 0L;
        try
        {
            return await cache.GetOrAddAsync(sha256, size, FillAsync, actual => new ChecksumException(what, Name, sha256, actual), cancellation);
        }
        catch (AbsentException)
        {
            Tell(note, "lacks", $"{Name} does not have {what}: what it lacks comes from the mirrors");
        }
        catch (ChecksumException error)
        {
            received?.Invoke(-arrived);
            Damaged(what, $"its SHA-256 should be {sha256}, but is {error.Actual}");
        }
        catch (UnreadableException error)
        {
            received?.Invoke(-arrived);
            Tell(error.Cause, what);
        }

        return null;

        async Task FillAsync(Stream partial)
        {
            bool has;
            try
            {
                has = await vault.TryCopyAsync(sha256, size, partial, Count, cancellation);
            }
            catch (BuildException error) when (error is not NotAVaultException || TakesAnything)
            {
                // Nothing shows whether the beginning is good.
                partial.SetLength(0);
                throw new UnreadableException(error);
            }

            if (!has)
            {
                throw new AbsentException();
            }
        }

        void Count(long bytes)
        {
            arrived += bytes;
            received?.Invoke(bytes);
        }
    }

    /// <summary>Returns a file without a known checksum, such as a signed Release file; null if the vault does not have it.</summary>
    /// <param name="path">The archive's name, then the path in it.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="NotAVaultException">What is there is not a vault.</exception>
    public async Task<byte[]?> FindAsync(string path, int limit, CancellationToken cancellation)
    {
        try
        {
            return _isClosed ? null : await vault.FindAsync(path, limit, cancellation);
        }
        catch (BuildException error) when (error is not NotAVaultException || TakesAnything)
        {
            Tell(error, path);
            return null;
        }
    }

    /// <summary>Tells that a file of the vault cannot be used.</summary>
    /// <param name="what">The file.</param>
    /// <param name="why">The reason, in one line.</param>
    public void Damaged(string what, string why) => Tell(warn, "damaged", $"{Name} has {what} damaged ({why}): what is damaged there comes from the mirrors");

    private void Tell(BuildException error, string what)
    {
        if (error is VaultFileException file)
        {
            Damaged(what, file.What);
            return;
        }

        _isClosed = true;
        Tell(warn, "closed", $"{Name} cannot be read ({string.Join(": ", new[] { error.What, error.Why?.Split('\n')[0] }.OfType<string>())}): everything comes from the mirrors");
    }

    private void Tell(Action<string> say, string reason, string text)
    {
        if (_told.TryAdd(reason, true))
        {
            say(text);
        }
    }

    private sealed class AbsentException : Exception;

    private sealed class UnreadableException(BuildException cause) : Exception(cause.Message, cause)
    {
        public BuildException Cause { get; } = cause;
    }
}

/// <summary>One file of a vault cannot be read; the others can.</summary>
/// <param name="why">The reason, in one line.</param>
/// <param name="inner">The underlying error.</param>
internal sealed class VaultFileException(string why, Exception? inner = null) : DebianException(why, inner: inner);
