using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>
/// Finds out what each file of a finished image is: from the image's own lists of checksums, which Verify has compared with the files, from the packages,
/// and from the files of the project. Nothing is concluded from a name alone.
/// </summary>
internal sealed class InventoryReader
{
    private const string Status = PackageRecords.StatusFolder;
    private const string Doc = "usr/share/doc/";
    private const string Sums = PackageRecords.SumsSuffix;

    // The paragraph of a package has a few fields of a few kilobytes.
    private const int LargestControl = 1 << 20;

    private static readonly string[] _fields = ["Source", "Version", "Homepage", "Built-Using", "Static-Built-Using"];

    private readonly RootfsTree _tree;
    private readonly ImageFacts _facts;
    private readonly Dictionary<string, InventoryPart> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<(PartKind, string), InventoryPart> _parts = [];

    private InventoryReader(RootfsTree tree, ImageFacts facts) => (_tree, _facts) = (tree, facts);

    /// <summary>Reads the inventory of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tree">Its files.</param>
    /// <param name="facts">What is known besides.</param>
    /// <exception cref="AttestationException">The lock is not the one that the image was made from.</exception>
    /// <exception cref="Foundation.Errors.BuildException">The image is damaged, or a package of the lock is not available or differs.</exception>
    public static async Task<ImageInventory> ReadAsync(OciImage image, RootfsTree tree, ImageFacts facts)
    {
        if (image.Config.Labels.GetValueOrDefault(ImageMetadata.LockDigestKey) is var made && made != facts.LockDigest)
        {
            throw new AttestationException(
                "the lock is not the one that the image was made from", image.Platform.Name,
                $"the image names {SafeText.Text(made ?? "none")}, the packages and files of image.lock.json are {facts.LockDigest}", "build the image again: ./build.sh");
        }

        var reader = new InventoryReader(tree, facts);
        reader.OwnPackages();
        await reader.OwnShippedAsync();
        var files = reader.Files();
        var parts = files.Select(file => file.Part).Distinct().OrderBy(part => part.Kind).ThenBy(part => part.Name, StringComparer.Ordinal).ToList();
        var numbers = parts.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return new ImageInventory(
            image.Platform, image.Descriptor.Digest, facts.Suite, parts, [.. files.Select(file => new InventoryFile(file.Path, file.Sha1, file.Sha256, numbers[file.Part]))],
            DynamicLinks.Of(image.Platform, tree))
        {
            Busybox = parts.Any(part => part.Kind == PartKind.Busybox) ? facts.Busybox : null,
            Authorities = facts.Authorities,
        };
    }

    private void OwnPackages()
    {
        foreach (var entry in _tree.Entries.Where(entry => entry.Type == RootfsEntryType.File && entry.Path.StartsWith(Status, StringComparison.Ordinal) && !entry.Path.EndsWith(Sums, StringComparison.Ordinal)))
        {
            var name = entry.Path[Status.Length..];
            var part = PackagePart(name, entry);
            foreach (var path in PackageRecords.PathsOf(_tree, name))
            {
                _owners.TryAdd(path, part);
            }

            // A package whose folder of documents is a link to that of another one: the build wrote a copy of that file for it.
            _owners.TryAdd($"{Doc}{name}/copyright", part);
        }
    }

    // Lists of checksums leave out configuration files.
    private async Task OwnShippedAsync()
    {
        foreach (var package in _facts.Locked.Packages)
        {
            var places = package.Files
                .Select(path => (Path: path, Place: ShippedPath.InImage(path, _facts.Locked.Platform.Triplet)))
                .Where(pair => !pair.Place.StartsWith(Doc, StringComparison.Ordinal) && !_owners.ContainsKey(pair.Place) && _tree.TryGet(pair.Place, out var entry) && entry.Type == RootfsEntryType.File)
                .ToList();
            if (places.Count > 0 && _parts.GetValueOrDefault((KindOf(package.Pin), package.Pin.Name)) is { } part)
            {
                var shipped = await _facts.Shipped(package, [.. places.Select(pair => pair.Path)]);
                foreach (var (path, place) in places)
                {
                    if (shipped.TryGetValue(path, out var content) && _tree.TryGet(place, out var entry) && content.Span.SequenceEqual(entry.Content.Span))
                    {
                        _owners.TryAdd(place, part);
                    }
                }
            }
        }
    }

    private InventoryPart PackagePart(string name, RootfsEntry control)
    {
        var locked = _facts.Locked.Packages.FirstOrDefault(package => package.Pin.Name == name)?.Pin;
        var fields = Fields(control.Content);
        if (locked is not null && (locked.Version, locked.Source, locked.SourceVersion) is var said && SourceOf(fields, locked) is var shown && said != shown)
        {
            throw new AttestationException(
                $"the lock and the image disagree about {name}", _facts.Locked.Platform.Name,
                $"the lock says {said.Version}, built from {said.Source} {said.SourceVersion}; the package itself {SafeText.Text($"{shown.Version}, built from {shown.Source} {shown.SourceVersion}")}", "renew the lock and build again: ./build.sh --target=Lock && ./build.sh");
        }

        var kind = locked is not null ? KindOf(locked) : name == BusyboxRecords.Package && _facts.Busybox is not null ? PartKind.Busybox : PartKind.Lines;
        var licence = _tree.TryGet($"{Doc}{name}/copyright", out var copyright) && copyright.Type == RootfsEntryType.File ? PackageLicence.Read(copyright.Content) : PackageLicence.Unknown;
        var version = locked?.Version ?? (kind == PartKind.Busybox ? _facts.Busybox!.Release.Version : fields.GetValueOrDefault("Version"));
        return _parts[(kind, name)] = new InventoryPart(kind, name, version)
        {
            Pin = locked,
            Purl = kind switch { PartKind.Debian => ImageInventory.PurlOf(locked!, _facts.Suite), PartKind.Busybox => BusyboxRecords.Purl(_facts.Busybox!.Release), _ => null },
            Licence = licence,
            Homepage = fields.GetValueOrDefault("Homepage"),
            BuiltUsing = [.. BuiltUsing(fields, "Built-Using").Concat(BuiltUsing(fields, "Static-Built-Using")).Distinct().Order()],
        };
    }

    // The field Source names the source package only where its name or version differs, deb-control(5).
    private static (string Version, string Source, string SourceVersion) SourceOf(IReadOnlyDictionary<string, string> fields, PinnedPackage locked)
    {
        var version = fields.GetValueOrDefault("Version", string.Empty);
        var (source, sourceVersion) = SourceField.Parse(fields.GetValueOrDefault("Source"), locked.Name, version);
        return (version, source, sourceVersion);
    }

    private static PartKind KindOf(PinnedPackage pin) => pin.Archive == ArchiveNames.Local ? PartKind.Local : PartKind.Debian;

    private static IEnumerable<(string Name, string Version)> BuiltUsing(IReadOnlyDictionary<string, string> fields, string field) =>
        DependencyField.Parse(fields.GetValueOrDefault(field, string.Empty)).SelectMany(group => group).Where(one => one.Version is not null).Select(one => (one.Name, one.Version!));

    private static IReadOnlyDictionary<string, string> Fields(ReadOnlyMemory<byte> control)
    {
        try
        {
            var reader = new Deb822Reader(new MemoryStream(control[..Math.Min(control.Length, LargestControl)].ToArray()), "control", _fields);
            return reader.Read() ? reader.Fields : new Dictionary<string, string>();
        }
        catch (DebianException)
        {
            // Lines of the user may have written it; for packages of the lock the lock says what counts.
            return new Dictionary<string, string>();
        }
    }

    private List<(string Path, string Sha1, string Sha256, InventoryPart Part)> Files()
    {
        var files = new List<(string, string, string, InventoryPart)>();
        var hashes = new Dictionary<string, (string Sha1, string Sha256)>(StringComparer.Ordinal);
        foreach (var entry in _tree.Entries.Where(entry => entry.Type is RootfsEntryType.File or RootfsEntryType.HardLink).OrderBy(entry => entry.Type))
        {
            var path = entry.Type == RootfsEntryType.HardLink ? entry.LinkTarget! : entry.Path;
            if (!hashes.TryGetValue(path, out var sums))
            {
                hashes.Add(path, sums = (Sha1(entry.Content), Convert.ToHexStringLower(SHA256.HashData(entry.Content.Span))));
            }

            _ = _tree.TryGet(path, out var file);
            files.Add((entry.Path, sums.Sha1, sums.Sha256, OwnerOf(entry.Path, file!)));
        }

        files.Sort((one, other) => RootfsPath.Order.Compare(one.Item1, other.Item1));
        return files;
    }

    private InventoryPart OwnerOf(string path, RootfsEntry file)
    {
        if (_facts.Programs.TryGetValue(path, out var program))
        {
            return Part(PartKind.Program, program, null);
        }

        if (_facts.Overlays.TryGetValue(path, out var overlay) && overlay.Content.Span.SequenceEqual(file.Content.Span))
        {
            return Part(PartKind.Overlay, overlay.Origin, null);
        }

        if (_owners.TryGetValue(path, out var owner))
        {
            return owner;
        }

        return _facts.HasLines && path != LoaderLibraries.Cache && !(_facts.Made(path) is { } made && made.Span.SequenceEqual(file.Content.Span))
            ? Part(PartKind.Lines, "Dockerfile.run", null)
            : Part(PartKind.Generated, "busybox-glibc", null);
    }

    private InventoryPart Part(PartKind kind, string name, string? version)
    {
        if (!_parts.TryGetValue((kind, name), out var part))
        {
            _parts.Add((kind, name), part = new InventoryPart(kind, name, version));
        }

        return part;
    }

    [SuppressMessage("Security", "CA5350", Justification = "SPDX 2.3 demands it; every file has a SHA-256 too")]
    private static string Sha1(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA1.HashData(content.Span));
}
