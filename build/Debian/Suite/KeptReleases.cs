using System.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>What the Release files of the cache list, for deciding what is kept: their signatures are not looked at.</summary>
internal static class KeptReleases
{
    /// <summary>The checksums of all files that the newest Release files of a suite list.</summary>
    /// <param name="cache">The cache folder.</param>
    /// <param name="codename">The suite.</param>
    public static IEnumerable<string> Checksums(string cache, string codename)
    {
        var folder = Path.Combine(cache, "releases");
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, $"{codename}*.InRelease", SearchOption.AllDirectories) : [])
        {
            // Files with a date are those of before.
            if (Path.GetFileName(path).AsSpan().Count('.') == 1 && new FileInfo(path) is { Length: <= ClearSignedFile.LargestFile })
            {
                foreach (var line in File.ReadLines(path, Encoding.Latin1))
                {
                    if (line.TrimStart() is var text && text.IndexOf(' ', StringComparison.Ordinal) == Sha256Length && Foundation.Text.Sha256Text.IsValid(text[..Sha256Length]))
                    {
                        yield return text[..Sha256Length];
                    }
                }
            }
        }
    }

    private const int Sha256Length = 64;
}
