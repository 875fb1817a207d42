using System.Runtime.CompilerServices;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// An ELF file as a loader sees it: its header, the libraries it needs, the symbols and symbol versions it takes and gives.
/// It keeps the bytes it was read from, of a file that lies elsewhere (<see cref="LazyBytes"/>) the tables only, and decodes names
/// when asked. Thread-safe; after <see cref="Read"/> nothing throws.
/// </summary>
public sealed class ElfFile : ISearchPaths
{
    // DF_1_NODEFLIB of DT_FLAGS_1.
    private const ulong NoDefaultLibraries = 0x800;

    // A file that lies elsewhere is asked for at several stations of a build; it is read from there once.
    private static readonly ConditionalWeakTable<LazyBytes, ElfFile> _readBefore = [];

    private readonly ElfReference[] _references;
    private readonly ElfVersions? _versions;
    private readonly int _stringsEnd;
    private IReadOnlyList<ElfSymbol>? _undefined;
    private IReadOnlyList<ElfVersionNeed>? _versionNeeds;
    private IReadOnlyList<string>? _versionDefinitions;

    private ElfFile(ElfImage image)
    {
        Image = image;
        Name = image.Name;
        X86IsaLevel = ElfProperties.X86IsaLevel(image);
        Attributes = ElfAttributes.Of(image);
        if (image.Dynamic is null)
        {
            _references = [];
            Exports = new ElfExports(image, null, null);
            return;
        }

        var dynamic = ElfDynamic.Read(image);
        _versions = ElfVersions.Read(image, dynamic);
        _references = ElfReferences.Read(image, dynamic, _versions);
        _stringsEnd = dynamic.Strings.End;
        Soname = dynamic.OwnName;
        Needed = dynamic.NeededNames;
        RPath = Folders(dynamic.RPathText);
        RunPath = Folders(dynamic.RunPathText);
        SkipsDefaultFolders = (dynamic.Flags1 & NoDefaultLibraries) != 0;
        Exports = new ElfExports(image, dynamic, _versions);
    }

    /// <summary>What the caller called the file, for messages.</summary>
    public string Name { get; private set; }

    /// <summary>What the header says it is.</summary>
    internal ElfIdentity Identity => Image.Identity;

    /// <summary>Whether it has a dynamic section: a shared library, or a program that a loader links.</summary>
    public bool IsDynamic => Image.Dynamic is not null;

    /// <summary>The loader a program asks for (<c>PT_INTERP</c>), null where there is none.</summary>
    public string? Interpreter => Image.Interpreter;

    /// <summary>The name a library calls itself (<c>DT_SONAME</c>), null where it has none.</summary>
    public string? Soname { get; }

    /// <summary>The libraries it needs (<c>DT_NEEDED</c>), in the order the loader takes them.</summary>
    public IReadOnlyList<string> Needed { get; } = [];

    /// <summary>The folders of <c>DT_RPATH</c>, as written; empty too where there is a <c>DT_RUNPATH</c>, since the loader ignores it then.</summary>
    public IReadOnlyList<string> RPath { get; } = [];

    /// <summary>The folders of <c>DT_RUNPATH</c>, as written.</summary>
    public IReadOnlyList<string> RunPath { get; } = [];

    /// <summary>Whether the loader leaves out its default folders for what this file needs (<c>DF_1_NODEFLIB</c>).</summary>
    public bool SkipsDefaultFolders { get; }

    /// <summary>The x86 ISA level it asks for (<c>GNU_PROPERTY_X86_ISA_1_NEEDED</c>): 1 for x86-64-v2, 2 for x86-64-v3; 0 for the baseline,
    /// for no such property, and on other machines.</summary>
    public int X86IsaLevel { get; }

    /// <summary>The symbol versions it needs of other libraries (<c>DT_VERNEED</c>), in the file's order.</summary>
    internal IReadOnlyList<ElfVersionNeed> VersionNeeds => _versionNeeds ??= _versions is null ? [] :
        [.. _versions.Needs.Select(need => new ElfVersionNeed(Image.String(need.File), Image.String(need.Name), need.IsWeak))];

    /// <summary>The symbol versions it defines (<c>DT_VERDEF</c>), in the file's order, without the base one that carries its own name.</summary>
    public IReadOnlyList<string> VersionDefinitions => _versionDefinitions ??= _versions is null ? [] :
        [.. _versions.Definitions.Where(definition => !definition.IsBase).Select(definition => Image.String(definition.Name))];

    /// <summary>
    /// The symbols it takes from other libraries, in the order of its symbol table: those undefined ones that a relocation
    /// names, since the loader searches for no others, and those an executable copies out of a library.
    /// </summary>
    internal IReadOnlyList<ElfSymbol> UndefinedSymbols => _undefined ??= [.. _references.Select(Describe)];

    /// <summary>The symbols it gives to others.</summary>
    internal ElfExports Exports { get; }

    internal ElfImage Image { get; }

    /// <summary>What <c>.ARM.attributes</c> says, or what is wrong with it; neither where there is none.</summary>
    internal (ElfAttributes? Said, string? Fault) Attributes { get; }

    internal ReadOnlySpan<ElfReference> References => _references;

    internal ElfVersions? Versions => _versions;

    /// <summary>Whether bytes begin as an ELF file does.</summary>
    /// <param name="head">At least its first four bytes.</param>
    public static bool IsElf(ReadOnlySpan<byte> head) => head.StartsWith("\u007fELF"u8);

    /// <summary>Whether a file begins as an ELF file does.</summary>
    public static bool IsElf(ReadOnlyMemory<byte> file) => IsElf(LazyBytes.Head(file));

    /// <summary>Reads a file of either class and byte order. Section headers are not needed; relocatable objects and static programs have only a header.</summary>
    /// <param name="data">The whole file; it must not change afterwards.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="ElfException">It is cut short, contradicts itself or points outside itself; the message says how.</exception>
    public static ElfFile Read(ReadOnlyMemory<byte> data, string name)
    {
        if (LazyBytes.Whole(data) is not { } source)
        {
            return new ElfFile(ElfImage.Read(LazyBytes.Loaded(data), name));
        }

        if (!_readBefore.TryGetValue(source, out var file))
        {
            file = new ElfFile(ElfImage.Read(LazyBytes.Loaded(data), name));

            // Linkers put the tables of symbols before all code and data: some tenth of a library is kept, not the library.
            file.Image.Trim(file.TablesEnd);
            _readBefore.AddOrUpdate(source, file);
        }

        return file.Name == name ? file : file.Called(name);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // References and versions lie decoded already, all but their names.
    private int TablesEnd => Math.Max(Exports.End, _stringsEnd);

    private ElfFile Called(string name)
    {
        var same = (ElfFile)MemberwiseClone();
        same.Name = name;
        return same;
    }

    private static string[] Folders(string? path) => path is null ? [] : path.Split(':');

    internal ElfSymbol Describe(ElfReference reference) => new(
        Image.String(reference.Name),
        reference.Version.IsSet ? Image.String(reference.Version.Name) : null,
        reference.Version is { IsSet: true, IsNeed: true } ? Image.String(reference.Version.File) : null,
        reference.IsWeak,
        reference.IsCopied);
}
