using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Smoke;

/// <summary>One platform's image as it is in the layout, and the content that its own records state.</summary>
/// <param name="platform">The platform.</param>
/// <param name="tree">Its root file system.</param>
/// <param name="environment">The environment of its configuration, <c>NAME=value</c>; other lines are ignored.</param>
/// <param name="layerPath">The layer's file, a compressed tar; empty if there is none, or several.</param>
/// <param name="origins">The requirements and exemptions of lines of lib-requires.txt; null if not known.</param>
public sealed partial class SmokeImage(Platform platform, RootfsTree tree, IReadOnlyList<string> environment, string layerPath = "", FileOrigins? origins = null)
{
    private const string Records = PackageRecords.StatusFolder;
    private const string SumsSuffix = PackageRecords.SumsSuffix;

    private static readonly string[] _programFolders = ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"];

    private readonly Lazy<IReadOnlyList<string>> _recorded = new(() => ReadRecords(tree));

    private readonly Lazy<IReadOnlyList<string>> _linked = new(() => FindLinked(platform, tree, origins ?? FileOrigins.Unknown));

    /// <summary>The platform.</summary>
    public Platform Platform => platform;

    /// <summary>The root file system.</summary>
    public RootfsTree Tree => tree;

    /// <summary>The environment of its configuration, <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; } = [.. environment.Where(line => Variable().IsMatch(line))];

    /// <summary>The user of its configuration, as written; null for root, however written.</summary>
    internal string? User { get; init; }

    /// <summary>Gives the root file system to a program that reads a tar: the layer itself, or for several layers a file of their result.</summary>
    internal async Task<T> WithTarAsync<T>(Func<string, Task<T>> use)
    {
        if (layerPath.Length > 0)
        {
            return await use(layerPath);
        }

        var path = Path.Combine(Path.GetTempPath(), $"busybox-glibc-{Guid.NewGuid():N}.tar");
        try
        {
            using (var output = File.Create(path))
            {
                RootfsTar.Write(tree, output, 0);
            }

            return await use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Reads an image of a layout and verifies its digests.</summary>
    /// <exception cref="BuildException">The image is damaged.</exception>
    /// <param name="image">The image.</param>
    /// <param name="origins">The requirements and exemptions of lines of lib-requires.txt; null if not known.</param>
    internal static SmokeImage Read(OciImage image, FileOrigins? origins = null)
    {
        var tree = RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform);
        return new SmokeImage(image.Platform, tree, image.Config.Run.Environment, image.LayerCount == 1 ? image.LayerPath : string.Empty, origins)
        {
            User = image.Config.Run.User is { } user && SmokeUser.Find(tree, user)?.Id != 0 ? user : null,
        };
    }

    /// <summary>Whether the image has a shell, with which the checks are run.</summary>
    public bool HasShell => origins?.HasShell != false;

    /// <summary>The absolute paths of all links to BusyBox, in order, without BusyBox itself.</summary>
    public IReadOnlyList<string> Applets =>
        [.. tree.Entries.Where(entry => entry.Type is RootfsEntryType.SymbolicLink or RootfsEntryType.HardLink && tree.Resolve(entry.Path) == "bin/busybox").Select(entry => "/" + entry.Path)];

    /// <summary>
    /// The absolute paths of the files that the loader must be able to bind: libraries, dynamically linked programs, and libraries that are recorded
    /// or linked to but absent, so that the loader reports them. The loader itself is excluded, and so are libraries that Verify does not require to
    /// link on their own.
    /// </summary>
    public IReadOnlyList<string> Linked => _linked.Value;

    /// <summary>The absolute paths, including links, of libraries that may leave symbols undefined for the program that loads them.</summary>
    public IReadOnlyList<string> Plugins => origins?.In(tree) is { } known
        ? [.. tree.Entries.Select(entry => "/" + entry.Path).Where(path => tree.Resolve(path) is { } found && known.IsPlugin("/" + found))]
        : [];

    /// <summary>Whether the image contains, or should contain by its records, a file of that name that is not a link to BusyBox.</summary>
    public bool HasCommand(string name) =>
        _programFolders.Any(folder => tree.Resolve($"{folder}/{name}") is { } found && found != "bin/busybox")
        || _recorded.Value.Any(path => RootfsPath.Name(path) == name && _programFolders.Any(folder => path == $"{folder}/{name}"));

    /// <summary>Whether the image contains a program or applet of that name.</summary>
    public bool HasProgram(string name) => _programFolders.Any(folder => tree.Resolve($"{folder}/{name}") is not null);

    /// <summary>Whether the image names a time zone of its own.</summary>
    public bool HasOwnZone => tree.Resolve("etc/timezone") is not null;

    /// <summary>Whether the image contains, or should contain by its records, a library of that name.</summary>
    /// <param name="soname">Such as <c>libz.so.1</c>; the records contain the file behind it, <c>libz.so.1.3.1</c>.</param>
    public bool HasLibrary(string soname) =>
        Library(soname) is not null
        || _recorded.Value.Any(path => RootfsPath.Name(path) is var name && (name == soname || name.StartsWith(soname + ".", StringComparison.Ordinal)));

    /// <summary>Returns the library of that name in <c>/lib</c>, or null.</summary>
    internal RootfsEntry? Library(string soname) =>
        tree.Resolve("lib/" + soname) is { } path && tree.TryGet(path, out var entry) && entry.Type == RootfsEntryType.File ? entry : null;

    private static IReadOnlyList<string> FindLinked(Platform platform, RootfsTree tree, FileOrigins origins)
    {
        var loader = tree.Resolve(platform.Loader);
        var others = RootfsVerifier.OnlyLoadedByOthers(platform, tree, origins);
        return [.. tree.Entries
            .Where(entry => entry.Type == RootfsEntryType.File && entry.Path != loader && IsLinked(entry) && !others.Contains("/" + entry.Path))
            .Select(entry => entry.Path)
            .Concat(tree.Entries.Where(entry => entry.Type == RootfsEntryType.SymbolicLink && IsLibrary(entry.Path) && tree.Resolve(entry.Path) is null).Select(entry => entry.Path))
            .Concat(ReadRecords(tree).Where(path => IsLibrary(path) && tree.Resolve(path) is null))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(path => "/" + path)];
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*=[^\\0]*$")]
    private static partial Regex Variable();

    // Files in /etc are the loader's own: ld.so.conf and ld.so.cache.
    private static bool IsLibrary(string path) =>
        !path.StartsWith("etc/", StringComparison.Ordinal) && RootfsPath.Name(path) is var name && (name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal));

    // A damaged file is treated as a library too: the loader reports what is wrong with it.
    private static bool IsLinked(RootfsEntry entry)
    {
        if (!ElfFile.IsElf(entry.Content))
        {
            return IsLibrary(entry.Path) && !entry.Path.StartsWith(Records, StringComparison.Ordinal) && !entry.Path.StartsWith("usr/share/", StringComparison.Ordinal);
        }

        try
        {
            return ElfFile.Read(entry.Content, entry.Path).IsDynamic;
        }
        catch (ElfException)
        {
            return true;
        }
    }

    private static IReadOnlyList<string> ReadRecords(RootfsTree tree) =>
        [.. tree.Entries
            .Where(entry => entry.Type == RootfsEntryType.File && entry.Path.StartsWith(Records, StringComparison.Ordinal) && entry.Path.EndsWith(SumsSuffix, StringComparison.Ordinal))
            .SelectMany(entry => Encoding.UTF8.GetString(entry.Content.Span).Split('\n'))
            .Where(line => line.Length > 34)
            .Select(line => line[34..])];
}
