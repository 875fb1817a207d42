using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Reports.Page;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Debian.Package;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Statements about a real image: written, published, signed, and proven with the command that a stranger would use.</summary>
[Category(Categories.EndToEnd)]
internal sealed class AttestTests
{
    private static readonly string[] _quick = ["--busybox=debian", "--platforms=linux/amd64", "--engine=embedded"];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    [Test]
    public void AttestAloneListsEveryFileOfTheRealImage()
    {
        using var project = new ProjectCopy();
        project.Run([.. _quick, "--target=Attest", "--sbom=spdx,cyclonedx"]).Succeeded();
        var digest = OciLayoutReader.Open(project.Layout).Index.Digest;
        var folder = Path.Combine(project.Artifacts, "attestations");
        Assert.That(
            Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)),
            Is.EquivalentTo(new[]
            {
                "cyclonedx.index.intoto.json", "cyclonedx.linux-amd64.intoto.json", "openvex.index.intoto.json", "openvex.linux-amd64.intoto.json", "spdx.index.intoto.json", "spdx.linux-amd64.intoto.json", "provenance.index.intoto.json", "verify.index.intoto.json", "vsa.index.intoto.json",
            }));
        Assert.That(File.ReadAllText(Path.Combine(folder, "provenance.index.intoto.json")), Does.Contain(digest["sha256:".Length..]));
        using var spdx = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "spdx.linux-amd64.intoto.json")));
        var listed = spdx.RootElement.GetProperty("predicate").GetProperty("files").EnumerateArray()
            .ToDictionary(file => file.GetProperty("fileName").GetString()!, file => file.GetProperty("checksums").EnumerateArray().First(sum => sum.GetProperty("algorithm").GetString() == "SHA256").GetProperty("checksumValue").GetString()!);
        Assert.That(listed, Is.EquivalentTo(FilesOf(project.Layout)));
        ProvenVulnerabilitiesAreToldApart(project, folder);
    }

    private static void ProvenVulnerabilitiesAreToldApart(ProjectCopy project, string folder)
    {
        var document = File.ReadAllText(Path.Combine(project.Artifacts, "vex", "linux-amd64.openvex.json"));
        Assert.That(document, Does.Contain("CVE-2026-89092").And.Contain("module EUC_JISX0213 is not in the image").And.Not.Contain("CVE-2025-60876"), "the configuration of Debian's BusyBox is not known");
        using var statement = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "openvex.linux-amd64.intoto.json")));
        using var alone = JsonDocument.Parse(document);
        Assert.That(JsonElement.DeepEquals(statement.RootElement.GetProperty("predicate"), alone.RootElement), Is.True);

        var tracker = $"--tracker={Path.Combine(AppContext.BaseDirectory, "Data", "Tracker", "trixie.json")}";
        var listed = project.Run("--target=Vulnerabilities", tracker);
        Assert.That(listed.ExitCode, Is.EqualTo(1), listed.Output);
        Assert.That(listed.Output, Does.Contain("CVE-2022-27943  not in the image: package cpp-14").And.Contain("CVE-2025-1376  not yet assigned, Minor issue"));
        Assert.That(project.Run("--target=Vulnerabilities", "--tracker=lib-requires.txt").ExitCode, Is.EqualTo(2));
        var report = ReportStore.Read(Path.Combine(project.Artifacts, "report.json"))!;
        Assert.That(report.Open!.Found.Select(found => found.Id), Has.Member("CVE-2025-1376").And.No.Member("CVE-2022-27943"), "the report has the last answer");
        Assert.That(report.Image.Vex.Where(vex => vex.State == "not-affected").Select(vex => vex.Id), Has.Member("CVE-2026-89092"));

        File.WriteAllText(project.PathOf("vex/own.json"), """
            {"schema": 1, "source": "glibc", "entries": [{"cve": "CVE-2026-12345", "absent": {"files": ["**/libc.so.6"]}, "assert": true, "advisory": "https://example.org/", "why": "It is a test."}]}
            """);
        project.Run([.. _quick, "--target=Verify"]).FailedSaying("the image contradicts 1 statement about vulnerabilities", "vex/own.json: CVE-2026-12345 of glibc on linux/amd64: /lib/libc.so.6 is in the image");
        report = ReportStore.Read(Path.Combine(project.Artifacts, "report.json"))!;
        Assert.That(report.Checks.Failed, Is.EqualTo(new[] { new ReportFailed(string.Empty, "assertions") }), "a report says what failed");
        Assert.That(report.Checks.Findings[0], Does.Contain("the image contradicts 1 statement"));
    }

    [Test]
    public void APublishedImageIsProvenWithItsKeyAndNoOther()
    {
        using var project = new ProjectCopy();
        using var registry = new RealRegistry();
        var (mine, other) = (NewKey(project, "mine"), NewKey(project, "other"));
        project.Append("cake.config", "\n[Variant.debug]\nCommands=+strace\nUser=65532\n");
        var image = $"--image={registry.Name}/acme/busybox:glibc";
        var published = project.Run([.. _quick, "--target=Publish", $"--registry={registry.Name}/acme", $"--sign={mine}.key"]).Succeeded();
        Assert.That(published.Output, Does.Contain("listed by tags sha256-DIGEST"));
        Assert.That(File.Exists(Path.Combine(project.Artifacts, "attestations", "signature.index.sigstore.json")), Is.True);
        var proven = project.Run("--target=VerifyPublished", image, $"--key={mine}.pub").Succeeded().Output;
        Assert.That(proven, Does.Contain("signed with the key").And.Contain("files as the SBOM lists them").And.Not.Contain("refuted"));
        Assert.That(proven, Does.Contain("as Debian signed them"));
        var debug = project.Run("--target=VerifyPublished", $"{image}-debug", $"--key={mine}.pub").Succeeded().Output;
        Assert.That(debug, Does.Contain("signed with the key").And.Contain("files as the SBOM lists them").And.Contain("as Debian signed them").And.Not.Contain("refuted").And.Not.Contain("not checked"));
        TheStatementsAboutAVariantAreAboutWhatItHas(project);
        RebuiltElsewhereItHasTheSameDigest(project, image, $"{mine}.pub");
        var refused = project.Run("--target=VerifyPublished", image, $"--key={other}.pub");
        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Output, Does.Contain("it is signed by another key"));
        Assert.That(project.Run("--target=VerifyPublished", $"--image={registry.Name}/acme/busybox:none", $"--key={mine}.pub").ExitCode, Is.EqualTo(2));
    }

    private static void TheStatementsAboutAVariantAreAboutWhatItHas(ProjectCopy project)
    {
        string Text(string suffix, string name) => File.ReadAllText(Path.Combine(project.Artifacts, $"attestations{suffix}", name));
        IEnumerable<string> Names(string suffix) => Directory.EnumerateFiles(Path.Combine(project.Artifacts, $"attestations{suffix}")).Select(file => Path.GetFileName(file));
        Assert.That(Names("-debug"), Is.EquivalentTo(Names(string.Empty)).And.Member("smoke-test.index.sigstore.json").And.Member("vsa.index.sigstore.json").And.Member("openvex.linux-amd64.sigstore.json"));
        Assert.That(Text("-debug", "spdx.linux-amd64.intoto.json"), Does.Contain("pkg:deb/debian/strace@"));
        Assert.That(Text(string.Empty, "spdx.linux-amd64.intoto.json"), Does.Not.Contain("pkg:deb/debian/strace@"));
        Assert.That(Text("-debug", "provenance.index.intoto.json"), Does.Contain("\"variant\":[\"debug\"]").And.Contain("\"imageSourceDateEpoch\":[\"").And.Contain("package strace ").And.Contain("command: strace"));
        Assert.That(Text(string.Empty, "provenance.index.intoto.json"), Does.Not.Contain("\"variant\"").And.Not.Contain("imageSourceDateEpoch").And.Not.Contain("strace"));
        Assert.That(File.ReadAllText(Path.Combine(project.Artifacts, "vex-debug", "linux-amd64.openvex.json")), Does.Contain(OciLayoutReader.Open($"{project.Layout}-debug").ReadImages()[0].Descriptor.Digest["sha256:".Length..]));
        string[] vulnerabilities = ["--target=Vulnerabilities", $"--tracker={Path.Combine(AppContext.BaseDirectory, "Data", "Tracker", "trixie.json")}"];
        Assert.That(project.Run([.. vulnerabilities, "--variants=debug"]).Output, Does.Contain("artifacts/oci-debug: 1 platform"));
        Assert.That(project.Run(vulnerabilities).Output, Does.Contain("artifacts/oci: 1 platform"));
    }

    // Another path, an empty cache, where the tests run as root another user, and no artifacts of the build that was published; the provenance says which platform, which BusyBox and which variant.
    private static void RebuiltElsewhereItHasTheSameDigest(ProjectCopy project, string image, string key)
    {
        using var elsewhere = new ProjectCopy();
        File.Copy(project.PathOf("cake.config"), elsewhere.PathOf("cake.config"), overwrite: true);
        File.Copy(Directory.GetFiles(Path.Combine(project.Artifacts, "tried")).Single(), elsewhere.PathOf("image.lock.json"), overwrite: true);

        File.Copy(project.PathOf(key), elsewhere.PathOf(key));
        elsewhere.GiveAway();
        foreach (var suffix in new[] { string.Empty, "-debug" })
        {
            var rebuilt = elsewhere.Run("--target=VerifyPublished", image + suffix, $"--key={elsewhere.PathOf(key)}", "--rebuild", $"--cache={elsewhere.PathOf("cache")}").Succeeded().Output;
            Assert.That(rebuilt, Does.Contain($"built again with the same digest: {OciLayoutReader.Open(project.Layout + suffix).Index.Digest}"));
        }

        Assert.That(Directory.Exists(elsewhere.Artifacts), Is.False, "it is built in a folder of its own");
        elsewhere.Append("lib-requires.txt", "# changed\n");
        var changed = elsewhere.Run("--target=VerifyPublished", image, $"--key={elsewhere.PathOf(key)}", "--rebuild", $"--cache={elsewhere.PathOf("cache")}");
        Assert.That(changed.ExitCode, Is.EqualTo(2));
        Assert.That(changed.Output, Does.Contain("the image was built from another state of the project").And.Contain("lib-requires.txt"));
    }

    // docker buildx is not a tool of this project: what it shows of the index is what its users see.
    [Test]
    public async Task AttestationsInTheIndexAreShownByBuildx()
    {
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "a machine of amd64, for Debian's docker-buildx");
        using var tools = new TemporaryFolder();
        await Tool.Run("dpkg-deb", "-x", RealPackages.Fetch("docker-buildx", "amd64"), tools.Path);
        using var project = new ProjectCopy();
        using var registry = new RealRegistry();
        var image = $"{registry.Name}/acme/busybox:glibc";
        project.Append("cake.config", "\n[Variant.nonroot]\nUser=65532\n");
        string[] publish = [.. _quick, "--target=Publish", $"--registry={registry.Name}/acme", "--attest=index", "--sbom=spdx,cyclonedx"];
        var published = project.Run(publish).Succeeded();
        Assert.That(published.Output, Does.Contain("with attestations of 1 image in the index"));
        var digest = OciLayoutReader.Open(project.Layout).Index.Digest;
        Assert.That(published.Output, Does.Contain($"@{digest}"));
        Assert.That(File.ReadAllText(Path.Combine(project.Artifacts, "published.json")), Does.Contain("\"attestations\": \"index\""));
        async Task<JsonElement> ShowAsync(string what) =>
            JsonDocument.Parse(await Tool.Run(tools["usr/libexec/docker/cli-plugins/docker-buildx"], "imagetools", "inspect", image, "--format", $"{{{{json .{what}}}}}")).RootElement;
        var sbom = (await ShowAsync("SBOM")).GetProperty("SPDX");
        Assert.That(sbom.GetProperty("packages").EnumerateArray().Select(package => package.GetProperty("name").GetString()), Does.Contain("libc6"));
        Assert.That((await ShowAsync("Provenance")).GetProperty("SLSA").GetProperty("buildDefinition").GetProperty("buildType").GetString(), Is.EqualTo("urn:busybox-glibc:build:1"));

        foreach (var suffix in new[] { string.Empty, "-nonroot" })
        {
            Assert.That(project.Run("--target=VerifyPublished", $"--image={image}{suffix}").Succeeded().Output, Does.Contain("it is stated in the index").And.Contain("files as the SBOM lists them"));
        }

        Assert.That(project.Run([.. _quick, "--attest=index", $"--registry={registry.Name}/acme", "--sbom=spdx,cyclonedx", "--verbosity=quiet"]).Succeeded().Output.Trim(), Does.EndWith(digest), "nothing changed");
        Assert.That(project.Run([.. _quick, "--attest=index", "--target=Diff", $"--from={image}"]).Succeeded().Output, Does.Contain("nothing changed"));
        Assert.That(project.Run(publish).Succeeded().Output, Does.Contain(digest));
        Assert.That(project.Run([.. _quick, "--verbosity=quiet"]).Succeeded().Output, Does.Not.Contain(digest), "without the option the index is the one without them");
    }

    [Test]
    public void WithoutAttestationsNothingIsWrittenOrStored()
    {
        using var project = new ProjectCopy();
        using var registry = new RealRegistry();
        var published = project.Run([.. _quick, "--target=Publish", $"--registry={registry.Name}/acme", "--attest=none"]).Succeeded();
        Assert.That(published.Output, Does.Not.Contain("attestation"));
        Assert.That(Directory.Exists(Path.Combine(project.Artifacts, "attestations")), Is.False);
    }

    [Test]
    public void AKeyThatIsNoneEndsTheRunBeforeAnyWork()
    {
        using var project = new ProjectCopy();
        var run = project.Run([.. _quick, "--target=Publish", "--registry=127.0.0.1:1/acme", "--sign=lib-requires.txt"]);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("the file has no private key").And.Contain("CheckPublish"));
        Assert.That(Directory.Exists(project.Layout), Is.False);
    }

    private static string NewKey(ProjectCopy project, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(project.PathOf($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(project.PathOf($"{name}.pub"), key.ExportSubjectPublicKeyInfoPem());
        return name;
    }

    private static Dictionary<string, string> FilesOf(string path)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using var stream = OciLayoutReader.Open(path).ReadImages()[0].OpenLayer(0);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile)
            {
                files.Add($"./{entry.Name}", Convert.ToHexStringLower(entry.DataStream is { } content ? SHA256.HashData(content) : SHA256.HashData([])));
            }
        }

        return files;
    }
}
