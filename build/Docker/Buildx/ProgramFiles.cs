using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image.Dockerfiles;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>
/// The files that steps of <c>Dockerfile.builder</c> mount from the project, and that are the program's: a project elsewhere has none of the steps, and
/// Docker follows no link out of it. They are in a context of their own.
/// </summary>
internal sealed partial class ProgramFiles
{
    /// <summary>The name of that context.</summary>
    public const string Context = "program";

    private readonly IReadOnlyDictionary<string, string> _paths;

    private ProgramFiles(IReadOnlyDictionary<string, string> paths) => _paths = paths;

    /// <summary>No files: the project has all of them.</summary>
    public static ProgramFiles None { get; } = new(new Dictionary<string, string>());

    /// <summary>Their names in the context, each with its file, in the order of the names.</summary>
    public IEnumerable<KeyValuePair<string, string>> Files => _paths.SelectMany(path => !Directory.Exists(path.Value) ? [path]
        : Directory.EnumerateFiles(path.Value, "*", SearchOption.AllDirectories).Select(file => KeyValuePair.Create($"{path.Key}/{Path.GetRelativePath(path.Value, file).Replace('\\', '/')}", file)))
        .OrderBy(file => file.Key, StringComparer.Ordinal);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _paths.Count == 0;

    /// <summary>Finds those of a project.</summary>
    /// <param name="builder">Dockerfile.builder.</param>
    /// <param name="folders">The folders of the project and of the program.</param>
    public static ProgramFiles Of(DockerfileText builder, ProjectFolders folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in builder.Lines.SelectMany(line => Mount().Matches(line)).Select(match => match.Groups["path"].Value))
        {
            // Docker itself says what is missing everywhere.
            if (IsPlain(name) && !IsWithin(folders.Project, name) && Path.Exists(folders.PathOf(name)))
            {
                paths[name] = folders.PathOf(name);
            }
        }

        return paths.Count == 0 ? None : new ProgramFiles(paths);
    }

    /// <summary>A line of Dockerfile.builder that mounts them from their context.</summary>
    public string Located(string line) => IsEmpty ? line
        : Mount().Replace(line, match => _paths.ContainsKey(match.Groups["path"].Value) ? match.Value.Replace("type=bind,", $"type=bind,from={Context},", StringComparison.Ordinal) : match.Value);

    private static bool IsPlain(string name) => !Path.IsPathRooted(name) && !name.Split('/').Contains("..") && !name.Contains('$', StringComparison.Ordinal);

    // No part of the path is a link.
    private static bool IsWithin(string folder, string name)
    {
        var path = folder;
        foreach (var part in name.Split('/'))
        {
            path = Path.Combine(path, part);
            if (!Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                return false;
            }
        }

        return true;
    }

    // As the shipped file writes them; a mount of the user's with options in another order is the project's.
    [GeneratedRegex("--mount=type=bind,source=(?<path>[^,\\s\"']+),", RegexOptions.CultureInvariant)]
    private static partial Regex Mount();
}
