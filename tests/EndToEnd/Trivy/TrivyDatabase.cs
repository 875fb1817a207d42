using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace BusyboxGlibc.Tests.EndToEnd.Trivy;

/// <summary>
/// Writes a database of vulnerabilities as trivy reads it, because trivy's own cannot be downloaded everywhere and changes each day: the folder <c>db</c> with <c>metadata.json</c> and
/// <c>trivy.db</c>, a file of bbolt (go.etcd.io/bbolt, <c>internal/common/page.go</c> and <c>meta.go</c>) with the buckets of trivy-db (<c>pkg/db</c>, <c>pkg/vulnsrc/debian</c>).
/// </summary>
internal static class TrivyDatabase
{
    private const int Page = 4096;
    private const int Header = 16;
    private const int FirstFree = 3;
    private const ushort Leaf = 0x02;
    private const ushort Meta = 0x04;
    private const ushort FreeList = 0x10;
    private const uint IsBucket = 1;

    // trivy-db, pkg/types/status.go.
    private const int Affected = 2;

    /// <summary>Writes the advisories of a file of Debian's security tracker for one release.</summary>
    /// <param name="cache">The folder of <c>--cache-dir</c>.</param>
    /// <param name="tracker">The tracker's JSON.</param>
    /// <param name="codename">The release.</param>
    /// <param name="version">Its number.</param>
    public static void Write(string cache, string tracker, string codename, int version)
    {
        using var data = JsonDocument.Parse(File.ReadAllBytes(tracker));
        SortedDictionary<string, object> advisories = new(StringComparer.Ordinal), vulnerabilities = new(StringComparer.Ordinal);
        foreach (var source in data.RootElement.EnumerateObject())
        {
            SortedDictionary<string, object> found = new(StringComparer.Ordinal);
            foreach (var cve in source.Value.EnumerateObject())
            {
                if (cve.Value.GetProperty("releases").TryGetProperty(codename, out var release) && AdvisoryOf(release) is { } advisory)
                {
                    found[cve.Name] = advisory;
                    vulnerabilities[cve.Name] = Json(new Dictionary<string, object> { ["Title"] = cve.Name });
                }
            }

            advisories[source.Name] = found;
        }

        var folder = Directory.CreateDirectory(Path.Combine(cache, "db")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "trivy.db"), Bolt(new(StringComparer.Ordinal)
        {
            ["data-source"] = new SortedDictionary<string, object>(StringComparer.Ordinal)
            {
                [$"debian {version}"] = Json(new Dictionary<string, object> { ["ID"] = "debian", ["Name"] = "Debian Security Tracker", ["URL"] = "https://salsa.debian.org/security-tracker-team/security-tracker" }),
            },
            [$"debian {version}"] = advisories,
            ["vulnerability"] = vulnerabilities,
        }));
        File.WriteAllText(Path.Combine(folder, "metadata.json"), """{"Version":2,"NextUpdate":"2999-01-01T00:00:00Z","UpdatedAt":"2026-11-28T00:00:00Z","DownloadedAt":"2026-11-28T00:00:00Z"}""");
    }

    // "0" means that the release was never affected; what the tracker does not know yet trivy leaves out too.
    private static byte[]? AdvisoryOf(JsonElement release) => release.GetProperty("status").GetString() switch
    {
        "open" => Json(new Dictionary<string, object> { ["Status"] = Affected }),
        "resolved" when release.GetProperty("fixed_version").GetString() is { } fixedVersion and not "0" => Json(new Dictionary<string, object> { ["FixedVersion"] = fixedVersion }),
        _ => null,
    };

    private static byte[] Json(Dictionary<string, object> value) => JsonSerializer.SerializeToUtf8Bytes(value);

    // Two copies of the meta page, an empty list of free pages, and each bucket as one leaf of as many pages as it needs.
    private static byte[] Bolt(SortedDictionary<string, object> root)
    {
        List<byte[]> leaves = [];
        var place = AddLeaf(leaves, root);
        var end = FirstFree + leaves.Sum(leaf => leaf.Length / Page);
        var file = new byte[Math.Max(end * Page, 1 << 15)];
        for (var number = 0; number < 2; number++)
        {
            WriteHeader(file.AsSpan(number * Page), number, Meta, 0, 0);
            var meta = file.AsSpan((number * Page) + Header, 64);
            BinaryPrimitives.WriteUInt32LittleEndian(meta, 0xED0CDAED);
            BinaryPrimitives.WriteUInt32LittleEndian(meta[4..], 2);
            BinaryPrimitives.WriteUInt32LittleEndian(meta[8..], Page);
            BinaryPrimitives.WriteUInt64LittleEndian(meta[16..], (ulong)place);
            BinaryPrimitives.WriteUInt64LittleEndian(meta[32..], 2);
            BinaryPrimitives.WriteUInt64LittleEndian(meta[40..], (ulong)end);
            BinaryPrimitives.WriteUInt64LittleEndian(meta[48..], (ulong)number);
            BinaryPrimitives.WriteUInt64LittleEndian(meta[56..], Fnv1a(meta[..56]));
        }

        WriteHeader(file.AsSpan(2 * Page), 2, FreeList, 0, 0);
        var at = FirstFree * Page;
        foreach (var leaf in leaves)
        {
            leaf.CopyTo(file, at);
            at += leaf.Length;
        }

        return file;
    }

    private static int AddLeaf(List<byte[]> leaves, SortedDictionary<string, object> bucket)
    {
        List<(uint Flags, byte[] Key, byte[] Value)> elements =
        [
            .. bucket.Select(pair => (pair.Value is SortedDictionary<string, object> ? IsBucket : 0u, Encoding.UTF8.GetBytes(pair.Key), pair.Value is SortedDictionary<string, object> inner ? Bucket(leaves, inner) : (byte[])pair.Value)),
        ];
        var length = Header + elements.Sum(element => Header + element.Key.Length + element.Value.Length);
        var (page, pages) = (FirstFree + leaves.Sum(leaf => leaf.Length / Page), (length + Page - 1) / Page);
        var bytes = new byte[pages * Page];
        WriteHeader(bytes, page, Leaf, elements.Count, pages - 1);
        var content = Header + (Header * elements.Count);
        foreach (var (number, element) in elements.Index())
        {
            var head = bytes.AsSpan(Header + (Header * number));
            BinaryPrimitives.WriteUInt32LittleEndian(head, element.Flags);
            BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(content - Header - (Header * number)));
            BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)element.Key.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(head[12..], (uint)element.Value.Length);
            element.Key.CopyTo(bytes, content);
            element.Value.CopyTo(bytes, content + element.Key.Length);
            content += element.Key.Length + element.Value.Length;
        }

        leaves.Add(bytes);
        return page;
    }

    private static byte[] Bucket(List<byte[]> leaves, SortedDictionary<string, object> bucket)
    {
        var value = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(value, (ulong)AddLeaf(leaves, bucket));
        return value;
    }

    private static void WriteHeader(Span<byte> page, int number, ushort flags, int count, int overflow)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, (ulong)number);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], (uint)overflow);
    }

    private static ulong Fnv1a(ReadOnlySpan<byte> bytes)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var one in bytes)
        {
            hash = unchecked((hash ^ one) * 0x100000001b3UL);
        }

        return hash;
    }
}
