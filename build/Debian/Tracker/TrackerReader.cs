using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Tracker;

/// <summary>
/// Reads the data of Debian's security tracker, https://security-tracker.debian.org/tracker/data/json: source package, vulnerability,
/// <c>releases</c>, release, and there <c>status</c>, <c>fixed_version</c>, <c>urgency</c>, <c>nodsa</c>. The file has 60 MB and is read as a stream, of which
/// only some source packages are kept. It is not signed: what it says is shown, and decides nothing about the image.
/// </summary>
internal static class TrackerReader
{
    /// <summary>The largest file in bytes, unpacked.</summary>
    public const long LargestFile = 256L << 20;

    private const int ChunkSize = 1 << 16;
    private const int LongestToken = 1 << 20;
    private const int DeepestLevel = 16;
    private const int LongestText = 400;

    /// <summary>Reads a file.</summary>
    /// <param name="content">The file, perhaps compressed with gzip.</param>
    /// <param name="name">Its name for messages.</param>
    /// <param name="sources">The source packages to keep.</param>
    /// <param name="suites">The releases to keep.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>What it says about the packages, ordered by identifier.</returns>
    /// <exception cref="DebianException">It is not such a file, is damaged, or knows none of the packages.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<TrackedVulnerability>>> ReadAsync(
        Stream content, string name, IReadOnlySet<string> sources, IReadOnlySet<string> suites, CancellationToken cancellation)
    {
        var parser = new TrackerParser(sources, suites, LongestText);
        var (buffer, length, isEnd, total) = (ArrayPool<byte>.Shared.Rent(ChunkSize), 0, false, 0L);
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = DeepestLevel });
        try
        {
            await using var plain = await PlainAsync(content, cancellation);
            while (!isEnd)
            {
                if (length == buffer.Length)
                {
                    if (length >= LongestToken)
                    {
                        throw Wrong(name, $"a word or text has more than {LongestToken >> 10} KiB");
                    }

                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var count = await plain.ReadAsync(buffer.AsMemory(length), cancellation);
                isEnd = count == 0;
                length += count;
                total += count;
                if (total > LargestFile)
                {
                    throw Wrong(name, $"it has more than {LargestFile >> 20} MiB");
                }

                // A byte order mark is no JSON.
                var skipped = total == count && buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? 3 : 0;
                var used = skipped + Parse(parser, buffer.AsSpan(skipped, length - skipped), isEnd, ref state);
                buffer.AsSpan(used, length - used).CopyTo(buffer);
                length -= used;
            }
        }
        catch (JsonException error)
        {
            throw Wrong(name, $"{SafeText.Text(error.Message.Split(" LineNumber:")[0].Split(" Change the reader")[0])} (byte {total - length} and after)", error);
        }
        catch (FormatException error)
        {
            throw Wrong(name, error.Message, error);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DebianException($"{name} cannot be read", why: error.Message, next: "get the file again", inner: error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return parser.Packages.Count > 0 ? parser.Packages
            : throw Wrong(name, $"it lists {Plural.Count(parser.Sources, "source package")}, and none of the image's {sources.Count}");
    }

    private static int Parse(TrackerParser parser, ReadOnlySpan<byte> data, bool isEnd, ref JsonReaderState state)
    {
        var json = new Utf8JsonReader(data, isEnd, state);
        while (json.Read())
        {
            parser.Take(ref json);
        }

        state = json.CurrentState;
        return (int)json.BytesConsumed;
    }

    private static async Task<Stream> PlainAsync(Stream content, CancellationToken cancellation)
    {
        var head = new byte[2];
        var count = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        content.Seek(0, SeekOrigin.Begin);
        return count == 2 && head is [0x1f, 0x8b] ? new GZipStream(content, CompressionMode.Decompress) : content;
    }

    private static DebianException Wrong(string name, string why, Exception? inner = null) =>
        new($"{name} is not the data of Debian's security tracker", why: why, next: "get it again from https://security-tracker.debian.org/tracker/data/json", inner: inner);
}
