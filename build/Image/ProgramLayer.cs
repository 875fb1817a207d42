using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>The programs of the user in an image: a second layer, so that images with other programs share the first, and how a container starts them.</summary>
/// <param name="files">Returns the files of a platform; null if the image contains no program.</param>
/// <param name="names">The names of the programs.</param>
/// <param name="entryPoint">What a container runs; null for what Dockerfile.run says.</param>
/// <param name="where">Where the entry point was written, for an error.</param>
public sealed class ProgramLayer(Func<Platform, RootfsTree>? files, IReadOnlyList<string> names, IReadOnlyList<string>? entryPoint, string where)
{
    /// <summary>No program, and the entry point of Dockerfile.run.</summary>
    internal static ProgramLayer None { get; } = new(null, [], null, string.Empty);

    /// <summary>Whether the image has a shell, which is then its command.</summary>
    public bool HasShell { get; init; } = true;

    /// <summary>The text of the layer's history entry.</summary>
    public string CreatedBy => $"busybox-glibc: {string.Join(", ", names)}";

    /// <summary>The layer over a finished root file system: the programs, and what the build makes again because of them, such as the loader's cache.</summary>
    /// <returns>The layer, and the root file system with it; no layer if there is no program.</returns>
    /// <exception cref="RootfsException">A folder of one is a file of the other.</exception>
    public (RootfsTree? Layer, RootfsTree Whole) Over(Platform platform, RootfsTree rootfs)
    {
        if (files is null)
        {
            return (null, rootfs);
        }

        var whole = RootfsMerge.Complete(platform, rootfs.Overlay(files(platform)));
        var layer = new RootfsTree();
        foreach (var entry in whole.Entries.Where(entry => !(rootfs.TryGet(entry.Path, out var under) && IsSame(under, entry))))
        {
            AddFolders(layer, whole, entry.Path);
            layer.Add(entry);
        }

        return (layer, whole);
    }

    /// <summary>How a container is started: the shell is no argument of an entry point, and no command where there is none.</summary>
    internal ImageRunConfig Started(ImageRunConfig run) => entryPoint is null && HasShell ? run
        : run with { EntryPoint = entryPoint ?? run.EntryPoint, Command = run.Command.SequenceEqual(ImageSpec.Command) ? [] : run.Command };

    /// <summary>Checks that the entry point is a program of the image.</summary>
    /// <exception cref="BuildException">It is not.</exception>
    internal void Check(Platform platform, RootfsTree whole, ImageRunConfig run)
    {
        if (entryPoint is null || Places(entryPoint[0], run).Any(place => IsProgram(whole, place)))
        {
            return;
        }

        var name = RootfsPath.Name(entryPoint[0]);
        var alike = whole.Entries.Where(entry => entry.Type == RootfsEntryType.File && RootfsPath.Name(entry.Path) == name && IsProgram(whole, entry.Path)).Select(entry => "/" + entry.Path)
            .Concat(files is null ? [] : files(platform).Entries.Where(entry => entry.Type == RootfsEntryType.File && !entry.Path.Contains(".so", StringComparison.Ordinal) && IsProgram(whole, entry.Path)).Select(entry => "/" + entry.Path)).Distinct().Take(3).ToList();
        throw new BuildException(
            $"the entry point {SafeText.Text(entryPoint[0])} is not a program of the image ({platform})",
            where,
            entryPoint[0].Contains('/', StringComparison.Ordinal) ? whole.Resolve(entryPoint[0]) is null ? "there is no such file" : "it is a folder, or not executable" : "no folder of PATH has it",
            alike.Count == 0 ? "name a program by its path in the image; --program=PATH adds one" : $"did you mean {string.Join(" or ", alike)}?");
    }

    private static IEnumerable<string> Places(string program, ImageRunConfig run) => program.StartsWith('/') ? [program]
        : program.Contains('/', StringComparison.Ordinal) ? [$"{run.WorkingDirectory}/{program}"]
        : (run.Environment.LastOrDefault(line => line.StartsWith("PATH=", StringComparison.Ordinal)) ?? ImageSpec.SearchPath)[5..].Split(':').Select(folder => $"{folder}/{program}");

    private static bool IsProgram(RootfsTree tree, string path) =>
        tree.Resolve(path) is { } found && tree.TryGet(found, out var file) && file.Type == RootfsEntryType.File && (file.Mode & FilePermissions.Octal111) == FilePermissions.Octal111;

    // A layer repeats the folders above its files, as they are below.
    private static void AddFolders(RootfsTree layer, RootfsTree whole, string path)
    {
        if (RootfsPath.Parent(path) is { } folder && whole.TryGet(folder, out var entry) && (!layer.TryGet(folder, out _) || layer.IsImplied(folder)))
        {
            AddFolders(layer, whole, folder);
            layer.Add(entry);
        }
    }

    private static bool IsSame(RootfsEntry one, RootfsEntry other) =>
        (one.Type, one.Mode, one.UserId, one.GroupId, one.LinkTarget) == (other.Type, other.Mode, other.UserId, other.GroupId, other.LinkTarget)
        && one.Content.Span.SequenceEqual(other.Content.Span);
}
