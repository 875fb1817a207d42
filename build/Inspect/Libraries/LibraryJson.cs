using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>A <see cref="LibraryAnswer"/> as JSON: one object, keys in a fixed order, lists that are never absent.</summary>
internal static class LibraryJson
{
    /// <summary>The text, without a line end.</summary>
    public static string Of(LibraryAnswer answer) => JsonText.Object(writer => Write(writer, answer));

    /// <summary>The answers to several questions in one object.</summary>
    /// <param name="answers">Each as <see cref="Of"/> returns it.</param>
    public static string Join(IEnumerable<string> answers) => JsonText.Object(writer =>
    {
        writer.WriteNumber("schema", 1);
        writer.WriteStartArray("answers");
        foreach (var answer in answers)
        {
            writer.WriteRawValue(answer, skipInputValidation: true);
        }

        writer.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter writer, LibraryAnswer answer)
    {
        writer.WriteNumber("schema", 1);
        writer.WriteString("query", answer.Query.Text);
        writer.WriteString("kind", answer.Query.Kind.ToString().ToLowerInvariant());
        writer.WriteBoolean("found", answer.IsFound);
        writer.List("releases", answer.Releases, release =>
        {
            writer.WriteString("suite", release.Suite);
            writer.WriteString("date", release.Date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        });
        writer.WriteString("line", answer.Found?.Line);
        writer.List("platforms", answer.Found?.Platforms ?? [], one => Write(writer, one));
        writer.List("absent", answer.Found?.Absent ?? [], one =>
        {
            writer.WriteString("platform", one.Platform.Name);
            writer.WriteString("why", one.Why);
        });
        Rows(writer, "matches", answer.Rows);
        writer.WriteNumber("more", answer.More);
        writer.Texts("notes", answer.Notes);
        writer.WriteString("next", answer.Next);
        writer.List("otherSuites", answer.Elsewhere, suite =>
        {
            writer.WriteString("suite", suite.Codename);
            writer.WriteString("unsearched", suite.Unsearched);
            Rows(writer, "matches", suite.Rows);
        });
    }

    private static void Write(Utf8JsonWriter writer, PlatformLibrary one)
    {
        writer.WriteString("platform", one.Platform.Name);
        writer.WriteString("package", one.Pin.Name);
        writer.WriteString("version", one.Pin.Version);
        writer.Texts("paths", one.Paths);
        writer.WriteNumber("size", one.Size);
        writer.WriteStartObject("adds");
        writer.WriteNumber("unpackedBytes", one.Adds.UnpackedBytes);
        writer.WriteNumber("compressedBytes", one.Adds.CompressedBytes);
        writer.List("packages", one.Adds.Packages, package =>
        {
            writer.WriteString("package", package.Name);
            writer.WriteString("version", package.Version);
            writer.WriteNumber("files", package.Files);
        });
        writer.Texts("updates", one.Adds.Updated);
        writer.WriteEndObject();
    }

    private static void Rows(Utf8JsonWriter writer, string name, IReadOnlyList<LibraryRow> rows) => writer.List(name, rows, row =>
    {
        writer.WriteString("file", row.File);
        writer.WriteString("package", row.Package);
        writer.WriteString("version", row.Version);
        writer.WriteString("path", row.Path);
        writer.WriteString("line", row.Line);
    });
}
