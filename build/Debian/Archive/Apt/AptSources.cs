using System.Globalization;
using System.Text;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Debian.Archive.Apt;

/// <summary>Reads the host's apt sources, sources.list(5): the one-line format and deb822 stanzas.</summary>
internal static class AptSources
{
    /// <summary>Returns the enabled sources of binary packages, in apt's order.</summary>
    /// <param name="host">The host's files.</param>
    /// <param name="warn">Called with a warning about each file that cannot be parsed.</param>
    public static IReadOnlyList<AptSource> Read(IHostFiles host, Action<string> warn)
    {
        var files = host.List("/etc/apt/sources.list.d");
        var lists = files.Where(path => path.EndsWith(".list", StringComparison.Ordinal)).Prepend("/etc/apt/sources.list");
        return
        [
            .. lists.SelectMany(path => OneLine(host.Read(path), path)),
            .. files.Where(path => path.EndsWith(".sources", StringComparison.Ordinal)).SelectMany(path => Stanzas(host.Read(path), path, warn)),
        ];
    }

    /// <summary>Returns the mirrors that a source's address stands for, or the reason why there are none.</summary>
    /// <param name="source">The source.</param>
    /// <param name="host">The host's files.</param>
    public static (IReadOnlyList<Uri> Mirrors, string? Why) Mirrors(AptSource source, IHostFiles host)
    {
        var colon = source.Address.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? string.Empty : source.Address[..colon].ToLowerInvariant();
        switch (scheme)
        {
            case "mirror+file":
                return MirrorList(Folder(source.Address[(colon + 1)..]), host);
            case "mirror" or "mirror+http" or "mirror+https":
                return ([], "its mirror list is on the network, where it is not authenticated");
            case "cdrom":
                return ([], "it is an optical disc");
            case "http" or "https" or "file" or "copy":
                return Address(source.Address) is { } address ? ([address], null) : ([], "it is not a usable address");
            default:
                return ([], scheme.StartsWith("tor+", StringComparison.Ordinal) ? "Tor is not supported" : $"{(scheme.Length == 0 ? "its address" : scheme)} is not one of http, https, file, copy and mirror+file");
        }
    }

    // apt-transport-mirror(1): one address per line, followed by what it is used for, and its place: lower numbers first, lines without one last.
    private static (IReadOnlyList<Uri> Mirrors, string? Why) MirrorList(string path, IHostFiles host)
    {
        if (host.Read(path) is not { } text)
        {
            return ([], $"its mirror list, {path}, cannot be read");
        }

        var mirrors = text.Split('\n').Select(line => line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 0 && Serves(words)).OrderBy(Place).Select(words => Address(words[0])).OfType<Uri>().Distinct().ToList();
        return mirrors.Count > 0 ? (mirrors, null) : ([], $"its mirror list, {path}, contains no http, https or file URL");
    }

    // A mirror for indices alone is still asked for packages, after the others lack them.
    private static bool Serves(string[] words)
    {
        var types = words.Where(word => word.StartsWith("type:", StringComparison.OrdinalIgnoreCase)).Select(word => word["type:".Length..].ToLowerInvariant()).ToList();
        return types.Count == 0 || types.Exists(type => type is "index" or "deb");
    }

    private static long Place(string[] words) => words.Skip(1).Where(word => word.StartsWith("priority:", StringComparison.OrdinalIgnoreCase))
        .Select(word => uint.TryParse(word.AsSpan("priority:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : long.MaxValue)
        .FirstOrDefault(long.MaxValue);

    // file:/folder, file:///folder and copy:/folder are the same; Uri does not accept the first.
    private static Uri? Address(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && text[..colon].ToLowerInvariant() is "file" or "copy")
        {
            return Folder(text[(colon + 1)..]) is ['/', ..] folder ? WebAddress.TryParse($"file://{folder.TrimEnd('/')}{(folder.TrimEnd('/').Length == 0 ? "/" : string.Empty)}") : null;
        }

        return WebAddress.TryParse(text.TrimEnd('/')) is { Scheme: "http" or "https", Host.Length: > 0, Query.Length: 0, Fragment.Length: 0 } address ? address : null;
    }

    private static string Folder(string rest) => rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;

    // deb [ option=value ... ] uri suite component ...
    private static IEnumerable<AptSource> OneLine(string? text, string path)
    {
        foreach (var (index, line) in (text ?? string.Empty).Split('\n').Index())
        {
            // The name of a disc has blanks, in its own brackets; such a source is only reported. Some tools quote the address, which apt accepts.
            var words = line.Split('#')[0].Replace("\"", string.Empty, StringComparison.Ordinal).Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).ToList();
            if (words.Count < 3 || words[0] != "deb")
            {
                continue;
            }

            var next = 1;
            string? keyring = null;
            if (words[1].StartsWith('['))
            {
                next = words.FindIndex(1, word => word.EndsWith(']')) + 1;
                keyring = words.Take(next).Select(word => word.Trim('[', ']')).FirstOrDefault(word => word.StartsWith("signed-by=", StringComparison.OrdinalIgnoreCase))?["signed-by=".Length..];
            }
            else if (words[1].StartsWith("cdrom:[", StringComparison.Ordinal))
            {
                var end = words.FindIndex(1, word => word.Contains(']', StringComparison.Ordinal));
                words.RemoveRange(2, Math.Max(0, end - 1));
            }

            if (next > 0 && words.Count > next + 1)
            {
                yield return new AptSource(words[next], words[next + 1], words[(next + 2)..], keyring, $"{path}:{index + 1}");
            }
        }
    }

    private static List<AptSource> Stanzas(string? text, string path, Action<string> warn)
    {
        var sources = new List<AptSource>();
        var lines = (text ?? string.Empty).Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.TrimEnd('\r'));
        var reader = new Deb822Reader(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), path);
        try
        {
            while (reader.Read())
            {
                if (Words(reader, "Types").Contains("deb") && !Words(reader, "Enabled").Any(word => word.ToLowerInvariant() is "no" or "false" or "without" or "off" or "disable" or "0"))
                {
                    sources.AddRange(
                        from address in Words(reader, "URIs")
                        from suite in Words(reader, "Suites")
                        select new AptSource(address, suite, Words(reader, "Components"), reader.Fields.GetValueOrDefault("Signed-By"), path));
                }
            }
        }
        catch (DebianException error)
        {
            // apt would report it too; the sources before it, the other files and the default remain usable.
            warn($"{path} is read only in part: {error.Why ?? error.What}");
        }

        return sources;
    }

    private static string[] Words(Deb822Reader reader, string field) =>
        reader.Fields.GetValueOrDefault(field, string.Empty).Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
