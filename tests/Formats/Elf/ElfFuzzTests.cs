using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Verify;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>Real files with a few bytes changed where it hurts: headers, dynamic section, versions, hash tables, symbols, relocations.</summary>
[Category(Categories.Faults)]
internal sealed class ElfFuzzTests
{
    private const int MutantsOfEach = 1500;

    private static readonly string[] _names = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    [TestCaseSource(nameof(_names))]
    public async Task ADamagedFileGivesOnlyItsOwnErrorInBoundedTimeAndMemory(string name)
    {
        var tree = await RealImages.OfAsync(KnownPlatforms.Find(name)!);
        var random = new Random(name.Length * 7919);
        var readable = 0;
        var refused = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var path in new[] { "lib/libmnl.so.0", "lib/libz.so.1", "lib/libcap.so.2", "usr/bin/getconf" })
        {
            Assert.That(tree.TryGet(tree.Resolve(path)!, out var entry), path);
            var original = entry!.Content.ToArray();
            var regions = Regions(original);
            var whole = ElfFile.Read(original, path);
            for (var index = 0; index < MutantsOfEach; index++)
            {
                var mutant = Mutate(original, regions, random);
                var watch = Stopwatch.StartNew();
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    // Of what lies elsewhere the tables only are held: they must be all that is ever looked at.
                    Use(ElfFile.Read(index % 2 == 0 ? mutant : LazyBytes.Of(mutant.Length, () => mutant), path), whole);
                    readable++;
                }
                catch (ElfException fault)
                {
                    Assert.That(fault.Message, Does.StartWith(path + " is not a valid ELF file"));
                    refused[fault.Why!] = refused.GetValueOrDefault(fault.Why!) + 1;
                }

                Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 << 20), $"{path} mutant {index}");
                Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)), $"{path} mutant {index}");
            }
        }

        Assert.That(readable, Is.Positive);
        Assert.That(refused, Has.Count.GreaterThan(15), string.Join('\n', refused));
    }

    [Test]
    public async Task AFileCutAnywhereIsRefusedOrRead()
    {
        var tree = await RealImages.OfAsync(KnownPlatforms.Amd64);
        Assert.That(tree.TryGet(tree.Resolve("lib/libmnl.so.0")!, out var entry));
        for (var length = 0; length < entry!.Content.Length; length += length < 2048 ? 1 : 97)
        {
            var cut = entry.Content[..length];
            if (length < 64)
            {
                Assert.That(() => ElfFile.Read(cut, "cut"), Throws.TypeOf<ElfException>());
            }
            else
            {
                try
                {
                    Use(ElfFile.Read(cut, "cut"), null);
                }
                catch (ElfException fault)
                {
                    Assert.That(fault.Message, Does.Contain("outside the file"));
                }
            }
        }
    }

    private static void Use(ElfFile file, ElfFile? whole)
    {
        _ = file.UndefinedSymbols.Select(symbol => symbol.ToString()).Sum(text => text.Length);
        _ = file.VersionNeeds.Count + file.VersionDefinitions.Count + file.Identity.ToString().Length;
        foreach (var export in file.Exports.List().Take(2000))
        {
            _ = file.Exports.Defines(export.Name, export.Version);
        }

        foreach (var platform in KnownPlatforms.Default)
        {
            _ = ElfAbi.Problem(file, platform);
        }

        _ = LinkCheck.Check(file, _ => whole).Count;
        if (whole is not null)
        {
            _ = LinkCheck.Check(whole, _ => file).Count;
            _ = LinkCheck.Check(file, _ => file).Count;
        }
    }

    // The headers, and the sections that the loader reads, by binutils' own account.
    private static List<(int Start, int Length)> Regions(byte[] bytes)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            var regions = Regex
                .Matches(Tools.Output("readelf", "-SW", path), @"\] (\.dynamic|\.dynsym|\.dynstr|\.hash|\.gnu\.hash|\.gnu\.version\w*|\.rela?\.\w+|\.interp|\.ARM\.attributes) +\S+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)")
                .Select(match => (int.Parse(match.Groups[2].Value, NumberStyles.HexNumber), int.Parse(match.Groups[3].Value, NumberStyles.HexNumber)))
                .Where(region => region.Item2 > 0)
                .ToList();
            Assert.That(regions, Has.Count.GreaterThan(5));
            var header = bytes[4] == 2 ? 64 : 52;
            return [(0, header), (header, (bytes[4] == 2 ? 56 : 32) * 8), .. regions];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Mutate(byte[] original, List<(int Start, int Length)> regions, Random random)
    {
        var bytes = original.ToArray();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var (start, length) = regions[random.Next(regions.Count)];
            var at = start + random.Next(length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    // A whole number: nothing, one, or as much as fits.
                    var word = Math.Min(random.Next(2) == 0 ? 4 : 8, bytes.Length - (at & ~3));
                    bytes.AsSpan(at & ~3, word).Fill(random.Next(3) switch { 0 => 0, 1 => 1, _ => 0xff });
                    break;
                case 3:
                    // A number from elsewhere: offsets that are right for something else.
                    var (other, room) = regions[random.Next(regions.Count)];
                    var from = (other + random.Next(room)) & ~3;
                    var size = Math.Min(8, bytes.Length - Math.Max(from, at & ~3));
                    original.AsSpan(from, size).CopyTo(bytes.AsSpan(at & ~3));
                    break;
                default:
                    // No end of names or chains.
                    bytes.AsSpan(at, Math.Min(random.Next(1, 64), start + length - at)).Fill((byte)random.Next(1, 256));
                    break;
            }
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
