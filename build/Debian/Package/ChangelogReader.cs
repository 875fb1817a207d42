using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Reads the changelogs of verified packages: which CVEs, bugs and urgency their entries between two versions name. A changelog that cannot be read is no
/// error, because nothing depends on it: the answer then says why.
/// </summary>
/// <param name="fetch">Returns the verified .deb of a package.</param>
/// <param name="cache">The cache of packages; null for none.</param>
internal sealed class ChangelogReader(Func<PinnedPackage, CancellationToken, Task<string>> fetch, PackageCache? cache = null)
{
    private const int MostHops = 8;
    private const int LargestText = 64 << 20;
    private const int TailLength = 8;

    // Debian Policy, section 12.7: that of a package which is made for Debian alone has the name of an upstream changelog.
    private static readonly string[] _names = ["changelog.Debian.gz", "changelog.Debian", "changelog.gz", "changelog"];

    private readonly Dictionary<string, PackageDocuments> _documents = new(StringComparer.Ordinal);

    /// <summary>Reads what changed, one answer for each source package and pair of versions, in ordinal order of their names.</summary>
    /// <param name="steps">The changed packages of all platforms.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task<IReadOnlyList<SourceFixes>> ReadAsync(IEnumerable<PackageStep> steps, CancellationToken cancellation)
    {
        var fixes = new List<SourceFixes>();
        foreach (var same in steps.Where(step => step.Before != step.After).GroupBy(step => (step.Source, step.Before, step.After))
            .OrderBy(same => same.Key.Source, StringComparer.Ordinal).ThenBy(same => same.Key.Before, StringComparer.Ordinal).ThenBy(same => same.Key.After, StringComparer.Ordinal))
        {
            var empty = new SourceFixes(same.Key.Source, same.Key.Before, same.Key.After, [.. same.Select(step => step.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

            // All packages of a source have the same changelog, so the first that can be read tells all.
            SourceFixes? best = null;
            foreach (var step in same.Where(step => step.Pin is not null).DistinctBy(step => step.Pin!.Sha256))
            {
                var read = await ReadAsync(step, empty, cancellation);
                best = read.Unknown is null ? read : best ?? read;
                if (best.Unknown is null)
                {
                    break;
                }
            }

            fixes.Add(best ?? empty with { Unknown = "its package is not at hand" });
        }

        return fixes;
    }

    private async Task<SourceFixes> ReadAsync(PackageStep step, SourceFixes empty, CancellationToken cancellation)
    {
        try
        {
            var entries = await EntriesAsync(step, cancellation);
            var (low, high) = empty.IsBack ? (step.After, step.Before) : (step.Before, step.After);
            var between = entries.Where(entry => DebianVersion.Compare(entry.Version, low) > 0 && DebianVersion.Compare(entry.Version, high) <= 0).ToList();
            return between.Count == 0
                ? empty with { Unknown = $"the changelog of {step.Name} has no entry between {low} and {high}" }
                : empty with
                {
                    Cves = Changelog.InOrder(between.SelectMany(entry => entry.Cves)),
                    Bugs = [.. between.SelectMany(entry => entry.Bugs).Distinct().Order()],
                    Urgency = Changelog.Highest(between.Select(entry => entry.Urgency)),
                    Unknown = entries.Any(entry => DebianVersion.Compare(entry.Version, low) <= 0) ? null
                        : $"the changelog of {step.Name} begins with {between[^1].Version}: there may be more",
                };
        }
        catch (Exception error) when (error is BuildException or IOException or UnauthorizedAccessException)
        {
            return empty with { Unknown = $"the changelog of {step.Name} cannot be read: {SafeText.Text(error is BuildException known ? known.Why ?? known.What : error.Message)}" };
        }
    }

    // With those of a rebuild without changes of the source, which has a changelog of its own beside the other.
    private async Task<IReadOnlyList<ChangelogEntry>> EntriesAsync(PackageStep step, CancellationToken cancellation)
    {
        byte[]? main = null;
        foreach (var name in _names)
        {
            main ??= await FindAsync(step, name, cancellation);
        }

        var entries = Changelog.Read(Decompress(main ?? throw Unreadable("the package has none")));
        var rebuilt = await FindAsync(step, $"changelog.Debian.{step.Pin!.Architecture}.gz", cancellation);
        return entries.Count == 0 ? throw Unreadable("it has no entry in the form of deb-changelog(5)") : rebuilt is null ? entries : [.. Changelog.Read(Decompress(rebuilt)), .. entries];
    }

    // Follows links, within the package and into others of its source. Null if there is no such file.
    private async Task<byte[]?> FindAsync(PackageStep step, string name, CancellationToken cancellation)
    {
        var (package, path) = (step.Pin!, $"{PackageDocuments.Root}{step.Pin!.Name}/{name}");
        for (var hop = 0; hop < MostHops; hop++)
        {
            var documents = await OpenAsync(package, cancellation);
            var folder = path[..path.LastIndexOf('/')];
            if (documents.Find(folder) is { Type: DebEntryType.SymbolicLink } link)
            {
                path = $"{Target(folder, link.LinkTarget!)}{path[folder.Length..]}";
            }
            else if (documents.Find(path) is { } entry)
            {
                if (entry.Type == DebEntryType.File)
                {
                    return entry.Size > PackageDocuments.Largest ? throw Unreadable($"it has more than {PackageDocuments.Largest >> 20} MiB")
                        : documents.Content(path) ?? throw Unreadable("the cached package is damaged");
                }

                path = entry.Type switch
                {
                    DebEntryType.HardLink => entry.LinkTarget!,
                    DebEntryType.SymbolicLink => Target(path, entry.LinkTarget!),
                    _ => throw Unreadable("it is a folder"),
                };
            }
            else if (OwnerOf(path) is not { } owner)
            {
                throw Unreadable($"it is a link to {path}");
            }
            else if (owner == package.Name)
            {
                return null;
            }
            else
            {
                package = step.Siblings.FirstOrDefault(sibling => sibling.Name == owner && sibling.Source == step.Pin.Source)
                    ?? throw Unreadable($"it is a link into the package {owner}, which is not at hand with the same source");
            }
        }

        throw Unreadable("it is a link that leads nowhere");
    }

    private async Task<PackageDocuments> OpenAsync(PinnedPackage package, CancellationToken cancellation)
    {
        if (!_documents.TryGetValue(package.Sha256, out var documents))
        {
            _documents[package.Sha256] = documents = PackageDocuments.Read(package, await fetch(package, cancellation), cache);
        }

        return documents;
    }

    private static string? OwnerOf(string path) =>
        path.StartsWith(PackageDocuments.Root, StringComparison.Ordinal) && path[PackageDocuments.Root.Length..].Split('/') is [{ Length: > 0 } owner, ..] ? owner : null;

    // The target of a symbolic link, without what "." and ".." say; they cannot leave the root.
    private static string Target(string link, string target)
    {
        var parts = new List<string>();
        foreach (var part in (target.StartsWith('/') ? target : $"{link[..link.LastIndexOf('/')]}/{target}").Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return $"/{string.Join('/', parts)}";
    }

    private static byte[] Decompress(byte[] content)
    {
        if (!content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            return content;
        }

        // The runtime's decoder ends silently where data is cut short: the checksum and length at the end tell, RFC 1952.
        var crc = new Crc32();
        var tail = content.AsSpan(Math.Max(0, content.Length - TailLength));
        try
        {
            using var text = new MemoryStream();
            using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            var buffer = new byte[1 << 16];
            for (int count; (count = gzip.Read(buffer)) > 0;)
            {
                text.Write(buffer, 0, text.Length + count <= LargestText ? count : throw Unreadable($"it unpacks to more than {LargestText >> 20} MiB"));
                crc.Append(buffer.AsSpan(0, count));
            }

            return tail.Length == TailLength && BinaryPrimitives.ReadUInt32LittleEndian(tail) == crc.GetCurrentHashAsUInt32() && BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]) == (uint)text.Length
                ? text.ToArray()
                : throw Unreadable("its compressed data is damaged or cut short");
        }
        catch (InvalidDataException error)
        {
            throw Unreadable("its compressed data is damaged or cut short", error);
        }
    }

    private static DebianException Unreadable(string why, Exception? inner = null) => new("a changelog cannot be read", why: why, inner: inner);
}
