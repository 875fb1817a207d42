using System.Globalization;
using System.Security.Cryptography;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Changes;

/// <summary>Compares the files of two root file systems.</summary>
internal static class TreeComparison
{
    /// <summary>The files, folders and links that differ, in the order of their paths, and how many differ in nothing but their time.</summary>
    /// <param name="old">The old tree.</param>
    /// <param name="new">The new tree.</param>
    /// <param name="isKnown">Whether a path that only one of them has is listed otherwise.</param>
    public static (IReadOnlyList<ImageChange> Changes, int OtherTimes) Compare(RootfsTree old, RootfsTree @new, Func<string, bool> isKnown)
    {
        var (changes, times) = (new List<ImageChange>(), 0);
        foreach (var entry in @new.Entries)
        {
            if (!old.TryGet(entry.Path, out var before))
            {
                if (!isKnown(entry.Path))
                {
                    changes.Add(Only(entry, ChangeKind.Added));
                }

                continue;
            }

            var differences = Differences(before, entry);
            if (differences.Count > 0)
            {
                changes.Add(new ImageChange(ChangeSubject.File, ChangeKind.Changed, $"/{entry.Path}", differences) { SizeBefore = SizeOf(before), SizeAfter = SizeOf(entry) });
            }
            else if (before.ModificationTime != entry.ModificationTime)
            {
                times++;
            }
        }

        changes.AddRange(old.Entries.Where(entry => !@new.TryGet(entry.Path, out _) && !isKnown(entry.Path)).Select(entry => Only(entry, ChangeKind.Removed)));
        return ([.. changes.OrderBy(change => change.Name, RootfsPath.Order)], times);
    }

    private static ImageChange Only(RootfsEntry entry, ChangeKind kind)
    {
        var differences = Properties(entry).Where(property => property.What is "type" or "target")
            .Select(property => kind == ChangeKind.Added ? new Difference(property.What, null, property.Value) : new Difference(property.What, property.Value, null));
        return new ImageChange(ChangeSubject.File, kind, $"/{entry.Path}", [.. differences])
        {
            SizeBefore = kind == ChangeKind.Removed ? SizeOf(entry) : null,
            SizeAfter = kind == ChangeKind.Added ? SizeOf(entry) : null,
        };
    }

    private static List<Difference> Differences(RootfsEntry old, RootfsEntry @new)
    {
        var after = Properties(@new).ToDictionary(property => property.What, property => property.Value, StringComparer.Ordinal);
        var differences = Properties(old).Where(property => after.GetValueOrDefault(property.What) != property.Value)
            .Select(property => new Difference(property.What, property.Value, after.GetValueOrDefault(property.What))).ToList();
        differences.AddRange(after.Where(property => property.Key == "target" && old.LinkTarget is null).Select(property => new Difference(property.Key, null, property.Value)));

        // Bytes are compared directly, and hashed only if they differ.
        if (old.Type == RootfsEntryType.File && @new.Type == RootfsEntryType.File && !old.Content.Span.SequenceEqual(@new.Content.Span))
        {
            differences.Add(new Difference("sha256", Hash(old), Hash(@new)));
        }

        return differences;
    }

    private static IEnumerable<(string What, string Value)> Properties(RootfsEntry entry)
    {
        yield return ("type", entry.Type switch
        {
            RootfsEntryType.File => "file",
            RootfsEntryType.Directory => "folder",
            RootfsEntryType.SymbolicLink => "link",
            _ => "hard link",
        });
        if (entry.LinkTarget is { } target)
        {
            yield return ("target", target);
        }

        // The mode of a symbolic link means nothing, and that of a hard link is the file's own, symlink(7), link(2).
        if (entry.Type is RootfsEntryType.File or RootfsEntryType.Directory)
        {
            yield return ("mode", Convert.ToString(entry.Mode, 8).PadLeft(4, '0'));
            yield return ("owner", string.Create(CultureInfo.InvariantCulture, $"{entry.UserId}:{entry.GroupId}"));
        }
    }

    private static long? SizeOf(RootfsEntry entry) => entry.Type == RootfsEntryType.File ? entry.Content.Length : null;

    private static string Hash(RootfsEntry entry) => Convert.ToHexStringLower(SHA256.HashData(entry.Content.Span));
}
