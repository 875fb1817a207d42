using System.Buffers;
using System.Collections.ObjectModel;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BusyboxGlibc.Oci;

/// <summary>Writes JSON whose bytes depend only on the values: fixed key order, maps in ordinal order, no white space, UTF-8.</summary>
internal static class OciJson
{
    /// <summary>No annotations.</summary>
    public static IReadOnlyDictionary<string, string> NoAnnotations => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The bytes of one JSON object.</summary>
    /// <param name="write">Writes the members, without the braces.</param>
    public static byte[] Object(Action<Utf8JsonWriter> write) => Value(json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });

    /// <summary>The bytes of one JSON value.</summary>
    public static byte[] Value(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);

        // The relaxed encoder does not escape "+" and "<"; this JSON is never embedded in a web page.
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a map of strings in ordinal order of its keys, or nothing if it is empty.</summary>
    public static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an array of strings in the given order.</summary>
    public static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
