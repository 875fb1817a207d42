using System.Net;
using System.Text.RegularExpressions;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.Xz;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>Real packages of Debian 13 from the mirror that the machine's apt uses, kept in the temporary folder between runs.</summary>
internal static partial class RealPackages
{
    private const string Suite = "trixie";

    private static string OtherName => Suites.Find(Suite)!.OtherName;

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
                FetchUnderEitherName(client, package, architecture, stem);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                Requires.That(false, $"a Debian mirror ({error.Message})");
            }
        }

        return stem;
    }

    /// <summary>The content of a package's files whose path has that beginning, by the rest of the path; of those only that are no libraries.</summary>
    public static Dictionary<string, byte[]> PlainFiles(string package, string architecture, string folder)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var path = Fetch(package, architecture);
        using var file = DebFile.Open(File.OpenRead(path), Path.GetFileName(path));
        file.ReadData((entry, content) =>
        {
            if (entry.Type == DebEntryType.File && entry.Path.StartsWith(folder, StringComparison.Ordinal) && !entry.Path.EndsWith(".so", StringComparison.Ordinal))
            {
                using var copy = new MemoryStream();
                content!.CopyTo(copy);
                files.Add(entry.Path[folder.Length..], copy.ToArray());
            }

            return true;
        });
        return files;
    }

    // A mirror that is being renewed may list what it does not have yet; under the suite's other name it has the former set.
    private static void FetchUnderEitherName(HttpClient client, string package, string architecture, string stem)
    {
        try
        {
            Keep(client, $"{Mirror()}/{PoolPath(client, Suite, package, architecture)}", stem);
        }
        catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            Keep(client, $"{Mirror()}/{PoolPath(client, OtherName, package, architecture)}", stem);
        }
    }

    private static string PoolPath(HttpClient client, string suite, string package, string architecture)
    {
        var index = Path.Combine(Folder, $"{suite}-{architecture}-Packages.xz");
        if (!File.Exists(index) || DateTime.UtcNow - File.GetLastWriteTimeUtc(index) > TimeSpan.FromHours(12))
        {
            Keep(client, $"{Mirror()}/dists/{suite}/main/binary-{architecture}/Packages.xz", index);
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

        throw new InvalidOperationException($"{suite} has no {package} for {architecture}");
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
