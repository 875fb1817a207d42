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
    /// <summary>Completes each root file system, packs it into one layer and writes a layout of all platforms, and one for each variant.</summary>
    /// <param name="platforms">The platforms, in the order of the index.</param>
    /// <param name="rootfs">Returns a platform's root file system; called for several in parallel.</param>
    /// <param name="metadata">The image's metadata.</param>
    /// <param name="hasCertificates">Whether the image contains the certificate bundle.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="folder">The layout's folder.</param>
    /// <param name="variants">The variants.</param>
    /// <param name="cancellation">Cancels the operation; an existing layout stays unchanged.</param>
    /// <returns>The index, and that of each variant.</returns>
    /// <exception cref="BuildException">A tree cannot be read, or the file system reported an error.</exception>
    internal async Task<IReadOnlyList<OciDescriptor>> PackAsync(
        IReadOnlyList<Platform> platforms,
        Func<Platform, CancellationToken, Task<PlatformRootfs>> rootfs,
        ImageMetadata metadata,
        bool hasCertificates,
        ImageReference name,
        string folder,
        IReadOnlyList<VariantPack> variants,
        CancellationToken cancellation)
    {
        using var line = board.Begin("pack", platforms.Count, ProgressUnit.Platforms);
        var layouts = new List<OciLayoutWriter>();
        try
        {
            foreach (var path in variants.Select(variant => variant.Folder).Prepend(folder))
            {
                layouts.Add(new OciLayoutWriter(path));
            }

            var images = new IndexEntry[platforms.Count][];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, platforms.Count),
                new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation },
                async (index, token) =>
                {
                    var image = PackOne(platforms[index], await rootfs(platforms[index], token), metadata, hasCertificates, layouts[0]);
                    images[index] = [image.Entry, .. variants.Zip(layouts.Skip(1), (variant, layout) => PackVariant(platforms[index], image, metadata, variant, layout))];
                    line.Add(1);
                });
            List<OciDescriptor> indices =
            [
                Commit(layouts[0], [.. images.Select(image => image[0])], metadata, configured, platforms, name, abi),
                .. variants.Index().Select(pair => Commit(layouts[pair.Index + 1], [.. images.Select(image => image[pair.Index + 1])], pair.Item.Metadata, pair.Item.Configured, platforms, pair.Item.Name, pair.Item.Abi)),
            ];
            line.Done(indices[0].Digest);
            return indices;
        }
        finally
        {
            layouts.ForEach(layout => layout.Dispose());
        }
    }

    private static OciDescriptor Commit(
        OciLayoutWriter layout, IReadOnlyList<IndexEntry> images, ImageMetadata metadata, ConfiguredRun configured, IReadOnlyList<Platform> platforms, ImageReference name, string abi)
    {
        var promised = PlatformAbi.Write(images.Select(image => image.Abi));
        var own = metadata.Labels(images[0].Busybox, platforms);
        var annotations = new SortedDictionary<string, string>(own.Concat(configured.AnnotationsOf(own, images[0].Labels)).ToDictionary(), StringComparer.Ordinal) { [AnnotationKeys.AbiDigest] = OciDigest.Of(promised) };
        var index = layout.Commit([.. images.Select(image => image.Image)], annotations, [name]);
        AtomicFile.Write(abi, stream => stream.Write(promised));
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
        IReadOnlyList<(CachedLayer, string)> more = upper is null ? [] : [(layers.GetOrAdd(output => RootfsTar.Write(upper, output, metadata.Epoch)), programs.CreatedBy)];
        var run = configured.Apply(said, ImageSpec.EnvironmentOf(hasCertificates));
        configured.Check(platform, whole, run, programs.PathsOn(platform));
        return new PackedImage(new IndexEntry(writer.AddImage(spec with { Run = run }, layer, more), PlatformAbi.Of(platform, whole), spec.Labels, rootfs.Busybox), rootfs with { Run = said }, whole, [(layer, spec.CreatedBy), .. more]);
    }

    // The layers of the image are the same blobs; without files of its own the variant has no layer.
    private IndexEntry PackVariant(Platform platform, PackedImage image, ImageMetadata metadata, VariantPack variant, OciLayoutWriter writer)
    {
        var busybox = image.Rootfs.Busybox;
        var environment = ImageSpec.EnvironmentOf(variant.HasCertificates);
        var run = variant.Configured.Apply(image.Rootfs.Run!, environment);
        var tree = variant.Over(platform, image.Whole);
        variant.Configured.AddFolder(tree, run);
        var whole = RootfsMerge.Complete(platform, tree);
        var upper = LayerDifference.Of(whole, image.Whole);
        IReadOnlyList<(CachedLayer, string)> own = upper.Count == 0 ? [] : [(layers.GetOrAdd(output => RootfsTar.Write(upper, output, variant.Metadata.Epoch)), variant.CreatedBy)];

        // What the engine says of the image itself is said of the variant by its own metadata.
        var labels = metadata.Labels(busybox, [platform]);
        var said = image.Rootfs.Labels?.Where(label => labels.GetValueOrDefault(label.Key) != label.Value).ToDictionary();
        var spec = new ImageSpec(
            platform, variant.Metadata.Epoch, image.Layers[0].CreatedBy, variant.Configured.LabelsOf(variant.Metadata.Labels(busybox, [platform]), said), variant.HasCertificates)
        { Run = run };
        variant.Configured.Check(platform, whole, run, programs.PathsOn(platform));
        return new IndexEntry(writer.AddImage(spec, image.Layers[0].Layer, [.. image.Layers.Skip(1), .. own]), PlatformAbi.Of(platform, whole), spec.Labels, busybox);
    }

    private sealed record IndexEntry(OciDescriptor Image, PlatformAbi Abi, IReadOnlyDictionary<string, string> Labels, BusyboxIdentity Busybox);

    private sealed record PackedImage(IndexEntry Entry, PlatformRootfs Rootfs, RootfsTree Whole, IReadOnlyList<(CachedLayer Layer, string CreatedBy)> Layers);
}
