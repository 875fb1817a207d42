namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>
/// The paths of a build root and the packages that own them. All writes use it: every parent folder is a real folder from the root down, never a
/// link, so that nothing is ever written outside, whatever links packages contain. Safe for concurrent use by many packages.
/// </summary>
internal sealed class BuildRootTree(string root)
{
    private readonly System.Threading.Lock _gate = new();

    // Folders have no owner: null.
    private readonly Dictionary<string, string?> _owners = new(StringComparer.Ordinal) { ["/"] = null };

    /// <summary>The path of the root on this machine.</summary>
    public string Root => root;

    /// <summary>Registers the paths of a complete package, without touching the disk.</summary>
    /// <exception cref="BusyboxException">A path conflicts with another package.</exception>
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

    /// <summary>Creates a folder and its parents.</summary>
    /// <exception cref="BusyboxException">A parent is a file or link of a package.</exception>
    public void MakeFolder(string path, string package)
    {
        lock (_gate)
        {
            Folder(path, package);
        }
    }

    /// <summary>Prepares the path of a file or link: creates its folders, removes what is at the path, and reserves it for this package.</summary>
    /// <returns>Its path on this machine.</returns>
    /// <exception cref="BusyboxException">Another package owns the path, or one of its parents.</exception>
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
            // A file of an interrupted unpacking may be there.
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
        $"the build root cannot contain {package}",
        path,
        owner is null ? "it is a folder of other packages" : owner == package ? "it occurs twice in the package" : $"{owner} also contains that path",
        "use Debian's BusyBox: --busybox=debian");
}
