using System.Text;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>Parses the lines of <c>/etc/ld.so.conf</c> and the files that it includes, as ldconfig(8) does.</summary>
internal static class LdSoConf
{
    /// <summary>The folder whose <c>*.conf</c> files Debian's <c>/etc/ld.so.conf</c> includes, with a trailing slash.</summary>
    public const string Folder = "/etc/ld.so.conf.d/";

    /// <summary>Returns the content of a file, line by line: a folder as written, or the patterns of an <c>include</c> line.</summary>
    /// <param name="content">The file's bytes; any content is allowed.</param>
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

    /// <summary>Returns the absolute folders that a file itself names, without trailing slashes.</summary>
    /// <param name="content">The file's bytes; any content is allowed.</param>
    public static IEnumerable<string> Folders(ReadOnlyMemory<byte> content) => Lines(content)
        .Where(line => line.Folder is { Length: > 1 } folder && folder.StartsWith('/'))
        .Select(line => line.Folder!.TrimEnd('/'));

    /// <summary>Whether a path is a file that Debian's <c>/etc/ld.so.conf</c> includes.</summary>
    /// <param name="path">An absolute path.</param>
    public static bool IsIncluded(string path) => path.StartsWith(Folder, StringComparison.Ordinal)
        && path.EndsWith(".conf", StringComparison.Ordinal) && path.IndexOf('/', Folder.Length) < 0;
}
