using BusyboxGlibc.Configuration;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Writes what is in the images of a layout.</summary>
/// <param name="layout">The layout.</param>
/// <param name="facts">Names and times.</param>
/// <param name="of">What is known about a platform's image besides the image itself.</param>
/// <param name="jobs">How many images are read in parallel.</param>
/// <param name="look">Called with each image that is read, in parallel; null for nothing.</param>
internal sealed class SbomWriter(OciLayoutReader layout, DocumentFacts facts, Func<Platform, ImageFacts> of, int jobs, Action<OciImage, RootfsTree>? look = null)
{
    /// <summary>What is written for each form: a document a platform, and one of the index.</summary>
    public static IEnumerable<(SbomForm Form, Platform? Platform)> Names(IReadOnlyList<SbomForm> forms, IReadOnlyList<Platform> platforms) =>
        forms.SelectMany(form => platforms.Select(platform => (form, (Platform?)platform)).Append((form, null)));

    /// <summary>Makes the documents, in the order of <see cref="Names"/>.</summary>
    /// <exception cref="Foundation.Errors.BuildException">The layout is damaged, or is not made from the lock, or a package is not available.</exception>
    public async Task<IReadOnlyList<SbomFile>> MakeAsync(IReadOnlyList<SbomForm> forms, CancellationToken cancellation)
    {
        var images = layout.ReadImages();
        var made = new byte[images.Count][][];
        await Parallel.ForEachAsync(Enumerable.Range(0, images.Count), new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, jobs), CancellationToken = cancellation }, async (number, _) =>
        {
            // Each layer is verified while it is read.
            var (image, tree) = (images[number], RootfsLayers.Read(images[number].LayerCount, images[number].OpenLayer, images[number].Platform));
            look?.Invoke(image, tree);
            var inventory = await InventoryReader.ReadAsync(image, tree, of(image.Platform));
            made[number] = [.. forms.Select(form => form == SbomForm.Spdx ? SpdxSbom.Of(inventory, facts) : CycloneDxSbom.Of(inventory, facts))];
        });
        return WithIndex(layout, facts, [.. forms.Index().SelectMany(form => images.Select((image, number) => new SbomFile(form.Item, image.Platform, made[number][form.Index])))]);
    }

    /// <summary>The documents of the images, and behind those of each form that of the index.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="facts">Names and times.</param>
    /// <param name="documents">The documents of the images in the order of <see cref="Names"/>; those of an index are left out.</param>
    public static IReadOnlyList<SbomFile> WithIndex(OciLayoutReader layout, DocumentFacts facts, IReadOnlyList<SbomFile> documents) =>
        [.. documents.Where(file => file.Platform is not null).GroupBy(file => file.Form).SelectMany(form => form.Append(new SbomFile(form.Key, null, form.Key == SbomForm.Spdx
            ? SpdxSbom.OfIndex(layout.Index.Digest, facts, [.. form.Select(file => (file.Platform!, layout.Find(file.Platform!)!.Digest, file.Content.ToArray()))])
            : CycloneDxSbom.OfIndex(layout.Index.Digest, facts, [.. form.Select(file => (file.Platform!, layout.Find(file.Platform!)!.Digest))]))))];
}
