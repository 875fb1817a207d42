using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Lock.Resolve;

/// <content>What is said of a library that is not found.</content>
internal sealed partial class ClosureWalk
{
    private async Task<LockException> ErrorAsync(Taken from, string soname, int more)
    {
        if (UnlinkedOf(from, soname) is { } unlinked)
        {
            return unlinked;
        }

        var index = await contents();
        var below = index.LibrariesBelow(soname).Where(entry => LibraryNames.FileOf(entry.Path) == soname).Take(3).ToList();
        var isRenamed = index.Libraries(RenamedSoname.Of(soname)).Any(entry => LibraryNames.FileOf(entry.Path) == RenamedSoname.Of(soname));
        var why = isRenamed
            ? $"Debian provides it as {RenamedSoname.Of(soname)}, which has a different ABI on {Platform}: time_t has 64 bits there now"
            : below.Count > 0
                ? $"{string.Join(", ", below.Select(entry => $"{entry.Package} has {entry.Path}"))}, in a folder that the loader does not search for it"
                : from.Cause?.Kind == RequirementKind.Program ? "the suite's Contents index does not list it in a folder that the loader searches" : "neither the package's dependencies nor the suite's Contents index list it in a folder that the loader searches";
        return new LockException(
            $"{from.Text}{(more > 0 ? $" and {more} more of its files need" : " needs")} {SafeText.Text(soname)}, and no package provides it on {Platform} (Debian {Platform.DebianArchitecture})",
            why: why,
            next: isRenamed ? "rebuild the file against the renamed library, or exclude this platform from the line"
                : resolved.TakenAs(soname) is [var taken, ..] && from.Cause is { Kind: not RequirementKind.Program }
                ? $"if the program that loads the file has loaded {taken} before, allow that: {from.Cause.Text} (plugin)"
                : $"{Way(from, soname)}, or provide the library yourself: a line /usr/local/lib/{SafeText.Text(soname)} and the file in overlay/{Platform.FileName}/usr/local/lib/");
    }

    // What a program loads only if it can, it may do without.
    private static string Way(Taken from, string soname) => from.Cause?.Kind != RequirementKind.Program ? "exclude this platform from the line"
        : from.Member.Elf is { Interpreter: null } ? $"give the folder that has the library too; if the program runs without {LibraryNames.FileOf(from.Member.Path)}, leave that out or allow it, with a line {SafeText.Text(soname)} ? in lib-requires.txt"
        : "give the folder that has the library too";

    // The search path contains the library, but no file there is named like its soname, and no link is created there.
    private LockException? UnlinkedOf(Taken from, string soname)
    {
        var folders = resolved.LoadersOf(from.Member.Path).Prepend(from).SelectMany(Own).ToHashSet(StringComparer.Ordinal);
        string?[] packages = [from.Package?.Name, .. resolved.Locals];
        var places = packages.OfType<string>().Distinct().Select(resolved.Opened).OfType<ResolvedPackage>().Select(package => (Package: (string?)package.Name, package.Contents));
        foreach (var (package, files) in places.Prepend((null, resolved.Overlay)))
        {
            if (files?.WithSoname(soname).FirstOrDefault(member => folders.Contains(FolderOf(member.Path)) && files.IsLibrary(member, Platform)) is { } member)
            {
                var (folder, file) = (LibraryNames.DirectoryOf(member.Path), LibraryNames.FileOf(member.Path));
                return new LockException(
                    $"{from.Text} needs {SafeText.Text(soname)}, which its search path contains on {Platform} only under the name {SafeText.Text(file)}",
                    why: $"{member.Path} has that soname, but {folder} has no link {soname}, and neither ldconfig nor this build creates one outside the folders in /etc/ld.so.conf",
                    next: package is null
                        ? $"mkdir -p overlay/{Platform.FileName}{folder} && ln -s {file} overlay/{Platform.FileName}{folder}/{soname}\nand add the line {folder}/{soname} to lib-requires.txt"
                        : $"add the link {folder}/{soname} -> {file} to the package {package}");
            }
        }

        return null;
    }
}
