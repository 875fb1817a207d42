using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>
/// A folder that is written next to the one it will replace. The new content gets its final name by one rename, after the
/// old folder was renamed: a process killed at any time leaves the old folder, the new one or none, but never a partial
/// one, and the next writer of the same folder deletes its leftovers.
/// </summary>
internal sealed class LayoutFolder : IDisposable
{
    private const string PartialMark = ".partial-";
    private const string OldMark = ".old-";
    private const string LockExtension = ".lock";
    private const int Attempts = 20;

    private readonly string _target;
    private FileStream? _alive;

    private LayoutFolder(string target)
    {
        _target = target;
        Partial = target + PartialMark + Guid.NewGuid().ToString("N");
    }

    /// <summary>The folder that receives the content until it is published.</summary>
    public string Partial { get; }

    /// <summary>Deletes leftovers and creates an empty partial folder next to <paramref name="folder"/>, which need not exist.</summary>
    /// <exception cref="OciException">The existing folder is not a layout, so it will not be replaced.</exception>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public static LayoutFolder Begin(string folder)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        RefuseStranger(target);
        for (var attempt = 1; ; attempt++)
        {
            var begun = new LayoutFolder(target);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target) ?? target);
                Sweep(target);

                // Locked while this process lives: unlike a process ID, a lock cannot be confused with that of another process after a crash.
                begun._alive = new FileStream(begun.Partial + LockExtension, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
                if (File.Exists(begun.Partial + LockExtension))
                {
                    Directory.CreateDirectory(begun.Partial);
                    return begun;
                }

                // Between its creation and its lock another writer took it for a leftover.
                begun.Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                begun.Dispose();
                if (attempt == Attempts || error is not IOException failure || !FileLock.IsHeld(failure))
                {
                    throw AtomicFile.Refused(target, error);
                }
            }
        }
    }

    /// <summary>Replaces the target with the partial folder.</summary>
    /// <exception cref="BuildException">The file system reported an error.</exception>
    public void Publish()
    {
        for (var attempt = 1; ; attempt++)
        {
            var old = _target + OldMark + Guid.NewGuid().ToString("N");
            try
            {
                if (Directory.Exists(_target))
                {
                    Directory.Move(_target, old);
                }

                Directory.Move(Partial, _target);
                Discard(old);
                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another writer may have renamed its folder between the two renames; the last one wins.
                if (attempt == Attempts || !Directory.Exists(Partial) || error is UnauthorizedAccessException)
                {
                    Restore(old);
                    throw AtomicFile.Refused(_target, error);
                }
            }
        }
    }

    /// <summary>Deletes the partial folder if it was not published, and releases its lock.</summary>
    public void Dispose()
    {
        Discard(Partial);
        if (_alive is not null)
        {
            AtomicFile.Discard(Partial + LockExtension);
            _alive.Dispose();
            _alive = null;
        }
    }

    // Replacing deletes files: a mistyped output folder must not delete the user's files.
    private static void RefuseStranger(string target)
    {
        var isStranger = File.Exists(target)
            || (Directory.Exists(target)
                && !File.Exists(Path.Combine(target, OciLayoutFiles.Marker))
                && Directory.EnumerateFileSystemEntries(target).Any());
        if (isStranger)
        {
            throw new OciException(
                $"{target} will not be replaced",
                why: "it is not an OCI layout: it has no oci-layout file",
                next: "choose another output folder, or remove this one");
        }
    }

    private static void Sweep(string target)
    {
        var (parent, name) = (Path.GetDirectoryName(target) ?? target, Path.GetFileName(target));
        foreach (var claim in Directory.EnumerateFiles(parent, name + PartialMark + "*" + LockExtension).ToList())
        {
            // Deleted while it is locked here, so that its writer cannot lock it meanwhile.
            using var held = Hold(claim);
            if (held is not null)
            {
                Discard(claim[..^LockExtension.Length]);
                AtomicFile.Discard(claim);
            }
        }

        // A living writer's folder has a lock file, which is created first.
        foreach (var partial in Directory.EnumerateDirectories(parent, name + PartialMark + "*").Where(partial => !File.Exists(partial + LockExtension)).ToList())
        {
            Discard(partial);
        }

        // An old folder is deleted only after its rename, so any process may do it.
        foreach (var old in Directory.EnumerateDirectories(parent, name + OldMark + "*").ToList())
        {
            Discard(old);
        }
    }

    // Locked by nobody else; null if its writer lives or it is gone.
    private static FileStream? Hold(string claim)
    {
        try
        {
            return new FileStream(claim, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Restore(string old)
    {
        try
        {
            if (Directory.Exists(old) && !Directory.Exists(_target))
            {
                Directory.Move(old, _target);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The original error is the one to report.
        }
    }

    private static void Discard(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A later run deletes it.
        }
    }
}
