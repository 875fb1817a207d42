using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Adds lines to lib-requires.txt, and changes nothing else of it: its line ends, byte order mark and comments stay.</summary>
internal static class RequirementWriter
{
    /// <summary>Adds lines at the end; those that the file has already are not added again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="platforms">The platforms of the run.</param>
    /// <exception cref="ConfigurationException">The file with these lines is not valid, such as if a line for other platforms has the same name; it is unchanged.</exception>
    /// <exception cref="Foundation.Errors.BuildException">The file cannot be written; it is unchanged.</exception>
    /// <returns>The number of lines added.</returns>
    public static int Add(string path, IReadOnlyList<string> lines, IReadOnlyList<Platform> platforms)
    {
        var text = TextFile.Read(path, Path.GetFileName(path)) ?? string.Empty;
        var known = text.Split('\n').Select(line => line.Split('#')[0].Trim()).ToHashSet(StringComparer.Ordinal);
        List<string> missing = [.. lines.Where(line => !known.Contains(line))];
        if (missing.Count == 0)
        {
            return 0;
        }

        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var added = text + (text.Length == 0 || text.EndsWith('\n') ? string.Empty : end) + string.Concat(missing.Select(line => line + end));
        RequirementFile.Parse(added, Path.GetFileName(path), platforms);
        AtomicFile.WriteText(path, added);
        return missing.Count;
    }
}
