using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Rules for every path: well-formed, in order, with existing folders, sane permissions, and links that lead to existing files inside.</summary>
internal static class TreeRules
{
    private const int SetUserOrGroup = 0xC00; // 06000
    private const int FewLinks = 3;
    private const int Sticky = 0x200; // 01000
    private const int WorldWritable = 0x2;
    private const int OwnerReads = FilePermissions.Octal400;
    private const int OwnerAll = FilePermissions.Octal700;

    internal static void Check(VerificationContext context, VerifyLimits limits)
    {
        string? before = null;
        var bytes = 0L;
        CheckEnds(context);
        foreach (var entry in context.Tree.Entries)
        {
            CheckPath(context, entry, before);
            CheckMode(context, entry);
            CheckLink(context, entry);
            before = entry.Path;
            bytes += entry.Content.Length;
        }

        if (bytes > limits.MaxBytes)
        {
            context.Add(string.Empty, $"the files have {bytes} bytes in total, more than the {limits.MaxBytes} allowed");
        }
    }

    private static void CheckPath(VerificationContext context, RootfsEntry entry, string? before)
    {
        try
        {
            RootfsPath.Validate(entry.Path, entry.Origin);
        }
        catch (RootfsException fault)
        {
            context.Add(entry.Path, fault.What);
        }

        if (before is not null && RootfsPath.Order.Compare(before, entry.Path) >= 0)
        {
            context.Add(entry.Path, $"comes after /{before}, out of order");
        }

        if (RootfsPath.Parent(entry.Path) is { } folder && !(context.Tree.TryGet(folder, out var above) && above.Type == RootfsEntryType.Directory))
        {
            context.Add(entry.Path, "is not in a folder of the tree");
        }
    }

    private static void CheckMode(VerificationContext context, RootfsEntry entry)
    {
        // The mode of a symbolic link has no meaning, symlink(7), and a hard link shares that of its file.
        if (entry.Type is not (RootfsEntryType.File or RootfsEntryType.Directory))
        {
            return;
        }

        var isFolder = entry.Type == RootfsEntryType.Directory;
        var mode = "mode " + Convert.ToString(entry.Mode, 8).PadLeft(4, '0');
        if ((entry.Mode & SetUserOrGroup) != 0)
        {
            context.Add(entry.Path, $"is setuid or setgid, {mode}");
        }

        if ((entry.Mode & WorldWritable) != 0 && !(isFolder && (entry.Mode & Sticky) != 0 && (RootfsPath.Name(entry.Path) == "tmp" || entry.Path == "run/lock")))
        {
            context.Add(entry.Path, $"can be written by everyone, {mode}");
        }

        if ((entry.Mode & Sticky) != 0 && !isFolder)
        {
            context.Add(entry.Path, $"is a sticky file, {mode}");
        }

        var needed = isFolder ? OwnerAll : OwnerReads;
        if ((entry.Mode & needed) != needed)
        {
            context.Add(entry.Path, $"cannot be used by its owner, {mode}");
        }
    }

    private static void CheckLink(VerificationContext context, RootfsEntry entry)
    {
        if (entry.Type == RootfsEntryType.HardLink)
        {
            if (!(context.Tree.TryGet(entry.LinkTarget ?? string.Empty, out var target) && target.Type == RootfsEntryType.File))
            {
                context.Add(entry.Path, $"is a hard link to /{entry.LinkTarget}, which is not a file in the tree");
            }
        }
        else if (entry.Type == RootfsEntryType.SymbolicLink)
        {
            if (Climbs(entry))
            {
                context.Add(entry.Path, $"is a link to {entry.LinkTarget}, which goes above the root");
            }
        }
    }

    // Where one file is missing, four hundred links may point to nothing: that is one finding.
    private static void CheckEnds(VerificationContext context)
    {
        foreach (var links in context.Tree.Entries
            .Where(entry => entry.Type == RootfsEntryType.SymbolicLink && context.Tree.Resolve(entry.Path) is null)
            .GroupBy(entry => ShippedPath.Follow("/" + entry.Path, entry.LinkTarget!), StringComparer.Ordinal)
            .Select(group => group.ToList()))
        {
            if (links.Count > FewLinks)
            {
                context.Add(ShippedPath.Follow("/" + links[0].Path, links[0].LinkTarget!)[1..], $"is missing: {links.Count} links point to it, such as /{links[0].Path}");
            }
            else
            {
                links.ForEach(link => context.Add(link.Path, $"is a link to {link.LinkTarget}, which points to nothing"));
            }
        }
    }

    // This is harmless in a container, whose root has no parent; but unpacked into a folder, such a link leads out of it.
    private static bool Climbs(RootfsEntry link)
    {
        var depth = link.LinkTarget!.StartsWith('/') ? 0 : link.Path.Count(letter => letter == '/');
        foreach (var part in link.LinkTarget.Split('/'))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }
}
