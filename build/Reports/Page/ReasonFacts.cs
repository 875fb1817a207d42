using BusyboxGlibc.Inspect.Contents;
using BusyboxGlibc.Inspect.Reasons;

namespace BusyboxGlibc.Reports.Page;

/// <summary>Joins what is known of each platform, so that a file that all of them have is there once.</summary>
internal static class ReasonFacts
{
    private const string Needs = "needs";
    private const string Busybox = "/bin/busybox";

    // They follow from every file of a package, and no drawing becomes clearer by them.
    private static readonly string[] _documents = ["has the copyright file", "refers to the licence"];

    /// <summary>The files of all platforms, the largest first.</summary>
    public static IReadOnlyList<ReportFile> Files(IReadOnlyList<ImageContents> platforms)
    {
        var files = new Dictionary<(string Path, string Owner), long[]>();
        foreach (var (number, contents) in platforms.Index())
        {
            foreach (var file in contents.Files)
            {
                var key = (ReasonFinder.CommonPath(contents.Platform, file.Path), file.Owner);
                if (!files.TryGetValue(key, out var bytes))
                {
                    files.Add(key, bytes = [.. Enumerable.Repeat(-1L, platforms.Count)]);
                }

                bytes[number] = file.Bytes;
            }
        }

        return [.. files.OrderByDescending(pair => pair.Value.Max()).ThenBy(pair => pair.Key.Path, StringComparer.Ordinal).Select(pair => new ReportFile(pair.Key.Path, pair.Key.Owner, pair.Value))];
    }

    /// <summary>The packages of all platforms.</summary>
    public static IReadOnlyList<ReportPackage> Packages(IReadOnlyList<ImageContents> platforms) =>
    [
        .. platforms.SelectMany((contents, number) => contents.Packages.Select(package => (Package: package, Number: number)))
            .GroupBy(one => (one.Package.Name, one.Package.Version, one.Package.Source, one.Package.SourceVersion))
            .OrderBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.Version, StringComparer.Ordinal)
            .Select(group => new ReportPackage(group.Key.Name, group.Key.Version, group.Key.Source, group.Key.SourceVersion, group.Aggregate(0, (set, one) => set | (1 << one.Number)))),
    ];

    /// <summary>The graph of all platforms.</summary>
    /// <param name="maps">What the lock says, a map for each platform.</param>
    /// <param name="contents">What is in the image: the compiled BusyBox is in no package, and the lock knows nothing of it.</param>
    public static ReportReasons Of(IReadOnlyList<ReasonMap> maps, IReadOnlyList<ImageContents> contents)
    {
        var join = new Join();
        foreach (var (number, map) in maps.Index())
        {
            join.Add(1 << number, map);
            if (contents.FirstOrDefault(one => one.Platform == map.Platform)?.Files.FirstOrDefault(file => file.Path == Busybox) is { } busybox)
            {
                join.AddBusybox(1 << number, busybox, map);
            }
        }

        return join.Whole();
    }

    private sealed class Join
    {
        private readonly Dictionary<string, int> _roots = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Path, string Package), int> _files = [];
        private readonly List<Dictionary<(int Root, int From, string How), int>> _reasons = [];
        private readonly Dictionary<(int From, int To, string How), int> _edges = [];

        public void Add(int platform, ReasonMap map)
        {
            var roots = map.Roots.Select(root => Root(root.Label)).ToList();
            var files = map.Files.Select(file => File(file.Path, file.Package)).ToList();
            foreach (var (root, number) in map.Roots.Zip(roots))
            {
                foreach (var to in root.Files)
                {
                    Edge(-1 - number, files[to], "asks for", platform);
                }
            }

            foreach (var (file, number) in map.Files.Zip(files))
            {
                Reason(number, (roots[file.Root], file.From is { } from ? files[from] : -1, file.How), platform);
                foreach (var (to, how) in file.Next.Where(next => !_documents.Contains(next.How)))
                {
                    Edge(number, files[to], how, platform);
                }
            }
        }

        public void AddBusybox(int platform, ContentFile busybox, ReasonMap map)
        {
            if (busybox.Needs.Count == 0 || map.Files.Any(file => file.Path == "/usr" + Busybox))
            {
                return;
            }

            var (root, number) = (Root(ReasonFinder.BusyboxLabel), File(Busybox, busybox.Owner));
            Edge(-1 - root, number, "is", platform);
            Reason(number, (root, -1, "is"), platform);
            foreach (var needed in busybox.Needs)
            {
                var name = ReasonFinder.CommonPath(map.Platform, needed);
                if (map.Files.FirstOrDefault(file => file.Path.EndsWith("/" + name, StringComparison.Ordinal)) is { } library)
                {
                    Edge(number, File(library.Path, library.Package), name == "{loader}" ? "is loaded by" : Needs, platform);
                }
            }
        }

        public ReportReasons Whole() => new(
            [.. _roots.OrderBy(pair => pair.Value).Select(pair => pair.Key)],
            [
                .. _files.OrderBy(pair => pair.Value).Select(pair => new ReportReasonFile(
                    pair.Key.Path, pair.Key.Package, [.. _reasons[pair.Value].Select(reason => new ReportReason(reason.Value, reason.Key.Root, reason.Key.From, reason.Key.How))])),
            ],
            [.. _edges.Select(pair => new ReportEdge(pair.Key.From, pair.Key.To, pair.Key.How, pair.Value)).OrderBy(edge => edge.From).ThenBy(edge => edge.To).ThenBy(edge => edge.How, StringComparer.Ordinal)]);

        private int Root(string label)
        {
            _roots.TryAdd(label, _roots.Count);
            return _roots[label];
        }

        private int File(string path, string package)
        {
            if (_files.TryAdd((path, package), _files.Count))
            {
                _reasons.Add([]);
            }

            return _files[(path, package)];
        }

        private void Reason(int file, (int Root, int From, string How) reason, int platform) => _reasons[file][reason] = _reasons[file].GetValueOrDefault(reason) | platform;

        private void Edge(int from, int to, string how, int platform) => _edges[(from, to, how)] = _edges.GetValueOrDefault((from, to, how)) | platform;
    }
}
