using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Busybox.Releases;

/// <summary>Changes of <c>busybox-releases.json</c> and of what repeats it, which leave everything else in these files as it is written.</summary>
internal static partial class ReleaseTable
{
    /// <summary>The table with one more release, as its first.</summary>
    /// <param name="text">The table.</param>
    /// <param name="release">The release.</param>
    /// <exception cref="BusyboxException">The text has no list of releases in the form of the committed file.</exception>
    public static string Add(string text, BusyboxRelease release)
    {
        var match = Once(Head(), text);
        string Word(string value) => JsonSerializer.Serialize(value);
        string Lines(IEnumerable<string> values) => string.Join(",\n", values);
        var options = release.Options.Count == 0 ? "{}" : $"{{\n{Lines(release.Options.Select(one => $"        {Word(one.Key)}: [{string.Join(", ", one.Value.Select(Word))}]"))}\n      }}";
        return text.Insert(match.Index + match.Length, $$"""

                {
                  "version": {{Word(release.Version)}},
                  "date": {{Word(release.Date)}},
                  "sha256": {{Word(release.Sha256)}},
                  "size": {{release.Size.ToString(CultureInfo.InvariantCulture)}},
                  "sources": [
            {{Lines(release.Sources.Select(source => $"        {Word(source)}"))}}
                  ],
                  "patches": [{{string.Join(", ", release.Patches.Select(Word))}}],
                  "options": {{options}}
                },
            """.ReplaceLineEndings("\n"));
    }

    /// <summary>The table with another default.</summary>
    /// <param name="text">The table.</param>
    /// <param name="version">The version of the default.</param>
    /// <exception cref="BusyboxException">The text names no default in the form of the committed file.</exception>
    public static string WithDefault(string text, string version)
    {
        var match = Once(Default(), text).Groups["version"];
        return string.Concat(text.AsSpan(0, match.Index), version, text.AsSpan(match.Index + match.Length));
    }

    /// <summary><c>Dockerfile.builder</c> with the values of a release, for a plain <c>docker build</c>; as it is if it does not have its four lines, because then they are somebody's own.</summary>
    /// <param name="text">The file.</param>
    /// <param name="release">The release.</param>
    public static string InDockerfile(string text, BusyboxRelease release)
    {
        // Unquoted, a blank would begin the name of a second argument; a folder has nothing that quotes would not keep.
        var patches = string.Join(' ', release.Patches);
        (string Name, string Value)[] arguments = [("VERSION", release.Version), ("SHA256", release.Sha256), ("DATE", release.Date), ("PATCHES", release.Patches.Count > 1 ? $"\"{patches}\"" : patches)];
        return arguments.All(argument => Regex.Count(text, $"(?m)^ARG BUSYBOX_{argument.Name}=.*$") == 1)
            ? arguments.Aggregate(text, (current, argument) => Regex.Replace(current, $"(?m)^ARG BUSYBOX_{argument.Name}=.*$", $"ARG BUSYBOX_{argument.Name}={argument.Value}"))
            : text;
    }

    private static Match Once(Regex form, string text) => form.Matches(text) is [var only] ? only
        : throw new BusyboxException($"{BusyboxReleases.FileName} cannot be changed", BusyboxReleases.FileName, "it is not written like the committed file", "add the release by hand: CONTRIBUTING.md says how");

    [GeneratedRegex("(?m)^  \"releases\": \\[")]
    private static partial Regex Head();

    [GeneratedRegex("(?m)^  \"default\": \"(?<version>[0-9.]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Default();
}
