using BusyboxGlibc.Configuration;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Rootfs;

/// <summary>Compiled locales. Files that are the same in several of them are links in the package, and their targets come with them.</summary>
internal static class Locales
{
    /// <summary>Returns the files that locales need.</summary>
    /// <param name="folders">The locales, as <see cref="LocaleList.Parse"/> returns them.</param>
    internal static IReadOnlyList<BasePackage> Parts(IReadOnlyList<string> folders) =>
        folders.Count == 0 ? [] : [new BasePackage("locales-all", [.. folders.Select(folder => $"/usr/lib/locale/{folder}/**")], "the option Locales")];
}
