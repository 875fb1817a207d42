using System.Text.Json;
using System.Text.Unicode;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Statements;

/// <summary>What a statement is about.</summary>
/// <param name="Name">Its name, usually a package URL.</param>
/// <param name="Digest">Its digest, <c>sha256:</c> and 64 digits.</param>
internal sealed record StatementSubject(string Name, string Digest);

/// <summary>
/// An in-toto Statement v1 (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md): what is said, and about which images. The same
/// statement has the same bytes everywhere, so that a signature of it can be made again.
/// </summary>
/// <param name="Subjects">The images; at least one.</param>
/// <param name="PredicateType">What kind of thing is said, one of <see cref="PredicateTypes"/>.</param>
/// <param name="Predicate">What is said: one JSON object, UTF-8. It is written as it is.</param>
internal sealed record InTotoStatement(IReadOnlyList<StatementSubject> Subjects, string PredicateType, ReadOnlyMemory<byte> Predicate)
{
    /// <summary>The value of <c>_type</c>.</summary>
    public const string Type = "https://in-toto.io/Statement/v1";

    /// <summary>The media type of its bytes.</summary>
    public const string MediaType = "application/vnd.in-toto+json";

    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Its bytes.</summary>
    public byte[] Write() => OciJson.Object(json =>
    {
        json.WriteString("_type", Type);
        json.WriteStartArray("subject");
        foreach (var subject in Subjects)
        {
            json.WriteStartObject();
            json.WriteString("name", subject.Name);
            json.WriteStartObject("digest");
            json.WriteString("sha256", OciDigest.Hex(subject.Digest));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("predicateType", PredicateType);
        json.WritePropertyName("predicate");
        json.WriteRawValue(Predicate.Span);
    });

    /// <summary>Whether the statement is about the image of that digest.</summary>
    public bool IsAbout(string digest) => Subjects.Any(subject => subject.Digest == digest);

    /// <summary>Reads a statement, which is untrusted input.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="where">Its name in an error.</param>
    /// <exception cref="AttestationException">It is not a statement of this form.</exception>
    public static InTotoStatement Read(ReadOnlyMemory<byte> content, string where)
    {
        try
        {
            if (!Utf8.IsValid(content.Span))
            {
                throw new FormatException("it is not UTF-8");
            }

            using var document = JsonDocument.Parse(content, _strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "_type") != Type)
            {
                throw new FormatException($"its _type is not {Type}");
            }

            var subjects = Member(root, "subject", JsonValueKind.Array).EnumerateArray().Select(Subject).ToList();
            var predicate = Member(root, "predicate", JsonValueKind.Object);
            return subjects.Count > 0
                ? new InTotoStatement(subjects, Text(root, "predicateType"), System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(predicate).ToArray())
                : throw new FormatException("it is about nothing: subject is empty");
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            throw new AttestationException($"{where} is not an in-toto statement", why: SafeText.Text(error.Message), next: "write the attestations again: ./build.sh --target=Attest", inner: error);
        }
    }

    private static StatementSubject Subject(JsonElement subject)
    {
        var digest = OciDigest.Prefix + Text(Member(subject, "digest", JsonValueKind.Object), "sha256");
        return OciDigest.IsValid(digest) ? new StatementSubject(Text(subject, "name"), digest) : throw new FormatException("a subject has no sha256 digest");
    }

    private static string Text(JsonElement parent, string name) => Member(parent, name, JsonValueKind.String).GetString()!;

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == kind
            ? member
            : throw new FormatException($"{name} is missing or is not {(kind == JsonValueKind.String ? "a text" : $"an {kind.ToString().ToLowerInvariant()}")}");
}
