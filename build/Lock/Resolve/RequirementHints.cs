using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Suggestions for a name that no package contains. Every suggested name was looked up first: it resolves if the user writes
/// it.
/// </summary>
internal sealed class RequirementHints(ResolvedFiles resolved, RequirementSearch search, PinChoice pins, IContentsIndex contents)
{
    private const int Offered = 6;
    private const int MostBelow = 3;
    private const int MostHops = 6;

    /// <summary>The advice for a command.</summary>
    public async Task<(string? Why, string Next)> ForCommandAsync(Requirement requirement)
    {
        // Scripts are in packages for all architectures, whose index is downloaded only for a question.
        var ask = $"./build.sh --target=FindLibrary --command={requirement.Name} searches scripts too";
        if ((await pins.IndexAsync()).Find(requirement.Name) is not null)
        {
            return ($"{requirement.Name} is a package, whose commands may be scripts", ask);
        }

        var near = await FoundAsync(requirement, Nearest.Names(requirement.Name, contents.CommandNames, most: requirement.Name.Length switch { < 4 => 0, < 8 => 1, _ => null }));
        return (null, $"{Advice(near)}{(near.Count == 0 ? ";" : " If not,")} {ask}");
    }

    /// <summary>The advice for a library.</summary>
    public async Task<(string? Why, string Next)> ForLibraryAsync(Requirement requirement)
    {
        if ((!requirement.IsExactSoname || IsBare(requirement.Name)) && await BehindLinkerNameAsync(requirement) is { } real)
        {
            return (
                $"{requirement.Name} is a name only for the linker, and points to {real}",
                $"write {real}: programs that are linked with -l{LibraryNames.StemOf(requirement.Name)[3..]} need it");
        }

        if (await BelowAsync(requirement) is { Count: > 0 } below)
        {
            return (
                $"{string.Join(", ", below.Select(entry => $"{entry.Package} has {entry.Path}"))}, which only a program that names the folder searches",
                $"if that is what you want, write {string.Join(" or ", below.Select(entry => $"{requirement.Name} = {entry.Package}"))}");
        }

        if (ForeignLibrary.Find(requirement.Name) is { } foreign)
        {
            return (foreign.Why, foreign.Next);
        }

        if (await LibrariesOfPackageAsync(requirement.Name) is { Count: > 0 } owned)
        {
            return ($"{requirement.Name} is the name of a package", $"write what it contains: {string.Join(", ", owned.Take(Offered))}");
        }

        if (!requirement.IsExactSoname && await OfProjectAsync(requirement) is { Count: > 0 } built)
        {
            return ($"{requirement.Name} is the name of a project, or of its source package", $"write what your program needs of it: {string.Join(", ", built)}");
        }

        var other = await FoundAsync(requirement, OtherVersions(requirement));
        if (other.Count > 0)
        {
            return (
                $"{pins.Platform} has {string.Join(", ", other)}, another version with another ABI",
                $"rebuild the program and request {other[0]}, or provide {requirement.Name} in an overlay or in your own package file");
        }

        var alike = await AlikeAsync(requirement);
        var own = requirement.IsExactSoname ? requirement.Name : $"{requirement.Name}.so*";
        return (null, alike.Count > 0 ? Advice(alike)
            : $"correct the name (./build.sh --target=FindLibrary --name='*{LibraryNames.StemOf(requirement.Name).Replace("lib", string.Empty, StringComparison.Ordinal)}*' lists those that contain it); a library that is not in Debian comes from your own package file, {requirement.Name} = ./debs/FILE_{RequirementNames.Architecture}.deb, or from an overlay, /usr/local/lib/{own}");
    }

    // zlib, glibc and openssl are names of no library, with lib before them or not.
    private async Task<List<string>> OfProjectAsync(Requirement requirement)
    {
        var (index, stem) = (await pins.IndexAsync(), LibraryNames.StemOf(requirement.Name));
        var packages = new[] { stem, stem["lib".Length..] }.Select(name => ProjectPackages.Of(index, name)).FirstOrDefault(found => found.Count > 0)?.Select(package => package.Pin.Name).ToHashSet(StringComparer.Ordinal);
        var files = packages is null ? [] : contents.Libraries(string.Empty)
            .Where(entry => packages.Contains(entry.Package) && LibraryNames.IsInLoaderFolder(entry.Path, pins.Platform) && !IsBare(entry.Path))
            .Select(entry => LibraryNames.FileOf(entry.Path)).Distinct(StringComparer.Ordinal).OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal).ToList();
        return await FoundAsync(requirement, files.Where(file => !files.Any(other => file.StartsWith($"{other}.", StringComparison.Ordinal))));
    }

    // The packages that contain it in a private folder; each is read, because Contents does not distinguish a library from a linker script.
    private async Task<List<ContentsEntry>> BelowAsync(Requirement requirement)
    {
        var found = new List<ContentsEntry>();
        foreach (var entry in contents.LibrariesBelow(requirement.Name)
            .Where(entry => LibraryNames.Rank(requirement, LibraryNames.FileOf(entry.Path)) <= 1 && !RequirementSearch.IsForDevelopment(entry.Section))
            .DistinctBy(entry => entry.Package)
            .Take(Offered))
        {
            try
            {
                if (await resolved.OpenAsync(entry.Package) is { } package
                    && RequirementSearch.Match(requirement with { Package = entry.Package }, package.Contents!, pins.Platform).Count > 0)
                {
                    found.Add(entry);
                }
            }
            catch (DebianException)
            {
                // Read on a guess: an unreadable package gives no hint.
            }
        }

        return [.. found.Take(MostBelow)];
    }

    private static string Advice(IReadOnlyList<string> names) => names.Count == 0 ? "correct the name" : $"did you mean {string.Join(", ", names)}?";

    private static bool IsBare(string file) => file.EndsWith(".so", StringComparison.Ordinal);

    // The user most likely meant the same library with another version: libssl.so.3, not the libssl.so.3.0.1 that it points to.
    // The version may be in the name: libldap-2.5.so.0 is libldap.so.2 today, libpython3.11.so.1.0 is libpython3.13.so.1.0.
    private IEnumerable<string> OtherVersions(Requirement requirement)
    {
        var stem = LibraryNames.StemOf(requirement.Name);
        var name = LibraryNames.WithoutVersion(stem);
        return name.Length <= "lib".Length || (!requirement.IsExactSoname && !stem.AsSpan(name.Length).ContainsAny('.', '-')) ? [] : OfStem(stem).Concat(OfStem(name)).Distinct(StringComparer.Ordinal);
    }

    private IEnumerable<string> OfStem(string stem)
    {
        var asked = new Requirement(RequirementKind.Library, stem, null, null, [], false, string.Empty, 0, stem);
        var others = contents.Libraries(stem)
            .Where(entry => !RequirementSearch.IsForDevelopment(entry.Section))
            .Select(entry => LibraryNames.FileOf(entry.Path))
            .Where(file => LibraryNames.Rank(asked, file) <= 1 && file != stem + ".so")
            .Distinct(StringComparer.Ordinal)
            .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)
            .ToList();
        return others.Where(name => !others.Any(other => name.StartsWith($"{other}.", StringComparison.Ordinal)));
    }

    // Names that differ only in case or that start with it; only if there are none, similar names.
    private async Task<List<string>> AlikeAsync(Requirement requirement)
    {
        var stem = LibraryNames.StemOf(requirement.Name);
        if (await FoundAsync(requirement, OfDevelopmentPackage(stem)) is [var library, ..])
        {
            return [library];
        }

        var all = contents.LibraryNames.Distinct(StringComparer.Ordinal).ToList();
        var longer = all
            .Where(name => name.StartsWith(stem, StringComparison.OrdinalIgnoreCase))
            .OrderBy(name => name.Length > stem.Length && char.IsAsciiLetter(name[stem.Length])).ThenBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)
            .Take(2 * Offered);
        return await FoundAsync(requirement, longer) is { Count: > 0 } found
            ? found
            : await FoundAsync(requirement, Nearest.Names(stem, all, Offered).Where(name => IsNear(stem, name)).SelectMany(name => new[] { name + requirement.Name[stem.Length..], name }));
    }

    // People know the names of the packages they compile with: libssl of libssl-dev, libcurl of libcurl4-openssl-dev.
    private static IEnumerable<string> OfDevelopmentPackage(string name)
    {
        const string ending = "-dev";
        if (!name.EndsWith(ending, StringComparison.Ordinal))
        {
            yield break;
        }

        for (var end = name.Length - ending.Length; end > "lib".Length; end = name.LastIndexOf('-', end - 1))
        {
            yield return name[..end];
            yield return name[..end].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
        }
    }

    // Short names have many neighbors that differ in two letters and are unrelated.
    private static bool IsNear(string stem, string name) => stem.Length >= 10 || Nearest.Names(stem, [name], 1, most: 1).Count > 0;

    private async Task<List<string>> FoundAsync(Requirement requirement, IEnumerable<string> names)
    {
        var found = new List<string>();
        foreach (var name in names.Distinct(StringComparer.Ordinal).Where(name => name != requirement.Name))
        {
            var asked = requirement with { Name = name };
            if ((await search.CandidatesAsync(asked)).Count > 0 || (await search.AlternativeCandidatesAsync(asked)).Count > 0)
            {
                found.Add(name);
                if (found.Count == Offered)
                {
                    break;
                }
            }
        }

        return found;
    }

    // libmysqlclient.so of libmariadb-dev-compat points to libmariadb.so of libmariadb-dev, and that points to libmariadb.so.3.
    private async Task<string?> BehindLinkerNameAsync(Requirement requirement)
    {
        var file = LibraryNames.StemOf(requirement.Name) + ".so";
        var start = file;
        for (var hop = 0; hop < MostHops; hop++)
        {
            var entry = contents.Libraries(file).FirstOrDefault(entry =>
                LibraryNames.FileOf(entry.Path) == file && LibraryNames.IsInLoaderFolder(entry.Path, pins.Platform));
            if (entry is null || await resolved.OpenAsync(entry.Package) is not { } package
                || package.Contents!.Find(entry.Path) is not { } member)
            {
                return null;
            }

            if (member.LinkTarget is null)
            {
                return null;
            }

            file = LibraryNames.FileOf(member.LinkTarget);
            var meant = requirement with { Name = file };
            if (file != start && meant.IsExactSoname && (await search.CandidatesAsync(meant)).Count > 0)
            {
                return file;
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<string>> LibrariesOfPackageAsync(string name)
    {
        if ((await pins.IndexAsync()).Find(name) is null || await resolved.OpenAsync(name) is not { } package)
        {
            return [];
        }

        return [.. package.Contents!.Members
            .Where(member => member.LinkTarget is not null && package.Contents.IsLibrary(member, pins.Platform) && LibraryNames.IsInLoaderFolder(member.Path, pins.Platform))
            .Select(member => LibraryNames.FileOf(member.Path))
            .Where(file => !file.EndsWith(".so", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }
}
