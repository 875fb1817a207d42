using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>A requirement that could not be resolved on a platform.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Requirement">The requirement; null for a base package or a need inside a package.</param>
/// <param name="IsAbsence">Whether no package contains it, so that the results of the other platforms are useful in the error.</param>
/// <param name="Error">The error for only this platform.</param>
internal sealed record ResolveFailure(Platform Platform, Requirement? Requirement, bool IsAbsence, LockException Error)
{
    /// <summary>Whether the check of what would be built found it; its error does not name a platform.</summary>
    public bool IsProof { get; init; }

    /// <summary>The platform's suite if it is not that of the others; otherwise null.</summary>
    public string? OtherSuite { get; init; }

    /// <summary>Combines all failures into one error, without duplicates.</summary>
    public static LockException Join(IReadOnlyList<ResolveFailure> failures, IReadOnlyList<LockedPlatform> answered, IReadOnlyList<Platform> asked)
    {
        var errors = failures
            .OrderBy(failure => failure.Requirement?.Source, StringComparer.Ordinal)
            .ThenBy(failure => failure.Requirement?.Line)
            .GroupBy(failure => (failure.Requirement?.Where, failure.Requirement?.Text, failure.IsAbsence ? string.Empty : failure.Error.Message))
            .Select(group => group.First().IsAbsence ? Absence([.. group], answered, asked)
                : group.First().IsProof ? Proof([.. group], asked) : group.First().Error)
            .ToList();
        return errors.Count == 1
            ? errors[0]
            : new LockException(
                $"{errors.Count} requirements cannot be satisfied",
                why: string.Join('\n', errors.Select(error => error.Message)),
                inner: errors[0]);
    }

    private static LockException Proof(List<ResolveFailure> group, IReadOnlyList<Platform> asked)
    {
        var error = group[0].Error;
        var platforms = group.Select(failure => failure.Platform).Distinct().ToList();
        var on = platforms.Count == asked.Count && asked.Count > 1 ? "all platforms" : string.Join(", ", platforms);
        return new LockException($"{error.What} ({on})", error.Where, error.Why, error.Next, error);
    }

    private static LockException Absence(List<ResolveFailure> group, IReadOnlyList<LockedPlatform> answered, IReadOnlyList<Platform> asked)
    {
        var first = group[0].Error;
        var requirement = group[0].Requirement!;
        var found = answered
            .Where(platform => asked.Contains(platform.Platform))
            .Select(platform => (platform.Platform, Package: platform.Packages.FirstOrDefault(package => package.Files.Intersect(
                platform.Requirements.FirstOrDefault(answer => answer.Text == LockAnswer.TextOf(requirement))?.Files ?? [], StringComparer.Ordinal).Any())))
            .Where(pair => pair.Package is not null)
            .ToList();
        if (found.Count == 0)
        {
            return first;
        }

        var missing = string.Join(", ", group.Select(failure => $"{failure.Platform} ({RequirementErrors.Architecture(failure.Platform, failure.OtherSuite)})"));
        var versions = found.GroupBy(pair => $"{pair.Package!.Pin.Name} {pair.Package.Pin.Version}", StringComparer.Ordinal).Select(versions =>
            found.Count > 1 && versions.Count() == found.Count ? $"on the others as {versions.Key}" : $"on {string.Join(", ", versions.Select(pair => pair.Platform))} as {versions.Key}");
        var qualifier = string.Join(' ', group.Select(failure => $"!{failure.Platform}"));
        return new LockException(
            $"{requirement.Name}: no package provides it on {missing}",
            requirement.Where,
            $"found {string.Join("; ", versions)}",
            requirement.Kind != RequirementKind.Command
                ? $"add [{qualifier}] to the line, or mark it optional with '?'"
                : "remove it from Commands, or build without the platform",
            first);
    }
}
