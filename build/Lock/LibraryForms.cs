using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Lock;

/// <summary>Which file names answer a library's name, and in which folders a loader looks.</summary>
internal static class LibraryForms
{
    /// <summary>The tests of a file name that a library requirement tries, in order; the first with a match wins.</summary>
    public static IReadOnlyList<Func<string, bool>> Of(Requirement requirement)
    {
        var name = requirement.Name;
        return requirement.IsExactSoname
            ? [file => file == name]
            :
            [
                file => file.StartsWith(name, StringComparison.Ordinal) && StartsWithSo(file.AsSpan(name.Length)),
                file => file.StartsWith(name, StringComparison.Ordinal) && file.AsSpan(name.Length) is ['_', .. var rest] && HasSo(rest),
                file => file.StartsWith(name, StringComparison.Ordinal)
                    && file.AsSpan(name.Length) is [(>= '0' and <= '9') or '.' or '-', .. var rest] && HasSo(rest),
            ];
    }

    /// <summary>Whether a path is a file of the folders that the platform's loader searches, in either spelling of a merged /usr.</summary>
    public static bool IsInLoaderFolder(string path, Platform platform)
    {
        var folder = DirectoryOf(UsrMerge.Of(path));
        return folder == "/usr/lib" || (folder.StartsWith("/usr/lib/", StringComparison.Ordinal) && folder[9..] == platform.Triplet);
    }

    /// <summary>The last part of a path.</summary>
    public static string FileOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A path without its last part; empty for a file of the root.</summary>
    public static string DirectoryOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    /// <summary>
    /// The package names that Debian's naming rule gives a soname (Debian policy 8.1): <c>libbpf.so.1</c> is in <c>libbpf1</c>,
    /// <c>libfoo2.so.3</c> in <c>libfoo2-3</c>, <c>libelf-0.192.so</c> in <c>libelf-0.192</c>; with the <c>t64</c> of the 64-bit time_t renaming.
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
