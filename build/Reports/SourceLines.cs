using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Supply.Sources;

namespace BusyboxGlibc.Reports;

/// <summary>The sources of an image as text.</summary>
internal static class SourceLines
{
    /// <summary>A line for BusyBox, one for each source package, and their sum.</summary>
    public static IEnumerable<string> Of(SourceBundle bundle)
    {
        if (bundle.Busybox is { } busybox)
        {
            yield return $"busybox {busybox.Release.Version}: {busybox.Release.FileName}, {HumanReadable.Bytes(busybox.Release.Size)}, and {string.Join(", ", busybox.Files.Select(file => file.Name))}";
        }

        foreach (var source in bundle.Packages)
        {
            yield return $"{source.Wanted}: {Plural.Count(source.Index.Files.Count, "file")}, {HumanReadable.Bytes(source.Index.Files.Sum(file => file.Size))}{(source.Snapshot is { } time ? $", in the snapshot archive of {time}" : string.Empty)}"
                + $" ({string.Join(", ", source.Wanted.Binaries.Concat(source.Wanted.CopiedInto.Select(name => $"copied into {name}")))})";
        }

        foreach (var missing in bundle.Missing)
        {
            yield return $"{missing}: missing";
        }

        foreach (var own in bundle.Own)
        {
            yield return $"{own}: a package file of the project, whose source you provide";
        }

        yield return $"{Plural.Count(bundle.Packages.Count, "source package")}, {Plural.Count(bundle.Packages.Sum(source => source.Index.Files.Count), "file")}, {HumanReadable.Bytes(bundle.Packages.Sum(source => source.Index.Files.Sum(file => file.Size)))}";
    }
}
