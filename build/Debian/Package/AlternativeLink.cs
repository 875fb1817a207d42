using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// A link that a package's <c>postinst</c> creates with update-alternatives(1). For example, <c>libblas.so.3</c> gets into the loader's folder this
/// way, while the libraries of its providers are in their own folders. The script is only read, never run.
/// </summary>
/// <param name="Link">The link's absolute path, <c>/usr/lib/x86_64-linux-gnu/libblas.so.3</c>.</param>
/// <param name="Path">The target of the link, <c>/usr/lib/x86_64-linux-gnu/blas/libblas.so.3</c>.</param>
/// <param name="Priority">If several providers are present, the link leads to the one with the highest priority.</param>
internal sealed record AlternativeLink(string Link, string Path, int Priority)
{
    private const string Command = "update-alternatives";

    /// <summary>Returns the links that a script creates. Only plain text, and variables set to plain text before, are understood; everything else is skipped.</summary>
    /// <param name="script">The bytes of <c>postinst</c>; any content is allowed.</param>
    /// <param name="architecture">The package's architecture, which dpkg passes to scripts in <c>DPKG_MAINTSCRIPT_ARCH</c>.</param>
    internal static IReadOnlyList<AlternativeLink> In(ReadOnlySpan<byte> script, string architecture)
    {
        if (script.IndexOf("update-alternatives"u8) < 0)
        {
            return [];
        }

        var links = new List<AlternativeLink>();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DPKG_MAINTSCRIPT_ARCH"] = architecture };
        foreach (var words in ShellWords.Commands(Encoding.Latin1.GetString(script), variables))
        {
            var at = words.FindIndex(word => word is not null && (word == Command || word.EndsWith("/" + Command, StringComparison.Ordinal)));
            if (at >= 0)
            {
                Read(words[(at + 1)..], links);
            }
        }

        return [.. links.Distinct()];
    }

    private static void Read(List<string?> words, List<AlternativeLink> links)
    {
        var install = words.IndexOf("--install");
        if (install < 0 || words.Count < install + 5
            || !int.TryParse(words[install + 4], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority))
        {
            return;
        }

        Add(links, words[install + 1], words[install + 3], priority);
        for (var at = install + 5; at + 3 < words.Count; at++)
        {
            if (words[at] == "--slave")
            {
                Add(links, words[at + 1], words[at + 3], priority);
            }
        }
    }

    private static void Add(List<AlternativeLink> links, string? link, string? path, int priority)
    {
        if (IsPath(link) && IsPath(path))
        {
            links.Add(new AlternativeLink(link!, path!, priority));
        }
    }

    private static bool IsPath(string? text) =>
        text is { Length: > 1 and < 4096 } && text[0] == '/' && !text.EndsWith('/') && !text.AsSpan().ContainsAnyInRange('\0', ' ')
        && !text.Split('/').Any(part => part is "." or "..");
}
