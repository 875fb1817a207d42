namespace BusyboxGlibc.Formats.Elf;

/// <summary>The library search paths stated in an ELF object.</summary>
internal interface ISearchPaths
{
    /// <summary>The folders of <c>DT_RPATH</c>, as written; empty if the loader ignores it because of a <c>DT_RUNPATH</c>.</summary>
    IReadOnlyList<string> RPath { get; }

    /// <summary>The folders of <c>DT_RUNPATH</c>, as written.</summary>
    IReadOnlyList<string> RunPath { get; }

    /// <summary>Whether the default folders are skipped for its dependencies (<c>DF_1_NODEFLIB</c>).</summary>
    bool SkipsDefaultFolders { get; }
}
