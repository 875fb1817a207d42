using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Sonames that Debian 13 renamed when time_t became 64 bits wide on 32-bit machines: <c>libaio.so.1</c> is <c>libaio.so.1t64</c> on every
/// architecture, although the ABI changed on only a few of them (https://wiki.debian.org/ReleaseGoals/64bit-time).
/// </summary>
internal static class RenamedSoname
{
    private const string Suffix = "t64";

    /// <summary>The name of a soname after the renaming.</summary>
    public static string Of(string soname) => soname + Suffix;

    /// <summary>Whether programs that need the old name work with the renamed library: where time_t had 64 bits before, and on i386, which keeps 32.</summary>
    public static bool KeepsAbi(Platform platform) => platform.ElfBits == 64 || platform.DebianArchitecture == "i386";

    /// <summary>The link that gives a renamed library of a package its old name, or null if the package has none or the ABI changed.</summary>
    /// <param name="package">An opened package.</param>
    /// <param name="soname">The old name.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="isSearched">Whether the loader searches a path.</param>
    public static DebMember? Link(DebContents package, string soname, Platform platform, Func<string, bool> isSearched) =>
        KeepsAbi(platform) && package.Named(Of(soname)).FirstOrDefault(member => isSearched(member.Path) && package.IsLibrary(member, platform)) is { } renamed
            ? DebMember.MadeLink($"{LibraryNames.DirectoryOf(renamed.Path)}/{soname}", renamed)
            : null;
}
