using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Determines which file names match a library's name, and which folders are the loader's own.</summary>
internal static class LibraryNames
{
    /// <summary>The rank of a file that does not match.</summary>
    public const int NoRank = int.MaxValue;

    /// <summary>The rank of a file whose name marks it as a part of the library.</summary>
    public const int PartRank = 3;

    /// <summary>
    /// How well a file's name matches a library requirement; lower is better, <see cref="NoRank"/> means no match.
    /// <list type="bullet">
    /// <item>0: the exact soname requested, or <c>NAME.so*</c>;</item>
    /// <item>1: <c>NAME</c>, a version, <c>.so*</c>: <c>libevent-2.1.so.7</c>, <c>libpython3.13.so.1.0</c>;</item>
    /// <item>2: a version followed by more text: <c>libbfd-2.44-system.so</c>;</item>
    /// <item><see cref="PartRank"/>: <c>NAME_*.so*</c>, a part of a library that consists of several parts: <c>libnss_dns.so.2</c>.</item>
    /// </list>
    /// A number that belongs to the name is not a version: <c>libxml2</c> and <c>libpcre2-8</c> are different libraries from <c>libxml</c> and
    /// <c>libpcre</c>.
    /// </summary>
    public static int Rank(Requirement requirement, string file)
    {
        var name = requirement.Name;
        if (requirement.IsExactSoname)
        {
            return file == name ? 0 : NoRank;
        }

        // A number is matched as a whole: libfoo1 does not match libfoo10.2.
        if (!file.StartsWith(name, StringComparison.Ordinal) || (char.IsAsciiDigit(name[^1]) && file.Length > name.Length && char.IsAsciiDigit(file[name.Length])))
        {
            return NoRank;
        }

        var rest = file.AsSpan(name.Length);
        if (StartsWithSo(rest))
        {
            return 0;
        }

        if (!HasSo(rest))
        {
            return NoRank;
        }

        return StartsWithSo(rest[VersionLength(rest)..]) ? 1
            : rest is ['-' or '.', >= '0' and <= '9', ..] ? 2
            : rest is ['_', ..] ? PartRank
            : NoRank;
    }

    /// <summary>The name of a library's file without its version: <c>libnss_dns</c> for <c>libnss_dns.so.2</c>.</summary>
    public static string StemOf(string file)
    {
        var at = file.IndexOf(".so", StringComparison.Ordinal);
        return at < 0 ? file : file[..at];
    }

    /// <summary>A name without the version in it: <c>libpython</c> for <c>libpython3.13</c>, <c>libgnat</c> for <c>libgnat-14</c>.</summary>
    public static string WithoutVersion(string stem) => stem.TrimEnd("0123456789.".ToCharArray()).TrimEnd('-');

    /// <summary>Whether files of one package that are named like parts really are parts: a single one is a different library.</summary>
    public static bool AreParts(IEnumerable<string> files) => files.Select(StemOf).Distinct(StringComparer.Ordinal).Skip(1).Any();

    // "-2.1", "-3", ".4" and "3.13" are versions; "2" directly after the name is part of it.
    private static int VersionLength(ReadOnlySpan<char> rest)
    {
        var at = rest is ['-' or '.', ..] ? 1 : 0;
        var end = at;
        while (end < rest.Length && (char.IsAsciiDigit(rest[end]) || (rest[end] == '.' && end > at && !StartsWithSo(rest[end..]))))
        {
            end++;
        }

        var isVersion = end > at && (at == 1 || rest[at..end].Contains('.'));
        return isVersion ? end : 0;
    }

    /// <summary>Whether a path is a file in a folder that the platform's loader searches, in either spelling of a merged /usr.</summary>
    public static bool IsInLoaderFolder(string path, Platform platform)
    {
        var folder = DirectoryOf(MergedUsr.Of(path));
        return folder == "/usr/lib" || (folder.StartsWith("/usr/lib/", StringComparison.Ordinal) && folder[9..] == platform.Triplet);
    }

    /// <summary>The last segment of a path.</summary>
    public static string FileOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A path without its last segment; empty for a file in the root.</summary>
    public static string DirectoryOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    /// <summary>
    /// The package names that Debian's naming rule derives from a soname (Debian policy 8.1): <c>libbpf.so.1</c> is in <c>libbpf1</c>,
    /// <c>libfoo2.so.3</c> in <c>libfoo2-3</c>, <c>libelf-0.192.so</c> in <c>libelf-0.192</c>; also with the <c>t64</c> of the 64-bit time_t renaming.
    /// </summary>
    public static IReadOnlyList<string> PackagesOf(string soname)
    {
        var at = soname.IndexOf(".so", StringComparison.Ordinal);
        if (at <= 0)
        {
            return [];
        }

        var name = soname[..at].ToLowerInvariant().Replace('_', '-');
        var version = soname.AsSpan(at + 3).TrimStart('.').ToString().ToLowerInvariant();
        var joined = version.Length == 0 ? name : char.IsAsciiDigit(name[^1]) ? $"{name}-{version}" : name + version;
        string[] names = [joined, $"{joined}t64", $"{name}-{version}", name];
        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static bool StartsWithSo(ReadOnlySpan<char> rest) =>
        rest.StartsWith(".so", StringComparison.Ordinal) && (rest.Length == 3 || rest[3] == '.');

    private static bool HasSo(ReadOnlySpan<char> rest)
    {
        for (var at = rest.IndexOf(".so", StringComparison.Ordinal); at >= 0;)
        {
            if (StartsWithSo(rest[at..]))
            {
                return true;
            }

            var next = rest[(at + 1)..].IndexOf(".so", StringComparison.Ordinal);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }
}
