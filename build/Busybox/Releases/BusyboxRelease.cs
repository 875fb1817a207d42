using System.Globalization;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.Releases;

/// <summary>An upstream release of BusyBox, pinned by the checksum of its tarball.</summary>
/// <param name="Version">Its version, <c>1.38.0</c>.</param>
/// <param name="Date">The release date, UTC. Its midnight is the build time stored in the binary.</param>
/// <param name="Sha256">Checksum of the tarball, 64 lower-case hexadecimal digits.</param>
/// <param name="Size">Size of the tarball in bytes.</param>
/// <param name="Sources">The sources of the tarball, tried in this order: a URL, or a <c>pool/</c> path that any Debian mirror may have. The checksum
/// is decisive, not the host.</param>
/// <param name="Patches">Folders of patches, relative to the project.</param>
/// <param name="Options">Configuration lines that a platform needs in addition to <c>busybox.config</c>, by platform name; <c>all</c> is every platform.</param>
internal sealed record BusyboxRelease(
    string Version,
    string Date,
    string Sha256,
    long Size,
    IReadOnlyList<string> Sources,
    IReadOnlyList<string> Patches,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Options)
{
    /// <summary>The key in <see cref="Options"/> that stands for every platform.</summary>
    public const string AllPlatforms = "all";

    /// <summary>The format of <see cref="Date"/>, ISO 8601.</summary>
    internal const string DateFormat = "yyyy-MM-dd";

    /// <summary>The time of the release, seconds since 1970-01-01 UTC: the build time that the compiled binary reports.</summary>
    public long Epoch => new DateTimeOffset(
        DateOnly.ParseExact(Date, DateFormat, CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>The tarball's file name.</summary>
    public string FileName => $"busybox-{Version}.tar.bz2";

    /// <summary>Returns the configuration lines for a platform, those for every platform first.</summary>
    public IReadOnlyList<string> OptionsFor(Platform platform) =>
        [.. Options.GetValueOrDefault(AllPlatforms, []), .. Options.GetValueOrDefault(platform.Name, [])];
}
