using System.Collections.Frozen;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Checks files of the user against an image, as the image's loader would, for every platform and without running anything.</summary>
/// <param name="open">Returns the image's files.</param>
/// <param name="packages">Finds the packages of missing libraries.</param>
/// <param name="platforms">The platforms of the run.</param>
/// <param name="suiteOf">The codename of the suite from which a platform of the image comes.</param>
internal sealed class BinaryChecker(OpenImage open, LibraryPackages packages, IReadOnlyList<Platform> platforms, Func<Platform, string> suiteOf)
{
    private readonly Dictionary<Platform, ImageLibraries?> _images = [];

    /// <summary>Checks everything that was given.</summary>
    /// <param name="inputs">What was given.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>One result for each file, in the order given.</returns>
    /// <exception cref="Foundation.Errors.BuildException">The image cannot be read.</exception>
    public async Task<IReadOnlyList<CheckedBinary>> CheckAsync(IReadOnlyList<GivenInput> inputs, CancellationToken cancellation)
    {
        var results = new List<CheckedBinary>();
        foreach (var input in inputs)
        {
            results.AddRange(await CheckAsync(input, cancellation));
        }

        return results;
    }

    private async Task<IReadOnlyList<CheckedBinary>> CheckAsync(GivenInput input, CancellationToken cancellation)
    {
        var files = input.Files.Select(file => Read(file)).ToList();
        var results = new Dictionary<GivenFile, CheckedBinary>(ReferenceEqualityComparer.Instance);
        foreach (var group in files.Where(file => file.Elf is not null && file.Platform is not null).GroupBy(file => file.Platform!))
        {
            if (await ImageOfAsync(group.Key, cancellation) is not { } image)
            {
                foreach (var (file, elf, _, _) in group)
                {
                    results[file] = Result(file, elf!, group.Key, [OtherPlatform(group.Key)]);
                }

                continue;
            }

            var links = new InputLinks(input, image, [.. group.Select(file => (file.File, file.Elf!))], packages, suiteOf(group.Key));
            foreach (var (file, elf, _, _) in group)
            {
                cancellation.ThrowIfCancellationRequested();
                BinaryFinding?[] loaded = [await DataHints.LoadedAsync(elf!, group.Key, image.Tree, name => packages.GuessAsync(name, group.Key)), DataHints.Java(elf!, image.Tree, input.Tree)];
                results[file] = Result(file, elf!, group.Key, [.. (await links.FindingsAsync(elf!)).Select(finding => Allowed(finding, elf!, group.Key)), .. BinaryFacts.Of(elf!, group.Key), .. DataHints.Of(elf!, group.Key, image.Tree), .. loaded.OfType<BinaryFinding>()]);
            }
        }

        var scripts = files.Where(file => file is { Elf: null, Problem: null }).ToList();
        var host = scripts.Count == 0 ? null : await ImageOfAsync(platforms[0], cancellation);
        foreach (var (file, _, _, _) in scripts)
        {
            results[file] = new CheckedBinary(file.Shown, null, "script", [], [ScriptCheck.Of(file.Content.Span, host?.Tree ?? new RootfsTree(), input.Tree)]);
        }

        return [.. files.Select(file => results.TryGetValue(file.File, out var result)
            ? result
            : new CheckedBinary(
                file.File.Shown, null, file.Elf is null ? "file" : BinaryKind.Of(file.Elf), file.Elf?.Needed ?? [],
                [files.Count > 1 && IsOnTheSide(file.Problem!) ? file.Problem! with { Weight = FindingWeight.Note } : file.Problem!]))];
    }

    /// <summary>The sonames that lines of the user make optional on a platform: what a program loads only if it can may lack them.</summary>
    public Func<Platform, IReadOnlySet<string>> MayLack { get; init; } = _ => FrozenSet<string>.Empty;

    private BinaryFinding Allowed(BinaryFinding finding, ElfFile elf, Platform platform) => finding.Id == "missing-library" && elf.Interpreter is null && finding.Name is { } name && MayLack(platform).Contains(name)
        ? finding with { Weight = FindingWeight.Note, What = $"{finding.What}; a line makes that optional", Line = null, Next = null } : finding;

    private static (GivenFile File, ElfFile? Elf, Platform? Platform, BinaryFinding? Problem) Read(GivenFile file)
    {
        if (file.Problem is not null || !ElfFile.IsElf(file.Content))
        {
            return (file, null, null, file.Problem);
        }

        var (elf, platform, problem) = BinaryKind.Read(file);
        return (file, elf, platform, problem);
    }

    // The object files of a build folder are no question; one that is given by itself is.
    private static bool IsOnTheSide(BinaryFinding problem) => problem.Id is "object-file" or "core-dump";

    private BinaryFinding OtherPlatform(Platform platform) => new("other-platform", FindingWeight.Missing, $"is for {platform}, which is not a platform of the image")
    {
        Next = $"add the platform: --platforms={string.Join(',', platforms.Append(platform).Distinct().Select(each => each.Name))}",
    };

    private async Task<ImageLibraries?> ImageOfAsync(Platform platform, CancellationToken cancellation)
    {
        if (!_images.TryGetValue(platform, out var image))
        {
            var tree = await open(platform, cancellation);
            _images.Add(platform, image = tree is null ? null : new ImageLibraries(tree, new TreeLibraries(new VerificationContext(platform, tree, FileOrigins.Unknown))));
        }

        return image;
    }

    private static CheckedBinary Result(GivenFile file, ElfFile elf, Platform platform, IReadOnlyList<BinaryFinding> findings)
    {
        var versions = elf.VersionNeeds.ToLookup(need => need.Soname, need => need.Version, StringComparer.Ordinal);
        var sorted = findings.OrderBy(finding => finding.Weight).ToList();
        return new CheckedBinary(
            file.Shown, platform, BinaryKind.Of(elf), [.. elf.Needed.Select(name => versions[name].Any() ? $"{name}: {string.Join(", ", versions[name].Distinct())}" : name)],
            sorted.Exists(finding => finding.Weight is FindingWeight.Missing or FindingWeight.Unanswered) ? sorted
                : [new BinaryFinding("fine", FindingWeight.Fine, BinaryKind.IsStatic(elf) ? "needs no libraries" : "the image has everything it needs"), .. sorted]);
    }
}

/// <summary>The files of an image's platform, and its libraries, each read once.</summary>
/// <param name="Tree">The files.</param>
/// <param name="Libraries">The libraries.</param>
internal sealed record ImageLibraries(RootfsTree Tree, TreeLibraries Libraries);
