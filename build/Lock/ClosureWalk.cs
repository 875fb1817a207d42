using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Lock;

/// <summary>
/// Takes what the taken files need: the libraries of their NEEDED entries, their program interpreter, the targets of links
/// that lead into another package. Dependencies are asked first; Contents only for what they do not answer.
/// </summary>
internal sealed class ClosureWalk(ImageDraft draft, PinChoice pins, LeadAnswers? lead, Func<Task<IContentsIndex>> contents)
{
    private readonly Dictionary<string, IReadOnlyList<ReachedPackage>> _reach = new(StringComparer.Ordinal);

    private Platform Platform => draft.Platform;

    /// <summary>Goes on until nothing taken needs anything more.</summary>
    /// <exception cref="LockException">Something needed is nowhere to be found.</exception>
    public async Task CloseAsync()
    {
        while (true)
        {
            if (draft.Unclosed.TryDequeue(out var next))
            {
                await CloseElfAsync(next.Package, next.Member).ConfigureAwait(false);
            }
            else if (draft.Dangling.TryDequeue(out next))
            {
                await FollowAsync(next.Package, next.Member).ConfigureAwait(false);
            }
            else
            {
                return;
            }
        }
    }

    private async Task CloseElfAsync(PackageDraft package, DebMember member)
    {
        var elf = member.Elf!;
        if (!elf.IsFor(Platform))
        {
            return;
        }

        var folders = elf.RunPath
            .SelectMany(entry => entry.Split(':', StringSplitOptions.RemoveEmptyEntries))
            .Select(folder => folder.Replace("${ORIGIN}", "$ORIGIN", StringComparison.Ordinal)
                .Replace("$ORIGIN", LibraryForms.DirectoryOf(member.Path), StringComparison.Ordinal))
            .Select(folder => UsrMerge.Of(UsrMerge.Target("/", folder)))
            .ToHashSet(StringComparer.Ordinal);
        bool IsSearched(string path) =>
            LibraryForms.IsInLoaderFolder(path, Platform) || folders.Contains(UsrMerge.Of(LibraryForms.DirectoryOf(path)));

        foreach (var soname in elf.Needed)
        {
            if (!await TakeLibraryAsync(package, soname, IsSearched).ConfigureAwait(false))
            {
                throw new LockException(
                    $"{member.Path} of {package.Name} needs {LockText.Show(soname)}, and no package has it on {Platform} (Debian {Platform.DebianArchitecture})",
                    why: "neither the package's dependencies nor the suite's Contents know it in a folder that the loader searches",
                    next: "require another package, or put the library in an overlay folder and exclude the package's line on this platform");
            }
        }

        if (elf.Interpreter is { } interpreter && !await TakeInterpreterAsync(package, interpreter).ConfigureAwait(false))
        {
            throw new LockException(
                $"{member.Path} of {package.Name} is started by {LockText.Show(interpreter)}, and no package has it on {Platform} (Debian {Platform.DebianArchitecture})");
        }
    }

    private async Task<bool> TakeLibraryAsync(PackageDraft from, string soname, Func<string, bool> isSearched)
    {
        if (draft.TakenAs(soname).Any(isSearched))
        {
            return true;
        }

        DebMember? Matching(PackageDraft package) => package.Contents!.Named(soname).FirstOrDefault(member =>
            isSearched(member.Path) && (package.Contents.IsLibrary(member, Platform) || LeadsOut(package, member)));

        var file = LibraryForms.FileOf(soname);
        return await TakeFirstAsync(from, LibraryForms.PackagesOf(file), lead?.PackageOf(file), Matching).ConfigureAwait(false)
            || await TakeFromContentsAsync(from, soname, Matching).ConfigureAwait(false);
    }

    private async Task<bool> TakeInterpreterAsync(PackageDraft from, string interpreter)
    {
        var file = LibraryForms.FileOf(interpreter);
        return draft.IsTaken(interpreter)
            || await TakeFirstAsync(from, ["libc6"], lead?.PackageOf(file), package => package.Contents!.Find(interpreter)).ConfigureAwait(false)
            || await TakeLibraryAsync(from, file, path => LibraryForms.IsInLoaderFolder(path, Platform)).ConfigureAwait(false);
    }

    private async Task FollowAsync(PackageDraft package, DebMember member)
    {
        var target = member.LinkTarget!;
        if (!draft.IsTaken(target)
            && !await TakeFirstAsync(package, [], lead?.PackageOf(LibraryForms.FileOf(target)), other => other.Contents!.Find(target)).ConfigureAwait(false))
        {
            throw new LockException(
                $"{member.Path} of {package.Name} is a link to {LockText.Show(target)}, and no package it depends on has that on {Platform} (Debian {Platform.DebianArchitecture})",
                next: $"require the package that has {LockText.Show(target)}, or another one than {package.Name}");
        }
    }

    // The order in which packages are asked, likeliest first, so that few are read: the needing package itself, the one
    // named like the soname, what is in the image, what the first platform took, the dependencies by distance.
    private async Task<bool> TakeFirstAsync(PackageDraft from, IReadOnlyList<string> guesses, string? leads, Func<PackageDraft, DebMember?> matching)
    {
        var reach = await ReachAsync(from).ConfigureAwait(false);
        var reachable = reach.Select(package => package.Name).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> order =
        [
            from.Name,
            .. guesses.Where(name => reachable.Contains(name) || draft.Has(name)),
            .. reach.Select(package => package.Name).Where(draft.Has),
            .. leads is null ? Array.Empty<string>() : [leads],
            .. reach.Where(package => package.Depth == 1 || package.Section == "libs").Select(package => package.Name),
            .. draft.Packages.Select(package => package.Name).Order(StringComparer.Ordinal).ToList(),
        ];
        foreach (var name in order.Distinct(StringComparer.Ordinal).ToList())
        {
            if (await draft.OpenAsync(name).ConfigureAwait(false) is { } package && matching(package) is { } member)
            {
                draft.Take(package, member);
                return true;
            }
        }

        return false;
    }

    private async Task<bool> TakeFromContentsAsync(PackageDraft from, string soname, Func<PackageDraft, DebMember?> matching)
    {
        if (soname.Contains('/', StringComparison.Ordinal))
        {
            return false;
        }

        var index = await contents().ConfigureAwait(false);
        var names = index.Libraries(soname)
            .Where(entry => LibraryForms.FileOf(entry.Path) == soname && !RequirementSearch.IsForDevelopment(entry.Section))
            .Select(entry => entry.Package)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        var found = new List<(PackageDraft Package, DebMember Member)>();
        foreach (var name in names)
        {
            if (await draft.OpenAsync(name).ConfigureAwait(false) is { } package && matching(package) is { } member)
            {
                found.Add((package, member));
            }
        }

        if (found.Count > 1)
        {
            throw new LockException(
                $"{from.Name} needs {soname}, which several packages have on {Platform}: {string.Join(", ", found.Select(pair => pair.Package.Name))}",
                why: "none of them is among the packages it depends on",
                next: "write which one it shall be into lib-requires.txt:\n"
                    + string.Join('\n', found.Select(pair => $"{soname} = {pair.Package.Name}")));
        }

        found.ForEach(pair => draft.Take(pair.Package, pair.Member));
        return found.Count == 1;
    }

    private static bool LeadsOut(PackageDraft package, DebMember member) =>
        member.LinkTarget is { } target && package.Contents!.Find(target) is null;

    private async Task<IReadOnlyList<ReachedPackage>> ReachAsync(PackageDraft package)
    {
        if (!_reach.TryGetValue(package.Name, out var reach))
        {
            _reach.Add(package.Name, reach = await pins.ReachAsync(package.Choice.Indexed).ConfigureAwait(false));
        }

        return reach;
    }
}
