namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>
/// The paths of a build root and whose they are. All writing goes through it: a folder is a real folder from the root down, never
/// a link, so that nothing is ever written outside, whatever links packages bring. Safe for many packages at once.
/// </summary>
internal sealed class BuildRootTree(string root)
{
    private readonly System.Threading.Lock _gate = new();

    // A folder is nobody's own: null.
    private readonly Dictionary<string, string?> _owners = new(StringComparer.Ordinal) { ["/"] = null };

    /// <summary>The root's path outside.</summary>
    public string Root => root;

    /// <summary>Says what a whole package has, without touching the disk.</summary>
    /// <exception cref="BusyboxException">It clashes with what another package has.</exception>
    public void Register(string package, BuildRootManifest manifest)
    {
        lock (_gate)
        {
            foreach (var item in manifest.Items)
            {
                Claim(item.Path, package, isFolder: item.Kind == 'd');
            }
        }
    }

    /// <summary>Makes a folder and those above it.</summary>
    /// <exception cref="BusyboxException">A package has a file or link on the way.</exception>
    public void MakeFolder(string path, string package)
    {
        lock (_gate)
        {
            Folder(path, package);
        }
    }

    /// <summary>Makes room for a file or link: its folders are there, and nothing is at its path, nor will another package put anything there.</summary>
    /// <returns>Its path outside.</returns>
    /// <exception cref="BusyboxException">Another package has that path, or one on the way to it.</exception>
    public string MakeRoom(string path, string package)
    {
        lock (_gate)
        {
            Folder(ParentOf(path), package);
            Claim(path, package, isFolder: false);
            return Clear(path);
        }
    }

    private void Folder(string path, string package)
    {
        if (_owners.TryGetValue(path, out var owner))
        {
            if (owner is not null)
            {
                throw Clash(path, owner, package);
            }

            return;
        }

        Folder(ParentOf(path), package);
        _owners.Add(path, null);
        var info = new FileInfo(root + path);
        if ((int)info.Attributes == -1 || info.Attributes.HasFlag(FileAttributes.ReparsePoint) || !info.Attributes.HasFlag(FileAttributes.Directory))
        {
            // Something of an unpacking that was cut off may lie there.
            Clear(path);
            Directory.CreateDirectory(root + path);
        }
    }

    private void Claim(string path, string package, bool isFolder)
    {
        var claimed = isFolder ? null : package;
        if (!_owners.TryAdd(path, claimed) && (_owners[path] != claimed || !isFolder))
        {
            throw Clash(path, _owners[path], package);
        }
    }

    private string Clear(string path)
    {
        var outside = root + path;
        var info = new FileInfo(outside);
        if ((int)info.Attributes != -1)
        {
            if (info.Attributes.HasFlag(FileAttributes.Directory) && !info.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                Directory.Delete(outside, recursive: true);
            }
            else
            {
                File.Delete(outside);
            }
        }

        return outside;
    }

    private static string ParentOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    private static BusyboxException Clash(string path, string? owner, string package) => new(
        $"the build root cannot hold {package}",
        path,
        owner is null ? "it is a folder of other packages" : owner == package ? "it occurs twice in the package" : $"{owner} has that path too",
        "take Debian's BusyBox: --busybox=debian");
}
