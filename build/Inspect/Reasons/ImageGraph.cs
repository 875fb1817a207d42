using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Reasons;

/// <summary>What a user or the build asks for: where chains begin.</summary>
/// <param name="Text">Its text in the lock.</param>
/// <param name="Label">Its description: <c>lib-requires.txt:14: libelf</c>, <c>the certificates feature</c>.</param>
/// <param name="Names">The words that stand for it in <c>--without</c>.</param>
/// <param name="Files">The files that satisfy it.</param>
internal sealed record GraphRoot(string Text, string Label, IReadOnlyList<string> Names, IReadOnlyList<string> Files);

/// <summary>One step of a chain.</summary>
/// <param name="File">The file.</param>
/// <param name="How">Why the file before it, or the requirement, brings it.</param>
internal sealed record GraphStep(GraphFile File, string How);

/// <summary>A file of the image.</summary>
/// <param name="Path">Its path in the package, or in the overlay.</param>
/// <param name="Package">Its package; null for a file of an overlay.</param>
internal sealed record GraphFile(string Path, LockedPackage? Package);

/// <summary>The files of one platform in the lock, and which of them brings which others: by what ELF files need, by links, and by the records of packages.</summary>
internal sealed class ImageGraph
{
    private const string DocFolder = "/usr/share/doc/";
    private const string LicenceFolder = "/usr/share/common-licenses/";

    private readonly Dictionary<string, GraphFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<GraphFile, List<GraphStep>> _next = [];
    private readonly Dictionary<string, List<GraphFile>> _named = new(StringComparer.Ordinal);

    private ImageGraph(Platform platform, IReadOnlyList<GraphRoot> roots) => (Platform, Roots) = (platform, roots);

    /// <summary>The platform.</summary>
    public Platform Platform { get; }

    /// <summary>Where chains begin, lines of the user first.</summary>
    public IReadOnlyList<GraphRoot> Roots { get; }

    /// <summary>Every file.</summary>
    public IEnumerable<GraphFile> Files => _files.Values;

    /// <summary>Reads the graph of a platform.</summary>
    /// <param name="locked">The lock of the platform.</param>
    /// <param name="roots">The requirements of the lock.</param>
    /// <param name="overlay">The files of overlays.</param>
    /// <param name="catalog">Reads packages.</param>
    public static async Task<ImageGraph> ReadAsync(LockedPlatform locked, IReadOnlyList<GraphRoot> roots, IReadOnlyList<OverlayFile> overlay, DebCatalog catalog)
    {
        var contents = await Task.WhenAll(locked.Packages.Select(package => catalog.ReadAsync(package.Pin)));
        var graph = new ImageGraph(locked.Platform, roots);
        foreach (var package in locked.Packages)
        {
            foreach (var path in package.Files.Concat(package.Links.Select(link => link.Path)))
            {
                graph.Add(new GraphFile(path, package));
            }
        }

        foreach (var file in overlay)
        {
            graph.Add(new GraphFile(file.Path, null));
        }

        foreach (var (package, content) in locked.Packages.Zip(contents))
        {
            graph.Connect(package, content);
        }

        foreach (var file in overlay.Where(file => file.Elf is not null))
        {
            graph.ConnectElf(graph._files[MergedUsr.Of(file.Path)], ElfNeeds.Of(file.Elf!));
        }

        return graph;
    }

    /// <summary>The file at a path of the package or of the image; null if there is none.</summary>
    public GraphFile? Find(string path) =>
        _files.GetValueOrDefault(MergedUsr.Of(path)) ?? Files.FirstOrDefault(file => "/" + ShippedPath.InImage(file.Path, Platform.Triplet) == path);

    /// <summary>The files of that name.</summary>
    public IReadOnlyList<GraphFile> Named(string name) => _named.GetValueOrDefault(name) ?? [];

    /// <summary>The files that a file brings.</summary>
    public IReadOnlyList<GraphStep> Next(GraphFile file) => _next.GetValueOrDefault(file) ?? [];

    /// <summary>The shortest chain to every file that some requirements bring; the first step is from the requirement itself.</summary>
    public Dictionary<GraphFile, (GraphRoot Root, GraphFile? From, string How)> Reach(IEnumerable<GraphRoot> roots)
    {
        var reached = new Dictionary<GraphFile, (GraphRoot, GraphFile?, string)>();
        var queue = new Queue<GraphFile>();
        foreach (var root in roots)
        {
            foreach (var file in root.Files.Select(Find).OfType<GraphFile>())
            {
                if (reached.TryAdd(file, (root, null, "asks for")))
                {
                    queue.Enqueue(file);
                }
            }
        }

        while (queue.TryDequeue(out var from))
        {
            foreach (var step in Next(from))
            {
                if (reached.TryAdd(step.File, (reached[from].Item1, from, step.How)))
                {
                    queue.Enqueue(step.File);
                }
            }
        }

        return reached;
    }

    /// <summary>The chain to a file.</summary>
    public static IReadOnlyList<GraphStep> ChainTo(GraphFile file, Dictionary<GraphFile, (GraphRoot Root, GraphFile? From, string How)> reached)
    {
        var chain = new List<GraphStep>();
        for (GraphFile? at = file; at is not null; at = reached[at].From)
        {
            chain.Insert(0, new GraphStep(at, reached[at].How));
        }

        return chain;
    }

    private void Add(GraphFile file)
    {
        if (_files.TryAdd(MergedUsr.Of(file.Path), file))
        {
            var name = LibraryNames.FileOf(file.Path);
            if (!_named.TryGetValue(name, out var files))
            {
                _named.Add(name, files = []);
            }

            files.Add(file);
        }
    }

    private void Connect(LockedPackage package, DebContents content)
    {
        var documents = package.Files.Where(path => path.StartsWith(DocFolder, StringComparison.Ordinal)).ToList();
        foreach (var path in package.Files.Concat(package.Links.Select(link => link.Path)))
        {
            var file = _files[MergedUsr.Of(path)];
            var target = package.Links.FirstOrDefault(link => link.Path == path)?.Target ?? content.Find(path)?.LinkTarget;
            if (target is not null)
            {
                Link(file, target);
            }

            if (content.Find(path) is { Elf: { } elf })
            {
                ConnectElf(file, elf);
            }

            // The package's copyright file comes with its first file, and the licences that it refers to with it.
            if (!path.StartsWith(DocFolder, StringComparison.Ordinal))
            {
                documents.ForEach(document => Step(file, _files[MergedUsr.Of(document)], "has the copyright file"));
            }

            foreach (var licence in content.Find(path)?.Licences ?? [])
            {
                if ((_files.GetValueOrDefault(LicenceFolder + licence) ?? _files.GetValueOrDefault(LicenceFolder + licence.TrimEnd('+', '.'))) is { } text)
                {
                    Step(file, text, "refers to the licence");
                }
            }
        }
    }

    private void Link(GraphFile from, string target)
    {
        if (_files.GetValueOrDefault(MergedUsr.Of(target)) is { } file)
        {
            Step(from, file, "is a link to");
            return;
        }

        // A link to a folder brings all of it; that of a documentation folder, the copyright file there.
        foreach (var below in Files.Where(file => MergedUsr.Of(file.Path).StartsWith(MergedUsr.Of(target) + "/", StringComparison.Ordinal)).ToList())
        {
            Step(from, below, "is a link to the folder of");
        }
    }

    // The loader's folders first; a library in a folder of its own is found by programs that name the folder.
    private void ConnectElf(GraphFile from, ElfNeeds elf)
    {
        foreach (var soname in elf.Needed)
        {
            var named = soname.Contains('/', StringComparison.Ordinal) ? [] : Named(soname);
            var inLoaders = named.Where(file => LibraryNames.IsInLoaderFolder(file.Path, Platform)).ToList();
            foreach (var library in inLoaders.Count > 0 ? inLoaders : named)
            {
                Step(from, library, "needs");
            }
        }

        if (elf.Interpreter is { } interpreter && (_files.GetValueOrDefault(MergedUsr.Of(interpreter)) ?? (Named(LibraryNames.FileOf(interpreter)) is [var first, ..] ? first : null)) is { } loader)
        {
            Step(from, loader, "is loaded by");
        }
    }

    private void Step(GraphFile from, GraphFile to, string how)
    {
        if (!_next.TryGetValue(from, out var steps))
        {
            _next.Add(from, steps = []);
        }

        if (to != from)
        {
            steps.Add(new GraphStep(to, how));
        }
    }
}
