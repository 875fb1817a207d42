using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Setup.Projects;

/// <summary>Runs one command for several projects, one after another, each in a process of its own: what one of them gets wrong does not concern the others.</summary>
/// <param name="projects">The folders, as they are typed.</param>
/// <param name="words">The rest of the command line.</param>
/// <param name="board">Receives the name of each project, and at the end how each run ended.</param>
/// <param name="interruption">Ends the run that is going on, and starts no more.</param>
internal sealed class ProjectRuns(IReadOnlyList<string> projects, IReadOnlyList<string> words, ConsoleProgressBoard board, Interruption interruption)
{
    // Those that give images their names outside of the project's own folder.
    private static readonly string[] _naming = ["Publish", "Load"];

    /// <summary>Runs them.</summary>
    /// <returns>The exit code: 0 if it is that of all, otherwise the first other one.</returns>
    /// <exception cref="BuildException">A folder is no project, or two of them would give one name to two images; nothing was run.</exception>
    public int Run()
    {
        var folders = projects.Select(ProjectFolders.Find).ToList();
        CheckNames(folders);
        var isQuiet = words.Any(word => word.Split('=')[0] is "--json" or "--markdown");
        var program = new OwnProgram(Environment.CurrentDirectory, interruption);
        var ended = new List<(string Project, int Code)>();
        foreach (var project in projects.TakeWhile(_ => !interruption.Requested))
        {
            if (!isQuiet)
            {
                board.Note($"project {SafeText.Text(project)}");
            }

            ended.Add((project, program.Run([$"--{ProjectFolders.Argument}={project}", .. words])));
        }

        if (!isQuiet)
        {
            foreach (var (project, code) in ended)
            {
                board.Note($"{SafeText.Text(project)}: {(code == 0 ? "done" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"exit code {code}"))}");
            }
        }

        return interruption.Requested ? Interruption.ExitCode : ended.Select(one => one.Code).FirstOrDefault(code => code != 0);
    }

    /// <summary>The pairs of projects with one image name.</summary>
    /// <param name="names">The repositories of each project.</param>
    internal static IEnumerable<string> Conflicts(IReadOnlyList<(string Project, IReadOnlyList<string> Repositories)> names) => names
        .SelectMany(project => project.Repositories.Select(repository => (repository, project.Project)))
        .GroupBy(one => one.repository, one => one.Project, StringComparer.Ordinal)
        .Where(same => same.Skip(1).Any())
        .Select(same => $"{same.Key} is the name of {string.Join(" and ", same)}");

    private void CheckNames(IReadOnlyList<ProjectFolders> folders)
    {
        var given = Arguments(words);
        if (!given.GetValueOrDefault("target", []).Any(target => _naming.Contains(target, StringComparer.OrdinalIgnoreCase)))
        {
            return;
        }

        List<(string, IReadOnlyList<string>)> names = [.. projects.Zip(folders, (project, folder) => (project, (IReadOnlyList<string>)[.. OptionsOf(folder, given).Publish.Repositories.Select(repository => $"{repository.Registry}/{repository.Repository}")]))];
        if (Conflicts(names).ToList() is { Count: > 0 } conflicts)
        {
            throw new BuildException("projects have one image name", $"argument --{ProjectFolders.Argument}", string.Join('\n', conflicts), "give each its own in its cake.config: [Image] Repository=NAME");
        }
    }

    private static BuildOptions OptionsOf(ProjectFolders folders, Dictionary<string, List<string>> given) => BuildOptions.Read(
        new OptionSource(
            name => given.TryGetValue(name, out var values) ? OptionTable.Join(name, values) : null, given.ContainsKey, Environment.GetEnvironmentVariable,
            CakeConfigFile.Read(Path.Combine(folders.Project, ProjectFolders.Settings))),
        folders.Project);

    /// <summary>The arguments of a command line by name, without dashes, each with its values in order; a switch without a value is <c>true</c>.</summary>
    internal static Dictionary<string, List<string>> Arguments(IReadOnlyList<string> words)
    {
        var given = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < words.Count; index++)
        {
            var word = words[index].TrimStart('-');
            var end = word.AsSpan().IndexOfAny('=', ':') is var found and >= 0 ? found : word.Length;
            var value = end < word.Length ? word[(end + 1)..] : index + 1 < words.Count && !words[index + 1].StartsWith('-') ? words[++index] : "true";
            (given.TryGetValue(word[..end], out var values) ? values : given[word[..end]] = []).Add(value);
        }

        return given;
    }
}
