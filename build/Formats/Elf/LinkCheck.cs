namespace BusyboxGlibc.Formats.Elf;

/// <summary>Checks one file as <c>ldd -r</c> would, without running anything, for any machine.</summary>
internal static class LinkCheck
{
    /// <summary>Checks a program or library with everything it loads. For many files of one system, reuse a <see cref="LinkChecker"/>.</summary>
    /// <param name="root">The program or library.</param>
    /// <param name="find">Returns the file that the loader would load for a <c>DT_NEEDED</c> name, null for none.</param>
    /// <returns>The problems, in the order in which the loader encounters them; empty if it would link.</returns>
    public static IReadOnlyList<LinkProblem> Check(ElfFile root, Func<string, ElfFile?> find) => new LinkChecker(Flat(find)).Check(root);

    /// <summary>Creates a search that does not depend on the requesting object: for a set of files without their own search paths.</summary>
    /// <param name="find">Returns the file for a name, null for none.</param>
    public static FindLibrary Flat(Func<string, ElfFile?> find) => (name, _) => find(name) is { } file ? new FoundLibrary(file, file.Name) : null;
}
