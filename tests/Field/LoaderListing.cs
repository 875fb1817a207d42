using System.Text.RegularExpressions;
using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Tests.Field;

/// <summary>
/// What the image's own loader says of its libraries: <c>LD_TRACE_LOADED_OBJECTS</c> with <c>LD_WARN</c>, as <c>ldd -r</c> has it
/// (ld.so(8)). Not <c>ld.so --list</c>: since glibc 2.33 that relocates nothing, whatever the environment asks for.
/// </summary>
internal static partial class LoaderListing
{
    // Under emulation on two busy cores all of it takes two minutes; what hangs takes forever.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(15);

    private const string Script = """
        loader=$1
        shift
        for file in "$@"; do
            echo "listing $file"
            code=0
            LD_TRACE_LOADED_OBJECTS=1 LD_BIND_NOW=1 LD_WARN=1 $RUN "$loader" "$file" 2>&1 || code=$?
            echo "listed $code"
        done
        """;

    /// <summary>The absolute paths of the libraries in the folders that the loader searches for everybody, itself left out.</summary>
    public static IReadOnlyList<string> Libraries(SmokeImage image)
    {
        var triplet = image.Platform.Triplet;
        string[] folders = ["lib", $"lib/{triplet}", "usr/lib", $"usr/lib/{triplet}", "usr/local/lib", $"usr/local/lib/{triplet}"];
        var loader = image.Tree.Resolve(image.Platform.Loader);
        return [.. image.Tree.Entries
            .Where(entry => entry.Type == RootfsEntryType.File && entry.Path != loader && folders.Contains(entry.Path[..Math.Max(0, entry.Path.LastIndexOf('/'))]))
            .Where(entry => ElfFile.IsElf(entry.Content.Span) && ElfFile.Read(entry.Content, entry.Path).IsDynamic)
            .Select(entry => "/" + entry.Path)];
    }

    /// <summary>Lists libraries of an image in a private root, on all cores.</summary>
    /// <param name="image">The image.</param>
    /// <param name="libraries">The libraries' absolute paths.</param>
    public static async Task<IReadOnlyDictionary<string, LinkAnswer>> AskAsync(SmokeImage image, IReadOnlyList<string> libraries)
    {
        Requires.That(BuildRootEntry.Ways.Count > 0, "Linux");
        if (HostPlatform.Among([image.Platform]) is null)
        {
            Requires.Tool(Emulator.Names(image.Platform)[0]);
        }

        using var folder = new TemporaryFolder();
        var opening = await new PrivateRoot(folder.File("roots"), new CommandRunner(keptLines: int.MaxValue), BuildRootEntry.Ways).OpenAsync(image, default);
        Assert.That(opening.Place, Is.Not.Null, opening.Reason);
        await using var place = opening.Place!;
        var cores = Environment.ProcessorCount;
        var runs = await Task.WhenAll(Enumerable.Range(0, cores)
            .Select(core => libraries.Where((_, index) => index % cores == core).ToList())
            .Where(share => share.Count > 0)
            .Select(share => place.RunAsync(new SmokeScript(Script, [image.Platform.Loader, .. share]), _limit, default)));
        Assert.That(runs.Select(run => run.ExitCode), Is.All.Zero, string.Join('\n', runs.SelectMany(run => run.Error)));
        return runs.SelectMany(run => Read(run.Output, image)).ToDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, LinkAnswer>> Read(IReadOnlyList<string> lines, SmokeImage image)
    {
        var file = string.Empty;
        var loads = new HashSet<string>(StringComparer.Ordinal);
        var faults = new HashSet<LinkFault>();
        foreach (var line in lines)
        {
            if (line.StartsWith("listing ", StringComparison.Ordinal))
            {
                file = line["listing ".Length..];
                (loads, faults) = (new HashSet<string>(StringComparer.Ordinal), []);
            }
            else if (line.StartsWith("listed ", StringComparison.Ordinal))
            {
                // Where a library or a version is missing the loader ends with an error, where only a symbol is with none.
                if (line != "listed 0" && faults.Count == 0)
                {
                    faults.Add(new LinkFault(file, LinkFaultKind.Other, line));
                }

                yield return KeyValuePair.Create(file, new LinkAnswer(loads, faults));
            }
            else if (Loaded().Match(line) is { Success: true } loaded)
            {
                // The loader itself, the kernel's vdso and what has no path of its own are no answer to anything.
                if (loaded.Groups[1].Success && Real(loaded.Groups[1].Value, image.Tree) is var path && path != Real(image.Platform.Loader, image.Tree))
                {
                    loads.Add(path);
                }
            }
            else
            {
                faults.Add(Fault(line, file, image.Tree));
            }
        }
    }

    // What is not known is a fault too, so that nothing the loader may ever say is passed over.
    private static LinkFault Fault(string line, string file, RootfsTree tree) =>
        Missing().Match(line) is { Success: true } missing ? new LinkFault(string.Empty, LinkFaultKind.Library, missing.Groups[1].Value)
        : Version().Match(line) is { Success: true } version ? new LinkFault(Real(version.Groups[2].Value, tree), LinkFaultKind.Version, version.Groups[1].Value)
        : Versions().Match(line) is { Success: true } versions ? new LinkFault(Real(versions.Groups[2].Value, tree), LinkFaultKind.Versions, Real(versions.Groups[1].Value, tree))
        : Undefined().Match(line) is { Success: true } undefined ? new LinkFault(
            Real(undefined.Groups[3].Value, tree), LinkFaultKind.Symbol, undefined.Groups[1].Value + (undefined.Groups[2].Success ? "@" + undefined.Groups[2].Value : string.Empty))
        : new LinkFault(file, LinkFaultKind.Other, line);

    private static string Real(string path, RootfsTree tree) => "/" + (tree.Resolve(path) ?? path.TrimStart('/'));

    [GeneratedRegex(@"^\t(?:statically linked|\S+ => (/\S+) \(0x[0-9a-f]+\)|\S+ \(0x[0-9a-f]+\))$")]
    private static partial Regex Loaded();

    [GeneratedRegex(@"^\t(\S+) => not found$")]
    private static partial Regex Missing();

    [GeneratedRegex(@"^\S+: \S+: version `(.+)' not found \(required by (\S+)\)$")]
    private static partial Regex Version();

    [GeneratedRegex(@"^\S+: (\S+): no version information available \(required by (\S+)\)$")]
    private static partial Regex Versions();

    [GeneratedRegex(@"^(?:undefined symbol: |symbol )([^\s,]+)(?:,? version (\S+))?(?: not defined in file .*)?\t\((\S+)\)$")]
    private static partial Regex Undefined();
}

/// <summary>What is said of a library: by the loader, or by our checker.</summary>
/// <param name="Loads">The absolute paths of what is loaded for it, itself and the loader left out, links followed.</param>
/// <param name="Faults">What it, or what it loads, lacks.</param>
internal sealed record LinkAnswer(IReadOnlySet<string> Loads, IReadOnlySet<LinkFault> Faults);
