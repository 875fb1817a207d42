using System.IO.Enumeration;
using System.Text;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Attestations.Vex;

/// <summary>Whether an image has something.</summary>
internal enum VexPresence
{
    /// <summary>It has not.</summary>
    Absent,

    /// <summary>It has.</summary>
    Present,

    /// <summary>It does not show.</summary>
    Unknown,
}

/// <summary>What a platform's image shows about the facts of the table: its files, its records, its libraries and its BusyBox. Nothing else is asked.</summary>
/// <param name="platform">The platform.</param>
/// <param name="tree">The image.</param>
internal sealed class VexEvidence(Platform platform, RootfsTree tree)
{
    /// <summary>The source package of the table that stands for BusyBox, Debian's or the one that this build compiles.</summary>
    public const string Busybox = "busybox";

    private readonly Lazy<IReadOnlyDictionary<string, RecordedPackage>> _packages = new(() => RecordedPackage.In(tree));
    private readonly Lazy<HashSet<string>?> _options = new(() => OptionsOf(tree));
    private readonly Lazy<IReadOnlyList<string>?> _applets = new(() => AppletsOf(tree));
    private readonly Dictionary<string, (ElfExports? Exports, bool IsThere)> _libraries = new(StringComparer.Ordinal);

    /// <summary>The platform.</summary>
    public Platform Platform => platform;

    /// <summary>The packages of the image's records, ordered by name.</summary>
    public IReadOnlyList<RecordedPackage> Packages => field ??= [.. _packages.Value.Values.OrderBy(package => package.Name, StringComparer.Ordinal)];

    /// <summary>Whether the image has what a fact names, and in words what it has, or why that does not show.</summary>
    public (VexPresence Presence, string? Text) Look(VexFact fact) => fact.Kind switch
    {
        VexFactKind.Package => Found(_packages.Value.ContainsKey(fact.Name) ? $"package {fact.Name} is in the image" : null),
        VexFactKind.File => Find(fact.Name),
        VexFactKind.Module => Find($"**/gconv/{fact.Name}.so"),
        VexFactKind.Platform => Found(fact.Name == platform.Name ? $"{platform} is concerned" : null),
        VexFactKind.Symbol => Symbol(fact.Name),
        VexFactKind.Option => !HasBusybox ? Found(null) : _options.Value is not { } options ? (VexPresence.Unknown, "the image does not say how its BusyBox is configured")
            : Found(options.Contains(fact.Name) ? $"BusyBox is compiled with {fact.Name}" : null),
        _ => !HasBusybox ? Found(null) : _applets.Value is not { } applets ? (VexPresence.Unknown, "BusyBox does not list its applets")
            : Found(applets.Contains(fact.Name) ? $"BusyBox has the applet {fact.Name}" : null),
    };

    /// <summary>Whether a path matches a pattern of the table.</summary>
    /// <param name="pattern"><c>/usr/lib/*/x</c>, or <c>**/x</c> for any folder.</param>
    /// <param name="path">The path, relative to the root.</param>
    internal static bool Matches(string pattern, string path) => Matches(pattern.TrimStart('/').Split('/'), path.Split('/'));

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        if (pattern.Length == 0)
        {
            return path.Length == 0;
        }

        if (pattern[0] == "**")
        {
            for (var skipped = 0; skipped <= path.Length; skipped++)
            {
                if (Matches(pattern[1..], path[skipped..]))
                {
                    return true;
                }
            }

            return false;
        }

        return path.Length > 0 && FileSystemName.MatchesSimpleExpression(pattern[0], path[0], ignoreCase: false) && Matches(pattern[1..], path[1..]);
    }

    private bool HasBusybox => tree.TryGet(BusyboxRecords.Place, out _) || _packages.Value.ContainsKey(Busybox);

    private static (VexPresence, string?) Found(string? text) => (text is null ? VexPresence.Absent : VexPresence.Present, text);

    private (VexPresence, string?) Find(string pattern) =>
        Found(tree.Entries.FirstOrDefault(entry => entry.Type != RootfsEntryType.Directory && Matches(pattern, entry.Path)) is { } entry ? $"/{entry.Path} is in the image" : null);

    private (VexPresence, string?) Symbol(string fact)
    {
        var (library, rest) = (fact[..fact.IndexOf(':', StringComparison.Ordinal)], fact[(fact.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        var (name, version) = rest.Split('@') is [var before, var after] ? (before, after) : (rest, null);
        if (!_libraries.TryGetValue(library, out var found))
        {
            _libraries.Add(library, found = Library(library));
        }

        return !found.IsThere ? Found(null) : found.Exports is not { } exports ? (VexPresence.Unknown, $"{library} cannot be read")
            : Found(exports.List().Any(export => export.Name == name && (version is null || export.Version == version)) ? $"{library} exports {rest}" : null);
    }

    // By its soname, under whatever name it is in the image.
    private (ElfExports? Exports, bool IsThere) Library(string soname)
    {
        var stem = soname[..soname.IndexOf(".so", StringComparison.Ordinal)];
        foreach (var entry in tree.Entries.Where(entry => entry.Type == RootfsEntryType.File && RootfsPath.Name(entry.Path).StartsWith(stem, StringComparison.Ordinal) && ElfFile.IsElf(entry.Content)))
        {
            try
            {
                if (ElfFile.Read(entry.Content, entry.Path) is var file && (file.Soname == soname || RootfsPath.Name(entry.Path) == soname))
                {
                    return (file.Exports, true);
                }
            }
            catch (ElfException)
            {
                return (null, true);
            }
        }

        return (null, tree.Entries.Any(entry => RootfsPath.Name(entry.Path) == soname));
    }

    private static HashSet<string>? OptionsOf(RootfsTree tree) => tree.TryGet(BusyboxRecords.ConfigurationPath, out var entry) && entry.Type == RootfsEntryType.File
        ? [.. Encoding.UTF8.GetString(entry.Content.Span).Split('\n').Select(line => line.Split('=')).Where(parts => parts.Length > 1).Select(parts => parts[0])]
        : null;

    private static IReadOnlyList<string>? AppletsOf(RootfsTree tree)
    {
        try
        {
            return tree.Resolve(BusyboxRecords.Place) is { } path && tree.TryGet(path, out var entry) && entry.Type == RootfsEntryType.File ? AppletNames.Find(entry.Content.Span, path) : null;
        }
        catch (BusyboxException)
        {
            return null;
        }
    }
}
