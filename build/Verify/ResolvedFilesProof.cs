using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Verifies a resolution by assembling its base tree and checking it, as Verify does with the finished image.</summary>
/// <param name="options">Features, overlays and the project folder.</param>
/// <param name="requirements">The lines of lib-requires.txt and the commands.</param>
/// <param name="store">The packages.</param>
/// <param name="cache">Caches the packages read here, for the assembly that follows.</param>
internal sealed class ResolvedFilesProof(AssembleOptions options, IReadOnlyList<Requirement> requirements, IPackageStore store, PackageCache? cache) : IResolvedFilesProof
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<DraftProblem>> ProveAsync(LockedPlatform drafted, bool isWhole, CancellationToken cancellation)
    {
        try
        {
            var tree = RootfsMerge.Complete(drafted.Platform, await BaseTreeAssembler.AssembleAsync(drafted, options, store, cancellation, cache));
            var places = Places(drafted, tree);
            var findings = RootfsVerifier.VerifyBase(drafted.Platform, tree, FileOrigins.Of(drafted, requirements, hasShell: options.HasShell)).Where(finding => !finding.IsNote).ToList();
            return [.. OneForALinesSymbols(OneForAFilesSymbols(isWhole ? findings : OfTheirOwn(findings)), places).Select(finding => Problem(finding, places))];
        }
        catch (RootfsException error)
        {
            return isWhole ? [new DraftProblem(null, new LockException(error.What, error.Where, error.Why, error.Next, error))] : [];
        }
    }

    private static bool IsOfSymbols(Finding finding) => finding.What.Contains("undefined symbol", StringComparison.Ordinal);

    // A plug-in may leave a hundred symbols to its program: they have one cause and one fix.
    private static IEnumerable<Finding> OneForAFilesSymbols(IEnumerable<Finding> findings) => findings
        .GroupBy(finding => IsOfSymbols(finding) ? (finding.File, null) : (finding.File, (string?)finding.What))
        .SelectMany(group => group.Key.Item2 is null ? [Joined([.. group])] : group.AsEnumerable());

    // The files of a folder, such as the modules of an interpreter, mostly leave symbols to the same program.
    private static IEnumerable<Finding> OneForALinesSymbols(IEnumerable<Finding> findings, Dictionary<string, Requirement> places) => findings
        .GroupBy(finding => IsOfSymbols(finding) && places.TryGetValue(finding.File, out var requirement) ? requirement.Text : finding.Text)
        .Select(group => group.Skip(1).Select(finding => finding.File).Distinct().Count() is > 0 and var more
            ? group.First() with { What = $"{group.First().What}, and likewise {more} more files of that line" }
            : group.First());

    private static Finding Joined(List<Finding> symbols)
    {
        // The last one may be "94 more undefined symbols".
        var more = symbols.Skip(1).Sum(finding => int.TryParse(finding.What.Split(' ')[0], out var count) ? count : 1);
        return more == 0 ? symbols[0] : symbols[0] with { What = $"{symbols[0].What} and {more} more" };
    }

    // A missing library is already reported; errors that only follow from its absence are not.
    private static IEnumerable<Finding> OfTheirOwn(List<Finding> findings)
    {
        static bool IsOfLinks(Finding finding) => finding.What.StartsWith("needs ", StringComparison.Ordinal);
        var incomplete = findings.Where(IsOfLinks).SelectMany(finding => new[] { finding.File, finding.AskedBy?.Split(' ')[0] }).ToHashSet(StringComparer.Ordinal);
        return findings.Where(finding => !IsOfLinks(finding)
            && !finding.What.Contains("points to nothing", StringComparison.Ordinal)
            && !(IsOfSymbols(finding) && (incomplete.Contains(finding.File) || incomplete.Contains(finding.AskedBy?.Split(' ')[0]))));
    }

    private static DraftProblem Problem(Finding finding, Dictionary<string, Requirement> places)
    {
        var requirement = places.GetValueOrDefault(finding.File);
        var text = finding.Text[(finding.Platform.Name.Length + 1)..];
        var next = finding.What.StartsWith("undefined symbol", StringComparison.Ordinal)
            ? requirement is null
                ? "if it takes symbols from the program that loads it, request it in its own line, with (plugin) at the end"
                : $"if it takes symbols from the program that loads it, allow that: {requirement.Text} (plugin)"
            : "exclude this platform from the line that adds it, or specify another package for it";
        return new DraftProblem(requirement, new LockException(text, requirement?.Where, "Verify would reject the finished image", next));
    }

    private Dictionary<string, Requirement> Places(LockedPlatform drafted, RootfsTree tree)
    {
        var places = new Dictionary<string, Requirement>(StringComparer.Ordinal);
        foreach (var requirement in requirements.Where(requirement => requirement.AppliesTo(drafted.Platform)))
        {
            var text = LockAnswer.TextOf(requirement);
            foreach (var file in drafted.Requirements.FirstOrDefault(answer => answer.Text == text)?.Files ?? [])
            {
                var place = ShippedPath.InImage(file, drafted.Platform.Triplet);
                places.TryAdd("/" + place, requirement);
                if (tree.Resolve(place) is { } end)
                {
                    places.TryAdd("/" + end, requirement);
                }

                places.TryAdd(file, requirement);
            }
        }

        return places;
    }
}
