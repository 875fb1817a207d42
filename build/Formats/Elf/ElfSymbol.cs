namespace BusyboxGlibc.Formats.Elf;

/// <summary>A symbol that a file imports: the loader must find it before the file can run.</summary>
/// <param name="Name">The symbol's name.</param>
/// <param name="Version">The requested symbol version, null for none.</param>
/// <param name="VersionSoname">The library that should define the version, null if there is no version.</param>
/// <param name="IsWeak">Whether the file can run without it.</param>
/// <param name="IsCopied">Whether an executable holds the symbol's data itself and a library must provide the data to copy there.</param>
internal sealed record ElfSymbol(string Name, string? Version, string? VersionSoname, bool IsWeak, bool IsCopied = false)
{
    /// <summary><c>name@version</c>, or the name alone.</summary>
    public override string ToString() => Version is null ? Name : $"{Name}@{Version}";
}

/// <summary>A symbol version that a file needs from a library, from <c>DT_VERNEED</c>.</summary>
/// <param name="Soname">The library.</param>
/// <param name="Version">The version, such as <c>GLIBC_2.38</c>.</param>
/// <param name="IsWeak">Whether the loader accepts its absence (<c>VER_FLG_WEAK</c>).</param>
internal sealed record ElfVersionNeed(string Soname, string Version, bool IsWeak);

/// <summary>A symbol that a file exports.</summary>
/// <param name="Name">The symbol's name.</param>
/// <param name="Version">Its version, null if it has none.</param>
/// <param name="IsDefault">Whether programs linked today get this version (<c>@@</c>); true if there is none.</param>
internal sealed record ElfExport(string Name, string? Version, bool IsDefault);
