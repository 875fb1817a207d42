using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Embedded;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using Cake.Docker;

namespace BusyboxGlibc.Setup;

/// <summary>The inputs of the Docker engine: the values for its Dockerfile, and the build contexts besides the project.</summary>
/// <param name="inputs">The inputs of the run.</param>
/// <param name="paths">Where the contexts are written.</param>
/// <param name="results">The lock and the builder.</param>
/// <param name="store">The packages.</param>
/// <param name="tarballs">The releases' tarballs.</param>
/// <param name="embedded">Copies BusyBox over the base trees, as without Docker.</param>
/// <param name="compiler">Finds the binaries in the cache.</param>
public sealed class DockerInputs(
    BuildInputs inputs, BuildPaths paths, BuildResults results, Lazy<PackageStore> store, Lazy<ReleaseTarball> tarballs, Lazy<EmbeddedEngine> embedded,
    Lazy<BusyboxCompiler> compiler)
{
    /// <summary>The values filled into the Dockerfile.</summary>
    internal DockerfileValues Values => new(
        inputs.Options.Builder.Base ?? $"debian:{inputs.Options.Debian.Suite.Codename}-slim",
        inputs.Release is { } release ? new DockerfileRelease(release.Version, release.Sha256, release.Date, release.Patches) : null,
        ImageSpec.EnvironmentOf(inputs.HasCertificates),
        // One text for all platforms, those of the index; each platform's own are put in their place when the layout is packed.
        results.Plan.Metadata.Labels(Identity, inputs.Options.Image.Platforms)
            .Where(label => label.Key != ImageMetadata.LockDigestKey).ToDictionary(),
        results.Plan.Metadata.Epoch);

    /// <summary>The files that Docker's steps mount and that the project lacks.</summary>
    internal ProgramFiles ProgramFiles => inputs.Dockerfiles.Builder is { } builder ? ProgramFiles.Of(builder, inputs.Folders) : ProgramFiles.None;

    /// <summary>The settings of one build.</summary>
    /// <param name="share">The platforms of one node, the stage, and the destination of their layout.</param>
    /// <param name="arguments">The arguments that name the contexts.</param>
    /// <param name="onLine">Called with each line that buildx prints.</param>
    internal DockerBuildXBuildSettings SettingsFor(BuildxShare share, IReadOnlyList<string> arguments, Action<string?> onLine) => BuildxSettings.For(
        inputs.RootFolder, paths.Dockerfile, share, arguments, results.Builder.Name, inputs.Options.Builder, results.Plan.Metadata.Epoch, onLine);

    /// <summary>The binaries that need no compiling: those in the cache, unless lines of the user may change what Docker compiles.</summary>
    internal IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)> FindCompiled() =>
        inputs.Options.Builder.NoCachedBusybox || !inputs.Dockerfiles.CompilesAsShipped || results.Plan.Lock.BuildRoots.All(root => root.Host != PreparedBuildRoot.HostArchitecture()) ? []
        : [.. results.Plan.CompileInputs.Select(wanted => (wanted, compiler.Value.Find(wanted)!)).Where(found => found.Item2 is not null)];

    /// <summary>Downloads and writes the build contexts for compiling that Docker gets besides the project.</summary>
    /// <param name="compiled">The binaries that need no compiling.</param>
    /// <param name="cancellation">Cancels the downloads.</param>
    internal async Task<BuildContexts> LayContextsAsync(IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)> compiled, CancellationToken cancellation)
    {
        var contexts = new BuildContexts(paths.Buildx);
        contexts.LayPackages(
            await PackagesAsync(cancellation),
            results.Builder.NativeArchitectures.SelectMany(host => compiled.Select(one => (BuildContexts.PlatformFolder(host, one.Inputs.Platform), one.Result))));
        contexts.LayProgram(ProgramFiles);
        contexts.LayRelease(
            inputs.Release is { } release ? await tarballs.Value.FetchAsync(release, cancellation) : null,
            inputs.Release?.FileName ?? string.Empty,
            // The options of every platform, because any change to them triggers a new compilation.
            KnownPlatforms.All.ToDictionary(platform => platform, platform => inputs.Release?.OptionsFor(platform) ?? []));
        return contexts;
    }

    /// <summary>Writes the context with the root file systems: the base trees and BusyBox, as the embedded engine makes them.</summary>
    internal async Task LayRootfsAsync(BuildContexts contexts, CancellationToken cancellation)
    {
        var trees = new Dictionary<Platform, RootfsTree>();
        foreach (var platform in inputs.Options.Image.Platforms)
        {
            trees[platform] = (await embedded.Value.RootfsAsync(platform, cancellation)).Tree;
        }

        contexts.LayRootfs(trees, results.Plan.Metadata.Epoch);
    }

    /// <summary>The builds of an image, or of one stage: one per node.</summary>
    /// <param name="work">The folder of their layouts.</param>
    /// <param name="stage">The stage; null for the image.</param>
    internal IReadOnlyList<BuildxShare> Shares(BuiltFolder work, string? stage = null) => BuildxShare.Of(results.Builder.Shares(inputs.Options.Image.Platforms), work.Path, stage);

    /// <summary>The binaries that Docker compiled, with the inputs that their records name; the compilers were in the contexts.</summary>
    internal IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)> Compiled(BuiltLayout layout) =>
        [.. inputs.Options.Image.Platforms.Select(platform => (CompileInputs.Read(platform, inputs.Release!, [], inputs.Folders), layout.BusyboxOf(platform)))];

    /// <summary>The root file systems that Docker made, for the packer.</summary>
    internal Func<Platform, CancellationToken, Task<PlatformRootfs>> RootfsOf(BuiltLayout layout)
    {
        var written = Values.Labels;
        return (platform, _) => Task.FromResult(layout.RootfsOf(platform, Identity, written));
    }

    private BusyboxIdentity Identity => inputs.Options.Run.Busybox == BusyboxOrigin.None ? NoBusybox.Identity
        : inputs.Release is { } release ? new BusyboxIdentity(release.Version, BusyboxOrigin.Source)
        : new BusyboxIdentity(
            results.Plan.Lock.Platforms.SelectMany(platform => platform.Packages).FirstOrDefault(package => package.Pin.Name == BaseParts.BusyboxPackage) is { } package
                ? DebianBusybox.UpstreamVersion(package.Pin.Version)
                : throw new LockException($"the lock has no {BaseParts.BusyboxPackage} package", "image.lock.json", next: "renew the lock: ./build.sh --target=Lock --busybox=debian"),
            BusyboxOrigin.Debian);

    // A node whose architecture has no build root builds no platform; CreateBuilder has ensured that.
    private async Task<IReadOnlyDictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>>> PackagesAsync(CancellationToken cancellation)
    {
        var packages = new Dictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>>(StringComparer.Ordinal);
        var roots = inputs.Release is null ? [] : results.Plan.Lock.BuildRoots.Where(root => results.Builder.NativeArchitectures.Contains(root.Host)).ToList();
        if (inputs.Release is not null && roots.Count == 0)
        {
            throw new LockException(
                $"the lock has no build root for {string.Join(" or ", results.Builder.NativeArchitectures)}", "image.lock.json", next: "renew the lock: ./build.sh --target=Lock");
        }

        foreach (var host in results.Builder.NativeArchitectures)
        {
            var root = roots.FirstOrDefault(root => root.Host == host);
            await store.Value.FetchAllAsync([.. root?.For(inputs.Options.Image.Platforms).Select(tool => tool.Pin) ?? []], cancellation);
            packages[BuildContexts.CommonFolder(host)] = await FilesAsync(root?.For([]) ?? [], cancellation);
            foreach (var platform in inputs.Options.Image.Platforms)
            {
                packages[BuildContexts.PlatformFolder(host, platform)] = await FilesAsync(root?.For([platform]).Where(tool => !tool.IsCommon) ?? [], cancellation);
            }
        }

        return packages;
    }

    private async Task<IReadOnlyList<(PinnedPackage Pin, string File)>> FilesAsync(IEnumerable<LockedTool> tools, CancellationToken cancellation)
    {
        var files = new List<(PinnedPackage Pin, string File)>();
        foreach (var pin in tools.Select(tool => tool.Pin))
        {
            files.Add((pin, await store.Value.FetchAsync(pin, cancellation)));
        }

        return files;
    }
}
