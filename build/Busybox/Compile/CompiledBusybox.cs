using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>The result of a compilation.</summary>
/// <param name="Binary">The program <c>busybox</c>.</param>
/// <param name="Links">The absolute path of each applet, <c>busybox.links</c>.</param>
/// <param name="Configuration">The final <c>.config</c>.</param>
internal sealed record CompiledBusybox(ReadOnlyMemory<byte> Binary, IReadOnlyList<string> Links, ReadOnlyMemory<byte> Configuration)
{
    private const string BinaryName = "busybox";
    private const string LinksName = "busybox.links";
    private const string ConfigurationName = "config";
    private const int MostLinks = 5000;

    /// <summary>The names of the files that the recipe writes.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [BinaryName, LinksName, ConfigurationName];

    /// <summary>The files, as the recipe wrote them.</summary>
    public IReadOnlyList<(string Name, ReadOnlyMemory<byte> Content)> Files =>
        [(BinaryName, Binary), (LinksName, Encoding.ASCII.GetBytes(string.Concat(Links.Select(link => link + "\n")))), (ConfigurationName, Configuration)];

    /// <summary>Reads the files that the recipe wrote.</summary>
    /// <param name="file">Returns the content of the file of that name.</param>
    /// <exception cref="BusyboxException">The list of the applets is not valid.</exception>
    public static CompiledBusybox Of(Func<string, ReadOnlyMemory<byte>> file)
    {
        var links = Encoding.ASCII.GetString(file(LinksName).Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return links.Length is > 0 and <= MostLinks ? new CompiledBusybox(file(BinaryName), links, file(ConfigurationName))
            : throw new BusyboxException($"{LinksName} is not a list of applets", why: $"it has {links.Length} lines", next: $"see {CompileInputs.RecipePath}");
    }
}

/// <summary>
/// One platform's result in the cache, <c>&lt;cache&gt;/busybox/&lt;key&gt;</c>: the files that the recipe writes, and a stamp with their checksums
/// that is written last. Without a stamp, or with one that does not match, there is no result.
/// </summary>
/// <param name="cacheFolder">The cache.</param>
/// <param name="key">The key of the inputs, <see cref="CompileInputs.Key"/>.</param>
internal sealed class CompiledFolder(string cacheFolder, string key)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.Combine(cacheFolder, PathOf(key));

    private string StampPath => System.IO.Path.Combine(Path, "stamp.json");

    /// <summary>The path of a result below the cache.</summary>
    public static string PathOf(string key) => $"busybox/{key}";

    /// <summary>Whether there is a stamp: a result was stored, and may have been damaged since.</summary>
    public bool HasStamp => File.Exists(StampPath);

    /// <summary>Returns the result, verified by its checksums; null if there is none or it is damaged.</summary>
    public CompiledBusybox? Read()
    {
        try
        {
            var sums = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(StampPath));
            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var name in CompiledBusybox.FileNames)
            {
                files[name] = File.ReadAllBytes(System.IO.Path.Combine(Path, name));
                if (sums?.GetValueOrDefault(name) != Sum(files[name]))
                {
                    return null;
                }
            }

            return CompiledBusybox.Of(name => files[name]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or BusyboxException)
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
        foreach (var name in CompiledBusybox.FileNames)
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

    private static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
