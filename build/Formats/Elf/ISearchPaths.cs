namespace BusyboxGlibc.Formats.Elf;

/// <summary>What an ELF object says of where its libraries are searched.</summary>
internal interface ISearchPaths
{
    /// <summary>The folders of <c>DT_RPATH</c>, as written; empty where a <c>DT_RUNPATH</c> makes the loader ignore it.</summary>
    IReadOnlyList<string> RPath { get; }

    /// <summary>The folders of <c>DT_RUNPATH</c>, as written.</summary>
    IReadOnlyList<string> RunPath { get; }

    /// <summary>Whether the default folders are left out for what it needs (<c>DF_1_NODEFLIB</c>).</summary>
    bool SkipsDefaultFolders { get; }
}
