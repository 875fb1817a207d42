using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Setup;

/// <summary>An answer as it is printed.</summary>
/// <param name="Json">As JSON.</param>
/// <param name="Lines">As text.</param>
/// <param name="No">In one line if it is no; null if it is yes.</param>
internal sealed record GivenAnswer(string Json, IReadOnlyList<string> Lines, string? No)
{
    /// <summary>Whether the same question gets the same answer as long as its inputs are the same.</summary>
    public bool IsFinal { get; init; } = true;
}

/// <summary>Answers to questions, kept under <c>derived/answers</c> of the cache by the key of everything that they depend on. The folder may be deleted at any time.</summary>
/// <param name="cache">The cache folder.</param>
internal sealed class KnownAnswers(string cache)
{
    private readonly DerivedCache _known = new(Path.Combine(cache, "derived", "answers"), 1 << 20);

    /// <summary>The answer that is kept under the key, otherwise what is asked now.</summary>
    /// <param name="key">The key as things are now; null if the answer depends on more than a key can tell, or if the cache has yet to read what it depends on.
    /// It is asked again after the answer, for what the answer itself brought into the cache.</param>
    /// <param name="ask">Finds the answer.</param>
    public async Task<GivenAnswer> GetAsync(Func<string?> key, Func<Task<GivenAnswer>> ask)
    {
        if (key() is { } before && _known.Find(before, Read) is { } known)
        {
            return known;
        }

        var answer = await ask();
        if (answer.IsFinal && key() is { } after)
        {
            _known.Keep(after, writer => Write(writer, answer));
        }

        return answer;
    }

    private static GivenAnswer Read(BinaryReader reader) => new(
        reader.ReadString(), [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())], reader.ReadBoolean() ? reader.ReadString() : null);

    private static void Write(BinaryWriter writer, GivenAnswer answer)
    {
        writer.Write(answer.Json);
        writer.Write(answer.Lines.Count);
        foreach (var line in answer.Lines)
        {
            writer.Write(line);
        }

        writer.Write(answer.No is not null);
        if (answer.No is not null)
        {
            writer.Write(answer.No);
        }
    }
}
