using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BusyboxGlibc.Foundation.Text;

/// <summary>Writes JSON that people and scripts read: one object, letters of all scripts as they are.</summary>
internal static class JsonText
{
    /// <summary>Returns an object as text, without a line end.</summary>
    /// <param name="write">Writes its members.</param>
    /// <param name="isIndented">Whether each member has a line of its own.</param>
    public static string Object(Action<Utf8JsonWriter> write, bool isIndented = true)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = isIndented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Writes a list of texts.</summary>
    public static void Texts(this Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a list of objects.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="items">The items.</param>
    /// <param name="write">Writes the members of one.</param>
    public static void List<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> write)
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
