using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>The ELF files of the machine the tests run on, found as its loader finds them.</summary>
internal static class HostFiles
{
    private static readonly string[] _folders = ["/usr/bin", "/usr/sbin", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"];

    private static readonly Lazy<Dictionary<string, string>> _cache = new(() => Regex
        .Matches(Tools.Output("/sbin/ldconfig", "-p"), @"^\t(\S+) \(libc6,x86-64.*\) => (\S+)$", RegexOptions.Multiline)
        .GroupBy(match => match.Groups[1].Value, match => match.Groups[2].Value)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal));

    /// <summary>At most so many dynamic files, spread over programs and libraries.</summary>
    public static IEnumerable<string> Some(int count)
    {
        Requires.That(Directory.Exists("/lib/x86_64-linux-gnu"), "an amd64 Debian system");
        var all = _folders
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles)
            .Select(path => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path)
            .Where(path => File.Exists(path) && new FileInfo(path).Length is > 64 and < 40_000_000)
            .Distinct(StringComparer.Ordinal)
            .Where(IsElf)
            .Order(StringComparer.Ordinal)
            .ToList();
        return all.Where((_, index) => all.Count <= count || index % (all.Count / count) == 0);
    }

    public static ElfFile Read(string path) => ElfFile.Read(File.ReadAllBytes(path), path);

    public static Func<string, ElfFile?> Finder()
    {
        var files = new Dictionary<string, ElfFile>(StringComparer.Ordinal);
        return soname =>
        {
            if (!_cache.Value.TryGetValue(soname, out var path))
            {
                return null;
            }

            var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return files.TryGetValue(real, out var file) ? file : files[real] = Read(real);
        };
    }

    private static bool IsElf(string path)
    {
        var head = new byte[4];
        try
        {
            using var stream = File.OpenRead(path);
            return stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && ElfFile.IsElf(head);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
