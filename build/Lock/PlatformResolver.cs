using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Lock;

/// <summary>Resolves one platform: takes over what an older lock answers, adds what is new, and lets pins go that do not fit.</summary>
internal sealed class PlatformResolver
{
    private readonly ResolveRequest _request;
    private readonly ISuite _suite;
    private readonly DebCatalog _catalog;
    private readonly CancellationToken _cancellation;
    private readonly LockedPlatform? _previous;
    private readonly PinChoice _pins;
    private bool _isAdding;

    /// <summary>Makes ready for one platform.</summary>
    public PlatformResolver(ResolveRequest request, Platform platform, ISuite suite, DebCatalog catalog, CancellationToken cancellation)
    {
        _request = request;
        Platform = platform;
        _suite = suite;
        _catalog = catalog;
        _cancellation = cancellation;
        _previous = request.KeepPins ? request.Previous?.Platforms.FirstOrDefault(locked => locked.Platform == platform) : null;

        var packages = _previous?.Packages ?? [];
        var kept = packages.Where(package => package.Pin.Archive != ArchiveNames.Local && !IsDropped(package)).ToList();
        _pins = new PinChoice(suite, platform, kept, cancellation);

        // Without what it once took for a line that is gone, the rest may look different: then everything is done anew.
        var asked = LockAnswer.TextsFor(platform, request.Requirements, request.BasePackages);
        _isAdding = _previous is not null && kept.Count == packages.Count && _previous.Requirements.All(answer => asked.Contains(answer.Text));
        IsAnswered = _isAdding && asked.Count == _previous!.Requirements.Count;
    }

    /// <summary>The platform.</summary>
    public Platform Platform { get; }

    /// <summary>Whether the older lock already says all, so that no index is needed.</summary>
    public bool IsAnswered { get; }

    /// <summary>What could not be answered.</summary>
    public IReadOnlyList<ResolveFailure> Failures { get; private set; } = [];

    /// <summary>What the older lock has of the platform and may keep; null for nothing.</summary>
    public LockedPlatform? Previous => _previous;

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
        if (!IsAnswered && !isKept && await _pins.ChooseAsync(name).ConfigureAwait(false) is { } choice)
        {
            _catalog.Prefetch(choice.Pin);
        }
    }

    /// <summary>Resolves; what has no answer is told in <see cref="Failures"/>, and not in the result.</summary>
    /// <param name="lead">What the first platform took; null for the first itself.</param>
    /// <param name="joined">Told the name of every package whose first file is taken.</param>
    public async Task<LockedPlatform> ResolveAsync(LeadAnswers? lead, Action<string> joined)
    {
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
                await pass.RunAsync(_isAdding ? _previous : null).ConfigureAwait(false);
            }
            catch (PinGoneException gone)
            {
                await DropAsync(gone.Name, "it cannot be had any more").ConfigureAwait(false);
                continue;
            }

            var outdated = pass.Failures.Count == 0 ? pass.OutdatedPins().ToList() : [];
            if (outdated.Count == 0)
            {
                Failures = pass.Failures;
                Absent = pass.Absent;
                Notes.AddRange(pass.Notes);
                return pass.Result();
            }

            foreach (var (name, reason) in outdated)
            {
                await DropAsync(name, reason).ConfigureAwait(false);
            }
        }
    }

    private Task<IContentsIndex> ContentsAsync() => _suite.ContentsAsync(Platform.DebianArchitecture, _cancellation);

    private bool IsDropped(LockedPackage package) =>
        _request.DroppedPins is { } dropped
        && (dropped.Contains($"{package.Pin.Name}:{package.Pin.Architecture}") || dropped.Contains($"{package.Pin.Name}:{Platform.DebianArchitecture}"));

    private async Task DropAsync(string name, string reason)
    {
        _isAdding = false;
        foreach (var dropped in _pins.Drop(name))
        {
            var old = _previous!.Packages.First(package => package.Pin.Name == dropped).Pin;
            if (await _pins.ChooseAsync(dropped).ConfigureAwait(false) is { } choice && choice.Pin != old)
            {
                Notes.Add($"{dropped} {old.Version} → {choice.Pin.Version}: {(dropped == name ? reason : $"it is built with {name}")}");
            }
        }
    }
}
