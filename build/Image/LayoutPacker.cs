using BusyboxGlibc.Busybox;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>What an engine made for one platform.</summary>
/// <param name="Tree">The root file system, not completed yet.</param>
/// <param name="Busybox">The BusyBox in it.</param>
/// <param name="Run">How its programs are started; null for what every image of this build has.</param>
/// <param name="Labels">Labels beside those that every image of this build has, or in place of them: people's own win.</param>
internal sealed record PlatformRootfs(
    RootfsTree Tree, BusyboxIdentity Busybox, ImageRunConfig? Run = null, IReadOnlyDictionary<string, string>? Labels = null);

/// <summary>
/// Packs root file systems into a layout. Both engines end here, so that the same root file systems give the same bytes
/// whichever engine made them: one layer a platform, our own compressor, one index.
/// </summary>
/// <param name="layers">Keeps compressed layers.</param>
/// <param name="board">Where progress is told.</param>
/// <param name="jobs">How many platforms are packed at once.</param>
public sealed class LayoutPacker(LayerCache layers, IProgressBoard board, int jobs)
{
    /// <summary>Completes each root file system, packs it into one layer and writes the layout over all of them.</summary>
    /// <param name="platforms">The platforms, in the order of the index.</param>
    /// <param name="rootfs">Gives a platform's root file system; asked for several at once.</param>
    /// <param name="metadata">What the image says of itself.</param>
    /// <param name="hasCertificates">Whether the certificate bundle is in it.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="folder">The layout's folder.</param>
    /// <param name="cancellation">Gives up; what was there stays.</param>
    /// <returns>The index.</returns>
    /// <exception cref="BuildException">A tree cannot be read, or the file system refused.</exception>
    internal async Task<OciDescriptor> PackAsync(
        IReadOnlyList<Platform> platforms,
        Func<Platform, CancellationToken, Task<PlatformRootfs>> rootfs,
        ImageMetadata metadata,
        bool hasCertificates,
        ImageReference name,
        string folder,
        CancellationToken cancellation)
    {
        using var line = board.Begin("pack", platforms.Count, ProgressUnit.Items);
        using var writer = new OciLayoutWriter(folder);
        var images = new (OciDescriptor Image, BusyboxIdentity Busybox)[platforms.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, platforms.Count),
            new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
            async (index, token) =>
            {
                images[index] = PackOne(platforms[index], await rootfs(platforms[index], token), metadata, hasCertificates, writer);
                line.Add(1);
            });
        var index = writer.Commit([.. images.Select(image => image.Image)], metadata.Labels(images[0].Busybox, platforms), [name]);
        line.Done(index.Digest);
        return index;
    }

    private (OciDescriptor Image, BusyboxIdentity Busybox) PackOne(
        Platform platform, PlatformRootfs rootfs, ImageMetadata metadata, bool hasCertificates, OciLayoutWriter writer)
    {
        // Here and not before, because a line of somebody's own in a Dockerfile adds libraries and commands too.
        var tree = RootfsMerge.Complete(platform, rootfs.Tree);
        var layer = layers.GetOrAdd(output => RootfsTar.Write(tree, output, metadata.Epoch));
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata.Labels(rootfs.Busybox, [platform]).Concat(rootfs.Labels ?? OciJson.NoAnnotations))
        {
            labels[key] = value;
        }

        var spec = new ImageSpec(platform, metadata.Epoch, metadata.CreatedBy(rootfs.Busybox, platform), labels, hasCertificates);
        return (writer.AddImage(rootfs.Run is null ? spec : spec with { Run = rootfs.Run }, layer), rootfs.Busybox);
    }
}
