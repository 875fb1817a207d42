using System.Globalization;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>
/// The folder that a compilation starts in: its inputs, the work folder <c>work</c>, and <c>out</c> for the results. The recipe's variables are
/// described at its top; every path in them is relative, because the folder's path inside a build root may differ.
/// </summary>
/// <param name="folder">The folder; existing content is removed.</param>
internal sealed class CompileWork(string folder)
{
    private const string PatchFolder = "patches";
    private const string Recipe = "compile.sh";

    /// <summary>The folder that the recipe writes its results to.</summary>
    public string OutputFolder { get; } = Path.Combine(folder, "out");

    /// <summary>Writes the inputs, after removing the files of a killed run.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="tarball">The release's tarball.</param>
    /// <param name="processes">The number of concurrent compilers.</param>
    /// <exception cref="BuildException">The file system refused.</exception>
    public BuildRootCommand Lay(CompileInputs inputs, string tarball, int processes)
    {
        Remove();
        try
        {
            foreach (var name in new[] { PatchFolder, "work", "out" })
            {
                Directory.CreateDirectory(Path.Combine(folder, name));
            }

            File.Copy(tarball, Path.Combine(folder, inputs.Release.FileName));
            Write(Recipe, inputs.Recipe.Content);
            for (var index = 0; index < inputs.Patches.Count; index++)
            {
                var name = inputs.Patches[index].Name;
                Write(string.Create(CultureInfo.InvariantCulture, $"{PatchFolder}/{index:000}-{name[(name.LastIndexOf('/') + 1)..]}"), inputs.Patches[index].Content);
            }

            foreach (var fragment in inputs.Fragments)
            {
                Write(fragment.Name, fragment.Content);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(folder, error);
        }

        return new BuildRootCommand(folder, ["sh", Recipe], new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["ARCH"] = inputs.Platform.BusyboxArchitecture,
            ["CROSS_COMPILE"] = inputs.Platform.CrossPrefix,
            ["FRAGMENTS"] = string.Join(' ', inputs.Fragments.Select(fragment => fragment.Name)),
            ["JOBS"] = processes.ToString(CultureInfo.InvariantCulture),
            ["OUTPUT"] = "out",
            ["PATCHES"] = PatchFolder,
            ["SOURCE"] = inputs.Release.FileName,
            ["SOURCE_DATE_EPOCH"] = inputs.Release.Epoch.ToString(CultureInfo.InvariantCulture),
            ["WORK"] = "work",
        });
    }

    /// <summary>Removes the folder; if it cannot be removed, the next run removes it.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Absent, or still used by a killed compiler.
        }
    }

    /// <summary>Returns the disk's error if the folder is no longer writable, otherwise null: on a full disk make, compilers and kconfig report
    /// various errors, and some report none.</summary>
    public BuildException? Refusal()
    {
        try
        {
            // More than the free rest of a block after a failed write, and far less than any compilation needs.
            Write("probe", new byte[1 << 20]);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return AtomicFile.Refused(folder, error);
        }
        finally
        {
            AtomicFile.Discard(Path.Combine(folder, "probe"));
        }
    }

    private void Write(string name, ReadOnlyMemory<byte> content)
    {
        using var stream = File.Create(Path.Combine(folder, name));
        stream.Write(content.Span);
    }
}
