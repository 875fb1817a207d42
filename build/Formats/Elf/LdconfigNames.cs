namespace BusyboxGlibc.Formats.Elf;

/// <summary>Which file names ldconfig(8) treats as libraries; glibc's <c>elf/ldconfig.c</c>, <c>search_dir</c>.</summary>
internal static class LdconfigNames
{
    /// <summary>Whether ldconfig examines a file of that name.</summary>
    internal static bool IsLibrary(string name) =>
        (name.StartsWith("lib", StringComparison.Ordinal) || name.StartsWith("ld-", StringComparison.Ordinal) || name.StartsWith("ld64.so", StringComparison.Ordinal))
        && name.Contains(".so", StringComparison.Ordinal);

    /// <summary>Whether a link has the name by which ld(1) finds a library: its soname up to <c>.so</c>. ldconfig creates no soname link to it.</summary>
    internal static bool IsLinkerName(string file, string soname) =>
        file.EndsWith(".so", StringComparison.Ordinal) && soname.StartsWith(file, StringComparison.Ordinal);
}
