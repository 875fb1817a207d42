using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>The part that finds the packages which satisfy one requirement.</summary>
internal sealed partial class ResolvePass
{
    private async Task AnswerFromAsync(Requirement requirement, string name)
    {
        if (await TryTakeAsync(requirement, name)
            || (requirement.Package == name && await _search.ProvidersAsync(name) is [var provider] && await TryTakeAsync(requirement, provider)))
        {
            return;
        }

        if (requirement.IsOptional)
        {
            Leave(requirement);
            return;
        }

        var error = await _resolved.OpenAsync(name) is { } package
            ? RequirementErrors.NotInPackage(requirement, Platform, package)
            : await _errors.NoPackageAsync(requirement, _request.SuiteOf(Platform));
        Failures.Add(new ResolveFailure(Platform, requirement, IsAbsence: true, error));
    }

    private async Task<bool> AnswerLikeLeadAsync(Requirement requirement)
    {
        if (_lead is null)
        {
            return false;
        }

        var names = _lead.PackagesFor(requirement);
        if (names is null)
        {
            // The requirement does not apply to the first platform, but its Contents is available and nearly always right.
            var forms = await _lead.Search.CandidatesAsync(requirement);
            names = forms.Count > 0 ? forms[0] : [];
        }

        return names.Count == 1 && await TryTakeAsync(requirement, names[0]);
    }

    private async Task AnswerFromContentsAsync(Requirement requirement)
    {
        foreach (var packages in await _search.CandidatesAsync(requirement))
        {
            if (packages.Count > 1)
            {
                _ambiguous.Add((requirement, packages));
                return;
            }

            // Contents does not distinguish a library from a linker script; the package does.
            if (await TryTakeAsync(requirement, packages[0]))
            {
                return;
            }
        }

        if (await TakeAlternativeAsync(requirement))
        {
            return;
        }

        // "Not found" and "not searched" are different: an optional line may exist nevertheless.
        if (await _errors.UnsearchedAsync(requirement, _request.SuiteOf(Platform)) is { } unsearched)
        {
            throw unsearched;
        }

        if (requirement.IsOptional)
        {
            Leave(requirement);
        }
        else if (!RenamedSoname.KeepsAbi(Platform) && requirement.IsExactSoname && await _search.IsRenamedAsync(requirement.Name))
        {
            Failures.Add(new ResolveFailure(Platform, requirement, IsAbsence: false, _errors.Renamed(requirement)));
        }
        else
        {
            Failures.Add(new ResolveFailure(Platform, requirement, IsAbsence: true, await _errors.MissingAsync(requirement)));
        }
    }

    // Debian's own choice among libraries that update-alternatives(1) links into the loader's folder: one in the image, otherwise the
    // highest priority.
    private async Task<bool> TakeAlternativeAsync(Requirement requirement)
    {
        var found = new List<(string Package, int Priority)>();
        foreach (var name in await _search.AlternativeCandidatesAsync(requirement))
        {
            try
            {
                if (await _resolved.OpenAsync(name) is { } package
                    && RequirementSearch.Match(requirement, package.Contents!, Platform) is { Count: > 0 } matches)
                {
                    found.Add((name, matches.Max(member => member.Priority)));
                }
            }
            catch (DebianException error)
            {
                // Read on a guess: an unreadable package satisfies nothing.
                Notes.Add($"{name} was skipped for {requirement.Name}: {error.What}");
            }
        }

        var present = found.Where(pair => _resolved.Has(pair.Package)).ToList();
        var choices = present.Count > 0 ? present : found;
        var best = choices.Where(pair => pair.Priority == choices.Max(other => other.Priority)).Select(pair => pair.Package).ToList();
        if (best.Count > 1)
        {
            _ambiguous.Add((requirement, best));
            return true;
        }

        return best.Count == 1 && await TryTakeAsync(requirement, best[0]);
    }
}
