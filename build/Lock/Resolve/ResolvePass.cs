using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Resolves all requirements of one platform with given pins. Requirements with only one possible result come first, then
/// all their dependencies, because a choice among several packages depends on what is already in the image. A requirement that fails
/// is recorded and the rest continues, so that all failures are reported together.
/// </summary>
internal sealed partial class ResolvePass
{
    private readonly ResolveRequest _request;
    private readonly PinChoice _pins;
    private readonly ResolvedFiles _resolved;
    private readonly LeadPlatformResult? _lead;
    private readonly ClosureWalk _closure;
    private readonly RequirementSearch _search;
    private readonly RequirementErrors _errors;
    private readonly Func<Task<IContentsIndex>> _contents;
    private readonly SortedDictionary<string, SortedSet<string>> _answers = new(StringComparer.Ordinal);
    private readonly List<(Requirement Requirement, IReadOnlyList<string> Packages)> _ambiguous = [];

    /// <summary>Creates a pass for one platform.</summary>
    public ResolvePass(ResolveRequest request, PinChoice pins, DebCatalog catalog, LeadPlatformResult? lead, Func<Task<IContentsIndex>> contents, Action<string> joined)
    {
        _request = request;
        _pins = pins;
        _lead = lead;
        _resolved = new ResolvedFiles(pins, catalog, joined);
        _closure = new ClosureWalk(_resolved, pins, lead, contents, note => Notes.Add(note), request.Requirements.Where(requirement => requirement.MayBeLacking && requirement.AppliesTo(pins.Platform)).Select(requirement => requirement.Name).ToHashSet(StringComparer.Ordinal));
        _search = new RequirementSearch(pins, contents);
        _contents = contents;
        _errors = new RequirementErrors(_resolved, _search, pins, contents, request.Platforms, request.PlatformSuites.GetValueOrDefault(pins.Platform));
    }

    /// <summary>The requirements that could not be resolved.</summary>
    public List<ResolveFailure> Failures { get; } = [];

    /// <summary>Optional requirements that no package satisfies on this platform.</summary>
    public List<Requirement> Absent { get; } = [];

    /// <summary>Notes for the user, without the platform.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Warnings for the user, without the platform.</summary>
    public List<string> Warnings { get; } = [];

    private Platform Platform => _pins.Platform;

    /// <summary>Resolves everything, starting from what an older lock resolves.</summary>
    /// <param name="kept">The older lock's platform, whose results are kept unchanged; null to start without any.</param>
    public async Task RunAsync(LockedPlatform? kept)
    {
        if (kept is not null)
        {
            foreach (var package in kept.Packages)
            {
                await _resolved.KeepAsync(package);
            }

            foreach (var answer in kept.Requirements)
            {
                _answers[answer.Text] = new SortedSet<string>(answer.Files, StringComparer.Ordinal);
            }
        }

        var open = _request.Requirements
            .Where(requirement => requirement.AppliesTo(Platform) && !requirement.IsImplied && !_answers.ContainsKey(LockAnswer.TextOf(requirement)))
            .OrderBy(LockAnswer.TextOf, StringComparer.Ordinal)
            .ToList();
        var bases = _request.BasePackages.Where(package => package.AppliesTo(Platform) && !_answers.ContainsKey(LockAnswer.TextOf(package))).ToList();
        await PrefetchAsync(bases, open, everything: kept is null);

        var locals = OpenLocals(open);
        foreach (var package in bases)
        {
            await GuardAsync(null, () => TakeBaseAsync(package));
        }

        foreach (var requirement in open)
        {
            await GuardAsync(requirement, () => AnswerAsync(requirement, locals));
        }

        await CloseAsync();
        await DecideAmbiguousAsync();
        await TakeImpliedAsync(locals);
        RecordPrograms(open);
        await GuardAsync(null, () => new DocumentWalk(_resolved, Notes.Add).DocumentAsync());
    }

    /// <summary>The platform in the form recorded in the lock.</summary>
    public LockedPlatform Result() => new(
        Platform,
        [.. _answers.Select(answer => new LockedRequirement(answer.Key, [.. answer.Value.Where(_resolved.IsTaken)]))],
        [.. _resolved.Packages.OrderBy(package => package.Name, StringComparer.Ordinal).Select(package => package.Locked)])
    {
        Suite = _request.PlatformSuites.GetValueOrDefault(Platform),
    };

    /// <summary>The packages from an older Release, ordered by name.</summary>
    public IEnumerable<(PinnedPackage Pin, IndexGap Gap)> FromOlder() => _resolved.Packages
        .Where(package => package.Choice is { IsKept: false, Indexed.Gap: not null } && package.Choice.Pin == package.Choice.Indexed.Pin && !_pins.CanDrop(package.Name))
        .OrderBy(package => package.Name, StringComparer.Ordinal)
        .Select(package => (package.Choice.Pin, package.Choice.Indexed!.Gap!));

    /// <summary>The kept pins that are incompatible with a newer package of the image, each with the reason.</summary>
    public IEnumerable<(string Name, string Reason)> OutdatedPins()
    {
        foreach (var package in _resolved.Packages.Where(package => !package.Choice.IsKept && package.Choice.Indexed is not null))
        {
            foreach (var alternatives in package.Choice.Indexed!.Depends)
            {
                var present = alternatives.Where(dependency => _resolved.Has(dependency.Name)).ToList();
                if (present.Count == 0 || present.Any(IsSatisfied))
                {
                    continue;
                }

                foreach (var dependency in present.Where(dependency => _resolved.Taken(dependency.Name)!.Choice.IsKept && _pins.CanDrop(dependency.Name)))
                {
                    yield return (dependency.Name, $"{package.Name} {package.Choice.Pin.Version} needs {dependency.Name} ({dependency.Relation} {dependency.Version})");
                }
            }
        }
    }

    private bool IsSatisfied(Dependency dependency) =>
        dependency.Relation is null
        || dependency.Version is null
        || DebianVersion.Satisfies(_resolved.Taken(dependency.Name)!.Choice.Pin.Version, dependency.Relation, dependency.Version);

    private async Task PrefetchAsync(List<BasePackage> bases, List<Requirement> open, bool everything)
    {
        var names = bases.Select(package => package.Package).Concat(open.Select(requirement => requirement.Package!).Where(name => name is not null));
        if (_lead is not null)
        {
            names = names.Concat(open.SelectMany(requirement => _lead.PackagesFor(requirement) ?? []));
            names = everything ? names.Concat(_lead.Platform.Packages.Select(package => package.Pin.Name)) : names;
        }

        foreach (var name in names.Distinct(StringComparer.Ordinal).ToList())
        {
            await _resolved.PrefetchAsync(name);
        }

        if (_lead is null)
        {
            foreach (var requirement in open.Where(requirement => IsSearched(requirement) && requirement.Kind == RequirementKind.Library))
            {
                var forms = await _search.CandidatesAsync(requirement);
                if (forms.Count > 0 && forms[0].Count == 1)
                {
                    await _resolved.PrefetchAsync(forms[0][0]);
                }
            }
        }
    }

    private Dictionary<Requirement, string> OpenLocals(List<Requirement> open)
    {
        var locals = new Dictionary<Requirement, string>();
        foreach (var requirement in open.Where(requirement => requirement.PackageFile is not null))
        {
            try
            {
                if (LocalPackage.Open(requirement, Platform, _request.ProjectFolder) is { } package)
                {
                    _pins.SetLocal(package, requirement);
                    locals.Add(requirement, package.Pin.Name);
                    _resolved.Locals.Add(package.Pin.Name);
                }
            }
            catch (LockException error)
            {
                Failures.Add(new ResolveFailure(Platform, requirement, IsAbsence: false, error));
            }
        }

        return locals;
    }

    private async Task TakeBaseAsync(BasePackage wanted)
    {
        if (await _resolved.OpenAsync(wanted.Package) is not { } package)
        {
            if (wanted.IsOptional)
            {
                _answers[LockAnswer.TextOf(wanted)] = new SortedSet<string>(StringComparer.Ordinal);
                return;
            }

            throw new LockException(
                $"{wanted.Reason} needs files from {wanted.Package}, which {_request.SuiteOf(Platform)} does not have on {Platform} (Debian {Platform.DebianArchitecture})",
                next: "build without the platform, or without what needs the package");
        }

        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in wanted.Patterns)
        {
            var pattern = new PathPattern(text);
            var matches = package.Contents!.Members.Where(member => pattern.IsMatch(member.Path)).ToList();
            if (matches.Count == 0 && !wanted.IsOptional)
            {
                throw new LockException(
                    $"{wanted.Reason} needs {text} from {wanted.Package}, but {wanted.Package} {package.Choice.Pin.Version} has no such file on {Platform}",
                    next: "the package's files may have moved: list them with dpkg-deb --contents");
            }

            foreach (var member in matches)
            {
                _resolved.Take(package, member, null, outward: false);
                files.Add(member.Path);
            }
        }

        _answers[LockAnswer.TextOf(wanted)] = files;
    }

    private Task CloseAsync() => _closure.CloseAsync((cause, error) => Failures.Add(Failure(cause, error)));

    // Files that are there already, and only need others.
    private static bool IsOfUser(Requirement requirement) => requirement.Kind is RequirementKind.Overlay or RequirementKind.Program;

    private static bool IsSearched(Requirement requirement) =>
        !IsOfUser(requirement) && requirement.Package is null && requirement.PackageFile is null;

    private async Task AnswerAsync(Requirement requirement, Dictionary<Requirement, string> locals)
    {
        if (IsOfUser(requirement))
        {
            _resolved.TakeOverlay(_request.Overlay(Platform, requirement), requirement);
            Record(requirement, []);
        }
        else if (requirement.PackageFile is not null)
        {
            if (locals.TryGetValue(requirement, out var local))
            {
                await AnswerFromAsync(requirement, local);
            }
            else if (requirement.IsOptional)
            {
                Leave(requirement);
            }
        }
        else if (requirement.Package is not null)
        {
            await AnswerFromAsync(requirement, requirement.Package);
        }
        else if (_lead?.Failed.Contains(LockAnswer.TextOf(requirement)) != true && !await AnswerLikeLeadAsync(requirement))
        {
            // A failure on the first platform is reported once; searching on every platform would need the index of each.
            await AnswerFromContentsAsync(requirement);
        }
    }

    // Last, so that nothing is recorded for what other lines bring.
    private async Task TakeImpliedAsync(Dictionary<Requirement, string> locals)
    {
        foreach (var requirement in _request.Requirements.Where(requirement => requirement.IsImplied && requirement.AppliesTo(Platform) && !_answers.ContainsKey(LockAnswer.TextOf(requirement))))
        {
            if (!_resolved.TakenAs(requirement.Name).Any(path => LockAnswer.IsLibrary(path, requirement.Name, Platform)))
            {
                await GuardAsync(requirement, () => AnswerAsync(requirement, locals));
                await CloseAsync();
            }
        }

        await DecideAmbiguousAsync();
    }

    // What a program is the reason for: the libraries that its own files name.
    private void RecordPrograms(List<Requirement> open)
    {
        foreach (var requirement in open.Where(requirement => requirement.Kind == RequirementKind.Program))
        {
            Record(requirement, _request.Overlay(Platform, requirement).SelectMany(file => file.Elf?.Needed ?? []).Distinct(StringComparer.Ordinal).SelectMany(_resolved.TakenAs));
        }
    }

    private async Task DecideAmbiguousAsync()
    {
        bool isDecided;
        do
        {
            isDecided = false;
            foreach (var (requirement, packages) in _ambiguous.ToList())
            {
                if (packages.Where(_resolved.Has).ToList() is [var only])
                {
                    await GuardAsync(requirement, async () =>
                    {
                        if (await TryTakeAsync(requirement, only))
                        {
                            isDecided = true;
                            _ambiguous.RemoveAll(pair => pair.Requirement == requirement);
                            await CloseAsync();
                        }
                    });
                }
            }
        }
        while (isDecided);

        Failures.AddRange(_ambiguous
            .Where(pair => !Failures.Any(failure => failure.Requirement == pair.Requirement))
            .Select(pair => new ResolveFailure(
                Platform,
                pair.Requirement,
                IsAbsence: false,
                RequirementErrors.Ambiguous(pair.Requirement, Platform, pair.Packages, [.. pair.Packages.Where(_resolved.Has)]))));
    }

    private async Task<bool> TryTakeAsync(Requirement requirement, string name)
    {
        if (await _resolved.OpenAsync(name) is not { } package)
        {
            return false;
        }

        var matches = RequirementSearch.Match(requirement, package.Contents!, Platform);
        if (matches.Count == 0)
        {
            return false;
        }

        foreach (var member in matches)
        {
            _resolved.Take(package, member, requirement);
        }

        // The configuration that tells the loader the library's folder is taken too; a path specifies all the files it takes.
        if (requirement.Kind == RequirementKind.Library && matches.Any(member => !LibraryNames.IsInLoaderFolder(member.Path, Platform)))
        {
            foreach (var member in package.Contents!.Members.Where(member => LdSoConf.IsIncluded(member.Path)))
            {
                _resolved.Take(package, member, requirement);
            }
        }

        Record(requirement, matches.Select(member => member.Path));
        await WarnOfNamesakeAsync(requirement, name, LibraryNames.FileOf(matches[0].Path));
        return true;
    }

    // Once, on the first platform that the line applies to.
    private async Task WarnOfNamesakeAsync(Requirement requirement, string taken, string file)
    {
        if (requirement.Kind == RequirementKind.Library && !requirement.IsExactSoname && IsSearched(requirement) && _lead?.PackagesFor(requirement) is null
            && await NamesakePackage.FindAsync(requirement, taken, await _pins.IndexAsync(), _contents, Platform) is { } namesake)
        {
            Warnings.Add(namesake.Warning(requirement, taken, file));
        }
    }

    private void Leave(Requirement requirement)
    {
        Absent.Add(requirement);
        Record(requirement, []);
    }

    private void Record(Requirement requirement, IEnumerable<string> files)
    {
        var text = LockAnswer.TextOf(requirement);
        if (!_answers.TryGetValue(text, out var answer))
        {
            _answers.Add(text, answer = new SortedSet<string>(StringComparer.Ordinal));
        }

        answer.UnionWith(files);
    }

    // One requirement's error must not hide those of the others: the user can fix all of them together.
    private async Task GuardAsync(Requirement? requirement, Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (BuildException error) when (error is LockException || requirement?.Kind == RequirementKind.Overlay)
        {
            Failures.Add(Failure(requirement, error as LockException ?? new LockException(error.What, error.Where, error.Why, error.Next, error)));
        }
    }

    private ResolveFailure Failure(Requirement? requirement, LockException error) => new(
        Platform,
        requirement,
        IsAbsence: false,
        error.Where is null && requirement is not null ? new LockException(error.What, requirement.Where, error.Why, error.Next, error) : error);
}
