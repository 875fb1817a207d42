using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Creates the errors of requirements on one platform. Every name they suggest was looked up: it resolves if the user writes it.</summary>
/// <param name="resolved">Opens packages.</param>
/// <param name="search">Finds candidates.</param>
/// <param name="pins">The platform and its packages.</param>
/// <param name="contents">The platform's Contents.</param>
/// <param name="platforms">The platforms of the run.</param>
/// <param name="otherSuite">The platform's suite if it is not that of the others; otherwise null.</param>
internal sealed class RequirementErrors(
    ResolvedFiles resolved, RequirementSearch search, PinChoice pins, Func<Task<IContentsIndex>> contents, IReadOnlyList<Platform> platforms, string? otherSuite = null)
{
    private const int Listed = 12;
    private const string DocFolder = "/usr/share/doc/";

    private Platform Platform => pins.Platform;

    /// <summary>Debian's name of a platform, with the suite if it is another than that of the other platforms.</summary>
    public static string Architecture(Platform platform, string? otherSuite) => $"Debian {platform.DebianArchitecture}{(otherSuite is null ? string.Empty : $" of {otherSuite}")}";

    /// <summary>The error if no search is possible, because no source has an index of the files in packages; null if there is one.</summary>
    public async Task<LockException?> UnsearchedAsync(Requirement requirement, string suite) =>
        (await contents()).Missing is not { } missing ? null : new LockException(
            $"{requirement.Name}: packages cannot be searched on {pins.Platform} (Debian {pins.Platform.DebianArchitecture})",
            why: $"{suite} has no index of package files here: {missing}",
            next: $"specify the package in lib-requires.txt: {requirement.Name} = PACKAGE; or choose another mirror: --mirror=URL");

    /// <summary>The error if no package contains it.</summary>
    public async Task<LockException> MissingAsync(Requirement requirement)
    {
        var isCommand = requirement.Kind == RequirementKind.Command;
        var index = await contents();
        var hints = new RequirementHints(resolved, search, pins, index);
        var advice = isCommand ? await hints.ForCommandAsync(requirement) : await hints.ForLibraryAsync(requirement);
        var why = isCommand ? "no package has a file of that name in /usr/bin, /usr/sbin, /bin or /sbin" : $"no package has {FormsOf(requirement)} in a folder that the loader searches";
        return new LockException(
            $"{requirement.Name}: no package provides it on {Platform} ({Architecture(Platform, otherSuite)})",
            requirement.Where,
            advice.Why is null ? why : $"{why}; {advice.Why}",
            isCommand ? advice.Next : $"{advice.Next}\nor mark it optional with '?', or name the platforms that have it: [!{Platform}]");
    }

    /// <summary>The error if the soname was renamed on all platforms, and the ABI changed on some.</summary>
    public LockException Renamed(Requirement requirement)
    {
        var without = platforms.Where(platform => requirement.AppliesTo(platform) && !RenamedSoname.KeepsAbi(platform)).ToList();
        var renamed = RenamedSoname.Of(requirement.Name);
        var next = requirement.OnlyOn.Count == without.Count
            ? $"rebuild the program and request {renamed}"
            : $"add [{string.Join(' ', without.Select(platform => $"!{platform}"))}] to the line, or rebuild the program and request {renamed}";
        return new LockException(
            $"{requirement.Name}: it is not available on {string.Join(", ", without)}",
            requirement.Where,
            $"Debian renamed it to {renamed} when time_t got 64 bits there: a program that needs {requirement.Name} was built for another ABI. On other platforms a link provides it",
            next);
    }

    /// <summary>The error if several packages contain it, and none or several of them are in the image.</summary>
    public static LockException Ambiguous(Requirement requirement, Platform platform, IReadOnlyList<string> packages, IReadOnlyList<string> inImage)
    {
        // Packages of libraries first: binutils for 35 other machines contain a libbfd too, but libbinutils contains this machine's.
        var choices = (inImage.Count > 1 ? inImage : packages).OrderBy(package => !package.StartsWith("lib", StringComparison.Ordinal)).ToList();
        var lines = choices.Take(Listed).Select(package => requirement.Kind == RequirementKind.Command
            ? $"{requirement.Name}={package}"
            : $"{requirement.Name} = {package}");
        var more = choices.Count > Listed ? $"\n… and {choices.Count - Listed} more" : string.Empty;
        return new LockException(
            $"{requirement.Name}: {choices.Count} packages provide it on {platform} (Debian {platform.DebianArchitecture})",
            requirement.Where,
            inImage.Count > 1 ? "more than one of them is in the image already" : "none of them is in the image already",
            $"write one of these instead{(requirement.Kind == RequirementKind.Command ? " into Commands" : string.Empty)}:\n{string.Join('\n', lines)}{more}");
    }

    /// <summary>The error if the package of a requirement does not exist.</summary>
    public async Task<LockException> NoPackageAsync(Requirement requirement, string suite)
    {
        var providers = await search.ProvidersAsync(requirement.Package!);
        var nearest = providers.Count > 0 ? providers : Nearest.Names(requirement.Package!, (await pins.IndexAsync()).Names);
        return new LockException(
            $"{requirement.Name}: {suite} has no package {requirement.Package} on {Platform} (Debian {Platform.DebianArchitecture})",
            requirement.Where,
            next: nearest.Count == 0 ? "correct the package's name" : $"did you mean {string.Join(", ", nearest)}?");
    }

    /// <summary>The error if the package of a requirement does not contain it.</summary>
    public static LockException NotInPackage(Requirement requirement, Platform platform, ResolvedPackage package)
    {
        var (why, next) = requirement.Kind switch
        {
            RequirementKind.Files => OtherFiles(requirement, platform, package),
            RequirementKind.Library => OtherLibraries(requirement, platform, package),
            _ => OtherCommands(requirement, package),
        };
        return new LockException(
            $"{requirement.Name}: {package.Name} {package.Choice.Pin.Version} does not contain it on {platform} (Debian {platform.DebianArchitecture})", requirement.Where, why, next);
    }

    // The loader's folders first; a library in another folder matches the same form of line, anything else is matched by its path.
    private static (string Why, string Next) OtherLibraries(Requirement requirement, Platform platform, ResolvedPackage package)
    {
        var all = package.Contents!.Members
            .Where(member => LibraryNames.FileOf(member.Path).Contains(".so", StringComparison.Ordinal) && package.Contents.IsLibrary(member, platform))
            .ToList();
        var has = Names(all.Where(member => LibraryNames.IsInLoaderFolder(member.Path, platform)));
        var isLoaders = has.Count > 0;
        has = isLoaders ? has : Names(all.Where(member => LibraryNames.FileOf(member.Path).StartsWith("lib", StringComparison.Ordinal)));
        if (has.Count > 0)
        {
            return ($"its libraries are {Some(has)}", $"write one of these names{(isLoaders ? ", or remove" : " before")} '= {From(requirement)}'");
        }

        return all.Count > 0
            ? ("none of its libraries has a name that starts with lib", $"write {string.Join('\n', all.Take(Listed).Select(member => LineOf(requirement, member, platform)))}")
            : ("it has no libraries", "name another package, or remove '= PACKAGE' to search all packages");
    }

    private static (string Why, string Next) OtherCommands(Requirement requirement, ResolvedPackage package)
    {
        var has = Names(package.Contents!.Members.Where(member => LibraryNames.DirectoryOf(MergedUsr.Of(member.Path)) is "/usr/bin" or "/usr/sbin"));
        return has.Count == 0
            ? ("it has no commands", "name another package, or remove '= PACKAGE' to search all packages")
            : ($"its commands are {Some(has)}", $"write one of these names, or remove '= {From(requirement)}'");
    }

    // Files below the path, files of its name elsewhere, or files beside it; the first of these that exist.
    private static (string Why, string Next) OtherFiles(Requirement requirement, Platform platform, ResolvedPackage package)
    {
        var path = requirement.PathOn(platform);
        var members = package.Contents!.Members.Where(member => !member.Path.StartsWith(DocFolder, StringComparison.Ordinal)).ToList();
        var below = new PathPattern(path + "/**");
        if (members.Any(member => below.IsMatch(member.Path)))
        {
            return ("it is a folder there", $"write {requirement.Name}/** = {From(requirement)} for all files below it");
        }

        var sameName = new PathPattern("/**/" + LibraryNames.FileOf(path));
        var sameFolder = new PathPattern(LibraryNames.DirectoryOf(path) + "/*");
        var named = members.Where(member => sameName.IsMatch(member.Path)).ToList();
        var beside = members.Where(member => sameFolder.IsMatch(member.Path)).ToList();
        var near = Nearest.Names(LibraryNames.FileOf(path), beside.Select(member => LibraryNames.FileOf(member.Path)), Listed);
        var likely = named.Count > 0 ? named : near.Count > 0 ? beside.Where(member => near.Contains(LibraryNames.FileOf(member.Path))).ToList() : beside;
        return likely.Count > 0 ? ("its closest files are listed below", Lines(likely))
            : members.Count > 0 ? ("none of its files has that name or is in that folder", Lines(members))
            : ("it has no files", "name another package");

        string Lines(IEnumerable<DebMember> some)
        {
            var list = some.ToList();
            return $"write those of these lines that you need:\n{string.Join('\n', list.Take(Listed).Select(member => LineOf(requirement, member, platform)))}"
                + (list.Count > Listed ? $"\n… and {list.Count - Listed} more" : string.Empty);
        }
    }

    // The package as written in the line.
    private static string From(Requirement requirement) => (requirement.Package ?? requirement.PackageFile)!;

    private static string LineOf(Requirement requirement, DebMember member, Platform platform) =>
        $"{MergedUsr.Of(member.Path).Replace(platform.Triplet, RequirementNames.Triplet, StringComparison.Ordinal)} = {From(requirement)}";

    private static List<string> Names(IEnumerable<DebMember> members) =>
        [.. members.Select(member => LibraryNames.FileOf(member.Path)).Distinct(StringComparer.Ordinal)];

    private static string Some(List<string> names) => $"{string.Join(", ", names.Take(Listed))}{(names.Count > Listed ? ", …" : string.Empty)}";

    private static string FormsOf(Requirement requirement) =>
        requirement.IsExactSoname ? $"a file {requirement.Name}" : $"{requirement.Name}.so*, or that name with a version";
}
