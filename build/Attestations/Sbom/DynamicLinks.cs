using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Finds which files of an image take symbols from which others, as the loader would bind them.</summary>
internal static class DynamicLinks
{
    /// <summary>The dependencies of all programs and libraries, ordered by their paths.</summary>
    public static IReadOnlyList<InventoryLink> Of(Platform platform, RootfsTree tree)
    {
        var libraries = new TreeLibraries(new VerificationContext(platform, tree, FileOrigins.Unknown));
        var search = libraries.Searches()[0];
        var checker = new LinkChecker(search.Find);
        var links = new List<InventoryLink>();
        foreach (var file in tree.Entries.Where(entry => entry.Type == RootfsEntryType.File).Select(entry => libraries.Read(entry).File).OfType<ElfFile>().Where(file => file.IsDynamic))
        {
            var named = file.Needed.Select(name => search.Find(name, new LoadedObject(file, file.Name, null))?.File).OfType<ElfFile>().ToHashSet();
            var interpreter = file.Interpreter is { } loader ? search.FindDefault(loader)?.File : null;
            var taken = Taken(file, checker.Loads(file));
            foreach (var target in named.Concat(taken.Keys).Append(interpreter).OfType<ElfFile>().Distinct().Where(target => target != file))
            {
                var versions = taken.GetValueOrDefault(target);
                links.Add(new InventoryLink(
                    file.Name[1..], target.Name[1..], named.Contains(target) || target == interpreter, versions.Symbols, [.. versions.Names ?? []]));
            }
        }

        return [.. links.DistinctBy(link => (link.From, link.To)).OrderBy(link => link.From, RootfsPath.Order).ThenBy(link => link.To, RootfsPath.Order)];
    }

    // The first object of the process that defines a symbol provides it, elf/dl-lookup.c.
    private static Dictionary<ElfFile, (int Symbols, SortedSet<string>? Names)> Taken(ElfFile file, IReadOnlyList<ElfFile> objects)
    {
        var taken = new Dictionary<ElfFile, (int Symbols, SortedSet<string>? Names)>();
        var steps = 0L;
        foreach (ref readonly var reference in file.References)
        {
            foreach (var candidate in objects)
            {
                if ((candidate != file || !reference.IsCopied) && candidate.Exports.Answers(file.Image, reference, ref steps))
                {
                    var (symbols, names) = taken.GetValueOrDefault(candidate);
                    names ??= new SortedSet<string>(StringComparer.Ordinal);
                    if (reference.Version.IsSet)
                    {
                        names.Add(file.Image.String(reference.Version.Name));
                    }

                    taken[candidate] = (symbols + 1, names);
                    break;
                }
            }
        }

        return taken;
    }
}
