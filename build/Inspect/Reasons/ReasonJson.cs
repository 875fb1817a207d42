using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BusyboxGlibc.Inspect.Reasons;

/// <summary>A <see cref="ReasonAnswer"/> as JSON: one object, keys in a fixed order, lists that are never absent.</summary>
internal static class ReasonJson
{
    private static readonly JsonWriterOptions _form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, without a line end.</summary>
    public static string Of(ReasonAnswer answer)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _form))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schema", 1);
            writer.WriteString("query", answer.Question);
            writer.WriteBoolean("found", answer.IsFound);
            List(writer, "answers", answer.Groups, group => Write(writer, group));
            Texts(writer, "nearest", answer.Nearest);
            Texts(writer, "notes", answer.Notes);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, ReasonGroup group)
    {
        Texts(writer, "platforms", [.. group.Platforms.Select(platform => platform.Name)]);
        List(writer, "chains", group.Reason.Chains, chain =>
        {
            writer.WriteString("requirement", chain.Root);
            List(writer, "steps", chain.Steps, step =>
            {
                writer.WriteString("how", step.How);
                writer.WriteString("path", step.Path);
                writer.WriteString("package", step.Package);
            });
        });
        writer.WriteNumber("more", group.Reason.More);
        List(writer, "leaving", group.Reason.Leaving, package =>
        {
            writer.WriteString("package", package.Name);
            writer.WriteBoolean("whole", package.IsWhole);
            writer.WriteNumber("files", package.Files);
        });
        List(writer, "sizes", [.. group.Platforms.Zip(group.Sizes)], pair =>
        {
            writer.WriteString("platform", pair.First.Name);
            writer.WriteNumber("unpackedBytes", pair.Second.Unpacked);
            writer.WriteNumber("compressedBytes", pair.Second.Compressed);
        });
    }

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
