using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>
/// The layouts that Docker wrote: what it compiled, or root file systems with how their programs are started, the user's additions to either
/// Dockerfile included.
/// </summary>
/// <param name="folders">The layouts, one per build.</param>
internal sealed class BuiltLayout(IReadOnlyList<string> folders)
{
    private readonly Lazy<IReadOnlyList<OciImage>> _images = new(() => [.. folders.SelectMany(folder => OciLayoutReader.Open(folder, origin: LayoutOrigin.Engine).ReadImages())]);

    /// <summary>Returns the compiled BusyBox of a platform, from the stage <see cref="DockerfileRenderer.BusyboxStage"/>.</summary>
    /// <exception cref="BuildxException">Docker did not build the platform, or a file is absent.</exception>
    /// <exception cref="OciException">A layout is damaged.</exception>
    /// <exception cref="RootfsException">The layer contains entries not allowed in an image.</exception>
    public CompiledBusybox BusyboxOf(Platform platform)
    {
        var tree = Tree(ImageOf(platform));
        return CompiledBusybox.Of(name => tree.TryGet(name, out var file) && file.Type == RootfsEntryType.File ? file.Content
            : throw new BuildxException($"Docker compiled no BusyBox for {platform}: there is no /{name} in the stage {DockerfileRenderer.BusyboxStage}", string.Join(", ", folders), next: "restore the committed lines of Dockerfile.builder"));
    }

    /// <summary>Returns a platform's root file system, with layers merged.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="busybox">The BusyBox in it.</param>
    /// <inheritdoc cref="BusyboxOf" path="/exception"/>
    public PlatformRootfs RootfsOf(Platform platform, BusyboxIdentity busybox)
    {
        var image = ImageOf(platform);
        return new PlatformRootfs(Tree(image), busybox, Run(image.Config.Run), image.Config.Labels);
    }

    private OciImage ImageOf(Platform platform) => _images.Value.FirstOrDefault(built => built.Platform == platform)
        ?? throw new BuildxException($"Docker built no image for {platform}", string.Join(", ", folders), $"it built {string.Join(", ", _images.Value.Select(built => built.Platform.Name))}");

    private static RootfsTree Tree(OciImage image) => RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform);

    // Docker sets the root as working directory if none is specified.
    private static ImageRunConfig Run(ImageRunConfig run) => run.WorkingDirectory == "/" ? run with { WorkingDirectory = null } : run;
}
