using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Formats.LoaderCache;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>The data about a package file that resolution needs: its paths and links, the dependencies of its ELF files, and the licences that its
/// copyright file refers to. The file contents themselves are not kept.</summary>
internal sealed class DebContents
{
    private readonly Dictionary<string, DebMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DebMember>> _byFile = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, DebMember>> _bySoname;

    /// <summary>Creates the contents from the members that are not directories.</summary>
    /// <param name="name">The package file's name in an error.</param>
    /// <param name="members">The members in any order; of two spellings of one path the first is kept.</param>
    /// <param name="alternatives">The links that its <c>postinst</c> creates with update-alternatives(1). One that points to a file of
    /// the package becomes a member too, because that link exists after an installation.</param>
    public DebContents(string name, IEnumerable<DebMember> members, IReadOnlyList<AlternativeLink> alternatives)
    {
        Name = name;
        Alternatives = alternatives;
        foreach (var member in members)
        {
            Add(member);
        }

        // If two files of the package are alternatives for one link, it points to the one with the higher priority.
        foreach (var alternative in alternatives.OrderByDescending(alternative => alternative.Priority))
        {
            if (Find(alternative.Path) is { } end)
            {
                Add(DebMember.MadeLink(alternative.Link, end, alternative.Priority));
            }
        }

        Members = [.. _members.Values.OrderBy(member => member.Path, StringComparer.Ordinal)];
        _bySoname = new(SortBySoname);
    }

    /// <summary>The package file's name in an error.</summary>
    public string Name { get; }

    /// <summary>The links that its <c>postinst</c> creates with update-alternatives(1).</summary>
    public IReadOnlyList<AlternativeLink> Alternatives { get; }

    /// <summary>The folders listed in its files in <c>/etc/ld.so.conf.d</c>.</summary>
    public IReadOnlyList<string> LoaderFolders { get; init; } = [];

    /// <summary>Every file and link, in ordinal order of their paths.</summary>
    public IReadOnlyList<DebMember> Members { get; }

    /// <summary>The member at a path in either spelling, or null.</summary>
    public DebMember? Find(string path) => _members.GetValueOrDefault(MergedUsr.Of(path));

    /// <summary>The members below a folder, given in either spelling, in ordinal order; documents are not part of any image.</summary>
    public IEnumerable<DebMember> Below(string folder)
    {
        var start = MergedUsr.Of(folder) + "/";
        return Members.Where(member => MergedUsr.Of(member.Path).StartsWith(start, StringComparison.Ordinal) && !RequirementNames.IsDocumentation(member.Path));
    }

    /// <summary>The members whose file name is <paramref name="file"/>, in archive order.</summary>
    public IReadOnlyList<DebMember> Named(string file) => _byFile.TryGetValue(file, out var members) ? members : [];

    /// <summary>
    /// The members to which ldconfig(8) would create a link named <paramref name="soname"/>: libraries with that soname in a folder in which
    /// no file has that name. Of several in one folder, the one that ldconfig selects comes first.
    /// </summary>
    public IEnumerable<DebMember> WithSoname(string soname) => _bySoname.Value[soname];

    /// <summary>The member at the end of a chain of links inside the package; null if the chain leaves the package or is a cycle.</summary>
    public DebMember? End(DebMember member)
    {
        for (var hop = 0; hop < 40; hop++)
        {
            if (member.LinkTarget is not { } target)
            {
                return member;
            }

            if (Find(target) is not { } next)
            {
                return null;
            }

            member = next;
        }

        return null;
    }

    /// <summary>Whether a member is an ELF object of the platform, or links to one inside the package.</summary>
    public bool IsLibrary(DebMember member, Platform platform) => End(member)?.Elf is { } elf && elf.IsFor(platform);

    private ILookup<string, DebMember> SortBySoname() => Members
        .Select(member => (Member: member, File: LibraryNames.FileOf(member.Path), Soname: End(member)?.Elf?.Soname))
        .Where(named => named.Soname is { Length: > 0 } soname
            && soname != named.File
            && !soname.Contains('/', StringComparison.Ordinal)
            && LdconfigNames.IsLibrary(named.File)
            && !(named.Member.IsSymbolicLink && LdconfigNames.IsLinkerName(named.File, soname))
            && Find($"{LibraryNames.DirectoryOf(named.Member.Path)}/{soname}") is null)
        .OrderByDescending(named => named.File, LoaderCacheOrder.Names)
        .ToLookup(named => named.Soname!, named => named.Member, StringComparer.Ordinal);

    private void Add(DebMember member)
    {
        if (_members.TryAdd(MergedUsr.Of(member.Path), member))
        {
            var file = LibraryNames.FileOf(member.Path);
            if (!_byFile.TryGetValue(file, out var sameFile))
            {
                _byFile.Add(file, sameFile = []);
            }

            sameFile.Add(member);
        }
    }
}

/// <summary>A file or link of a package.</summary>
/// <param name="Path">Its path in the package.</param>
/// <param name="IsSymbolicLink">Whether it is a symbolic link.</param>
/// <param name="LinkTarget">The absolute path that a symbolic or hard link points to, or null for a file.</param>
/// <param name="ModificationTime">Seconds since 1970-01-01 UTC.</param>
/// <param name="Elf">Its dependencies, if it is an ELF object.</param>
/// <param name="Licences">The names under <c>/usr/share/common-licenses</c> that a copyright file refers to.</param>
internal sealed record DebMember(
    string Path,
    bool IsSymbolicLink,
    string? LinkTarget,
    long ModificationTime,
    ElfNeeds? Elf,
    IReadOnlyList<string> Licences)
{
    /// <summary>The length of a file in bytes; 0 for a link.</summary>
    public long Size { get; init; }

    /// <summary>Whether the build creates it, because the package does not contain it: a link that an installation would create, or one that gives
    /// a renamed library its old name.</summary>
    public bool IsMade { get; private init; }

    /// <summary>The priority of a link that update-alternatives(1) creates, 0 for every other member.</summary>
    public int Priority { get; private init; }

    /// <summary>A link that the build creates.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="end">Its target, in the same package.</param>
    /// <param name="priority">Its priority among the alternatives of that name.</param>
    public static DebMember MadeLink(string path, DebMember end, int priority = 0) =>
        new(path, IsSymbolicLink: true, end.Path, end.ModificationTime, null, []) { IsMade = true, Priority = priority };
}

/// <summary>The dependencies of an ELF object when it is loaded, and the name by which other objects depend on it.</summary>
/// <param name="Machine">Its <c>e_machine</c>.</param>
/// <param name="Bits">32 or 64.</param>
/// <param name="Interpreter">Its PT_INTERP, or null.</param>
/// <param name="Needed">Its DT_NEEDED entries.</param>
/// <param name="RPath">Its DT_RPATH entries, as written; none if it has a DT_RUNPATH.</param>
/// <param name="RunPath">Its DT_RUNPATH entries, as written.</param>
/// <param name="SkipsDefaultFolders">Whether the loader's default folders are not searched for its dependencies.</param>
/// <param name="Soname">Its DT_SONAME, or null.</param>
internal sealed record ElfNeeds(
    ushort Machine,
    int Bits,
    string? Interpreter,
    IReadOnlyList<string> Needed,
    IReadOnlyList<string> RPath,
    IReadOnlyList<string> RunPath,
    bool SkipsDefaultFolders,
    string? Soname) : ISearchPaths
{
    /// <summary>Reads the dependencies of an ELF file.</summary>
    public static ElfNeeds Of(ElfFile file) => new(
        file.Identity.Machine, file.Identity.Bits, file.Interpreter, file.Needed, file.RPath, file.RunPath, file.SkipsDefaultFolders, file.Soname);

    /// <summary>Whether the platform's loader would load it.</summary>
    public bool IsFor(Platform platform) => Machine == platform.ElfMachine && Bits == platform.ElfBits;
}
