using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>A finished layout that was damaged or tampered with.</summary>
[Category(Categories.Faults)]
internal sealed class LayoutFaultTests
{
    [TestCase("layer")]
    [TestCase("config")]
    [TestCase("manifest")]
    [TestCase("index")]
    [TestCase("layer is gone")]
    public void ADamagedBlobIsMendedByTheNextRun(string blob)
    {
        using var project = new FaultProject();
        if (blob == "layer")
        {
            // The cache's file has this blob as another name, so it is damaged with it.
            project.UseCacheOfItsOwn();
        }

        project.Run("--locked").Succeeded();
        var path = PathOf(project, blob);
        var right = File.ReadAllBytes(path);
        if (blob == "layer is gone")
        {
            File.Delete(path);
        }
        else
        {
            ArchiveFaultTests.Damage(path, isCut: false);
        }

        Assert.That(project.Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(right));
        project.IsClean();
    }

    [TestCase("a flipped bit")]
    [TestCase("nothing in it")]
    [TestCase("cut short")]
    [TestCase("gone")]
    public void ADamagedArchiveIsMadeAgainByTheNextRun(string damage)
    {
        using var project = new FaultProject();
        project.Run("--locked").Succeeded();
        var path = Path.Combine(project.Artifacts, "busybox-glibc.tar");
        var right = File.ReadAllBytes(path);
        switch (damage)
        {
            case "gone":
                File.Delete(path);
                break;
            case "nothing in it":
                File.WriteAllBytes(path, []);
                break;
            default:
                ArchiveFaultTests.Damage(path, isCut: damage == "cut short");
                break;
        }

        project.Run("--locked").Succeeded();
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(right));
        project.IsClean();
    }

    [Test]
    public void ADamagedLayerIsNoticedByVerifyAlone()
    {
        using var project = new FaultProject();
        project.Run("--locked").Succeeded();
        var path = PathOf(project, "layer");
        var right = File.ReadAllBytes(path);
        File.Delete(path);
        File.WriteAllBytes(path, right);
        ArchiveFaultTests.Damage(path, isCut: false);
        project.Run("--target=Verify", "--exclusive").FailedSaying("the image is not complete", "linux/amd64");
    }

    [Test]
    public void AMissingLibraryIsNamedWithWhoAskedForIt()
    {
        using var project = new FaultProject();
        Rewrite(project, entry => entry.Path.StartsWith("lib/libselinux.so", StringComparison.Ordinal) ? null : entry);
        project.Run("--target=Verify", "--exclusive").FailedSaying("the image is not complete", "linux/amd64", "libselinux.so.1", "required by ");
    }

    [Test]
    public void ALibraryOfAnotherMachineIsNamed()
    {
        using var project = new FaultProject();
        Rewrite(project, entry =>
        {
            if (!entry.Path.Contains("/libz.so.1.", StringComparison.Ordinal))
            {
                return entry;
            }

            // e_machine, EM_AARCH64 (elf(5)).
            var content = entry.Content.ToArray();
            content[18] = 183;
            return entry with { Content = content };
        });
        project.Run("--target=Verify", "--exclusive").FailedSaying("the image is not complete", "linux/amd64", "libz.so.1");
    }

    [Test]
    public void AnOlderLibraryIsNamedWithTheVersionItLacks()
    {
        using var project = new FaultProject();
        Rewrite(project, entry =>
        {
            if (!entry.Path.EndsWith("/libc.so.6", StringComparison.Ordinal))
            {
                return entry;
            }

            // As a libc that does not define the newest of its versions yet.
            var content = entry.Content.ToArray();
            var at = content.AsSpan().IndexOf("GLIBC_2.38\0"u8);
            Assert.That(at, Is.Positive);
            "GLIBC_2.97"u8.CopyTo(content.AsSpan(at));
            return entry with { Content = content };
        });
        project.Run("--target=Verify", "--exclusive").FailedSaying("the image is not complete", "linux/amd64", "GLIBC_2.38", "libc.so.6");
    }

    private static string PathOf(FaultProject project, string blob)
    {
        var layout = OciLayoutReader.Open(project.Layout);
        var image = layout.ReadImages().Single();
        var digest = blob switch
        {
            "config" => image.Manifest.Config.Digest,
            "manifest" => image.Descriptor.Digest,
            "index" => layout.Index.Digest,
            _ => image.Layer.Digest,
        };
        return Path.Combine(project.Layout, "blobs", "sha256", OciDigest.Hex(digest));
    }

    // A layout that is whole, its every digest right, but of other files.
    private static void Rewrite(FaultProject project, Func<RootfsEntry, RootfsEntry?> change)
    {
        project.Run("--locked").Succeeded();
        var image = OciLayoutReader.Open(project.Layout).ReadImages().Single();
        var changed = new RootfsTree();
        var count = 0;
        using (var layer = image.OpenLayer())
        {
            foreach (var entry in RootfsTar.Read(layer, "layer").Entries)
            {
                var now = change(entry);
                count += ReferenceEquals(now, entry) ? 0 : 1;
                if (now is not null)
                {
                    changed.Add(now);
                }
            }
        }

        Assert.That(count, Is.Positive, "nothing was there to change");
        using var writer = new OciLayoutWriter(project.Layout);
        var cached = new LayerCache(project.PathOf("layers")).GetOrAdd(output => RootfsTar.Write(changed, output, 1));
        var written = writer.AddImage(new ImageSpec(image.Platform, 1, "a test", image.Manifest.Annotations, HasCertificates: true), cached);
        writer.Commit([written], image.Manifest.Annotations, [ImageReference.TryParse("busybox:glibc")!]);
    }
}
