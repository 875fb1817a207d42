using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry.Tags;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Registry.Tags;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ImageTagsTests
{
    private static readonly string _digest = "sha256:0123456789abcdef" + new string('0', 48);
    private static readonly string[] _both = ["linux/amd64", "linux/arm/v7"];

    [Test]
    public void TheTagsComeFromTheImagesOwnFacts() => Assert.That(
        ImageTags.Of(Identity("1.38.0"), _digest, ["stable", "glibc", "stable"]).Select(tag => tag.Name),
        Is.EqualTo(new[] { "glibc", "1.38.0-glibc", "1.38-glibc", "1-glibc", "1.38.0-glibc-debian13", "1.38.0-glibc-debian13-20261020-0123456789ab", "stable" }));

    [Test]
    public void AVariantHasTheSameTagsWithItsName()
    {
        var annotations = Annotations("1.38.0");
        annotations[AnnotationKeys.Variant] = "debug-nonroot";
        Assert.That(
            ImageTags.Of(ImageIdentity.Of(annotations, _both), _digest, ["stable"]).Select(tag => tag.Name),
            Is.EqualTo(ImageTags.Of(Identity("1.38.0"), _digest, ["stable"]).Select(tag => $"{tag.Name}-debug-nonroot")));
    }

    [Test]
    public void AnImageOfTwoReleasesTakesTheTagOfNeither()
    {
        var annotations = Annotations("1.38.0");
        annotations[AnnotationKeys.Version] = "1.38.0-glibc-debian13-debian14";
        Assert.That(
            ImageTags.Of(ImageIdentity.Of(annotations, _both), _digest, []).Select(tag => tag.Name),
            Is.EqualTo(new[] { "glibc", "1.38.0-glibc", "1.38-glibc", "1-glibc", "1.38.0-glibc-debian13-debian14", "1.38.0-glibc-debian13-debian14-20261020-0123456789ab" }));
    }

    [Test]
    public void OnlyTheTagWithADayIsForEver() =>
        Assert.That(ImageTags.Of(Identity("1.38.0"), _digest, ["x"]).Where(tag => tag.IsDated).Select(tag => tag.Name), Is.EqualTo(new[] { "1.38.0-glibc-debian13-20261020-0123456789ab" }));

    [TestCase(AnnotationKeys.BusyboxVersion, "newest")]
    [TestCase(AnnotationKeys.Version, "1.38.0/../x-glibc-debian13")]
    [TestCase(AnnotationKeys.Created, "yesterday")]
    [TestCase(AnnotationKeys.BusyboxVersion, null)]
    public void AnImageThatDoesNotSayWhatItIsGetsNone(string key, string? value)
    {
        var annotations = Annotations("1.38.0");
        annotations.Remove(key);
        if (value is not null)
        {
            annotations[key] = value;
        }

        // Where only our own version is missing, the image's tells it.
        var identity = ImageIdentity.Of(annotations, _both);
        if (key == AnnotationKeys.BusyboxVersion)
        {
            Assert.That(ImageTags.Of(identity, _digest, [])[1].Name, Is.EqualTo("1.38.0-glibc"));
            annotations.Remove(AnnotationKeys.Version);
            identity = ImageIdentity.Of(annotations, _both);
        }

        Assert.That(() => ImageTags.Of(identity, _digest, []), Throws.TypeOf<OciException>());
    }

    [TestCase("1.37.0", "1.38.0", true)]
    [TestCase("1.38.0", "1.37.0", false)]
    [TestCase("1.38.0", "1.38.0", false)]
    [TestCase("1.9.3", "1.10.0", true)]
    [TestCase("1.38", "1.38.0", false)]
    [TestCase("1.38", "1.38.1", true)]
    [TestCase("2.0", "1.99.99", false)]
    public void AMovingTagStaysWhereBusyboxWouldBecomeOlder(string ours, string theirs, bool stays)
    {
        var refusal = TagMove.Refusal(new ImageTag("glibc"), Identity(ours), Identity(theirs));
        Assert.That(refusal, stays ? Does.Contain(ours).And.Contain(theirs) : Is.Null);
    }

    [Test]
    public void ATagWithADayStaysWhateverIsNewer() =>
        Assert.That(TagMove.Refusal(new ImageTag("1.38.0-glibc-debian13-20261020", IsDated: true), Identity("1.39.0"), Identity("1.38.0")), Does.Contain("permanently"));

    [Test]
    public void ATagKeepsItsPlatforms()
    {
        var one = ImageIdentity.Of(Annotations("1.38.0"), ["linux/amd64"]);
        Assert.That(TagMove.Refusal(new ImageTag("glibc"), one, Identity("1.38.0")), Does.Contain("linux/arm/v7"));
        Assert.That(TagMove.Refusal(new ImageTag("glibc"), Identity("1.38.0"), one), Is.Null);
        Assert.That(TagMove.Refusal(new ImageTag("glibc"), ImageIdentity.Of(Annotations("1.38.0"), ["linux/arm64/v8"]), ImageIdentity.Of(Annotations("1.38.0"), ["linux/arm64"])), Is.Null);
    }

    [Test]
    public void DebiansBusyboxDoesNotTakeTheTagOfACompiledOne()
    {
        var debian = ImageIdentity.Of(Annotations("1.38.0", "debian"), _both);
        Assert.That(TagMove.Refusal(new ImageTag("glibc"), debian, Identity("1.38.0")), Does.Contain("lacks applets"));
        Assert.That(TagMove.Refusal(new ImageTag("glibc"), debian, debian), Is.Null);
        Assert.That(TagMove.Refusal(new ImageTag("glibc"), Identity("1.38.0"), debian), Is.Null);
    }

    [Test]
    public void AnImageThatSaysNothingMayBeReplaced() =>
        Assert.That(TagMove.Refusal(new ImageTag("glibc"), Identity("1.38.0"), ImageIdentity.Of(new Dictionary<string, string>(), [])), Is.Null);

    [Test]
    public void TheOfficialImagesVersionIsUnderstood() => Assert.That(
        ImageIdentity.Of(new Dictionary<string, string> { [AnnotationKeys.Version] = "1.37.0-glibc" }, []).Busybox?.ToString(), Is.EqualTo("1.37.0"));

    [Test]
    public void ALayoutGetsOneEntryATagAndLosesNoBlob()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64", "linux/s390x");
        ImageReference[] names = [ImageReference.TryParse("localhost:5000/a/b:glibc")!, ImageReference.TryParse("localhost:5000/a/b:1.38-glibc")!];
        LayoutTags.Write(folder["oci"], names);
        var layout = OciLayoutReader.Open(folder["oci"]);
        Assert.That(layout.Tags.Select(tag => (tag.Annotations[AnnotationKeys.ContainerdName], tag.Annotations[AnnotationKeys.RefName], tag.Digest)), Is.EqualTo(new[]
        {
            ("localhost:5000/a/b:glibc", "glibc", layout.Index.Digest), ("localhost:5000/a/b:1.38-glibc", "1.38-glibc", layout.Index.Digest),
        }));
        Assert.That(LayoutVerifier.Verify(folder["oci"]), Is.Empty);
        Assert.That(File.ReadAllText(folder["oci/manifest.json"]), Does.Contain("\"RepoTags\":[\"localhost:5000/a/b:glibc\",\"localhost:5000/a/b:1.38-glibc\"]"));

        // What is right already is not written again.
        var time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(folder["oci/index.json"], time);
        LayoutTags.Write(folder["oci"], names);
        Assert.That(File.GetLastWriteTimeUtc(folder["oci/index.json"]), Is.EqualTo(time));
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task TheLayoutItselfLoadsWhereOnlyDockersOwnFormatIsKnown()
    {
        using var folder = new TemporaryFolder();
        TestImages.Layout(folder["oci"], folder["cache"], "linux/amd64");
        LayoutTags.Write(folder["oci"], [ImageReference.TryParse("busybox:glibc")!, ImageReference.TryParse("busybox:1-glibc")!]);
        await Tool.Run("tar", "-C", folder["oci"], "-cf", folder["x.tar"], "manifest.json", "index.json", "oci-layout", "blobs");
        Assert.That(await Tool.Run("skopeo", "inspect", "--raw", $"docker-archive:{folder["x.tar"]}:busybox:1-glibc"), Does.Contain("layers"));
        Assert.That(await Tool.Run("skopeo", "inspect", "--raw", $"oci:{folder["oci"]}:1-glibc"), Does.Contain("linux"));
    }

    private static ImageIdentity Identity(string busybox) => ImageIdentity.Of(Annotations(busybox), _both);

    private static Dictionary<string, string> Annotations(string busybox, string origin = "upstream") => new()
    {
        [AnnotationKeys.BusyboxVersion] = busybox,
        [AnnotationKeys.BusyboxOrigin] = origin,
        [AnnotationKeys.Version] = $"{busybox}-glibc-debian13",
        [AnnotationKeys.Created] = "2026-10-20T23:59:59Z",
    };
}
