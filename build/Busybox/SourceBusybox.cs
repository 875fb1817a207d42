using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Busybox;

/// <summary>
/// BusyBox compiled from its upstream release (<c>--busybox=source</c>): its binary at <c>/bin/busybox</c>, a link for each applet as listed in
/// <c>busybox.links</c>, its records, and what its licence requires: the configuration and patches that it was built with.
/// </summary>
/// <param name="compiled">The compiled results, one per platform, with their inputs.</param>
internal sealed class SourceBusybox(IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)> compiled) : IBusybox
{
    /// <inheritdoc/>
    public Task<BusyboxTree> ForAsync(LockedPlatform platform, CancellationToken cancellation)
    {
        var (inputs, result) = compiled.FirstOrDefault(pair => pair.Inputs.Platform == platform.Platform);
        return result is null
            ? throw new BusyboxException($"there is no compiled BusyBox of {platform.Platform}", next: "run the target CompileBusybox first")
            : Task.FromResult(Make(inputs, result));
    }

    private static BusyboxTree Make(CompileInputs inputs, CompiledBusybox result)
    {
        var time = inputs.Release.Epoch;
        var tree = new RootfsTree();
        void File(string path, ReadOnlyMemory<byte> content, int mode = FilePermissions.Octal644) =>
            tree.Add(new RootfsEntry(path, RootfsEntryType.File, mode, 0, 0, time, null, content, BusyboxRecords.Package));

        File(BusyboxRecords.Place, result.Binary, FilePermissions.Octal755);
        var applets = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in result.Links.Select(Checked))
        {
            applets.Add(RootfsPath.Name(path));
            if (path != BusyboxRecords.Place)
            {
                tree.Add(new RootfsEntry(
                    path, RootfsEntryType.SymbolicLink, FilePermissions.Octal777, 0, 0, time, RootfsPath.Relative(path, BusyboxRecords.Place), default, BusyboxRecords.Package));
            }
        }

        foreach (var (path, content) in BusyboxRecords.Of(inputs, result))
        {
            File(path, content);
        }

        return new BusyboxTree(tree, new BusyboxIdentity(inputs.Release.Version, BusyboxOrigin.Source), [.. applets]);
    }

    // The list comes from the recipe, but a damaged one must not create paths outside the image or outside the applets' folders.
    private static string Checked(string link) =>
        link.Length is > 1 and < 100 && link[0] == '/' && !link.Contains("//", StringComparison.Ordinal)
            && link.Split('/').All(part => part is not ("." or "..")) && link.All(character => character is > ' ' and < (char)127)
            ? link[1..]
            : throw new BusyboxException($"busybox.links contains an invalid path: {ValueList.Show(link)}", next: "empty the folder busybox of the cache, then run the command again");
}
