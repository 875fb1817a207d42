using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Image;

/// <summary>A variant to pack: a layer over the layers of the image, and how it is started otherwise. Its layout is a folder of its own, which shares the blobs of the image.</summary>
/// <param name="Variant">The variant's name.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Configured">Its settings of how a container is started, over those of the image.</param>
/// <param name="HasCertificates">Whether it contains the certificate bundle.</param>
/// <param name="Name">Its name with its tag.</param>
/// <param name="Folder">Its layout's folder.</param>
/// <param name="Abi">Where its <c>abi.json</c> is written.</param>
/// <param name="Bases">Returns a platform's base trees, of the image and of the variant; null if the variant has the files of the image.</param>
internal sealed record VariantPack(
    string Variant, ImageMetadata Metadata, ConfiguredRun Configured, bool HasCertificates, ImageReference Name, string Folder, string Abi, Func<Platform, (RootfsTree Image, RootfsTree Variant)>? Bases)
{
    /// <summary>The text of the layer's history entry.</summary>
    internal string CreatedBy => $"busybox-glibc: variant {Variant}";

    /// <summary>The image's finished root file system with what the variant adds to its base tree: the input is not changed, and what depends on the whole tree is not made yet.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="image">The image's root file system.</param>
    /// <exception cref="BuildException">Dockerfile.run changes a file that the variant changes too.</exception>
    internal RootfsTree Over(Platform platform, RootfsTree image)
    {
        if (Bases is null)
        {
            return image.Overlay(new RootfsTree());
        }

        var (lower, upper) = Bases(platform);
        var more = LayerDifference.Of(upper, lower);
        var both = more.Entries.Where(entry => entry.Type == RootfsEntryType.File && lower.TryGet(entry.Path, out var before) && before.Type == RootfsEntryType.File
            && image.TryGet(entry.Path, out var now) && !LayerDifference.IsSame(before, now) && !LayerDifference.IsSame(entry, now)).Select(entry => $"/{entry.Path}").ToList();
        return both.Count == 0 ? image.Overlay(more) : throw new BuildException(
            $"the variant {Variant} and Dockerfile.run both change {Plural.Count(both.Count, "file")} of {platform}", "Dockerfile.run", string.Join(", ", both.Take(8)),
            "set in cake.config what Dockerfile.run does there, such as Users= for accounts, or build without the variant: --variants=none");
    }
}
