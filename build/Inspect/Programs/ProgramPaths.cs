using System.Text.RegularExpressions;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Programs;

/// <summary>Paths with placeholders that stand for a platform, and the names of the programs there.</summary>
internal static partial class ProgramPaths
{
    private static readonly string[] _endings = [".tar.gz", ".tar.xz", ".tar.zst", ".tgz", ".txz", ".tar", ".deb"];

    /// <summary>Whether a path takes one program for each platform.</summary>
    public static bool IsForEach(string path) => Placeholder().IsMatch(path);

    /// <summary>The first word in braces that is not a placeholder; null if there is none.</summary>
    public static string? Unknown(string path) => Braces().Matches(path).Select(match => match.Value).FirstOrDefault(word => !Placeholder().IsMatch(word));

    /// <summary>The places where the program of a platform may be. A platform has the name that docker buildx gives it in <c>TARGETPLATFORM</c>, as GoReleaser's
    /// folders have it (<c>linux/arm/v7</c>), with dashes, or with underscores as buildx names the folders of <c>--output=type=local</c>.</summary>
    public static IReadOnlyList<string> Of(string path, Platform platform)
    {
        var parts = platform.Name.Split('/');
        var common = path.Replace("{os}", Platform.Os, StringComparison.Ordinal)
            .Replace("{arch}", parts[1], StringComparison.Ordinal)
            .Replace("{variant}", parts.ElementAtOrDefault(2) ?? string.Empty, StringComparison.Ordinal);
        return [.. new[] { platform.Name, platform.FileName, platform.Name.Replace('/', '_') }
            .Select(name => common.Replace("{platform}", name, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The name of a program on every platform: that of its file, without placeholders and the ending of an archive; if only placeholders are left, that
    /// of the folder above.</summary>
    public static string NameOf(string path)
    {
        var name = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()
            .Select(part => WithSeparator().Replace(part, string.Empty).TrimStart('-', '_')).FirstOrDefault(part => part is not ("" or "." or "..")) ?? "program";
        var ending = _endings.FirstOrDefault(ending => name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return ending is null ? name : name[..^ending.Length];
    }

    [GeneratedRegex(@"\{(platform|os|arch|variant)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[-_.]?\{(platform|os|arch|variant)\}", RegexOptions.CultureInvariant)]
    private static partial Regex WithSeparator();

    [GeneratedRegex(@"\{[^{}/]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Braces();
}
