using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>Collects requirements, and rejects duplicates.</summary>
internal sealed class RequirementSet
{
    private readonly List<Requirement> _items = [];
    private readonly Dictionary<string, List<Requirement>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<Requirement, IReadOnlyList<Platform>> _meant = new(ReferenceEqualityComparer.Instance);

    /// <summary>The requirements, in the order they were added.</summary>
    public IReadOnlyList<Requirement> Items => _items;

    /// <summary>Adds a requirement.</summary>
    /// <param name="line">The requirement, and every platform it applies to, whether or not the image contains that platform: whether a line is
    /// a duplicate must not depend on the platforms that a run builds.</param>
    /// <exception cref="ConfigurationException">The same name was already added for one of its platforms.</exception>
    public void Add((Requirement Requirement, IReadOnlyList<Platform> Meant) line)
    {
        var (requirement, platforms) = line;

        // The same pattern may be used for several packages: each has plug-ins in the same folder.
        var key = requirement.Kind == RequirementKind.Files ? $"{requirement.Name} = {requirement.Package ?? requirement.PackageFile}" : requirement.Name;
        var others = _byName.TryGetValue(key, out var known) ? known : _byName[key] = [];
        if (others.FirstOrDefault(other => _meant[other].Intersect(platforms).Any()) is { } first)
        {
            throw Duplicate(first, requirement, platforms);
        }

        others.Add(requirement);
        _items.Add(requirement);
        _meant[requirement] = platforms;
    }

    private ConfigurationException Duplicate(Requirement first, Requirement second, IReadOnlyList<Platform> secondMeant)
    {
        var both = _meant[first].Intersect(secondMeant).ToList();
        var where = both.Count == KnownPlatforms.All.Count ? string.Empty : $" on {string.Join(", ", both)}";
        var next = first.Line == second.Line
            ? $"name {second.Name} once"
            : $"remove line {first.Line} or line {second.Line}, or give them platforms that do not overlap";
        return new ConfigurationException(
            $"{second.Name} is required twice{where}", second.Where, first.Line == second.Line ? null : $"{first.Where} already contains it: {first.Text}", next);
    }
}
