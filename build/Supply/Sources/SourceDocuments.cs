using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Supply.Sources;

/// <summary>Writes where the sources of an image are: for programs, and for people. The same sources give the same bytes, whatever mirror a run used.</summary>
internal static class SourceDocuments
{
    /// <summary>The name of the document for programs.</summary>
    public const string JsonName = "sources.json";

    /// <summary>The name of the document for people.</summary>
    public const string TextName = "README.md";

    /// <summary>The folder of the sources of BusyBox.</summary>
    public const string BusyboxFolder = "busybox";

    /// <summary>The document for programs.</summary>
    public static byte[] Json(SourceBundle bundle) => OciJson.Object(json =>
    {
        json.WriteNumber("schema", 1);
        json.WriteString("lockDigest", bundle.LockDigest);
        if (bundle.Busybox is { } busybox)
        {
            json.WriteStartObject("busybox");
            json.WriteString("version", busybox.Release.Version);
            json.WriteStartArray("files");
            File(json, $"{BusyboxFolder}/{busybox.Release.FileName}", BusyboxRecords.Url(busybox.Release), busybox.Release.Sha256, busybox.Release.Size);
            foreach (var file in busybox.Files)
            {
                File(json, $"{BusyboxFolder}/{file.Name}", null, Convert.ToHexStringLower(SHA256.HashData(file.Content.Span)), file.Content.Length);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteStartArray("packages");
        foreach (var source in bundle.Packages)
        {
            json.WriteStartObject();
            Names(json, source.Wanted);
            if (source.Snapshot is { } time)
            {
                json.WriteString("snapshot", time);
            }

            json.WriteStartArray("files");
            foreach (var file in source.Index.Files)
            {
                File(json, $"{source.Index.Archive}/{file.Path}", UrlOf(source, file.Path), file.Sha256, file.Size);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("missing");
        foreach (var missing in bundle.Missing)
        {
            json.WriteStartObject();
            Names(json, missing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        OciJson.WriteList(json, "own", bundle.Own);
    });

    /// <summary>The document for people.</summary>
    public static string Text(SourceBundle bundle)
    {
        var text = new StringBuilder("# Sources\n\n");
        text.Append("The complete corresponding source of the programs and libraries in the image with the label\n");
        text.Append($"`io.github.busybox-glibc.lock.digest` = `{bundle.LockDigest}`.\n");
        if (bundle.Busybox is { } busybox)
        {
            text.Append($"\n## BusyBox {busybox.Release.Version}\n\nCompiled from the upstream release with these files of the project; `compile.sh` is the recipe.\n\n");
            text.Append($"- `{BusyboxFolder}/{busybox.Release.FileName}` {busybox.Release.Sha256}\n  <{BusyboxRecords.Url(busybox.Release)}>\n");
            text.AppendJoin(string.Empty, busybox.Files.Select(file => $"- `{BusyboxFolder}/{file.Name}`\n"));
        }

        text.Append("\n## Debian packages\n\nEach file is listed, with this SHA-256, by an index that the archive signed. `dpkg-source -x FILE.dsc` unpacks a package with its patches.\n");
        foreach (var source in bundle.Packages)
        {
            text.Append($"\n### {source.Wanted}\n\n");
            text.Append(Of("Built from it", source.Wanted.Binaries)).Append(Of("Code of it is in", source.Wanted.CopiedInto)).Append('\n');
            text.AppendJoin(string.Empty, source.Index.Files.Select(file => $"- `{Path.GetFileName(file.Path)}` {file.Sha256}\n  <{UrlOf(source, file.Path)}>\n"));
        }

        if (bundle.Missing.Count > 0)
        {
            text.Append("\n## Missing\n\nNo signed index lists these any more.\n\n").AppendJoin(string.Empty, bundle.Missing.Select(missing => $"- {missing}\n"));
        }

        if (bundle.Own.Count > 0)
        {
            text.Append("\n## Package files of the project\n\nTheir sources are not in any archive: whoever distributes the image provides them.\n\n").AppendJoin(string.Empty, bundle.Own.Select(name => $"- {name}\n"));
        }

        return text.ToString();
    }

    // The archive's own address, whatever mirror was used.
    private static string UrlOf(FoundSource source, string path)
    {
        var root = source.Snapshot is not null ? source.Mirrors[0] : source.Index.Archive == ArchiveNames.Security ? KnownMirrors.Debian.Security : KnownMirrors.Debian.Main;
        return ArchiveAddress.Below(root, path).AbsoluteUri;
    }

    private static string Of(string label, IReadOnlyList<string> names) => names.Count == 0 ? string.Empty : $"{label}: {string.Join(", ", names)}.\n";

    private static void Names(Utf8JsonWriter json, WantedSource source)
    {
        json.WriteString("name", source.Name);
        json.WriteString("version", source.Version);
        OciJson.WriteList(json, "binaries", source.Binaries);
        OciJson.WriteList(json, "copiedInto", source.CopiedInto);
    }

    private static void File(Utf8JsonWriter json, string path, string? url, string sha256, long size)
    {
        json.WriteStartObject();
        json.WriteString("path", path);
        if (url is not null)
        {
            json.WriteString("url", url);
        }

        json.WriteString("sha256", sha256);
        json.WriteNumber("size", size);
        json.WriteEndObject();
    }
}
