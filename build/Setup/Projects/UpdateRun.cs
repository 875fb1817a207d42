using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Image.Dockerfiles;

namespace BusyboxGlibc.Setup.Projects;

/// <summary>
/// Adds newer releases of BusyBox and renews the lock, and if that changes anything, builds and tests the image and writes what differs, for a pull request. Each step is a run of its own, as a
/// user would type it. If one fails, everything is as before; but a newer BusyBox that does not pass stays in the table, and the packages are renewed without it.
/// </summary>
/// <param name="inputs">The folders, and the options that each step gets too.</param>
/// <param name="paths">The lock and the artifacts.</param>
/// <param name="interruption">Ends the step that is going on.</param>
/// <param name="services">The services of the run, for the archive.</param>
public sealed class UpdateRun(BuildInputs inputs, BuildPaths paths, Interruption interruption, IServiceProvider services)
{
    private const int NoImage = 2;

    /// <summary>Runs this program with other words: on this console, or with its output read.</summary>
    internal Func<IReadOnlyList<string>, bool, (int Code, string Output)> Runs
    {
        get => field ??= (words, reads) => reads ? NewProgram().Read(words) : (NewProgram().Run(words), string.Empty);
        init;
    }

    /// <summary>What looks for releases of BusyBox.</summary>
    internal ReleaseUpdate Releases { get => field ??= ReleaseUpdate.Of(services); init; }

    /// <summary>Updates.</summary>
    /// <returns>The file that says what differs; null if nothing is newer.</returns>
    /// <exception cref="BuildException">A step failed.</exception>
    internal async Task<string?> RunAsync(CancellationToken cancellation)
    {
        var before = new[] { paths.Lock, Path.Combine(inputs.Folders.Project, BusyboxReleases.FileName), Builder }.ToDictionary(path => path, path => File.Exists(path) ? File.ReadAllBytes(path) : null, StringComparer.Ordinal);
        var old = Path.Combine(paths.Artifacts, "update");
        if (before[paths.Lock] is not null)
        {
            Step("Verify", "the image of the lock cannot be built: fix that before an update");
            Copy(paths.Layout, old);
        }

        // Whatever ends it: a disk that is full is no BuildException.
        var isDone = false;
        try
        {
            var written = await UpdateAsync(before, old, cancellation);
            isDone = true;
            return written;
        }
        finally
        {
            if (!isDone)
            {
                before.Keys.ToList().ForEach(path => Restore(before, path));
            }

            if (Directory.Exists(old))
            {
                Directory.Delete(old, recursive: true);
            }
        }
    }

    private string Builder => Path.Combine(inputs.Folders.Project, ProjectDockerfiles.BuilderPath);

    private async Task<string?> UpdateAsync(Dictionary<string, byte[]?> before, string old, CancellationToken cancellation)
    {
        var releases = await Releases.RunAsync(cancellation);
        try
        {
            return Renew(before, old, releases);
        }
        catch (BuildException error) when (releases.Default is { } failed && !interruption.Requested)
        {
            // The packages alone may pass. The Dockerfile may have had values of the user's own.
            services.Get<IProgressBoard>().Warn($"with BusyBox {failed.Version}: {error.What}; it is left out");
            Restore(before, Builder);
            Restore(before, paths.Lock);
            return Renew(before, old, Releases.KeepDefault(releases));
        }
    }

    private string? Renew(Dictionary<string, byte[]?> before, string old, UpdatedReleases releases)
    {
        Step("Lock", "the lock cannot be renewed");
        var locked = before[paths.Lock];
        if (locked is not null && releases.Default is null && locked.AsSpan().SequenceEqual(File.ReadAllBytes(paths.Lock)))
        {
            return Write(null, releases);
        }

        Step("SmokeTest", "the image with what is newer cannot be built, or does not pass its tests");
        if (locked is null)
        {
            return Write("### First lock\n", releases);
        }

        var difference = Difference(old);
        if (difference is null && releases.Default is null)
        {
            // Only the dates of the archive are newer.
            Restore(before, paths.Lock);
        }

        return Write(difference, releases);
    }

    private string? Write(string? difference, UpdatedReleases releases)
    {
        if (difference is null && releases.Added.Count == 0)
        {
            return null;
        }

        var title = difference ?? $"### BusyBox {string.Join(", ", releases.Added.Select(release => release.Version))} in {BusyboxReleases.FileName}\n";
        AtomicFile.WriteText(paths.Update, title + (releases.Lines.Count == 0 ? string.Empty : $"\n{string.Concat(releases.Lines.Select(line => $"- {line}\n"))}"));
        return paths.Update;
    }

    // A file that was not there is removed again.
    private static void Restore(Dictionary<string, byte[]?> before, string path)
    {
        if (before[path] is { } content)
        {
            AtomicFile.WriteChanged(path, content);
        }
        else
        {
            File.Delete(path);
        }
    }

    private void Step(string target, string what)
    {
        if (Runs(Words($"--target={target}"), false).Code is not 0 and var code)
        {
            throw new BuildException(what, $"--target={target}", $"it ended with exit code {code}; its messages are above", $"run it alone: ./build.sh --target={target}");
        }
    }

    // Null if there is none. Diff's exit codes are 0 for no difference, 1 for one, 2 for no answer, 3 for vulnerabilities.
    private string? Difference(string old)
    {
        var (code, output) = Runs(Words("--target=Diff", $"--{OptionTable.From.Argument}={paths.Shown(old)}", $"--{OptionTable.Markdown.Argument}"), true);
        return code == 0 ? null : code != NoImage ? output : throw new BuildException("the images cannot be compared", "--target=Diff", "its messages are above");
    }

    private OwnProgram NewProgram() => new(inputs.Folders.Started, interruption);

    private IReadOnlyList<string> Words(params string[] own)
    {
        var (_, words) = ProjectArgument.Read(Environment.GetCommandLineArgs()[1..], inputs.Folders.Started);
        return [$"--{ProjectFolders.Argument}={inputs.Folders.Project}", .. own, .. WithoutTarget(words)];
    }

    /// <summary>A command line without its target.</summary>
    internal static IEnumerable<string> WithoutTarget(IReadOnlyList<string> words)
    {
        for (var index = 0; index < words.Count; index++)
        {
            if (index == 0 && !words[0].StartsWith('-'))
            {
                continue;
            }

            if (words[index] is "--target" or "-t" or "--Target")
            {
                index++;
            }
            else if (!words[index].StartsWith("--target=", StringComparison.OrdinalIgnoreCase) && !words[index].StartsWith("--target:", StringComparison.OrdinalIgnoreCase))
            {
                yield return words[index];
            }
        }
    }

    private static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
