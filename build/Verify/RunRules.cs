using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>The settings that <see cref="RunRules"/> checks.</summary>
internal enum RunSettingKind
{
    /// <summary><c>User</c>.</summary>
    User,

    /// <summary><c>WorkingDir</c>.</summary>
    WorkingDirectory,

    /// <summary><c>Volumes</c>.</summary>
    Volumes,
}

/// <summary>A setting that a container of the image cannot start with.</summary>
/// <param name="Kind">The setting.</param>
/// <param name="Path">The path that shows it, without its leading slash.</param>
/// <param name="What">What is wrong, as the end of a sentence about that path.</param>
/// <param name="Next">What to write instead.</param>
internal sealed record RunFault(RunSettingKind Kind, string Path, string What, string Next);

/// <summary>Rules for the run configuration: engines look up the user in the image (moby/sys/user GetExecUser), and start in the working directory.</summary>
internal static class RunRules
{
    /// <summary>The settings that do not fit a root file system; empty if all do.</summary>
    public static IEnumerable<RunFault> Find(RootfsTree tree, ImageRunConfig run)
    {
        var parts = (run.User ?? string.Empty).Split(':', 2);
        if (Unknown(tree, AccountFiles.Users, parts[0], "user") is { } user)
        {
            yield return user;
        }

        if (parts.Length > 1 && Unknown(tree, AccountFiles.Groups, parts[1], "group") is { } group)
        {
            yield return group;
        }

        if (NoFolder(tree, run.WorkingDirectory ?? "/") is { } place)
        {
            yield return new RunFault(RunSettingKind.WorkingDirectory, place, "is not a folder, but the image starts in it", "name a folder");
        }

        foreach (var volume in run.Volumes.Select(path => NoFolder(tree, path)).OfType<string>())
        {
            yield return new RunFault(RunSettingKind.Volumes, volume, "is not a folder, but is a volume of the image", "name a folder, or a path that does not exist");
        }
    }

    internal static void Check(VerificationContext context, ImageRunConfig run)
    {
        foreach (var fault in Find(context.Tree, run))
        {
            context.Add(fault.Path, fault.What);
        }
    }

    private static RunFault? Unknown(RootfsTree tree, string path, string name, string what)
    {
        if (name.Length == 0 || AccountFiles.Number(name) is not null || AccountFiles.Find(tree, path, name) is not null)
        {
            return null;
        }

        var near = Nearest.Names(name, AccountFiles.Lines(tree, path).Select(fields => fields[0]), 1);
        return new RunFault(
            RunSettingKind.User, path, $"has no {what} {SafeText.Text(name)}, but the image runs as it",
            near.Count == 0 ? $"name an account of /{path}, or a number" : $"did you mean {near[0]}?");
    }

    // A path that leads to something else than a folder; an absent one is created by engines.
    private static string? NoFolder(RootfsTree tree, string path) =>
        tree.Resolve(path) is { Length: > 0 } found && tree.TryGet(found, out var entry) && entry.Type != RootfsEntryType.Directory ? found : null;
}
