using System.Runtime.CompilerServices;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Formats.Elf;

/// <summary>
/// An ELF file as a loader sees it: its header, the libraries it needs, the symbols and symbol versions it imports and exports. It keeps the bytes
/// that it was read from, or only the tables if the content is stored elsewhere (<see cref="LazyBytes"/>), and decodes names on demand. Thread-safe;
/// nothing throws after <see cref="Read"/>.
/// </summary>
public sealed class ElfFile : ISearchPaths
{
    // DF_1_NODEFLIB and DF_1_PIE of DT_FLAGS_1.
    private const ulong NoDefaultLibraries = 0x800;
    private const ulong PositionIndependentProgram = 0x8000000;

    // Content stored elsewhere is requested in several steps of a build; it is read from there only once.
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
        IsMarkedProgram = (dynamic.Flags1 & PositionIndependentProgram) != 0;
        Exports = new ElfExports(image, dynamic, _versions);
    }

    /// <summary>The name given by the caller, for messages.</summary>
    public string Name { get; private set; }

    /// <summary>The information in the header.</summary>
    internal ElfIdentity Identity => Image.Identity;

    /// <summary>Whether it has a dynamic section: a shared library, or a dynamically linked program.</summary>
    public bool IsDynamic => Image.Dynamic is not null;

    /// <summary>The loader that a program requests (<c>PT_INTERP</c>), null if there is none.</summary>
    public string? Interpreter => Image.Interpreter;

    /// <summary>The soname of a library (<c>DT_SONAME</c>), null if it has none.</summary>
    public string? Soname { get; }

    /// <summary>The libraries it needs (<c>DT_NEEDED</c>), in the order in which the loader loads them.</summary>
    public IReadOnlyList<string> Needed { get; } = [];

    /// <summary>The folders of <c>DT_RPATH</c>, as written; also empty if there is a <c>DT_RUNPATH</c>, because the loader ignores it then.</summary>
    public IReadOnlyList<string> RPath { get; } = [];

    /// <summary>The folders of <c>DT_RUNPATH</c>, as written.</summary>
    public IReadOnlyList<string> RunPath { get; } = [];

    /// <summary>Whether the loader skips its default folders for the dependencies of this file (<c>DF_1_NODEFLIB</c>).</summary>
    public bool SkipsDefaultFolders { get; }

    /// <summary>Whether the linker marked it as a program (<c>DF_1_PIE</c>), which has the type of a library if it is position-independent.</summary>
    public bool IsMarkedProgram { get; }

    /// <summary>The required x86 ISA level (<c>GNU_PROPERTY_X86_ISA_1_NEEDED</c>): 1 for x86-64-v2, 2 for x86-64-v3; 0 for the baseline, without such
    /// a property, and on other machines.</summary>
    public int X86IsaLevel { get; }

    /// <summary>The symbol versions it needs of other libraries (<c>DT_VERNEED</c>), in the file's order.</summary>
    internal IReadOnlyList<ElfVersionNeed> VersionNeeds => _versionNeeds ??= _versions is null ? [] :
        [.. _versions.Needs.Select(need => new ElfVersionNeed(Image.String(need.File), Image.String(need.Name), need.IsWeak))];

    /// <summary>The symbol versions it defines (<c>DT_VERDEF</c>), in the file's order, without the base version that has the file's own name.</summary>
    public IReadOnlyList<string> VersionDefinitions => _versionDefinitions ??= _versions is null ? [] :
        [.. _versions.Definitions.Where(definition => !definition.IsBase).Select(definition => Image.String(definition.Name))];

    /// <summary>
    /// The symbols it imports from other libraries, in the order of its symbol table: those undefined ones that a relocation names, because the
    /// loader searches no others, and those that an executable copies from a library.
    /// </summary>
    internal IReadOnlyList<ElfSymbol> UndefinedSymbols => _undefined ??= [.. _references.Select(Describe)];

    /// <summary>The symbols it exports.</summary>
    internal ElfExports Exports { get; }

    internal ElfImage Image { get; }

    /// <summary>The content of <c>.ARM.attributes</c>, or what is wrong with it; neither if there is none.</summary>
    internal (ElfAttributes? Said, string? Fault) Attributes { get; }

    internal ReadOnlySpan<ElfReference> References => _references;

    internal ElfVersions? Versions => _versions;

    /// <summary>Whether bytes begin with the ELF magic.</summary>
    /// <param name="head">At least its first four bytes.</param>
    public static bool IsElf(ReadOnlySpan<byte> head) => head.StartsWith("\u007fELF"u8);

    /// <summary>Whether a file begins with the ELF magic.</summary>
    public static bool IsElf(ReadOnlyMemory<byte> file) => IsElf(LazyBytes.Head(file));

    /// <summary>Reads a file of either class and byte order. Section headers are not needed; relocatable objects and static programs have only a header.</summary>
    /// <param name="data">The whole file; it must not change afterwards.</param>
    /// <param name="name">Name for error messages.</param>
    /// <exception cref="ElfException">The file is truncated, inconsistent or points outside itself; the message states how.</exception>
    public static ElfFile Read(ReadOnlyMemory<byte> data, string name)
    {
        if (LazyBytes.Whole(data) is not { } source)
        {
            return new ElfFile(ElfImage.Read(LazyBytes.Loaded(data), name));
        }

        if (!_readBefore.TryGetValue(source, out var file))
        {
            file = new ElfFile(ElfImage.Read(LazyBytes.Loaded(data), name));

            // Linkers put the symbol tables before all code and data: only about a tenth of a library is kept.
            file.Image.Trim(file.TablesEnd);
            _readBefore.AddOrUpdate(source, file);
        }

        return file.Name == name ? file : file.Called(name);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    // References and versions are already decoded, except for their names.
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
