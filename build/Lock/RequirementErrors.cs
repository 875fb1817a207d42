using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Lock;

/// <summary>Words the errors of requirements, each with what to write instead.</summary>
internal static class RequirementErrors
{
    private const int Listed = 12;

    /// <summary>No package has it.</summary>
    public static LockException Missing(Requirement requirement, Platform platform, IContentsIndex contents)
    {
        var isCommand = requirement.Kind == RequirementKind.Command;
        IReadOnlyList<string> nearest = [];
        if (requirement.IsExactSoname)
        {
            // The same library with another version is what a person most likely meant.
            var stem = requirement.Name[..(requirement.Name.IndexOf(".so", StringComparison.Ordinal) + 3)];
            var others = contents.Libraries(stem)
                .Where(entry => !RequirementSearch.IsForDevelopment(entry.Section) && !entry.Path.EndsWith(".so", StringComparison.Ordinal))
                .Select(entry => LibraryForms.FileOf(entry.Path))
                .Distinct(StringComparer.Ordinal)
                .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)
                .ToList();
            // libssl.so.3 is meant, not the libssl.so.3.0.1 that it leads to.
            nearest = [.. others.Where(name => !others.Any(other => name.StartsWith($"{other}.", StringComparison.Ordinal))).Take(3)];
        }

        if (nearest.Count == 0)
        {
            nearest = Nearest.Names(StemOf(requirement), isCommand ? contents.CommandNames : contents.LibraryNames);
        }

        var advice = nearest.Count == 0 ? "correct the name" : $"did you mean {string.Join(", ", nearest)}?";
        return new LockException(
            $"{requirement.Name}: no package provides it on {platform} (Debian {platform.DebianArchitecture})",
            requirement.Where,
            isCommand ? "no package has a file of that name in /usr/bin, /usr/sbin, /bin or /sbin" : $"no package has {FormsOf(requirement)} in a folder that the loader searches",
            isCommand ? advice : $"{advice}\nor mark it optional with '?', or name the platforms that have it: [!{platform}]");
    }

    /// <summary>Several packages have it, and none or several of them are in the image.</summary>
    public static LockException Ambiguous(Requirement requirement, Platform platform, IReadOnlyList<string> packages, IReadOnlyList<string> inImage)
    {
        var choices = inImage.Count > 1 ? inImage : packages;
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
    public static LockException NoPackage(Requirement requirement, Platform platform, string suite, IPackageIndex index)
    {
        var nearest = Nearest.Names(requirement.Package!, index.Names);
        return new LockException(
            $"{requirement.Name}: {suite} has no package {requirement.Package} on {platform} (Debian {platform.DebianArchitecture})",
            requirement.Where,
            next: nearest.Count == 0 ? "correct the package's name" : $"did you mean {string.Join(", ", nearest)}?");
    }

    /// <summary>The package a requirement names does not have it.</summary>
    public static LockException NotInPackage(Requirement requirement, Platform platform, PackageDraft package)
    {
        var has = package.Contents!.Members
            .Where(member => requirement.Kind == RequirementKind.Library
                ? package.Contents.IsLibrary(member, platform) && LibraryForms.IsInLoaderFolder(member.Path, platform)
                : LibraryForms.DirectoryOf(UsrMerge.Of(member.Path)) is "/usr/bin" or "/usr/sbin")
            .Select(member => LibraryForms.FileOf(member.Path))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var kind = requirement.Kind == RequirementKind.Library ? "libraries" : "commands";
        return new LockException(
            $"{requirement.Name}: {package.Name} {package.Choice.Pin.Version} does not have it on {platform} (Debian {platform.DebianArchitecture})",
            requirement.Where,
            has.Count == 0 ? $"it has no {kind}" : $"its {kind} are {string.Join(", ", has.Take(Listed))}{(has.Count > Listed ? ", …" : string.Empty)}");
    }

    private static string StemOf(Requirement requirement) =>
        requirement.IsExactSoname ? requirement.Name[..requirement.Name.IndexOf(".so", StringComparison.Ordinal)] : requirement.Name;

    private static string FormsOf(Requirement requirement) =>
        requirement.IsExactSoname ? $"a file {requirement.Name}" : $"{requirement.Name}.so*, {requirement.Name}_*.so* or {requirement.Name}[0-9.-]*.so*";
}
