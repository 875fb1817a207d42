using System.Text;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>The lines of <c>/etc/ld.so.conf</c> and the files that it includes, as ldconfig(8) reads them.</summary>
internal static class LdSoConf
{
    /// <summary>The folder whose <c>*.conf</c> files Debian's <c>/etc/ld.so.conf</c> includes, with a slash at its end.</summary>
    public const string Folder = "/etc/ld.so.conf.d/";

    /// <summary>What a file says, line by line: a folder as it is written, or the patterns of an <c>include</c> line.</summary>
    /// <param name="content">The file's bytes; may be anything.</param>
    public static IEnumerable<(string? Folder, IReadOnlyList<string> Included)> Lines(ReadOnlyMemory<byte> content)
    {
        foreach (var raw in Encoding.UTF8.GetString(content.Span).Split('\n'))
        {
            var line = raw.Split('#')[0].Trim();
            if (line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["include", .. var patterns])
            {
                yield return (null, patterns);
            }
            else if (line.Length > 0 && !line.StartsWith("hwcap ", StringComparison.OrdinalIgnoreCase))
            {
                yield return (line, []);
            }
        }
    }

    /// <summary>The absolute folders that a file names itself, without slashes at their ends.</summary>
    /// <param name="content">The file's bytes; may be anything.</param>
    public static IEnumerable<string> Folders(ReadOnlyMemory<byte> content) => Lines(content)
        .Where(line => line.Folder is { Length: > 1 } folder && folder.StartsWith('/'))
        .Select(line => line.Folder!.TrimEnd('/'));

    /// <summary>Whether a path is a file that Debian's <c>/etc/ld.so.conf</c> includes.</summary>
    /// <param name="path">An absolute path.</param>
    public static bool IsIncluded(string path) => path.StartsWith(Folder, StringComparison.Ordinal)
        && path.EndsWith(".conf", StringComparison.Ordinal) && path.IndexOf('/', Folder.Length) < 0;
}
