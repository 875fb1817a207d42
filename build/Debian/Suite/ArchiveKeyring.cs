using System.Security.Cryptography;
using BusyboxGlibc.Foundation.Files;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>A key that may sign a suite's Release files.</summary>
/// <param name="Key">The key or subkey that signs.</param>
/// <param name="Primary">Its primary key, whose fingerprint is the published one.</param>
internal sealed record ArchiveKey(PgpPublicKey Key, PgpPublicKey Primary)
{
    /// <summary>The primary key's fingerprint, upper-case hexadecimal.</summary>
    public string Fingerprint => Convert.ToHexString(Primary.GetFingerprint());

    /// <summary>When the key stops being valid, which is when its primary key does if that is earlier; null if it never does. UTC.</summary>
    public DateTime? Expires => ExpiryOf(Primary) is { } primary && !(ExpiryOf(Key) < primary) ? primary : ExpiryOf(Key);

    /// <summary>Returns why the key is not trusted at that time, or null if it is.</summary>
    public string? Problem(DateTime time)
    {
        if (Primary.HasRevocation() || Key.HasRevocation())
        {
            return $"the key {Fingerprint} is revoked";
        }

        if (Key.CreationTime > time)
        {
            return $"the key {Fingerprint} did not exist at that time";
        }

        return Expires < time ? $"the key {Fingerprint} had expired by then" : null;
    }

    private static DateTime? ExpiryOf(PgpPublicKey key) => key.GetValidSeconds() is > 0 and var seconds ? key.CreationTime.AddSeconds(seconds) : null;
}

/// <summary>
/// The keys of a suite's archive. They are embedded in the program (<c>build/Debian/Keys</c>, from Debian's
/// debian-archive-keyring package), so that neither a mirror nor the host can add one.
/// </summary>
internal sealed record ArchiveKeyring
{
    private const string KeyPrefix = "keys/debian-archive-";

    // Read when a signature is verified, which most runs do not have to.
    private readonly Lazy<Dictionary<long, ArchiveKey>> _keys;

    /// <summary>Creates a keyring from OpenPGP public keys, armored or binary.</summary>
    /// <exception cref="DebianException">One of them is not a key.</exception>
    public ArchiveKeyring(IEnumerable<Stream> publicKeys)
        : this([.. publicKeys.Select(ReadAll)]) => _ = _keys.Value;

    private ArchiveKeyring(IReadOnlyList<byte[]> publicKeys)
    {
        Id = InputKey.Of(publicKeys.Select(key => Convert.ToHexStringLower(SHA256.HashData(key))));
        _keys = new(() => Read(publicKeys));
    }

    /// <summary>Identifies the keys, by their content.</summary>
    public string Id { get; }

    /// <summary>The key ids of the keyring, upper-case hexadecimal, in order.</summary>
    public IReadOnlyList<string> KeyIds => [.. _keys.Value.Keys.Select(KeyId).Order(StringComparer.Ordinal)];

    /// <summary>The files that the keys come from; null for those of the program.</summary>
    public string? Own { get; init; }

    /// <summary>The folder of the cache for what these keys verify; empty for those of the program.</summary>
    public string Scope { get; init; } = string.Empty;

    /// <summary>The fingerprints of the primary keys, in ordinal order.</summary>
    public IReadOnlyList<string> Fingerprints => [.. _keys.Value.Values.Select(key => key.Fingerprint).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>All keys.</summary>
    public IEnumerable<ArchiveKey> Keys => _keys.Value.Values;

    /// <summary>
    /// Returns the embedded keys of a suite: its automatic, security and stable keys. The archive signs a suite with its own keys and those of the
    /// previous suite, and one good signature suffices, so its own keys are enough.
    /// </summary>
    /// <param name="codename">The suite's codename.</param>
    /// <exception cref="DebianException">No keys are embedded for it.</exception>
    public static ArchiveKeyring For(string codename)
    {
        var assembly = typeof(ArchiveKeyring).Assembly;
        var all = assembly.GetManifestResourceNames().Where(name => name.StartsWith(KeyPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var own = all.Where(name => name.StartsWith($"{KeyPrefix}{codename}-", StringComparison.Ordinal)).ToList();
        if (own.Count > 0)
        {
            return new ArchiveKeyring([.. own.Select(name => ReadAll(assembly.GetManifestResourceStream(name)!))]);
        }

        var known = all.Select(name => name[KeyPrefix.Length..].Split('-')[0]).Distinct();
        throw new DebianException(
            $"no archive keys are shipped for the suite {codename}",
            why: $"its Release files could not be verified; there are keys for {string.Join(", ", known)}",
            next: "choose one of these (--suite=NAME), or put the suite's keys in build/Debian/Keys as debian-archive-NAME-*.asc");
    }

    /// <summary>Returns the key with that id, or null.</summary>
    public ArchiveKey? Find(long keyId) => _keys.Value.GetValueOrDefault(keyId);

    /// <summary>Formats a key id in the usual notation.</summary>
    public static string KeyId(long keyId) => keyId.ToString("X16", System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] ReadAll(Stream stream)
    {
        using (stream)
        {
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return all.ToArray();
        }
    }

    private static Dictionary<long, ArchiveKey> Read(IReadOnlyList<byte[]> publicKeys)
    {
        var keys = new Dictionary<long, ArchiveKey>();
        try
        {
            foreach (var bytes in publicKeys)
            {
                var found = 0;
                using var stream = new MemoryStream(bytes, writable: false);
                foreach (var ring in new PgpPublicKeyRingBundle(PgpUtilities.GetDecoderStream(stream)).GetKeyRings())
                {
                    var primary = ring.GetPublicKey();
                    foreach (var key in ring.GetPublicKeys())
                    {
                        keys[key.KeyId] = new ArchiveKey(key, primary);
                        found++;
                    }
                }

                if (found == 0)
                {
                    throw new PgpException("it contains no key");
                }
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A file of the user's is untrusted: the packet parser may throw any exception.
            throw new DebianException("an archive key cannot be read", why: error.Message, inner: error);
        }

        return keys;
    }
}
