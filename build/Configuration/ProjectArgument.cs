using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary><c>--project</c>, which must be known before the host reads the project's <c>cake.config</c>.</summary>
internal static class ProjectArgument
{
    private const string Name = "--" + ProjectFolders.Argument;

    /// <summary>The folders that a command line names, with the rest of it.</summary>
    /// <param name="words">The words of the command line.</param>
    /// <param name="current">The current folder: a name with <c>*</c> or <c>?</c> in its last part means every folder there that is a project.</param>
    /// <returns>The folders as they are written, or as they were found, in the order of their names; none if no folder is named. The rest has no <c>--project</c>.</returns>
    /// <exception cref="BuildException">The argument has no value, or a pattern matches no project.</exception>
    public static (IReadOnlyList<string> Folders, IReadOnlyList<string> Words) Read(IReadOnlyList<string> words, string current)
    {
        List<string> folders = [], rest = [];
        for (var index = 0; index < words.Count; index++)
        {
            var word = words[index];
            if (word == "--")
            {
                rest.AddRange(words.Skip(index));
                break;
            }

            var end = word.AsSpan().IndexOfAny('=', ':') is var found and >= 0 ? found : word.Length;
            if (!word.AsSpan(0, end).Equals(Name, StringComparison.OrdinalIgnoreCase))
            {
                rest.Add(word);
                continue;
            }

            var value = end < word.Length ? word[(end + 1)..] : index + 1 < words.Count && !words[index + 1].StartsWith('-') ? words[++index] : string.Empty;
            foreach (var name in value.Split(',', StringSplitOptions.TrimEntries))
            {
                folders.AddRange(name.Any(char.IsControl) ? throw new BuildException($"{Name} has a control character", $"argument {Name}", SafeText.Text(name), $"rename the folder, or name another: {Name}=DIR")
                    : name.Length == 0 ? throw new BuildException($"{Name} names no folder", $"argument {Name}", next: $"name one: {Name}=DIR, or several: {Name}=images/*") : Matching(name, current));
            }
        }

        return ([.. folders.DistinctBy(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, current)), StringComparer.Ordinal)], rest);
    }

    private static IEnumerable<string> Matching(string name, string current)
    {
        var pattern = Path.GetFileName(Path.TrimEndingDirectorySeparator(name));
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0)
        {
            return [name];
        }

        var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(name)) ?? string.Empty;
        var folder = Path.GetFullPath(above.Length == 0 ? "." : above, current);
        List<string> found = !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateDirectories(folder, pattern, new EnumerationOptions { AttributesToSkip = FileAttributes.None, MatchType = MatchType.Simple })
                .Where(ProjectFolders.IsProject).Select(path => Path.Combine(above, Path.GetFileName(path))).Order(StringComparer.Ordinal),
        ];
        return found.Count > 0 ? found : throw new BuildException(
            $"no folder of an image matches {name}", $"argument {Name}", $"the folder of an image has {ProjectFolders.Marker}, {ProjectFolders.Settings}, or both",
            $"name another, or make one: ./build.sh --target=New {Name}={Path.Combine(above, "NAME")}");
    }
}
