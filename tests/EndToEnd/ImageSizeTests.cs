using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The sizes the image promises for amd64.</summary>
[Category(Categories.EndToEnd)]
internal sealed class ImageSizeTests
{
    // The bounds were set for an image without libmvec, which programs compiled with -ffast-math need: it alone comes on top.
    private const double LibmvecUnpacked = 1.02;
    private const double LibmvecCompressed = 0.54;

    [Test]
    public async Task AsShippedItStaysWithinItsBudget() =>
        Check((await RealImage.ProjectAsync()).Layout, unpacked: 12.8, compressed: 5.5);

    [Test]
    public async Task WithoutFeaturesItStaysWithinTheSmallerOne()
    {
        await RealImage.ProjectAsync();
        using var project = new ProjectCopy();
        // The bound was set for Debian's BusyBox; the compiled one has a quarter more applets and brings its configuration.
        project.Run("--features=none", "--charsets=none", "--platforms=linux/amd64", "--busybox=debian").Succeeded();
        Check(project.Layout, unpacked: 11.5, compressed: 4.9);
    }

    private static void Check(string folder, double unpacked, double compressed)
    {
        const double megabyte = 1e6;
        var image = OciLayoutReader.Open(folder).ReadImages().Single(candidate => candidate.Platform.Name == "linux/amd64");
        using var layer = image.OpenLayer();
        var bytes = RootfsTar.Read(layer, "layer").Entries.Sum(entry => (long)entry.Content.Length);
        Assert.Multiple(() =>
        {
            Assert.That(bytes / megabyte, Is.InRange(1, unpacked + LibmvecUnpacked), "unpacked MB");
            Assert.That(image.Layer.Size / megabyte, Is.InRange(1, compressed + LibmvecCompressed), "compressed MB");
        });
    }
}
