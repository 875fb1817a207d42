using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Inspect.Changes;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Setup;

/// <summary>Compares images as the run's options say.</summary>
/// <param name="services">The services of the run.</param>
public sealed class ChangesInspection(IServiceProvider services) : IDisposable
{
    private readonly Dictionary<(string Architecture, string Name, string Version), PinnedPackage> _locked = [];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _withoutIndex = new(StringComparer.Ordinal);
    private bool _isRead;
    private ISuite? _suite;

    /// <summary>Compares the images of <c>--from</c> and <c>--to</c>.</summary>
    /// <exception cref="BuildException">None is given, or one of them cannot be read.</exception>
    internal async Task<ChangesAnswer> CompareAsync(CancellationToken cancellation)
    {
        var (inputs, paths) = (services.Get<BuildInputs>(), services.Get<BuildPaths>());
        var options = inputs.Options;
        if (options.Inspect.From is not { } from)
        {
            throw new BuildException("Diff is not told which image to compare with", "argument --from", next: "name an image of before: --from=HOST/NAME:TAG, or its layout or archive");
        }

        if (options.Inspect is { Json: true, Markdown: true })
        {
            throw new BuildException("an answer has one form", "arguments --json and --markdown", next: "leave one of them out");
        }

        using var old = AgainstImage.Of(OptionTable.From, from, inputs.RootFolder, services.Get<Publishing>().Open);
        using var @new = AgainstImage.Of(OptionTable.To, options.Inspect.To ?? Path.GetRelativePath(inputs.RootFolder, paths.Layout), inputs.RootFolder, services.Get<Publishing>().Open);
        var comparison = new ImageComparison(new ChangelogReader(services.Get<PackageStore>().FetchAsync, services.Get<PackageCache>()), FindAsync, options.Run.Jobs);
        var answer = await comparison.CompareAsync(old, @new, options.Tried.ContainsKey(OptionTable.Platforms) ? options.Image.Platforms : KnownPlatforms.All, cancellation);
        return answer.IsChanged || answer.Same.Count > 0 ? answer
            : throw new BuildException($"{from} cannot be compared", "argument --from", "neither image has any of the platforms", "name other images, or other --platforms");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn.Dispose();
        (_suite as IDisposable)?.Dispose();
    }

    // A version of a package is one file of the archive: the locks pin it, otherwise the signed indices of the cache do.
    private async Task<PinnedPackage?> FindAsync(Platform platform, RecordedPackage package, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            ReadLocks();
            foreach (var architecture in new[] { platform.DebianArchitecture, "all" })
            {
                if (_locked.TryGetValue((architecture, package.Name, package.Version), out var pin))
                {
                    return pin;
                }
            }

            if (_withoutIndex.Contains(platform.DebianArchitecture))
            {
                return null;
            }

            _suite ??= await DebianServices.OpenCachedSuiteAsync(services, services.Options().Debian.Suite, cancellation);
            return (await _suite.PackagesAsync(platform.DebianArchitecture, cancellation)).Find(package.Name) is { } listed && listed.Pin.Version == package.Version ? listed.Pin : null;
        }
        catch (BuildException)
        {
            // Without an index the package is not at hand, and neither is the next.
            _withoutIndex.Add(platform.DebianArchitecture);
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void ReadLocks()
    {
        if (_isRead)
        {
            return;
        }

        _isRead = true;
        var paths = services.Get<BuildPaths>();
        foreach (var path in Directory.Exists(paths.TriedLocks) ? [paths.Lock, .. Directory.GetFiles(paths.TriedLocks, "*.lock.json").Order(StringComparer.Ordinal)] : new[] { paths.Lock })
        {
            foreach (var pin in (Read(path)?.Platforms ?? []).SelectMany(platform => platform.Packages).Select(package => package.Pin))
            {
                _locked.TryAdd((pin.Architecture, pin.Name, pin.Version), pin);
            }
        }
    }

    private static ImageLock? Read(string path)
    {
        try
        {
            return LockFile.Read(path);
        }
        catch (BuildException)
        {
            return null;
        }
    }
}
