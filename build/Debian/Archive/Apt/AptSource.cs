namespace BusyboxGlibc.Debian.Archive.Apt;

/// <summary>One source of the host's apt: an address and a suite.</summary>
/// <param name="Address">The address as it is written, <c>mirror+file:/etc/apt/mirrors.txt</c> too.</param>
/// <param name="Suite">The suite, <c>trixie-security</c>.</param>
/// <param name="Components">Its components.</param>
/// <param name="SignedBy">The keyring it names, or null.</param>
/// <param name="Where">The file and, for the one-line form, the line.</param>
internal sealed record AptSource(string Address, string Suite, IReadOnlyCollection<string> Components, string? SignedBy, string Where)
{
    // What the archive has called its suites in the last ten years, and will call them in the next two.
    private static readonly string[] _suites =
        ["stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid", "stable", "oldstable", "oldoldstable", "testing", "unstable"];

    private static readonly string[] _parts = ["", "-updates", "-security", "-backports", "-proposed-updates", "/updates"];

    /// <summary>Whether it is one of security updates.</summary>
    public bool IsSecurity => Suite.EndsWith("-security", StringComparison.Ordinal) || Suite.EndsWith("/updates", StringComparison.Ordinal);

    /// <summary>
    /// Whether it is a mirror of the Debian archive, whatever its address: a host has sources of other publishers as well. The archive's are told by
    /// the component main, and by the archive's keyring. Where no keyring is named, by the last folder of the address, or by a suite of Debian's;
    /// vendors of several systems have theirs in a folder <c>linux</c>.
    /// </summary>
    public bool IsArchive => Components.Contains("main") && (IsByArchiveKey || (!IsByOtherKey && (HasArchivePath || HasDebianSuite) && !Path.EndsWith("/linux/debian", StringComparison.Ordinal)));

    /// <summary>Whether it has a suite of Debian's, but is signed by somebody else.</summary>
    public bool IsAlien => Components.Contains("main") && HasDebianSuite && IsByOtherKey;

    /// <summary>The address without user name and password.</summary>
    public string Shown => Address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var start && Address.LastIndexOf('@') is var at && at > start ? $"{Address[..(start + 3)]}{Address[(at + 1)..]}" : Address;

    private bool IsByArchiveKey => SignedBy?.Contains("debian-archive", StringComparison.Ordinal) == true;

    // A key inside the file, or one by its fingerprint, may be the archive's too.
    private bool IsByOtherKey => SignedBy?.Contains('/', StringComparison.Ordinal) == true && !SignedBy.Contains("BEGIN PGP", StringComparison.Ordinal) && !IsByArchiveKey;

    private string Path => Address.TrimEnd('/');

    private bool HasArchivePath => Path.EndsWith(IsSecurity ? "/debian-security" : "/debian", StringComparison.Ordinal);

    private bool HasDebianSuite => _suites.Any(suite => Suite.StartsWith(suite, StringComparison.Ordinal) && _parts.Contains(Suite[suite.Length..]));
}
