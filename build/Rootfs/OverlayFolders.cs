using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// The user's own files: <c>overlay/&lt;platform&gt;/</c> and <c>overlay/all/</c> next to <c>lib-requires.txt</c>, laid out as in the image. Only
/// files named by a requirement are used; the platform's file takes precedence.
/// </summary>
internal sealed class OverlayFolders
{
    private const int Executable = FilePermissions.Octal755;
    private const int Plain = FilePermissions.Octal644;
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Platform _platform;
    private readonly (string Origin, string Folder, List<string> Paths)[] _sources;

    /// <summary>Lists the two folders; an absent one is treated as empty.</summary>
    /// <param name="projectFolder">The folder of <c>lib-requires.txt</c>.</param>
    /// <param name="platform">Whose files come first.</param>
    public OverlayFolders(string projectFolder, Platform platform)
    {
        _platform = platform;
        _sources = [.. new[] { platform.FileName, "all" }.Select(name => ($"overlay/{name}", Path.Combine(projectFolder, "overlay", name)))
            .Select(pair => (pair.Item1, pair.Item2, List(pair.Item2)))];
    }

    /// <summary>Returns the files that the requirements name, at their paths; times are those of the image.</summary>
    /// <exception cref="RootfsException">A requirement that is not optional matches no file, or a file is not allowed in an image.</exception>
    public RootfsTree Take(IEnumerable<Requirement> requirements)
    {
        var tree = new RootfsTree();
        foreach (var requirement in requirements.Where(one => one.Kind == RequirementKind.Overlay && one.AppliesTo(_platform)))
        {
            var pattern = Pattern(requirement.Name);
            var matched = false;
            foreach (var (origin, folder, paths) in _sources)
            {
                foreach (var path in paths.Where(path => pattern.IsMatch("/" + path)))
                {
                    matched = true;
                    if (!tree.TryGet(path, out _))
                    {
                        tree.Add(Read(origin, folder, path));
                    }
                }
            }

            if (!matched && !requirement.IsOptional)
            {
                throw Unmatched(requirement);
            }
        }

        return tree;
    }

    /// <summary>Returns the files that one requirement names, for resolution; none if it is optional and matches nothing.</summary>
    /// <exception cref="RootfsException">The requirement is not optional and matches no file, or a file is not allowed in an image.</exception>
    public IReadOnlyList<OverlayFile> Files(Requirement requirement) =>
        [.. Take([requirement]).Entries.Where(entry => entry.Type != RootfsEntryType.Directory).Select(entry => new OverlayFile("/" + entry.Path, entry.LinkTarget, ElfOf(entry))
        {
            LoaderFolders = entry.Type == RootfsEntryType.File && LdSoConf.IsIncluded("/" + entry.Path) ? [.. LdSoConf.Folders(entry.Content)] : [],
        })];

    // A file that is not valid ELF needs nothing; Verify reports it.
    private static ElfFile? ElfOf(RootfsEntry entry)
    {
        try
        {
            return entry.Type == RootfsEntryType.File && ElfFile.IsElf(entry.Content) ? ElfFile.Read(entry.Content, "/" + entry.Path) : null;
        }
        catch (ElfException)
        {
            return null;
        }
    }

    private RootfsException Unmatched(Requirement requirement) => new(
        $"{requirement.Name}: no such file for {_platform.Name}",
        where: requirement.Where,
        why: $"neither {_sources[0].Origin}{requirement.Name} nor {_sources[1].Origin}{requirement.Name} exists",
        next: $"put the file in one of the two folders, add [!{_platform.Name}] to the line, or mark it optional with '?'");

    private static RootfsEntry Read(string origin, string folder, string path)
    {
        var info = new FileInfo(Path.Combine(folder, path));
        try
        {
            if (info.LinkTarget is { } target)
            {
                return StaysInside(path, target)
                    ? new RootfsEntry(path, RootfsEntryType.SymbolicLink, FilePermissions.Octal777, 0, 0, null, target, default, origin)
                    : throw new RootfsException($"{origin}/{path} is a link that points outside the image", why: $"it points to {RootfsPath.Show(target)}");
            }

            var content = File.ReadAllBytes(info.FullName);
            var mode = (OperatingSystem.IsWindows() ? LooksExecutable(content) : HasExecuteBit(info)) ? Executable : Plain;
            return new RootfsEntry(path, RootfsEntryType.File, mode, 0, 0, null, null, content, origin);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RootfsException($"{origin}/{path} cannot be read", why: fault.Message, inner: fault);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static bool HasExecuteBit(FileInfo info) => (info.UnixFileMode & AnyExecute) != UnixFileMode.None;

    // On a file system without execute bits, programs and scripts are recognized by their first bytes.
    private static bool LooksExecutable(ReadOnlySpan<byte> content) => content.StartsWith("\u007fELF"u8) || content.StartsWith("#!"u8);

    private static bool StaysInside(string path, string target)
    {
        var depth = target.StartsWith('/') ? 0 : path.Count(letter => letter == '/');
        foreach (var part in target.Split('/').Where(part => part is not ("" or ".")))
        {
            depth += part == ".." ? -1 : 1;
            if (depth < 0)
            {
                return false;
            }
        }

        return true;
    }

    // '*' matches anything but a slash, '**' anything, '?' one character.
    private static Regex Pattern(string name)
    {
        var text = new StringBuilder("^");
        for (var at = 0; at < name.Length; at++)
        {
            if (name[at] == '*' && at + 1 < name.Length && name[at + 1] == '*')
            {
                text.Append(".*");
                at++;
            }
            else
            {
                text.Append(name[at] switch { '*' => "[^/]*", '?' => "[^/]", var letter => Regex.Escape(letter.ToString()) });
            }
        }

        return new Regex(text.Append("\\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private static List<string> List(string folder)
    {
        var paths = new List<string>();
        if (Directory.Exists(folder))
        {
            Walk(new DirectoryInfo(folder), string.Empty, paths);
            paths.Sort(RootfsPath.Order);
        }

        return paths;
    }

    // Links to folders are links in the image, and are not followed here.
    private static void Walk(DirectoryInfo folder, string prefix, List<string> paths)
    {
        foreach (var info in folder.EnumerateFileSystemInfos())
        {
            if (info is DirectoryInfo inner && info.LinkTarget is null)
            {
                Walk(inner, prefix + info.Name + "/", paths);
            }
            else
            {
                paths.Add(prefix + info.Name);
            }
        }
    }
}
