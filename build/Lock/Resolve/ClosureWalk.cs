using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Takes the dependencies of the taken files: the libraries of their NEEDED entries, their program interpreter, the targets of links
/// into other packages. Package dependencies are searched first; Contents is used only for what they do not provide.
/// </summary>
/// <param name="resolved">What is taken.</param>
/// <param name="pins">The packages of the suite.</param>
/// <param name="lead">What the first platform took; null on it.</param>
/// <param name="contents">Opens the Contents index.</param>
/// <param name="noted">Receives what was left out.</param>
/// <param name="mayLack">The sonames that lines of the user make optional: files of a program that it loads only if it can may lack them.</param>
internal sealed partial class ClosureWalk(
    ResolvedFiles resolved, PinChoice pins, LeadPlatformResult? lead, Func<Task<IContentsIndex>> contents, Action<string> noted, IReadOnlySet<string> mayLack)
{
    private readonly Dictionary<string, IReadOnlyList<ReachedPackage>> _reach = new(StringComparer.Ordinal);
    private readonly HashSet<string> _configured = new(StringComparer.Ordinal);
    private readonly LoaderFolders _folders = LoaderFolders.For(resolved.Platform);

    private Platform Platform => resolved.Platform;

    /// <summary>Continues until all dependencies of the taken files are taken.</summary>
    /// <param name="failed">Called with every dependency that cannot be resolved, and the requirement that caused it.</param>
    public async Task CloseAsync(Action<Requirement?, LockException> failed)
    {
        await ConfigureAsync();
        var missing = new List<(Taken From, string Soname)>();
        do
        {
            await EmptyQueuesAsync(missing, failed);
        }
        while (await FindByLoadersAsync(missing));

        // One failure for all files of a line that lack the same library.
        foreach (var group in missing.Where(need => !IsLoadedBefore(need.From, need.Soname) && !MayLack(need.From, need.Soname)).GroupBy(need => (need.From.Cause, need.Soname)).ToList())
        {
            failed(group.Key.Cause, await ErrorAsync(group.First().From, group.Key.Soname, group.Count() - 1));
        }
    }

    // The program that loads a plug-in has loaded the library itself, from wherever it is: libjvm.so, for the libraries of a Java runtime.
    private bool IsLoadedBefore(Taken from, string soname) => from.Cause is { IsPlugin: true } && resolved.TakenAs(soname).Count > 0;

    // Whether the program itself starts without it, Verify proves.
    private bool MayLack(Taken from, string soname) => from is { Cause.Kind: RequirementKind.Program, Member.Elf.Interpreter: null } && mayLack.Contains(soname);

    // The folders that ld.so.conf.d of the image lists, except those from glibc's own files: they name folders that are searched anyway.
    private async Task ConfigureAsync()
    {
        _configured.UnionWith(resolved.Overlay.LoaderFolders.Select(MergedUsr.Of));
        foreach (var package in resolved.Packages
            .Where(package => package.Files.Any(file => LdSoConf.IsIncluded(file) && LibraryNames.FileOf(file) is var name && name != "libc.conf" && name != $"{Platform.Triplet}.conf"))
            .ToList())
        {
            if (await resolved.OpenAsync(package.Name) is { } opened)
            {
                _configured.UnionWith(opened.Contents!.LoaderFolders.Select(MergedUsr.Of));
            }
        }
    }

    private async Task EmptyQueuesAsync(List<(Taken From, string Soname)> missing, Action<Requirement?, LockException> failed)
    {
        while (true)
        {
            var isElf = resolved.Unclosed.TryDequeue(out var next);
            if (!isElf && !resolved.Dangling.TryDequeue(out next))
            {
                return;
            }

            try
            {
                await (isElf ? CloseElfAsync(next!, missing) : FollowAsync(next!));
            }
            catch (LockException error)
            {
                failed(next!.Cause, error);
            }
        }
    }

    // A library in a private folder often does not record where its neighbors are: the program that loads it has loaded them before, or
    // has a DT_RPATH that also applies to it.
    private async Task<bool> FindByLoadersAsync(List<(Taken From, string Soname)> missing)
    {
        var found = false;
        foreach (var need in missing.ToList())
        {
            var folders = resolved.LoadersOf(need.From.Member.Path).SelectMany(Own).ToHashSet(StringComparer.Ordinal);
            if (folders.Count > 0 && await TakeLibraryAsync(need.From, need.Soname, path => folders.Contains(FolderOf(path))))
            {
                missing.Remove(need);
                found = true;
            }
        }

        return found;
    }

    private async Task CloseElfAsync(Taken from, List<(Taken From, string Soname)> missing)
    {
        var elf = from.Member.Elf!;
        if (!elf.IsFor(Platform))
        {
            return;
        }

        var folders = Own(from).ToHashSet(StringComparer.Ordinal);
        foreach (var soname in elf.Needed.Distinct(StringComparer.Ordinal))
        {
            if (!await TakeLibraryAsync(from, soname, path => IsDefault(path, elf) || folders.Contains(FolderOf(path))))
            {
                missing.Add((from, soname));
            }
        }

        if (elf.Interpreter is { } interpreter && !await TakeInterpreterAsync(from, interpreter))
        {
            throw new LockException(
                $"{from.Text} needs the interpreter {SafeText.Text(interpreter)}, and no package provides it on {Platform} (Debian {Platform.DebianArchitecture})",
                next: $"link it with Debian's linker, or change it: patchelf --set-interpreter {Platform.Loader}");
        }
    }

    // The folders that an object specifies itself. A library that searches relative to its own location keeps that location in the image.
    private IEnumerable<string> Own(Taken from)
    {
        var elf = from.Member.Elf!;
        var origin = LibraryNames.DirectoryOf(from.Member.Path);
        return elf.RPath.Concat(elf.RunPath)
            .Select(entry => _folders.Expand(entry, origin))
            .Where(folder => folder is not null && folder.StartsWith('/'))
            .Select(folder => MergedUsr.Of(LinkText.Target("/", folder!)));
    }

    private static string FolderOf(string path) => MergedUsr.Of(LibraryNames.DirectoryOf(path));

    // The folders in the image's ld.so.conf are searched like the loader's own folders.
    private bool IsDefault(string path, ISearchPaths paths) =>
        (!paths.SkipsDefaultFolders && LibraryNames.IsInLoaderFolder(path, Platform)) || IsConfigured(path);

    // The folders in which ldconfig(8), and likewise the build, creates links named by soname.
    private bool IsLinked(string path) => LibraryNames.IsInLoaderFolder(path, Platform) || IsConfigured(path);

    private bool IsConfigured(string path) =>
        LibraryNames.DirectoryOf(path) is var folder
        && (folder == "/usr/local/lib" || folder == $"/usr/local/lib/{Platform.Triplet}" || _configured.Contains(MergedUsr.Of(folder)));

    private async Task<bool> TakeLibraryAsync(Taken from, string soname, Func<string, bool> isSearched)
    {
        if (soname.Contains('/', StringComparison.Ordinal))
        {
            // ld.so(8): a name with a slash is a path, and is not searched anywhere else.
            return _folders.Expand(soname, LibraryNames.DirectoryOf(from.Member.Path)) is { } path && path.StartsWith('/')
                && (resolved.IsTaken(path) || resolved.Overlay.Find(path) is not null
                    || await TakeFirstAsync(from, [], null, package => package.Contents!.Find(path)) is not null);
        }

        // A library whose file name differs from its soname: where the loader searches, the build creates the link.
        DebMember? Unlinked(DebContents files) => files.WithSoname(soname).FirstOrDefault(member =>
            ((isSearched(member.Path) && IsLinked(member.Path)) || Configures(files, member.Path)) && files.IsLibrary(member, Platform));

        if ((resolved.Overlay.Named(soname).FirstOrDefault(member => isSearched(member.Path) && IsOverlayLibrary(member)) ?? Unlinked(resolved.Overlay)) is { } own)
        {
            resolved.AddLoader(resolved.Overlay.End(own)?.Path ?? own.Path, from);
            return true;
        }

        if (resolved.TakenAs(soname).FirstOrDefault(isSearched) is { } taken)
        {
            AddLoader(taken, from);
            return true;
        }

        DebMember? Matching(ResolvedPackage package) => package.Contents!.Named(soname).FirstOrDefault(member =>
                (isSearched(member.Path) || Configures(package.Contents, member.Path)) && (package.Contents.IsLibrary(member, Platform) || LeadsOut(package, member)))
            ?? Unlinked(package.Contents)
            ?? RenamedSoname.Link(package.Contents, soname, Platform, isSearched);

        var file = LibraryNames.FileOf(soname);
        var found = await TakeFirstAsync(from, LibraryNames.PackagesOf(file), lead?.PackageOf(file), Matching)
            ?? await TakeFromContentsAsync(from, soname, Matching);
        if (found is null)
        {
            return false;
        }

        AddLoader(found, from);
        return true;
    }

    private bool IsOverlayLibrary(DebMember member) =>
        resolved.Overlay.End(member) is { } end ? end.Elf is { } elf && elf.IsFor(Platform) : member.LinkTarget is { } target && resolved.IsTaken(target);

    // The loader searches relative to the file at the end of the links.
    private void AddLoader(string path, Taken from)
    {
        foreach (var package in resolved.Packages)
        {
            if (package.Contents?.Find(path) is { } member)
            {
                resolved.AddLoader(package.Contents.End(member)?.Path ?? path, from);
                return;
            }
        }
    }

    private async Task<bool> TakeInterpreterAsync(Taken from, string interpreter)
    {
        var file = LibraryNames.FileOf(interpreter);
        return resolved.IsTaken(interpreter)
            || await TakeFirstAsync(from, ["libc6"], lead?.PackageOf(file), package => package.Contents!.Find(interpreter)) is not null
            || await TakeLibraryAsync(from, file, path => LibraryNames.IsInLoaderFolder(path, Platform));
    }

    private async Task FollowAsync(Taken from)
    {
        var target = from.Member.LinkTarget!;
        if (!resolved.IsTaken(target)
            && await TakeFirstAsync(from, [], lead?.PackageOf(LibraryNames.FileOf(target)), other => other.Contents!.Find(target)) is null)
        {
            // A pattern also matches links to documents, and to files that only the package's scripts create.
            if (from.Cause is { IsPattern: true } && from.Package!.Files.Count > 1)
            {
                resolved.Leave(from);
                noted($"{from.Text} is left out: it is a link to {SafeText.Text(target)}, which no package provides");
                return;
            }

            throw new LockException(
                $"{from.Text} is a link to {SafeText.Text(target)}, and no package that it depends on provides that on {Platform} (Debian {Platform.DebianArchitecture})",
                next: $"require the package that contains {SafeText.Text(target)}, or one other than {from.Package!.Name}");
        }
    }

    // Packages are searched in the order of likelihood, so that few are read: the dependent package itself, user-supplied package
    // files, the package named like the soname, packages in the image, those the first platform took, the dependencies by distance.
    private async Task<string?> TakeFirstAsync(Taken from, IReadOnlyList<string> guesses, string? leads, Func<ResolvedPackage, DebMember?> matching)
    {
        var reach = await ReachAsync(from.Package);
        var reachable = reach.Select(package => package.Name).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> order =
        [
            .. from.Package is null ? Array.Empty<string>() : [from.Package.Name],
            .. resolved.Locals,
            .. guesses.Where(name => reachable.Contains(name) || resolved.Has(name)),
            .. reach.Select(package => package.Name).Where(resolved.Has),
            .. leads is null ? Array.Empty<string>() : [leads],
            .. reach.Where(package => package.Depth == 1 || package.Section == "libs").Select(package => package.Name),
            .. resolved.Packages.Select(package => package.Name).Order(StringComparer.Ordinal).ToList(),
        ];
        foreach (var name in order.Distinct(StringComparer.Ordinal).ToList())
        {
            if (await resolved.OpenAsync(name) is { } package && matching(package) is { } member)
            {
                (package, member) = await PreferredAsync(package, member, matching);
                Take(package, member, from);
                return member.Path;
            }
        }

        return null;
    }

    // update-alternatives(1) chooses among the installed packages.
    private async Task<(ResolvedPackage Package, DebMember Member)> PreferredAsync(ResolvedPackage package, DebMember member, Func<ResolvedPackage, DebMember?> matching)
    {
        var isInImage = resolved.Has(package.Name);
        foreach (var name in member.Priority == 0 ? [] : resolved.Packages.Select(other => other.Name).Order(StringComparer.Ordinal).ToList())
        {
            if (await resolved.OpenAsync(name) is { } other && matching(other) is { } better && (!isInImage || better.Priority > member.Priority))
            {
                (package, member, isInImage) = (other, better, true);
            }
        }

        return (package, member);
    }

    // A package also provides the configuration that tells the loader its library's folder.
    private void Take(ResolvedPackage package, DebMember member, Taken from)
    {
        resolved.Take(package, member, from.Cause);
        if (Configures(package.Contents!, member.Path))
        {
            _configured.UnionWith(package.Contents!.LoaderFolders.Select(MergedUsr.Of));
            foreach (var file in package.Contents.Members.Where(file => LdSoConf.IsIncluded(file.Path)))
            {
                resolved.Take(package, file, from.Cause);
            }
        }
    }

    // The loader's own folders have separate rules, and glibc's files name these folders too.
    private bool Configures(DebContents package, string path) =>
        package.LoaderFolders.Count > 0 && !LibraryNames.IsInLoaderFolder(path, Platform)
        && FolderOf(path) is var folder && package.LoaderFolders.Any(configured => MergedUsr.Of(configured) == folder);

    private async Task<string?> TakeFromContentsAsync(Taken from, string soname, Func<ResolvedPackage, DebMember?> matching)
    {
        var index = await contents();
        var renamed = RenamedSoname.Of(soname);
        var names = index.Libraries(soname).Concat(index.LibrariesBelow(soname))
            .Where(entry => (LibraryNames.FileOf(entry.Path) == soname || LibraryNames.FileOf(entry.Path) == renamed) && !RequirementSearch.IsForDevelopment(entry.Section))
            .Select(entry => entry.Package)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        var found = new List<(ResolvedPackage Package, DebMember Member)>();
        foreach (var name in names)
        {
            if (await resolved.OpenAsync(name) is { } package && matching(package) is { } member)
            {
                found.Add((package, member));
            }
        }

        if (found.Count > 1 && found.MaxBy(pair => pair.Member.Priority) is { Member.Priority: var highest and > 0 })
        {
            found.RemoveAll(pair => pair.Member.Priority < highest);
        }

        if (found.Count > 1)
        {
            throw new LockException(
                $"{from.Text} needs {soname}, which several packages provide on {Platform}: {string.Join(", ", found.Select(pair => pair.Package.Name))}",
                why: "none of them is among the packages it depends on",
                next: "choose one of them in lib-requires.txt:\n"
                    + string.Join('\n', found.Select(pair => $"{soname} = {pair.Package.Name}")));
        }

        found.ForEach(pair => Take(pair.Package, pair.Member, from));
        return found.Count == 1 ? found[0].Member.Path : null;
    }

    private static bool LeadsOut(ResolvedPackage package, DebMember member) =>
        member.LinkTarget is { } target && package.Contents!.Find(target) is null;

    private async Task<IReadOnlyList<ReachedPackage>> ReachAsync(ResolvedPackage? package)
    {
        if (package is null)
        {
            return [];
        }

        if (!_reach.TryGetValue(package.Name, out var reach))
        {
            _reach.Add(package.Name, reach = await pins.ReachAsync(package.Choice.Indexed));
        }

        return reach;
    }
}
