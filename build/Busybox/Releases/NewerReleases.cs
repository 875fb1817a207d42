using System.Text.RegularExpressions;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Formats.Tar;
using ICSharpCode.SharpZipLib.BZip2;

namespace BusyboxGlibc.Busybox.Releases;

/// <summary>An upstream release that Debian has and the table of releases does not.</summary>
/// <param name="Version">Its version, <c>1.38.1</c>.</param>
/// <param name="Sha256">The checksum of its tarball, from Debian's signed index.</param>
/// <param name="Size">The size of the tarball in bytes, from there too.</param>
/// <param name="PoolPath">The tarball's path in the archive.</param>
internal sealed record NewerRelease(string Version, string Sha256, long Size, string PoolPath);

/// <summary>Finds releases that are newer than those in the table.</summary>
internal static partial class NewerReleases
{
    /// <summary>The source package of BusyBox.</summary>
    public const string Package = "busybox";

    /// <summary>The releases that source packages are made from and that are newer than every release of the table, the oldest first. A source package whose tarball is not upstream's
    /// (a repacked one has <c>+dfsg</c> or <c>+ds</c> in its version), or that is a preview (<c>~rc1</c>), has none, and neither has one with two different tarballs.</summary>
    /// <param name="listed">The source packages, of any version, from a signed index.</param>
    /// <param name="known">The table.</param>
    public static IReadOnlyList<NewerRelease> Of(IEnumerable<IndexedSource> listed, BusyboxReleases known)
    {
        var newest = Newest(known).Version;
        return
        [
            .. listed.Where(source => source.Name == Package).SelectMany(Releases).Where(release => DebianVersion.Compare(release.Version, newest) > 0)
                .GroupBy(release => release.Version, StringComparer.Ordinal).Where(same => same.DistinctBy(release => (release.Sha256, release.Size)).Count() == 1).Select(same => same.First())
                .OrderBy(release => release.Version, Comparer<string>.Create(DebianVersion.Compare)),
        ];
    }

    /// <summary>The entry of a release: what the newest known one has, with its own version, checksum, size and date.</summary>
    /// <param name="found">The release.</param>
    /// <param name="date">The day of its newest file.</param>
    /// <param name="known">The table, whose newest release says where tarballs are and which patches and options there are.</param>
    public static BusyboxRelease EntryOf(NewerRelease found, string date, BusyboxReleases known)
    {
        var model = Newest(known);
        return model with { Version = found.Version, Date = date, Sha256 = found.Sha256, Size = found.Size, Sources = [.. UpstreamOf(found, known).Select(source => source.OriginalString), found.PoolPath] };
    }

    /// <summary>Where upstream has the tarball: the addresses of the newest known release, with the other version.</summary>
    /// <param name="found">The release.</param>
    /// <param name="known">The table.</param>
    public static IReadOnlyList<Uri> UpstreamOf(NewerRelease found, BusyboxReleases known)
    {
        var model = Newest(known);
        return [.. model.Sources.Where(source => !source.StartsWith("pool/", StringComparison.Ordinal)).Select(source => new Uri(source.Replace(model.Version, found.Version, StringComparison.Ordinal)))];
    }

    /// <summary>The day of the newest file in a tarball, UTC, as the table has it.</summary>
    /// <param name="tarball">The tarball, compressed with bzip2.</param>
    /// <exception cref="InvalidDataException">It is no tar archive.</exception>
    public static string DateOf(Stream tarball)
    {
        using var content = new BZip2InputStream(tarball);
        var tar = new TarReader(content, why => new InvalidDataException(why));
        var newest = 0L;
        while (tar.Next())
        {
            newest = Math.Max(newest, tar.Time);
        }

        return newest > 0 ? DateTimeOffset.FromUnixTimeSeconds(newest).ToString(BusyboxRelease.DateFormat, System.Globalization.CultureInfo.InvariantCulture) : throw new InvalidDataException("it has no files");
    }

    /// <summary>Whether upstream calls a release unstable: the first one of each series, <c>1.38.0</c>, is a preview of the next ones.</summary>
    public static bool IsUnstable(string version) => version.EndsWith(".0", StringComparison.Ordinal);

    private static BusyboxRelease Newest(BusyboxReleases known) => known.Releases.MaxBy(release => release.Version, Comparer<string>.Create(DebianVersion.Compare))!;

    private static IEnumerable<NewerRelease> Releases(IndexedSource source) => DebianForm().Match(source.Version) is { Success: true } match && match.Groups["upstream"].Value is var version
        ? source.Files.Where(file => Path.GetFileName(file.Path) == $"{Package}_{version}.orig.tar.bz2").Select(file => new NewerRelease(version, file.Sha256, file.Size, file.Path))
        : [];

    // [epoch:]upstream-revision, deb-version(7), with nothing but numbers in upstream's part.
    [GeneratedRegex("^([0-9]+:)?(?<upstream>[0-9]+\\.[0-9]+\\.[0-9]+)-[^-]+$", RegexOptions.ExplicitCapture)]
    private static partial Regex DebianForm();
}
