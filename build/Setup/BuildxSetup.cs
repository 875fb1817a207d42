using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Setup;

/// <summary>What the tasks of the engine in Docker share: its inputs out of the options and the lock.</summary>
internal static class BuildxSetup
{
    /// <summary>The folder of everything that Docker is given.</summary>
    internal static string Folder(BuildContext context) => Path.Combine(context.Options.Run.ArtifactsFolder, "buildx");

    /// <summary>The path of the joined Dockerfile.</summary>
    internal static string DockerfilePath(BuildContext context) => Path.Combine(context.Options.Run.ArtifactsFolder, "Dockerfile");

    /// <summary>What is filled into it.</summary>
    internal static DockerfileValues Values(BuildContext context) => new(
        context.Options.Builder.Base ?? $"debian:{context.Options.Debian.Suite.Codename}-slim",
        context.Release is { } release ? new DockerfileRelease(release.Version, release.Sha256, release.Date, release.Patches) : null,
        ImageSpec.EnvironmentOf(context.HasCertificates),
        // One text for all platforms; the digest of each platform's packages follows when the layout is packed.
        context.Facts.Labels(Identity(context) ?? new BusyboxIdentity(context.Release!.Version, BusyboxOrigin.Source), context.Options.Image.Platforms)
            .Where(label => label.Key != ImageMetadata.LockDigestKey).ToDictionary(),
        context.Facts.Epoch);

    /// <summary>What each platform's BusyBox is compiled from; the compilers are in the contexts.</summary>
    internal static IReadOnlyList<CompileInputs> Inputs(BuildContext context) => context.Release is not { } release ? []
        : [.. context.Options.Image.Platforms.Select(platform => CompileInputs.Read(platform, release, [], context.RootFolder))];

    /// <summary>Debian's BusyBox where it is the image's, else null.</summary>
    internal static BusyboxIdentity? Identity(BuildContext context) => context.Release is not null ? null
        : new BusyboxIdentity(
            context.ImageLock.Platforms.SelectMany(platform => platform.Packages).FirstOrDefault(package => package.Pin.Name == BaseParts.BusyboxPackage) is { } package
                ? DebianBusybox.UpstreamVersion(package.Pin.Version)
                : throw new LockException($"the lock has no {BaseParts.BusyboxPackage} package", "image.lock.json", next: "renew the lock: ./build.sh --target=Lock --busybox=debian"),
            BusyboxOrigin.Debian);

    /// <summary>Fetches and lays out what Docker is given beside the project.</summary>
    internal static async Task<BuildContexts> ContextsAsync(BuildContext context)
    {
        var contexts = new BuildContexts(Folder(context));
        contexts.LayPackages(await PackagesAsync(context));
        contexts.LayRelease(
            context.Release is { } release ? await context.Tarballs.FetchAsync(release, context.Cancellation) : null,
            context.Release?.FileName ?? string.Empty,
            // Of every platform, for whatever changes here is compiled anew.
            KnownPlatforms.All.ToDictionary(platform => platform, platform => context.Release?.OptionsFor(platform) ?? []));
        contexts.LayBaseTrees(await TreesAsync(context));
        return contexts;
    }

    // A node of another architecture than the build roots' builds no platform, as CreateBuilder saw to.
    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>>> PackagesAsync(BuildContext context)
    {
        var packages = new Dictionary<string, IReadOnlyList<(PinnedPackage Pin, string File)>>(StringComparer.Ordinal);
        var roots = context.Release is null ? [] : context.ImageLock.BuildRoots.Where(root => context.Builder.NativeArchitectures.Contains(root.Host)).ToList();
        if (context.Release is not null && roots.Count == 0)
        {
            throw new LockException(
                $"the lock has no build root for {string.Join(" or ", context.Builder.NativeArchitectures)}", "image.lock.json", next: "renew the lock: ./build.sh --target=Lock");
        }

        foreach (var host in context.Builder.NativeArchitectures)
        {
            var root = roots.FirstOrDefault(root => root.Host == host);
            await context.Packages.FetchAllAsync([.. root?.For(context.Options.Image.Platforms).Select(tool => tool.Pin) ?? []], context.Cancellation);
            packages[BuildContexts.CommonFolder(host)] = await FilesAsync(context, root?.For([]) ?? []);
            foreach (var platform in context.Options.Image.Platforms)
            {
                packages[BuildContexts.PlatformFolder(host, platform)] = await FilesAsync(context, root?.For([platform]).Where(tool => !tool.IsCommon) ?? []);
            }
        }

        return packages;
    }

    private static async Task<IReadOnlyList<(PinnedPackage Pin, string File)>> FilesAsync(BuildContext context, IEnumerable<LockedTool> tools)
    {
        var files = new List<(PinnedPackage Pin, string File)>();
        foreach (var pin in tools.Select(tool => tool.Pin))
        {
            files.Add((pin, await context.Packages.FetchAsync(pin, context.Cancellation)));
        }

        return files;
    }

    // Debian's BusyBox is laid over the base trees here: there is nothing to compile.
    private static async Task<IReadOnlyDictionary<Platform, string>> TreesAsync(BuildContext context)
    {
        if (context.Release is not null)
        {
            return context.BaseTrees.ToDictionary(tree => tree.Platform, tree => tree.Path);
        }

        var trees = new Dictionary<Platform, string>();
        foreach (var platform in context.Options.Image.Platforms)
        {
            var rootfs = await context.Embedded.RootfsAsync(platform, context.Cancellation);
            var path = Path.Combine(Folder(context), "rootfs", $"{platform.FileName}.tar");
            AtomicFile.Write(path, stream => RootfsTar.Write(rootfs.Tree, stream, context.Facts.Epoch));
            trees[platform] = path;
        }

        return trees;
    }
}
