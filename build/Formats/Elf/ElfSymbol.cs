namespace BusyboxGlibc.Formats.Elf;

/// <summary>A symbol that a file takes from another: the loader must find it before the file can run.</summary>
/// <param name="Name">The symbol's name.</param>
/// <param name="Version">The symbol version asked for, null for none.</param>
/// <param name="VersionSoname">The library that the version is expected of, null where there is no version.</param>
/// <param name="IsWeak">Whether the file can do without it.</param>
/// <param name="IsCopied">Whether an executable keeps the symbol's data itself and a library must give what to copy there.</param>
internal sealed record ElfSymbol(string Name, string? Version, string? VersionSoname, bool IsWeak, bool IsCopied = false)
{
    /// <summary><c>name@version</c>, or the name alone.</summary>
    public override string ToString() => Version is null ? Name : $"{Name}@{Version}";
}

/// <summary>A symbol version that a file needs of a library, from <c>DT_VERNEED</c>.</summary>
/// <param name="Soname">The library.</param>
/// <param name="Version">The version, such as <c>GLIBC_2.38</c>.</param>
/// <param name="IsWeak">Whether the loader lets its absence pass (<c>VER_FLG_WEAK</c>).</param>
internal sealed record ElfVersionNeed(string Soname, string Version, bool IsWeak);

/// <summary>A symbol that a file gives to others.</summary>
/// <param name="Name">The symbol's name.</param>
/// <param name="Version">Its version, null where it has none.</param>
/// <param name="IsDefault">Whether it is the version that a program linked today gets (<c>@@</c>); true where there is none.</param>
internal sealed record ElfExport(string Name, string? Version, bool IsDefault);
