using System.Text;
using System.Text.Json;

namespace BusyboxGlibc.Reports.Page;

/// <summary>What the script draws: programs, libraries and what brings them, with the links between names of one library joined. Short keys, because all of it is in the page.</summary>
internal static class DrawingData
{
    private const string IsLink = "is a link to";

    private static readonly string[] _drawn = ["needs", "is loaded by", IsLink];

    /// <summary>The data as JSON that cannot end the element it is in: the encoder writes <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c> and all but ASCII as numbers.</summary>
    public static string Json(ReportImage image)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            Texts(json, "platforms", image.Platforms.Select(platform => platform.Name));
            Texts(json, "triplets", image.Platforms.Select(platform => platform.Triplet));
            Texts(json, "loaders", image.Platforms.Select(platform => platform.Loader));
            WriteFiles(json, image);
            WriteGraph(json, image.Reasons);
            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(Shown(text));
        }

        json.WriteEndArray();
    }

    // As in the tables.
    private static string Shown(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            shown.Append(Foundation.Text.SafeText.Deceives(rune) ? $"[U+{rune.Value:X4}]" : rune.ToString());
        }

        return shown.ToString();
    }

    private static void WriteFiles(Utf8JsonWriter json, ReportImage image)
    {
        List<string> owners = [.. image.Files.Select(file => file.Owner).Distinct(StringComparer.Ordinal)];
        var numbers = owners.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        Texts(json, "owners", owners);
        json.WriteStartArray("files");
        foreach (var file in image.Files)
        {
            json.WriteStartArray();
            json.WriteStringValue(Shown(file.Path));
            json.WriteNumberValue(numbers[file.Owner]);
            foreach (var bytes in file.Bytes)
            {
                json.WriteNumberValue(bytes);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteGraph(Utf8JsonWriter json, ReportReasons reasons)
    {
        var (node, nodes) = Nodes(reasons);
        var used = reasons.Edges.Where(edge => edge.From < 0 && node[edge.To] >= 0).Select(edge => -1 - edge.From).Distinct().Order().ToList();
        var roots = used.Index().ToDictionary(pair => pair.Item, pair => nodes.Count + pair.Index);
        json.WriteStartArray("nodes");
        foreach (var files in nodes)
        {
            Node(json, Name(reasons.Files[Shortest(reasons, files)].Path), string.Join(", ", files.Select(file => reasons.Files[file].Path)), reasons.Files[files[0]].Package, files.SelectMany(file => reasons.Files[file].Reasons).Aggregate(0, (set, reason) => set | reason.Platforms));
        }

        foreach (var root in used)
        {
            Node(json, reasons.Roots[root], string.Empty, string.Empty, reasons.Edges.Where(edge => edge.From == -1 - root && node[edge.To] >= 0).Aggregate(0, (set, edge) => set | edge.Platforms));
        }

        json.WriteEndArray();
        json.WriteNumber("roots", nodes.Count);
        json.WriteStartArray("edges");
        foreach (var edge in reasons.Edges.Where(edge => node[edge.To] >= 0 && (edge.From < 0 || (_drawn.Contains(edge.How) && node[edge.From] >= 0 && node[edge.From] != node[edge.To])))
            .Select(edge => (From: edge.From < 0 ? roots[-1 - edge.From] : node[edge.From], To: node[edge.To], edge.How, edge.Platforms))
            .GroupBy(edge => (edge.From, edge.To, edge.How)).Select(group => (group.Key, Platforms: group.Aggregate(0, (set, edge) => set | edge.Platforms))))
        {
            json.WriteStartArray();
            json.WriteNumberValue(edge.Key.From);
            json.WriteNumberValue(edge.Key.To);
            json.WriteStringValue(Shown(edge.Key.How));
            json.WriteNumberValue(edge.Platforms);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void Node(Utf8JsonWriter json, string label, string path, string package, int platforms)
    {
        json.WriteStartArray();
        json.WriteStringValue(Shown(label));
        json.WriteStringValue(Shown(path));
        json.WriteStringValue(Shown(package));
        json.WriteNumberValue(platforms);
        json.WriteEndArray();
    }

    // A file that needs something, or that something needs, with the names that are links to it. Others, such as data and documents, are in the table alone.
    private static (int[] Node, List<List<int>> Nodes) Nodes(ReportReasons reasons)
    {
        var target = Enumerable.Range(0, reasons.Files.Count).ToArray();
        var isDrawn = new bool[reasons.Files.Count];
        foreach (var edge in reasons.Edges.Where(edge => edge.From >= 0 && _drawn.Contains(edge.How)))
        {
            if (edge.How == IsLink)
            {
                target[edge.From] = target[edge.From] == edge.From ? edge.To : target[edge.From];
            }
            else
            {
                isDrawn[edge.From] = isDrawn[edge.To] = true;
            }
        }

        int End(int file)
        {
            for (var steps = 0; target[file] != file && steps < target.Length; steps++)
            {
                file = target[file];
            }

            return file;
        }

        var groups = Enumerable.Range(0, reasons.Files.Count).GroupBy(End).Where(group => group.Any(file => isDrawn[file])).ToList();
        var node = Enumerable.Repeat(-1, reasons.Files.Count).ToArray();
        foreach (var (number, group) in groups.Index())
        {
            foreach (var file in group)
            {
                node[file] = number;
            }
        }

        return (node, [.. groups.Select(group => group.ToList())]);
    }

    // The name that programs use: libz.so.1, not libz.so.1.3.1.
    private static int Shortest(ReportReasons reasons, List<int> files) => files.OrderBy(file => Name(reasons.Files[file].Path).Length).First();

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
