using BusyboxGlibc.Busybox;
using BusyboxGlibc.Foundation;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Engines.Embedded;

/// <summary>Makes the layout in process: no daemon, no root, no emulation.</summary>
/// <param name="busybox">Gives the BusyBox tree of a platform.</param>
/// <param name="layers">Keeps compressed layers.</param>
/// <param name="board">Where progress is told.</param>
/// <param name="jobs">How many platforms are packed at once.</param>
public sealed class EmbeddedEngine(IBusybox busybox, LayerCache layers, IProgressBoard board, int jobs)
{
    /// <summary>Lays BusyBox over each base tree, packs each into one layer and writes the layout over all of them.</summary>
    /// <param name="bases">The base trees, one a platform.</param>
    /// <param name="imageLock">The lock they were made from.</param>
    /// <param name="facts">What the image says of itself.</param>
    /// <param name="hasCertificates">Whether the certificate bundle is in it.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="folder">The layout's folder.</param>
    /// <param name="cancellation">Gives up; what was there stays.</param>
    /// <returns>The index.</returns>
    /// <exception cref="BuildException">A tree cannot be read, or the file system refused.</exception>
    public async Task<OciDescriptor> PackAsync(
        IReadOnlyList<BaseTreeFile> bases, ImageLock imageLock, ImageFacts facts, bool hasCertificates, ImageName name, string folder, CancellationToken cancellation)
    {
        using var line = board.Begin("pack", bases.Count, ProgressUnit.Items);
        using var writer = new OciLayoutWriter(folder);
        var images = new (OciDescriptor Image, BusyboxIdentity Busybox)[bases.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, bases.Count),
            new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
            async (index, token) =>
            {
                images[index] = await PackOneAsync(bases[index], imageLock, facts, hasCertificates, writer, token);
                line.Add(1);
            });
        var index = writer.Commit([.. images.Select(image => image.Image)], facts.Labels(images[0].Busybox), [name]);
        line.Done(index.Digest);
        return index;
    }

    private async Task<(OciDescriptor Image, BusyboxIdentity Busybox)> PackOneAsync(
        BaseTreeFile file, ImageLock imageLock, ImageFacts facts, bool hasCertificates, OciLayoutWriter writer, CancellationToken cancellation)
    {
        var locked = imageLock.Platforms.First(platform => platform.Platform == file.Platform);
        var tree = await busybox.ForAsync(locked, cancellation);
        var rootfs = RootfsMerge.Combine(file.Read(), tree.Tree);
        var layer = layers.GetOrAdd(output => RootfsTar.Write(rootfs, output, facts.Epoch));
        var spec = new ImageSpec(file.Platform, facts.Epoch, facts.CreatedBy(tree.Identity), facts.Labels(tree.Identity), hasCertificates);
        return (writer.AddImage(spec, layer), tree.Identity);
    }
}
