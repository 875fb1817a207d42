using System.Text.RegularExpressions;
using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>Real packages of Debian 13 from the mirror that the machine's apt uses, kept in the temporary folder between runs.</summary>
internal static partial class DebSamples
{
    private const string Suite = "trixie";

    private static string Folder => Path.Combine(Path.GetTempPath(), "busybox-glibc-tests", "debs");

    /// <summary>The path of a package's file; the test is skipped where no mirror can be reached.</summary>
    public static string Fetch(string package, string architecture)
    {
        var stem = Path.Combine(Folder, $"{Suite}-{package}_{architecture}.deb");
        if (!File.Exists(stem))
        {
            try
            {
                using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
                Keep(client, $"{Mirror()}/{PoolPath(client, package, architecture)}", stem);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                Requires.That(false, $"a Debian mirror ({error.Message})");
            }
        }

        return stem;
    }

    private static string PoolPath(HttpClient client, string package, string architecture)
    {
        var index = Path.Combine(Folder, $"{Suite}-{architecture}-Packages.xz");
        if (!File.Exists(index) || DateTime.UtcNow - File.GetLastWriteTimeUtc(index) > TimeSpan.FromHours(12))
        {
            Keep(client, $"{Mirror()}/dists/{Suite}/main/binary-{architecture}/Packages.xz", index);
        }

        using var reader = new StreamReader(new XzStream(File.OpenRead(index), 96 << 20));
        var inside = false;
        while (reader.ReadLine() is { } line)
        {
            inside = line.Length != 0 && (inside || line == $"Package: {package}");
            if (inside && line.StartsWith("Filename: ", StringComparison.Ordinal))
            {
                return line["Filename: ".Length..];
            }
        }

        throw new InvalidOperationException($"{Suite} has no {package} for {architecture}");
    }

    private static void Keep(HttpClient client, string url, string path)
    {
        Directory.CreateDirectory(Folder);
        var partial = $"{path}.{Guid.NewGuid():N}";
        using (var file = File.Create(partial))
        {
            client.GetStreamAsync(url).GetAwaiter().GetResult().CopyTo(file);
        }

        File.Move(partial, path, overwrite: true);
    }

    private static string Mirror()
    {
        foreach (var file in new[] { "/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list" }.Where(File.Exists))
        {
            var match = DebianUri().Match(File.ReadAllText(file));
            if (match.Success)
            {
                return match.Groups[1].Value;
            }
        }

        return "http://ftp.debian.org/debian";
    }

    [GeneratedRegex(@"^(?:URIs:|deb)\s+(?:\[.*?\]\s+)?(https?://\S+/debian)/?(?:\s|$)", RegexOptions.Multiline)]
    private static partial Regex DebianUri();
}
