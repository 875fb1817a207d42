namespace BusyboxGlibc.Debian.Archive.Apt;

/// <summary>One apt source of the host: an address and a suite.</summary>
/// <param name="Address">The address as written; may be <c>mirror+file:/etc/apt/mirrors.txt</c>.</param>
/// <param name="Suite">The suite, <c>trixie-security</c>.</param>
/// <param name="Components">Its components.</param>
/// <param name="SignedBy">The keyring that it names, or null.</param>
/// <param name="Where">The file and, in the one-line format, the line.</param>
internal sealed record AptSource(string Address, string Suite, IReadOnlyCollection<string> Components, string? SignedBy, string Where)
{
    // The names that the archive has used for its suites in the last ten years, and will use in the next two.
    private static readonly string[] _suites =
        ["stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid", "stable", "oldstable", "oldoldstable", "testing", "unstable"];

    private static readonly string[] _parts = ["", "-updates", "-security", "-backports", "-proposed-updates", "/updates"];

    /// <summary>Whether this is a source of security updates.</summary>
    public bool IsSecurity => Suite.EndsWith("-security", StringComparison.Ordinal) || Suite.EndsWith("/updates", StringComparison.Ordinal);

    /// <summary>
    /// Whether this is a mirror of the Debian archive, whatever its address: a host may also have sources of other publishers. Debian's sources are
    /// recognized by the component main and by the archive's keyring. Where no keyring is named, they are recognized by the last folder of the
    /// address, or by a Debian suite; vendors of several systems keep theirs in a folder <c>linux</c>.
    /// </summary>
    public bool IsArchive => Components.Contains("main") && (IsByArchiveKey || (!IsByOtherKey && (HasArchivePath || HasDebianSuite) && !Path.EndsWith("/linux/debian", StringComparison.Ordinal)));

    /// <summary>Whether the source has a Debian suite but is signed by another publisher.</summary>
    public bool IsAlien => Components.Contains("main") && HasDebianSuite && IsByOtherKey;

    /// <summary>The address without user name and password.</summary>
    public string Shown => Address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var start && Address.LastIndexOf('@') is var at && at > start ? $"{Address[..(start + 3)]}{Address[(at + 1)..]}" : Address;

    private bool IsByArchiveKey => SignedBy?.Contains("debian-archive", StringComparison.Ordinal) == true;

    // An inline key, or one given by its fingerprint, may also be the archive's.
    private bool IsByOtherKey => SignedBy?.Contains('/', StringComparison.Ordinal) == true && !SignedBy.Contains("BEGIN PGP", StringComparison.Ordinal) && !IsByArchiveKey;

    private string Path => Address.TrimEnd('/');

    private bool HasArchivePath => Path.EndsWith(IsSecurity ? "/debian-security" : "/debian", StringComparison.Ordinal);

    private bool HasDebianSuite => _suites.Any(suite => Suite.StartsWith(suite, StringComparison.Ordinal) && _parts.Contains(Suite[suite.Length..]));
}
