using System.Text.Encodings.Web;
using System.Text.Json;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>A <see cref="LibraryAnswer"/> as JSON: one object, keys in a fixed order, lists that are never absent.</summary>
internal static class LibraryJson
{
    private static readonly JsonWriterOptions _form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, without a line end.</summary>
    public static string Of(LibraryAnswer answer)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _form))
        {
            Write(writer, answer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, LibraryAnswer answer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schema", 1);
        writer.WriteString("query", answer.Query.Text);
        writer.WriteString("kind", answer.Query.Kind.ToString().ToLowerInvariant());
        writer.WriteBoolean("found", answer.IsFound);
        List(writer, "releases", answer.Releases, release =>
        {
            writer.WriteString("suite", release.Suite);
            writer.WriteString("date", release.Date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        });
        writer.WriteString("line", answer.Found?.Line);
        List(writer, "platforms", answer.Found?.Platforms ?? [], one => Write(writer, one));
        List(writer, "absent", answer.Found?.Absent ?? [], one =>
        {
            writer.WriteString("platform", one.Platform.Name);
            writer.WriteString("why", one.Why);
        });
        Rows(writer, "matches", answer.Rows);
        writer.WriteNumber("more", answer.More);
        Texts(writer, "notes", answer.Notes);
        writer.WriteString("next", answer.Next);
        List(writer, "otherSuites", answer.Elsewhere, suite =>
        {
            writer.WriteString("suite", suite.Codename);
            writer.WriteString("unsearched", suite.Unsearched);
            Rows(writer, "matches", suite.Rows);
        });
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, PlatformLibrary one)
    {
        writer.WriteString("platform", one.Platform.Name);
        writer.WriteString("package", one.Pin.Name);
        writer.WriteString("version", one.Pin.Version);
        Texts(writer, "paths", one.Paths);
        writer.WriteNumber("size", one.Size);
        writer.WriteStartObject("adds");
        writer.WriteNumber("unpackedBytes", one.Adds.UnpackedBytes);
        writer.WriteNumber("compressedBytes", one.Adds.CompressedBytes);
        List(writer, "packages", one.Adds.Packages, package =>
        {
            writer.WriteString("package", package.Name);
            writer.WriteString("version", package.Version);
            writer.WriteNumber("files", package.Files);
        });
        Texts(writer, "updates", one.Adds.Updated);
        writer.WriteEndObject();
    }

    private static void Rows(Utf8JsonWriter writer, string name, IReadOnlyList<LibraryRow> rows) => List(writer, name, rows, row =>
    {
        writer.WriteString("file", row.File);
        writer.WriteString("package", row.Package);
        writer.WriteString("version", row.Version);
        writer.WriteString("path", row.Path);
        writer.WriteString("line", row.Line);
    });

    private static void Texts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void List<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
