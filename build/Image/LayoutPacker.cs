using BusyboxGlibc.Busybox;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Image;

/// <summary>The result of an engine for one platform.</summary>
/// <param name="Tree">The root file system, not completed yet.</param>
/// <param name="Busybox">The BusyBox in it.</param>
/// <param name="Run">Its run configuration; null for the default of this build.</param>
/// <param name="Labels">Labels that are added to those of every image of this build, or replace them: the user's take precedence.</param>
internal sealed record PlatformRootfs(
    RootfsTree Tree, BusyboxIdentity Busybox, ImageRunConfig? Run = null, IReadOnlyDictionary<string, string>? Labels = null);

/// <summary>
/// Packs root file systems into a layout. Both engines use it, so that the same root file systems give the same bytes
/// whichever engine made them: one layer per platform, and one for programs, the project's own compressor, one index.
/// </summary>
/// <param name="layers">The cache of compressed layers.</param>
/// <param name="board">Where progress is shown.</param>
/// <param name="jobs">How many platforms are packed in parallel.</param>
/// <param name="abi">Where <c>abi.json</c> is written, <see cref="PlatformAbi"/>.</param>
/// <param name="programs">The user's programs in the image.</param>
/// <param name="configured">The settings of cake.config.</param>
public sealed class LayoutPacker(LayerCache layers, IProgressBoard board, int jobs, string abi, ProgramLayer programs, ConfiguredRun configured)
{
    /// <summary>Completes each root file system, packs it into one layer and writes a layout of all platforms.</summary>
    /// <param name="platforms">The platforms, in the order of the index.</param>
    /// <param name="rootfs">Returns a platform's root file system; called for several in parallel.</param>
    /// <param name="metadata">The image's metadata.</param>
    /// <param name="hasCertificates">Whether the image contains the certificate bundle.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="folder">The layout's folder.</param>
    /// <param name="cancellation">Cancels the operation; an existing layout stays unchanged.</param>
    /// <returns>The index.</returns>
    /// <exception cref="BuildException">A tree cannot be read, or the file system reported an error.</exception>
    internal async Task<OciDescriptor> PackAsync(
        IReadOnlyList<Platform> platforms,
        Func<Platform, CancellationToken, Task<PlatformRootfs>> rootfs,
        ImageMetadata metadata,
        bool hasCertificates,
        ImageReference name,
        string folder,
        CancellationToken cancellation)
    {
        using var line = board.Begin("pack", platforms.Count, ProgressUnit.Platforms);
        using var writer = new OciLayoutWriter(folder);
        var images = new PackedImage[platforms.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, platforms.Count),
            new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
            async (index, token) =>
            {
                images[index] = PackOne(platforms[index], await rootfs(platforms[index], token), metadata, hasCertificates, writer);
                line.Add(1);
            });
        var promised = PlatformAbi.Write(images.Select(image => image.Abi));
        var own = metadata.Labels(images[0].Busybox, platforms);
        var annotations = new SortedDictionary<string, string>(own.Concat(configured.AnnotationsOf(own, images[0].Labels)).ToDictionary(), StringComparer.Ordinal) { [AnnotationKeys.AbiDigest] = OciDigest.Of(promised) };
        var index = writer.Commit([.. images.Select(image => image.Image)], annotations, [name]);
        AtomicFile.Write(abi, stream => stream.Write(promised));
        line.Done(index.Digest);
        return index;
    }

    private PackedImage PackOne(Platform platform, PlatformRootfs rootfs, ImageMetadata metadata, bool hasCertificates, OciLayoutWriter writer)
    {
        var own = metadata.Labels(rootfs.Busybox, [platform]);
        var spec = new ImageSpec(platform, metadata.Epoch, metadata.CreatedBy(rootfs.Busybox, platform), configured.LabelsOf(own, rootfs.Labels), hasCertificates);
        var said = rootfs.Run ?? spec.Run;
        configured.AddFolder(rootfs.Tree, said);

        // Here and not earlier, because a user-written line in a Dockerfile may add libraries and commands too.
        var tree = RootfsMerge.Complete(platform, rootfs.Tree);
        var layer = layers.GetOrAdd(output => RootfsTar.Write(tree, output, metadata.Epoch));
        var (upper, whole) = programs.Over(platform, tree);
        (CachedLayer, string)? program = upper is null ? null : (layers.GetOrAdd(output => RootfsTar.Write(upper, output, metadata.Epoch)), programs.CreatedBy);
        var run = configured.Apply(said, ImageSpec.EnvironmentOf(hasCertificates));
        configured.Check(platform, whole, run, programs.PathsOn(platform));
        return new PackedImage(writer.AddImage(spec with { Run = run }, layer, program), rootfs.Busybox, PlatformAbi.Of(platform, whole), spec.Labels);
    }

    private sealed record PackedImage(OciDescriptor Image, BusyboxIdentity Busybox, PlatformAbi Abi, IReadOnlyDictionary<string, string> Labels);
}
