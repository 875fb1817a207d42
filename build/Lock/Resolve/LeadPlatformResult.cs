using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>The files taken for the first platform, as a hint for the others: nearly always the same packages contain the same files.</summary>
internal sealed class LeadPlatformResult
{
    private readonly Dictionary<string, string> _packageOfPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _packageOfFile = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _answers;

    /// <summary>Creates the hint from the resolved first platform.</summary>
    /// <param name="platform">The resolved platform.</param>
    /// <param name="search">Finds candidates on it for a requirement that did not apply to it.</param>
    /// <param name="failed">The requirements that failed on it, resolved or not.</param>
    public LeadPlatformResult(LockedPlatform platform, RequirementSearch search, IEnumerable<Requirement> failed)
    {
        Platform = platform;
        Search = search;
        _answers = platform.Requirements.ToDictionary(answer => answer.Text, answer => answer.Files, StringComparer.Ordinal);
        Failed = failed.Select(LockAnswer.TextOf).Where(text => !_answers.ContainsKey(text)).ToHashSet(StringComparer.Ordinal);
        foreach (var package in platform.Packages)
        {
            foreach (var file in package.Files.Concat(package.Links.Select(link => link.Path)))
            {
                _packageOfPath.TryAdd(file, package.Pin.Name);
                if (LibraryNames.IsInLoaderFolder(file, platform.Platform))
                {
                    _packageOfFile.TryAdd(LibraryNames.FileOf(file), package.Pin.Name);
                }
            }
        }
    }

    /// <summary>The resolved platform.</summary>
    public LockedPlatform Platform { get; }

    /// <summary>The texts of the requirements that were not resolved on the first platform.</summary>
    public IReadOnlySet<string> Failed { get; }

    /// <summary>Finds candidates on the first platform.</summary>
    public RequirementSearch Search { get; }

    /// <summary>The package that provided a library of that file name, or null.</summary>
    public string? PackageOf(string file) => _packageOfFile.GetValueOrDefault(file);

    /// <summary>The packages that satisfied a requirement; null if it did not apply, empty if no package satisfied it.</summary>
    public IReadOnlyList<string>? PackagesFor(Requirement requirement) =>
        _answers.TryGetValue(LockAnswer.TextOf(requirement), out var files)
            ? [.. files.Select(file => _packageOfPath[file]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
            : null;
}
