using System.Collections.Concurrent;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Inspect.Contents;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Reports.Page;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Setup;

/// <summary>What the report says of the files of an image: read while Verify has them at hand, otherwise from the layout.</summary>
/// <param name="inputs">The inputs of the run.</param>
/// <param name="results">The plan.</param>
/// <param name="vex">Looks for what the table of vulnerabilities names.</param>
public sealed class ReportContents(BuildInputs inputs, BuildResults results, VexChecks vex)
{
    private readonly ConcurrentDictionary<string, ImageContents> _seen = new(StringComparer.Ordinal);

    /// <summary>Looks at an image that is being read for something else. Thread-safe.</summary>
    internal void Look(OciImage image, RootfsTree tree)
    {
        _seen[image.Descriptor.Digest] = Read(image, tree);
        try
        {
            vex.Look(image, tree);
        }
        catch (BuildException)
        {
            // A table that cannot be read is an error of the targets that are about it.
        }
    }

    /// <summary>What is in the images of a layout.</summary>
    internal IReadOnlyList<ImageContents> Of(IReadOnlyList<OciImage> images)
    {
        Parallel.ForEach(
            images.Where(image => !_seen.ContainsKey(image.Descriptor.Digest)), new ParallelOptions { MaxDegreeOfParallelism = inputs.Options.Run.Jobs },
            image => Look(image, RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform)));
        return [.. images.Select(image => _seen[image.Descriptor.Digest])];
    }

    /// <summary>What they show about the vulnerabilities of the table.</summary>
    internal IReadOnlyList<ReportVex> VexOf(IReadOnlyList<OciImage> images) =>
    [
        .. images.SelectMany((image, number) => vex.Seen(image).Select(statement => (Statement: statement, Number: number)))
            .GroupBy(one => (one.Statement.Entry.Cve, one.Statement.Entry.Source, State: StateOf(one.Statement.Status), one.Statement.Text))
            .OrderBy(group => group.Key.Source, StringComparer.Ordinal).ThenBy(group => group.Key.Cve, StringComparer.Ordinal).ThenBy(group => group.Key.Text, StringComparer.Ordinal)
            .Select(group => new ReportVex(group.Key.Cve, group.Key.Source, group.Key.State, group.Key.Text, group.Aggregate(0, (set, one) => set | (1 << one.Number)))),
    ];

    private static string StateOf(VexStatus status) => status switch { VexStatus.Open => "open", VexStatus.Fixed => "fixed", _ => "not-affected" };

    private ImageContents Read(OciImage image, RootfsTree tree)
    {
        var plan = results.Plan;
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var program in inputs.Programs.Where(program => program.IsInside))
        {
            foreach (var path in program.PathsOn(image.Platform))
            {
                given.TryAdd(path, $"program {program.Name}");
            }
        }

        foreach (var file in inputs.Requirements.Where(line => line.Kind == Configuration.Requirements.RequirementKind.Overlay && line.AppliesTo(image.Platform)).SelectMany(line => inputs.FilesOf(image.Platform, line)))
        {
            given.TryAdd(file.Path, "overlay");
        }

        return ImageContents.Of(image.Platform, tree, given.GetValueOrDefault, plan.Lock.Platforms.FirstOrDefault(locked => locked.Platform == image.Platform));
    }
}
