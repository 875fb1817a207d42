using System.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Tests.Oci.Layout;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class WriterTests
{
    private const string DiffId = "sha256:0000000000000000000000000000000000000000000000000000000000000001";
    private const string Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000002";

    [Test]
    public void TheConfigurationIsWrittenToTheLetter()
    {
        var json = Encoding.UTF8.GetString(ImageConfigWriter.Write(TestImages.Spec(TestImages.Platform("linux/arm/v7")), DiffId));
        Assert.That(json, Is.EqualTo(
            """{"architecture":"arm","variant":"v7","os":"linux","config":{"""
            + """ "Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],"Cmd":["sh"],"""[1..]
            + """ "Labels":{"org.opencontainers.image.title":"busybox:glibc","org.opencontainers.image.version":"1.38.0+deb13"}},"""[1..]
            + """ "rootfs":{"type":"layers","diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000001"]},"""[1..]
            + """ "history":[{"created":"2025-08-18T20:51:50Z","created_by":"busybox-glibc test"}],"created":"2025-08-18T20:51:50Z"}"""[1..]));
    }

    [Test]
    public void APlatformWithoutVariantAndAnImageWithoutCertificatesAndLabelsHaveNone()
    {
        var spec = TestImages.Spec(TestImages.Platform("linux/amd64")) with { HasCertificates = false, Labels = new Dictionary<string, string>() };
        Assert.That(Encoding.UTF8.GetString(ImageConfigWriter.Write(spec, DiffId)), Is.EqualTo(
            """{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["sh"]},"""
            + """ "rootfs":{"type":"layers","diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000001"]},"""[1..]
            + """ "history":[{"created":"2025-08-18T20:51:50Z","created_by":"busybox-glibc test"}],"created":"2025-08-18T20:51:50Z"}"""[1..]));
    }

    [Test]
    public void WhatPeopleSetIsWrittenAndReadBack()
    {
        var run = new ImageRunConfig(["PATH=/bin", "A=b"], ["x", "y"])
        {
            EntryPoint = ["/init"], User = "65532:65532", WorkingDirectory = "/home/nonroot", StopSignal = "SIGINT", ExposedPorts = ["80/tcp", "53/udp"], Volumes = ["/data"],
            HealthCheck = new HealthCheck(["CMD", "true"]) { Interval = 30_000_000_000, Retries = 3 }, OnBuild = ["RUN x"], Shell = ["/bin/ash"], Author = "somebody",
        };
        var spec = TestImages.Spec(TestImages.Platform("linux/amd64")) with { Run = run };
        var content = ImageConfigWriter.Write(spec, DiffId);
        Assert.That(Encoding.UTF8.GetString(content), Does.Contain(
            """{"User":"65532:65532","ExposedPorts":{"53/udp":{},"80/tcp":{}},"Env":["PATH=/bin","A=b"],"Entrypoint":["/init"],"Cmd":["x","y"],"Volumes":{"/data":{}},"WorkingDir":"/home/nonroot","StopSignal":"SIGINT","Healthcheck":{"Test":["CMD","true"],"Interval":30000000000,"Retries":3},"OnBuild":["RUN x"],"Shell":["/bin/ash"],"Labels":""").And.EndsWith(""","author":"somebody"}"""));
        using var folder = new TemporaryFolder();
        using (var writer = new OciLayoutWriter(folder["oci"]))
        {
            writer.Commit([writer.AddImage(spec, TestImages.Layer(folder["cache"], "program"))], TestImages.Labels, TestImages.Names);
        }

        var read = OciLayoutReader.Open(folder["oci"]).ReadImages().Single().Config.Run;
        Assert.That((read.User, read.WorkingDirectory, read.StopSignal), Is.EqualTo((run.User, run.WorkingDirectory, run.StopSignal)));
        Assert.That((read.Author, read.HealthCheck!.Interval, read.HealthCheck.Retries, read.HealthCheck.Timeout), Is.EqualTo(("somebody", 30_000_000_000, 3, 0)));
        Assert.That(new[] { read.HealthCheck.Test, read.OnBuild, read.Shell }, Is.EqualTo(new[] { run.HealthCheck!.Test, run.OnBuild, run.Shell }));
        Assert.That(new[] { read.Environment, read.Command, read.EntryPoint, read.ExposedPorts, read.Volumes }, Is.EqualTo(new[] { run.Environment, run.Command, run.EntryPoint, ["53/udp", "80/tcp"], run.Volumes }));
    }

    [Test]
    public void TheManifestIsWrittenToTheLetter()
    {
        var manifest = new OciManifest(new(MediaTypes.Config, DiffId, 7), [new(MediaTypes.LayerGzip, Digest, 9)]) { Annotations = TestImages.Labels };
        Assert.That(Encoding.UTF8.GetString(ManifestWriter.Write(manifest)), Is.EqualTo(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","""
            + """ "digest":"sha256:0000000000000000000000000000000000000000000000000000000000000001","size":7},"""[1..]
            + """ "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","""[1..]
            + """ "digest":"sha256:0000000000000000000000000000000000000000000000000000000000000002","size":9}],"""[1..]
            + """ "annotations":{"org.opencontainers.image.title":"busybox:glibc","org.opencontainers.image.version":"1.38.0+deb13"}}"""[1..]));
    }

    [Test]
    public void AnAttestationManifestHasBuildKitsForm()
    {
        var empty = new OciDescriptor(MediaTypes.Empty, OciDigest.Of("{}"u8), 2) { Data = "{}"u8.ToArray() };
        var statement = new OciDescriptor("application/vnd.in-toto+json", Digest, 1)
        {
            Annotations = new Dictionary<string, string> { ["in-toto.io/predicate-type"] = "https://spdx.dev/Document" },
        };
        var manifest = new OciManifest(empty, [statement])
        {
            ArtifactType = "application/vnd.docker.attestation.manifest.v1+json",
            Subject = new OciDescriptor(MediaTypes.Manifest, DiffId, 1),
        };
        Assert.That(Encoding.UTF8.GetString(ManifestWriter.Write(manifest)), Is.EqualTo(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/vnd.docker.attestation.manifest.v1+json","""
            + """ "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"data":"e30="},"""[1..]
            + """ "layers":[{"mediaType":"application/vnd.in-toto+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000002","size":1,"""[1..]
            + """ "annotations":{"in-toto.io/predicate-type":"https://spdx.dev/Document"}}],"""[1..]
            + """ "subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000001","size":1}}"""[1..]));
    }

    [Test]
    public void TheIndexIsWrittenToTheLetter()
    {
        var image = new OciDescriptor(MediaTypes.Manifest, Digest, 5) { Platform = OciPlatform.Of(TestImages.Platform("linux/arm/v6")) };
        Assert.That(Encoding.UTF8.GetString(IndexWriter.Write([image], TestImages.Labels)), Is.EqualTo(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","""
            + """ "annotations":{"org.opencontainers.image.title":"busybox:glibc","org.opencontainers.image.version":"1.38.0+deb13"},"""[1..]
            + """ "manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000002","size":5,"""[1..]
            + """ "platform":{"os":"linux","architecture":"arm","variant":"v6"}}]}"""[1..]));
    }

    [TestCase(0, "1970-01-01T00:00:00Z")]
    [TestCase(1_755_550_310, "2025-08-18T20:51:50Z")]
    [TestCase(253_402_300_799, "9999-12-31T23:59:59Z")]
    public void TimesAreUtcInWholeSeconds(long epoch, string text) => Assert.That(Rfc3339.FromEpoch(epoch), Is.EqualTo(text));

    [TestCase(-1)]
    [TestCase(253_402_300_800)]
    [TestCase(long.MinValue)]
    public void ATimeThatCannotBeIsAnError(long epoch) => Assert.Throws<OciException>(() => Rfc3339.FromEpoch(epoch));

    [TestCase("sha256:00000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("sha256:000000000000000000000000000000000000000000000000000000000000000A")]
    [TestCase("sha512:0000000000000000000000000000000000000000000000000000000000000001")]
    [TestCase("sha256:../../../../../../../../../../../../../../../../../../etc/passwd")]
    [TestCase("")]
    public void WhatIsNoDigestIsAnError(string text)
    {
        Assert.That(OciDigest.IsValid(text), Is.False);
        Assert.Throws<OciException>(() => OciDigest.Hex(text));
    }
}
