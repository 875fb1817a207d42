using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Resolves one platform: keeps what an older lock resolves, adds what is new, and drops pins that do not fit.</summary>
internal sealed class PlatformResolver
{
    private readonly ResolveRequest _request;
    private readonly ISuite _suite;
    private readonly DebCatalog _catalog;
    private readonly CancellationToken _cancellation;
    private LockedPlatform? _previous;
    private PinChoice _pins;
    private bool _isAdding;

    /// <summary>Creates a resolver for one platform.</summary>
    public PlatformResolver(ResolveRequest request, Platform platform, ISuite suite, DebCatalog catalog, CancellationToken cancellation)
    {
        _request = request;
        Platform = platform;
        _suite = suite;
        _catalog = catalog;
        _cancellation = cancellation;
        _pins = Keep(request.KeepPins ? request.Before(platform) : null);
    }

    /// <summary>The platform.</summary>
    public Platform Platform { get; }

    /// <summary>Whether the older lock already resolves everything, so that no index is needed.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The indices that were not available, known after the resolution.</summary>
    public IReadOnlyList<IndexGap> Gaps { get; private set; } = [];

    /// <summary>Why the platform is unchanged in the lock although it should be renewed; null if it was renewed.</summary>
    public string? Stays { get; private set; }

    /// <summary>The packages from an older Release, and why.</summary>
    public IReadOnlyList<OlderPackage> Older { get; private set; } = [];

    /// <summary>The requirements that could not be resolved.</summary>
    public IReadOnlyList<ResolveFailure> Failures { get; private set; } = [];

    /// <summary>Optional requirements that no package satisfies on this platform.</summary>
    public IReadOnlyList<Requirement> Absent { get; private set; } = [];

    /// <summary>Notes for the user, without the platform.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Warnings for the user, without the platform.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Finds candidates on this platform.</summary>
    public RequirementSearch Search() => new(_pins, ContentsAsync);

    /// <summary>The platform's package index; starts loading it before it is needed.</summary>
    public Task LoadIndexAsync() => _pins.IndexAsync();

    /// <summary>Starts downloading a package that this platform will probably need.</summary>
    public async Task PrefetchAsync(string name)
    {
        var isKept = _isAdding && _previous!.Packages.Any(package => package.Pin.Name == name);
        if (!IsAnswered && !isKept && await _pins.ChooseAsync(name) is { } choice)
        {
            _catalog.Prefetch(choice.Pin);
        }
    }

    /// <summary>Resolves the platform; requirements that fail are listed in <see cref="Failures"/>, and are not in the result.</summary>
    /// <param name="lead">The result of the first platform; null for the first platform itself.</param>
    /// <param name="joined">Called with the name of every package when its first file is taken.</param>
    public async Task<LockedPlatform> ResolveAsync(LeadPlatformResult? lead, Action<string> joined)
    {
        if (IsAnswered)
        {
            return _previous!;
        }

        await SettleAsync();
        if (IsAnswered)
        {
            return _previous!;
        }

        // Every round drops at least one pin, so there are at most as many rounds as pins.
        while (true)
        {
            _cancellation.ThrowIfCancellationRequested();
            var pass = new ResolvePass(_request, _pins, _catalog, lead, ContentsAsync, joined);
            try
            {
                await pass.RunAsync(_isAdding ? _previous : null);
            }
            catch (PinGoneException gone)
            {
                await DropAsync(gone.Name, "it is no longer available", isGone: true);
                continue;
            }
            catch (NewestGoneException gone)
            {
                _pins = Keep(_request.Before(Platform));
                Stays = gone.What;
                if (IsAnswered)
                {
                    return _previous!;
                }

                continue;
            }

            var outdated = pass.Failures.Count == 0 ? pass.OutdatedPins().ToList() : [];
            if (outdated.Count == 0)
            {
                Older = await FromOlderAsync(pass);
                Failures = [.. pass.Failures, .. _request.AllowsOlderRelease ? [] : Older.Select(older => new ResolveFailure(Platform, null, IsAbsence: false, older.Refused()))];
                Absent = pass.Absent;
                Notes.AddRange(pass.Notes);
                Warnings = pass.Warnings;
                return pass.Result();
            }

            foreach (var (name, reason) in outdated)
            {
                await DropAsync(name, reason, isGone: false);
            }
        }
    }

    private Task<IContentsIndex> ContentsAsync() => _suite.ContentsAsync(Platform.DebianArchitecture, _cancellation);

    private bool IsDropped(LockedPackage package) =>
        _request.DroppedPins is { } dropped
        && (dropped.Contains($"{package.Pin.Name}:{package.Pin.Architecture}") || dropped.Contains($"{package.Pin.Name}:{Platform.DebianArchitecture}"));

    // Keeps the pins of an older lock, or none.
    private PinChoice Keep(LockedPlatform? previous)
    {
        _previous = previous;
        var before = _request.Before(Platform)?.Packages ?? [];
        var packages = previous?.Packages ?? [];
        var kept = packages.Where(package => package.Pin.Archive != ArchiveNames.Local && !IsDropped(package)).ToList();

        // Without the files of a removed line the rest may resolve differently: then everything is resolved again.
        SortedSet<string> asked = previous is null ? [] : LockAnswer.TextsFor(previous, _request.Requirements, _request.BasePackages);
        _isAdding = previous is not null && kept.Count == packages.Count && previous.Requirements.All(answer => asked.Contains(answer.Text));
        IsAnswered = _isAdding && asked.Count == previous!.Requirements.Count;
        return new PinChoice(_suite, Platform, kept, before, before.Where(IsDropped).Select(package => package.Pin.Name), _cancellation)
        {
            IsRenewing = previous is null && !_request.KeepPins && before.Count > 0,
        };
    }

    // A renewal uses the newest version of everything. If that is not available, the platform is unchanged in the lock.
    private async Task SettleAsync()
    {
        try
        {
            Gaps = (await _pins.IndexAsync()).Gaps;
        }
        catch (DebianException error) when (!_request.KeepPins && _request.Before(Platform) is not null)
        {
            _pins = Keep(_request.Before(Platform));
            Stays = error.What;
            if (!IsAnswered)
            {
                throw;
            }

            return;
        }

        if (!_request.KeepPins && Gaps.Count > 0 && _request.Before(Platform) is { } before)
        {
            _pins = Keep(before);
            Stays = Gaps[0].ToString();
        }
    }

    private async Task<IReadOnlyList<OlderPackage>> FromOlderAsync(ResolvePass pass)
    {
        var older = new List<OlderPackage>();
        foreach (var (pin, gap) in pass.FromOlder())
        {
            older.Add(new OlderPackage(pin, gap, await NewerAsync(pin)));
        }

        return older;
    }

    // Another platform's index may be complete, and the lock may have a newer package of the same source.
    private async Task<string?> NewerAsync(PinnedPackage pin)
    {
        var versions = (_request.Before(Platform)?.Packages ?? []).Where(package => package.Pin.Source == pin.Source).Select(package => package.Pin.SourceVersion).ToList();
        foreach (var other in _request.Platforms.Where(other => other != Platform && _request.SuiteOf(other) == _request.SuiteOf(Platform)))
        {
            try
            {
                var index = await _suite.PackagesAsync(other.DebianArchitecture, _cancellation);
                versions.AddRange(index.Find(pin.Name) is { Gap: null } found ? [found.Pin.Version] : []);
            }
            catch (DebianException)
            {
                // Then the newer version is not known.
            }
        }

        return versions.Where(version => DebianVersion.Compare(version, pin.Version) > 0).OrderDescending(Comparer<string>.Create(DebianVersion.Compare)).FirstOrDefault();
    }

    private async Task DropAsync(string name, string reason, bool isGone)
    {
        _isAdding = false;
        foreach (var dropped in _pins.Drop(name, isGone))
        {
            var old = _previous!.Packages.First(package => package.Pin.Name == dropped).Pin;
            if (await _pins.ChooseAsync(dropped) is { } choice && choice.Pin != old)
            {
                Notes.Add($"{dropped} {old.Version} → {choice.Pin.Version}: {(dropped == name ? reason : $"it is built with {name}")}");
            }
        }
    }
}
