namespace BusyboxGlibc.Formats.Elf;

/// <summary>What <c>ldd -r</c> would say of one file, without running anything, for any machine.</summary>
internal static class LinkCheck
{
    /// <summary>Checks a program or library with everything it loads. For many files of one system, keep a <see cref="LinkChecker"/>.</summary>
    /// <param name="root">The program or library.</param>
    /// <param name="find">The file that the loader would take for a name out of <c>DT_NEEDED</c>, null for none.</param>
    /// <returns>The problems, in the order the loader meets them; empty where it would link.</returns>
    public static IReadOnlyList<LinkProblem> Check(ElfFile root, Func<string, ElfFile?> find) => new LinkChecker(Flat(find)).Check(root);

    /// <summary>A search that does not depend on which object asks: for a set of files without search paths of their own.</summary>
    /// <param name="find">The file for a name, null for none.</param>
    public static FindLibrary Flat(Func<string, ElfFile?> find) => (name, _) => find(name) is { } file ? new FoundLibrary(file, file.Name) : null;
}
