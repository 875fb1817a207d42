using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Words the errors of requirements on one platform. What they advise was looked up: it is found when it is written.</summary>
/// <param name="draft">Opens packages.</param>
/// <param name="search">Finds candidates.</param>
/// <param name="pins">The platform and its packages.</param>
/// <param name="contents">The platform's Contents.</param>
/// <param name="platforms">The platforms of the run.</param>
internal sealed class RequirementErrors(
    ResolvedFiles draft, RequirementSearch search, PinChoice pins, Func<Task<IContentsIndex>> contents, IReadOnlyList<Platform> platforms)
{
    private const int Listed = 12;

    private Platform Platform => pins.Platform;

    /// <summary>The error where nothing can be looked for, since nobody has an index of the files in packages; null where one is there.</summary>
    public async Task<LockException?> UnsearchedAsync(Requirement requirement, string suite) =>
        (await contents().ConfigureAwait(false)).Missing is not { } missing ? null : new LockException(
            $"{requirement.Name}: no package can be looked for on {pins.Platform} (Debian {pins.Platform.DebianArchitecture})",
            why: $"{suite} has no index of the files in its packages here: {missing}",
            next: $"name the package, in lib-requires.txt: {requirement.Name} = PACKAGE; or name another mirror: --mirror=URL");

    /// <summary>No package has it.</summary>
    public async Task<LockException> MissingAsync(Requirement requirement)
    {
        var isCommand = requirement.Kind == RequirementKind.Command;
        var index = await contents().ConfigureAwait(false);
        var hints = new RequirementHints(draft, search, pins, index);
        var advice = isCommand ? await hints.ForCommandAsync(requirement).ConfigureAwait(false) : await hints.ForLibraryAsync(requirement).ConfigureAwait(false);
        var why = isCommand ? "no package has a file of that name in /usr/bin, /usr/sbin, /bin or /sbin" : $"no package has {FormsOf(requirement)} in a folder that the loader searches";
        return new LockException(
            $"{requirement.Name}: no package provides it on {Platform} (Debian {Platform.DebianArchitecture})",
            requirement.Where,
            advice.Why is null ? why : $"{why}; {advice.Why}",
            isCommand ? advice.Next : $"{advice.Next}\nor mark it optional with '?', or name the platforms that have it: [!{Platform}]");
    }

    /// <summary>The soname was renamed on all platforms, and on some the ABI changed with it.</summary>
    public LockException Renamed(Requirement requirement)
    {
        var without = platforms.Where(platform => requirement.AppliesTo(platform) && !RenamedSoname.KeepsAbi(platform)).ToList();
        var renamed = RenamedSoname.Of(requirement.Name);
        var next = requirement.OnlyOn.Count == without.Count
            ? $"build the program anew and ask for {renamed}"
            : $"add [{string.Join(' ', without.Select(platform => $"!{platform}"))}] to the line, or build the program anew and ask for {renamed}";
        return new LockException(
            $"{requirement.Name}: it cannot be had on {string.Join(", ", without)}",
            requirement.Where,
            $"Debian renamed it to {renamed} when time_t got 64 bits there: a program that asks for {requirement.Name} was built for another ABI. Elsewhere a link answers for it",
            next);
    }

    /// <summary>Several packages have it, and none or several of them are in the image.</summary>
    public static LockException Ambiguous(Requirement requirement, Platform platform, IReadOnlyList<string> packages, IReadOnlyList<string> inImage)
    {
        // Packages of libraries first: binutils for 35 other machines have a libbfd too, libbinutils has this machine's.
        var choices = (inImage.Count > 1 ? inImage : packages).OrderBy(package => !package.StartsWith("lib", StringComparison.Ordinal)).ToList();
        var lines = choices.Take(Listed).Select(package => requirement.Kind == RequirementKind.Command
            ? $"{requirement.Name}={package}"
            : $"{requirement.Name} = {package}");
        var more = choices.Count > Listed ? $"\n… and {choices.Count - Listed} more" : string.Empty;
        return new LockException(
            $"{requirement.Name}: {choices.Count} packages have it on {platform} (Debian {platform.DebianArchitecture})",
            requirement.Where,
            inImage.Count > 1 ? "more than one of them is in the image already" : "none of them is in the image already",
            $"write one of these instead{(requirement.Kind == RequirementKind.Command ? " into Commands" : string.Empty)}:\n{string.Join('\n', lines)}{more}");
    }

    /// <summary>The package a requirement names is not there.</summary>
    public async Task<LockException> NoPackageAsync(Requirement requirement, string suite)
    {
        var nearest = Nearest.Names(requirement.Package!, (await pins.IndexAsync().ConfigureAwait(false)).Names);
        return new LockException(
            $"{requirement.Name}: {suite} has no package {requirement.Package} on {Platform} (Debian {Platform.DebianArchitecture})",
            requirement.Where,
            next: nearest.Count == 0 ? "correct the package's name" : $"did you mean {string.Join(", ", nearest)}?");
    }

    /// <summary>The package a requirement names does not have it.</summary>
    public static LockException NotInPackage(Requirement requirement, Platform platform, PackageDraft package)
    {
        var isLibrary = requirement.Kind == RequirementKind.Library;
        var has = package.Contents!.Members
            .Where(member => isLibrary
                ? package.Contents.IsLibrary(member, platform) && LibraryNames.IsInLoaderFolder(member.Path, platform)
                : LibraryNames.DirectoryOf(UsrMerge.Of(member.Path)) is "/usr/bin" or "/usr/sbin")
            .Select(member => LibraryNames.FileOf(member.Path))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var kind = isLibrary ? "libraries" : "commands";
        var below = isLibrary && has.Count == 0
            ? package.Contents.Members
                .Where(member => package.Contents.IsLibrary(member, platform) && member.Path.Contains(".so", StringComparison.Ordinal))
                .Select(member => LibraryNames.DirectoryOf(member.Path)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(3).ToList()
            : [];
        return new LockException(
            $"{requirement.Name}: {package.Name} {package.Choice.Pin.Version} does not have it on {platform} (Debian {platform.DebianArchitecture})",
            requirement.Where,
            below.Count > 0 ? $"it has libraries only in {string.Join(", ", below)}, where the loader does not look"
                : has.Count == 0 ? $"it has no {kind}"
                : $"its {kind} are {string.Join(", ", has.Take(Listed))}{(has.Count > Listed ? ", …" : string.Empty)}",
            has.Count == 0 ? "name another package, or remove '= PACKAGE' to have it looked for" : $"write one of these names, or remove '= {package.Name}'");
    }

    private static string FormsOf(Requirement requirement) =>
        requirement.IsExactSoname ? $"a file {requirement.Name}" : $"{requirement.Name}.so*, or that name with a version";
}
