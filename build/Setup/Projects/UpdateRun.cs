using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Setup.Projects;

/// <summary>
/// Renews the lock, and if that changes it, builds and tests the image and writes what differs, for a pull request. Each step is a run of its own, as a user would type
/// it. If one fails, the lock is as before.
/// </summary>
/// <param name="inputs">The folders, and the options that each step gets too.</param>
/// <param name="paths">The lock and the artifacts.</param>
/// <param name="interruption">Ends the step that is going on.</param>
public sealed class UpdateRun(BuildInputs inputs, BuildPaths paths, Interruption interruption)
{
    private const int NoImage = 2;

    /// <summary>Updates.</summary>
    /// <returns>The file that says what differs; null if nothing is newer.</returns>
    /// <exception cref="BuildException">A step failed.</exception>
    internal string? Run()
    {
        var before = ReadLock();
        var old = Path.Combine(paths.Artifacts, "update");
        if (before is not null)
        {
            Step("Verify", "the image of the lock cannot be built: fix that before an update");
            Copy(paths.Layout, old);
        }

        try
        {
            Step("Lock", "the lock cannot be renewed");
            if (before is not null && before.AsSpan().SequenceEqual(ReadLock()))
            {
                return null;
            }

            Step("SmokeTest", "the image with the newer packages cannot be built, or does not pass its tests");
            if (before is null)
            {
                AtomicFile.WriteText(paths.Update, "### First lock\n");
            }
            else if (Difference(old) is { } text)
            {
                AtomicFile.WriteText(paths.Update, text);
            }
            else
            {
                // Only the dates of the archive are newer.
                AtomicFile.WriteChanged(paths.Lock, before);
                return null;
            }

            return paths.Update;
        }
        catch (BuildException) when (before is not null)
        {
            AtomicFile.WriteChanged(paths.Lock, before);
            throw;
        }
        finally
        {
            if (Directory.Exists(old))
            {
                Directory.Delete(old, recursive: true);
            }
        }
    }

    private byte[]? ReadLock() => File.Exists(paths.Lock) ? File.ReadAllBytes(paths.Lock) : null;

    private void Step(string target, string what)
    {
        if (NewProgram().Run(Words($"--target={target}")) is not 0 and var code)
        {
            throw new BuildException(what, $"--target={target}", $"it ended with exit code {code}; its messages are above", $"run it alone: ./build.sh --target={target}");
        }
    }

    // Null if there is none. Diff's exit codes are 0 for no difference, 1 for one, 2 for no answer, 3 for vulnerabilities.
    private string? Difference(string old)
    {
        var (code, output) = NewProgram().Read(Words("--target=Diff", $"--{OptionTable.From.Argument}={paths.Shown(old)}", $"--{OptionTable.Markdown.Argument}"));
        return code == 0 ? null : code != NoImage ? output : throw new BuildException("the images cannot be compared", "--target=Diff", "its messages are above");
    }

    private OwnProgram NewProgram() => new(inputs.Folders.Started, interruption);

    private IEnumerable<string> Words(params string[] own)
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
