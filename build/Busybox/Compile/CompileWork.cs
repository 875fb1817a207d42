using System.Globalization;
using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>
/// The folder that a compilation sees as <c>/build</c>: its inputs under <c>in</c>, room to work, and <c>out</c> for what it gives.
/// The recipe's variables are described in its head.
/// </summary>
/// <param name="folder">The folder; nothing of value may be in it.</param>
public sealed class CompileWork(string folder)
{
    private const string Inside = "/build";

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
            foreach (var name in new[] { "in", "in/patches", "work", "out" })
            {
                Directory.CreateDirectory(Path.Combine(folder, name));
            }

            File.Copy(tarball, Path.Combine(folder, "in", inputs.Release.FileName));
            Write("in/compile.sh", inputs.Recipe.Content);
            for (var index = 0; index < inputs.Patches.Count; index++)
            {
                var name = inputs.Patches[index].Name;
                Write(string.Create(CultureInfo.InvariantCulture, $"in/patches/{index:000}-{name[(name.LastIndexOf('/') + 1)..]}"), inputs.Patches[index].Content);
            }

            foreach (var fragment in inputs.Fragments)
            {
                Write($"in/{fragment.Name}", fragment.Content);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(folder, error);
        }

        return new BuildRootCommand(folder, $"{Inside}/in/compile.sh", new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["ARCH"] = inputs.Platform.BusyboxArchitecture,
            ["CROSS_COMPILE"] = inputs.Platform.CrossPrefix,
            ["FRAGMENTS"] = string.Join(' ', inputs.Fragments.Select(fragment => $"{Inside}/in/{fragment.Name}")),
            ["JOBS"] = processes.ToString(CultureInfo.InvariantCulture),
            ["OUTPUT"] = $"{Inside}/out",
            ["PATCHES"] = $"{Inside}/in/patches",
            ["SOURCE"] = $"{Inside}/in/{inputs.Release.FileName}",
            ["SOURCE_DATE_EPOCH"] = inputs.Release.Epoch.ToString(CultureInfo.InvariantCulture),
            ["WORK"] = $"{Inside}/work",
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

    private void Write(string name, ReadOnlyMemory<byte> content)
    {
        using var stream = File.Create(Path.Combine(folder, name));
        stream.Write(content.Span);
    }
}
