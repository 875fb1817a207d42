using System.Globalization;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>
/// The folder that a compilation starts in: its inputs, <c>work</c> to work in, and <c>out</c> for what it gives. The recipe's
/// variables are described in its head; every path in them is relative, for a build root may call the folder what it likes.
/// </summary>
/// <param name="folder">The folder; nothing of value may be in it.</param>
internal sealed class CompileWork(string folder)
{
    private const string PatchFolder = "patches";
    private const string Recipe = "compile.sh";

    /// <summary>Where the recipe writes its results to.</summary>
    public string OutputFolder { get; } = Path.Combine(folder, "out");

    /// <summary>Lays out the inputs, after removing what a killed run left.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="tarball">The release's tarball.</param>
    /// <param name="processes">How many compilers run at once.</param>
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

    /// <summary>Removes the folder; one that cannot be removed is left for the next run.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Absent, or a compiler that was killed is still at it.
        }
    }

    /// <summary>The error of the disk where nothing more can be written to the folder, else null: make, compilers and kconfig
    /// say all sorts of things on a full disk, and some say nothing.</summary>
    public BuildException? Refusal()
    {
        try
        {
            // More than the last file that failed left of a block, and far less than any compilation takes.
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
