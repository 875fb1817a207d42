using System.Security.Cryptography;
using System.Text.Json;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>The result of a compilation.</summary>
/// <param name="Binary">The program <c>busybox</c>.</param>
/// <param name="Links">The absolute path of each applet, <c>busybox.links</c>.</param>
/// <param name="Configuration">The final <c>.config</c>.</param>
internal sealed record CompiledBusybox(ReadOnlyMemory<byte> Binary, IReadOnlyList<string> Links, ReadOnlyMemory<byte> Configuration);

/// <summary>
/// One platform's result in the cache, <c>&lt;cache&gt;/busybox/&lt;key&gt;</c>: the files that the recipe writes, and a stamp with their checksums
/// that is written last. Without a stamp, or with one that does not match, there is no result.
/// </summary>
/// <param name="cacheFolder">The cache.</param>
/// <param name="key">The key of the inputs, <see cref="CompileInputs.Key"/>.</param>
internal sealed class CompiledFolder(string cacheFolder, string key)
{
    private const string Binary = "busybox";
    private const string Links = "busybox.links";
    private const string Configuration = "config";
    private const int MostLinks = 5000;

    private static readonly string[] _names = [Binary, Links, Configuration];

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.Combine(cacheFolder, "busybox", key);

    private string StampPath => System.IO.Path.Combine(Path, "stamp.json");

    /// <summary>Whether there is a stamp: a result was stored, and may have been damaged since.</summary>
    public bool HasStamp => File.Exists(StampPath);

    /// <summary>Returns the result, verified by its checksums; null if there is none or it is damaged.</summary>
    public CompiledBusybox? Read()
    {
        try
        {
            var sums = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(StampPath));
            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var name in _names)
            {
                files[name] = File.ReadAllBytes(System.IO.Path.Combine(Path, name));
                if (sums?.GetValueOrDefault(name) != Sum(files[name]))
                {
                    return null;
                }
            }

            return new CompiledBusybox(files[Binary], Lines(files[Links]), files[Configuration]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Stores the recipe's output as the result.</summary>
    /// <param name="outputFolder">The folder that it wrote to.</param>
    /// <exception cref="BusyboxException">A file is absent or not valid.</exception>
    /// <exception cref="BuildException">The file system refused.</exception>
    public void Take(string outputFolder)
    {
        AtomicFile.Discard(StampPath);
        var sums = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in _names)
        {
            var source = System.IO.Path.Combine(outputFolder, name);
            byte[] content;
            try
            {
                content = File.ReadAllBytes(source);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new BusyboxException($"the recipe succeeded but created no {name}", source, error.Message, $"see {CompileInputs.RecipePath}", error);
            }

            sums[name] = Sum(content);
            AtomicFile.Write(System.IO.Path.Combine(Path, name), stream => stream.Write(content));
        }

        AtomicFile.WriteText(StampPath, JsonSerializer.Serialize(sums) + "\n");
    }

    private static string[] Lines(byte[] content)
    {
        var lines = System.Text.Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length is > 0 and <= MostLinks ? lines : throw new JsonException("not a list of applets");
    }

    private static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
