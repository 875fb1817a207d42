using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Resolves one platform: takes over what an older lock answers, adds what is new, and lets pins go that do not fit.</summary>
internal sealed class PlatformResolver
{
    private readonly ResolveRequest _request;
    private readonly ISuite _suite;
    private readonly DebCatalog _catalog;
    private readonly CancellationToken _cancellation;
    private LockedPlatform? _previous;
    private PinChoice _pins;
    private bool _isAdding;

    /// <summary>Makes ready for one platform.</summary>
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

    /// <summary>Whether the older lock already says all, so that no index is needed.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The indices that could not be had, known once it is resolved.</summary>
    public IReadOnlyList<IndexGap> Gaps { get; private set; } = [];

    /// <summary>Why the platform is as it was in the lock although it was to be renewed; null where it is not.</summary>
    public string? Stays { get; private set; }

    /// <summary>The packages that are of an older Release, and why.</summary>
    public IReadOnlyList<OlderPackage> Older { get; private set; } = [];

    /// <summary>What could not be answered.</summary>
    public IReadOnlyList<ResolveFailure> Failures { get; private set; } = [];

    /// <summary>Optional requirements that nothing answers here.</summary>
    public IReadOnlyList<Requirement> Absent { get; private set; } = [];

    /// <summary>What people should read, the platform left out.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Finds candidates on this platform.</summary>
    public RequirementSearch Search() => new(_pins, ContentsAsync);

    /// <summary>The platform's package index, to have it under way before it is needed.</summary>
    public Task LoadIndexAsync() => _pins.IndexAsync();

    /// <summary>Starts fetching a package that this platform will likely need.</summary>
    public async Task PrefetchAsync(string name)
    {
        var isKept = _isAdding && _previous!.Packages.Any(package => package.Pin.Name == name);
        if (!IsAnswered && !isKept && await _pins.ChooseAsync(name) is { } choice)
        {
            _catalog.Prefetch(choice.Pin);
        }
    }

    /// <summary>Resolves; what has no answer is told in <see cref="Failures"/>, and not in the result.</summary>
    /// <param name="lead">What the first platform took; null for the first itself.</param>
    /// <param name="joined">Told the name of every package whose first file is taken.</param>
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

        // Every round lets go of a pin at least, so there are not more rounds than pins.
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
                await DropAsync(gone.Name, "it cannot be had any more", isGone: true);
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

    // Takes over what an older lock has, or nothing.
    private PinChoice Keep(LockedPlatform? previous)
    {
        _previous = previous;
        var before = _request.Before(Platform)?.Packages ?? [];
        var packages = previous?.Packages ?? [];
        var kept = packages.Where(package => package.Pin.Archive != ArchiveNames.Local && !IsDropped(package)).ToList();

        // Without what it once took for a line that is gone, the rest may look different: then everything is done again.
        var asked = LockAnswer.TextsFor(Platform, _request.Requirements, _request.BasePackages);
        _isAdding = previous is not null && kept.Count == packages.Count && previous.Requirements.All(answer => asked.Contains(answer.Text));
        IsAnswered = _isAdding && asked.Count == previous!.Requirements.Count;
        return new PinChoice(_suite, Platform, kept, before, before.Where(IsDropped).Select(package => package.Pin.Name), _cancellation)
        {
            IsRenewing = previous is null && !_request.KeepPins && before.Count > 0,
        };
    }

    // Renewing takes the newest of everything. Where that is not to be had, the lock's platform stays as it is.
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

    // Another platform's index may be whole, and the lock may have a newer package of the same source.
    private async Task<string?> NewerAsync(PinnedPackage pin)
    {
        var versions = (_request.Before(Platform)?.Packages ?? []).Where(package => package.Pin.Source == pin.Source).Select(package => package.Pin.SourceVersion).ToList();
        foreach (var other in _request.Platforms.Where(other => other != Platform))
        {
            try
            {
                var index = await _suite.PackagesAsync(other.DebianArchitecture, _cancellation);
                versions.AddRange(index.Find(pin.Name) is { Gap: null } found ? [found.Pin.Version] : []);
            }
            catch (DebianException)
            {
                // It says nothing then.
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
