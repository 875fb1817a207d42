using System.Collections.Frozen;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Image;
using BusyboxGlibc.Inspect.Abi;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Setup;

/// <summary>Answers questions about the image of the lock, or another one, from what is in the artifacts, the cache and the archive.</summary>
/// <param name="services">The services of the run.</param>
public sealed class BinaryInspection(IServiceProvider services)
{
    private readonly BuildInputs _inputs = services.Get<BuildInputs>();
    private readonly BuildPaths _paths = services.Get<BuildPaths>();

    /// <summary>Checks the files of <c>--binary</c>.</summary>
    /// <exception cref="BuildException">None is given, or there is no image to check them against.</exception>
    internal async Task<BinaryAnswer> CheckBinariesAsync(CancellationToken cancellation)
    {
        var options = _inputs.Options;
        if (options.Inspect.Binaries.Count == 0)
        {
            throw new BuildException("nothing to check is given", "argument --binary", next: "name a program, a library, a folder or an archive: --target=CheckBinary --binary=./prog");
        }

        using var opened = options.Inspect.Against is null ? null : AgainstImage.Of(OptionTable.Against, options.Inspect.Against, _inputs.RootFolder, services.Get<Publishing>().Open);
        var (open, image) = opened is null ? OfLock() : (opened.OpenAsync, opened.Name);
        var checker = new BinaryChecker(open, new LibraryPackages(Ways(options), cancellation, [.. Suites.Released.Select(suite => (suite, Cached(suite)))]), options.Image.Platforms, platform => options.Debian.SuiteOf(platform).Codename) { MayLack = opened is null ? MayLack : _ => FrozenSet<string>.Empty };
        var given = options.Inspect.Binaries.Select(path => GivenReader.Read(path, _inputs.RootFolder, cancellation)).ToList();
        return new BinaryAnswer(await checker.CheckAsync(given, cancellation), image);
    }

    private HashSet<string> MayLack(Platform platform) => _inputs.Requirements.Where(requirement => requirement.MayBeLacking && requirement.AppliesTo(platform)).Select(requirement => requirement.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Compares the image of <c>--from</c> with the layout.</summary>
    /// <exception cref="BuildException">None is given, or one of them cannot be read.</exception>
    internal async Task<AbiAnswer> CompareAbiAsync(CancellationToken cancellation)
    {
        var options = _inputs.Options;
        if (options.Inspect.From is not { } from)
        {
            throw new BuildException("CompareAbi is not told which image to compare with", "argument --from", next: "name an image of before: --from=HOST/NAME:TAG, or its layout or archive");
        }

        using var opened = AgainstImage.Of(OptionTable.From, from, _inputs.RootFolder, services.Get<Publishing>().Open);
        var answer = await AbiComparison.CompareAsync(
            opened, OciLayoutReader.Open(_paths.Layout), options.Tried.ContainsKey(OptionTable.Platforms) ? options.Image.Platforms : KnownPlatforms.All, cancellation);
        return answer.Platforms.Count > 0 ? answer : throw new BuildException($"{from} cannot be compared", "argument --from", "it has none of the platforms", "name another image, or other --platforms");
    }

    /// <summary>Proves that a finished image has everything that the programs of the build need.</summary>
    /// <param name="layout">Its layout.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">A program lacks something.</exception>
    internal async Task ProveProgramsAsync(string layout, CancellationToken cancellation)
    {
        var options = _inputs.Options;
        var checker = new BinaryChecker((platform, _) => Task.FromResult(ImageFiles.Read(layout, platform)), new LibraryPackages(Ways(options), cancellation), options.Image.Platforms, platform => options.Debian.SuiteOf(platform).Codename) { MayLack = MayLack };
        var given = _inputs.Programs.SelectMany(program => program.Files.Values).Select(files => files.Input).ToList();
        var answer = given.Count == 0 ? null : new BinaryAnswer(await checker.CheckAsync(given, cancellation), layout);
        if (answer is { ExitCode: not 0 })
        {
            throw new BuildException(
                "a program lacks something in the image", layout, string.Join('\n', BinaryReport.Lines(answer with { Files = [.. answer.Files.Where(file => file.Has(FindingWeight.Missing) || file.Has(FindingWeight.Unanswered))] })),
                answer.Lines.Count == 0 ? null
                    : options.Image.Programs.Only ? "build without --only-binary, which does not use lib-requires.txt, and add the lines there; or give the libraries too, as in --with-binary=PROGRAM,LIBRARY"
                    : "add the lines to lib-requires.txt");
        }
    }

    /// <summary>Adds lines to lib-requires.txt.</summary>
    /// <exception cref="BuildException">The file with these lines is not valid, or cannot be written; it is unchanged.</exception>
    internal Task<int> AddLinesAsync(IReadOnlyList<string> lines)
    {
        var added = RequirementWriter.Add(Path.Combine(_inputs.RootFolder, "lib-requires.txt"), lines, _inputs.Options.Image.Platforms);
        services.Get<IProgressBoard>().Note($"lib-requires.txt: {(added == 0 ? "it has the lines already" : $"{Plural.Count(added, "line")} added")}");
        return Task.FromResult(added);
    }

    // The finished layout if it was packed from this lock, otherwise the base tree that it will be packed from, made in memory if there is none on disk.
    private (OpenImage Open, string Image) OfLock()
    {
        var plan = services.Get<BuildResults>().Plan.Inspected;
        var (layout, assemble, bases) = (plan.Paths.Layout, plan.Inputs.Assemble, plan.Paths.BaseTrees);
        if (plan.FindStamped() is not null)
        {
            return ((platform, _) => Task.FromResult(ImageFiles.Read(layout, platform)), layout);
        }

        var stale = BaseTreeMaker.Stale([.. bases.Where(file => plan.Lock.Platforms.Any(locked => locked.Platform == file.Platform))], plan.Lock, assemble, plan.BaseEpoch);
        return (async (platform, cancellation) =>
        {
            if (!_inputs.Options.Image.Platforms.Contains(platform) || plan.Lock.Platforms.FirstOrDefault(locked => locked.Platform == platform) is not { } known)
            {
                return null;
            }

            return ImageFiles.WithApplets(RootfsMerge.Complete(platform, stale.Any(file => file.Platform == platform)
                ? await BaseTreeAssembler.AssembleAsync(known, assemble, services.Get<PackageStore>(), cancellation, services.Get<PackageCache>())
                : bases.First(file => file.Platform == platform).Read()));
        }, plan.Label.Length == 0 ? _paths.Lock : $"{_paths.Lock}, {plan.Label}");
    }

    // The cache answers at once; what it does not know is asked of the archive.
    private IReadOnlyList<Func<CancellationToken, Task<ISuite>>> Ways(BuildOptions options)
    {
        Task<ISuite> OpenCached(CancellationToken cancellation) => DebianServices.OpenCachedAsync(services, cancellation);
        return options.Run.Offline ? [OpenCached] : [OpenCached, cancellation => DebianServices.OpenSuiteAsync(services, insists: false, cancellation)];
    }

    private Func<CancellationToken, Task<ISuite>> Cached(SuiteFacts suite) => cancellation => DebianServices.OpenCachedSuiteAsync(services, suite, cancellation);
}
