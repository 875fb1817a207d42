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
    /// <param name="written">The labels that the build wrote into the Dockerfile, the same for all platforms.</param>
    /// <inheritdoc cref="BusyboxOf" path="/exception"/>
    public PlatformRootfs RootfsOf(Platform platform, BusyboxIdentity busybox, IReadOnlyDictionary<string, string> written)
    {
        var image = ImageOf(platform);
        return new PlatformRootfs(Tree(image), busybox, Run(image.Config.Run), LabelsOf(image.Config.Labels, written));
    }

    /// <summary>The labels that lines of the user set: the build's own are those of the platform, whose suite may be another than the image's, and are added when the layout is packed.</summary>
    /// <param name="labels">The labels of an image.</param>
    /// <param name="written">Those that the build wrote into the Dockerfile.</param>
    internal static IReadOnlyDictionary<string, string> LabelsOf(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> written) =>
        labels.Where(label => written.GetValueOrDefault(label.Key) != label.Value).ToDictionary(StringComparer.Ordinal);

    private OciImage ImageOf(Platform platform) => _images.Value.FirstOrDefault(built => built.Platform == platform)
        ?? throw new BuildxException($"Docker built no image for {platform}", string.Join(", ", folders), $"it built {string.Join(", ", _images.Value.Select(built => built.Platform.Name))}");

    private static RootfsTree Tree(OciImage image) => RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform);

    // Docker sets the root as working directory if none is specified.
    private static ImageRunConfig Run(ImageRunConfig run) => run.WorkingDirectory == "/" ? run with { WorkingDirectory = null } : run;
}
