using System.Text.Json;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Attestations.Sbom;

namespace BusyboxGlibc.Tests.Attestations.Vex;

/// <summary>The documents that scanners read: by OpenVEX's rules, with names that trivy and grype match, and the same bytes each time.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class VexDocumentTests
{
    private static readonly string _manifest = "sha256:" + new string('a', 64);
    private static readonly string _index = "sha256:" + new string('b', 64);
    private static readonly RecordedPackage _zlib = new("zlib1g", "1:1.3.dfsg+really1.3.1-1+deb13u1", "zlib", "1:1.3.dfsg+really1.3.1-1+deb13u1") { Architecture = "amd64" };
    private static readonly RecordedPackage _libc = new("libc6", "2.41-12+deb13u5", "glibc", "2.41-12+deb13u5") { Architecture = "amd64" };
    private static readonly RecordedPackage _busybox = new("busybox", "1:1.38.0", "busybox", "1:1.38.0") { Architecture = "amd64" };

    [Test]
    public void ItHasWhatOpenVexRequires()
    {
        var text = Text("ghcr.io/acme/busybox:glibc");
        var document = JsonDocument.Parse(text).RootElement;
        Assert.Multiple(() =>
        {
            // https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md, "Document Struct" and "Statement Struct".
            Assert.That(document.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "@context", "@id", "author", "timestamp", "version", "tooling", "statements" }));
            Assert.That(document.GetProperty("@context").GetString(), Is.EqualTo("https://openvex.dev/ns/v0.2.0"));
            Assert.That(document.GetProperty("@id").GetString(), Does.Match("^urn:busybox-glibc:vex:a{64}:[0-9a-f]{16}$"));
            Assert.That(document.GetProperty("timestamp").GetString(), Is.EqualTo("2026-10-10T00:00:00Z"));
            var statements = document.GetProperty("statements").EnumerateArray().ToList();
            Assert.That(statements.Select(one => one.GetProperty("vulnerability").GetProperty("name").GetString()), Is.EqualTo(new[] { "CVE-2023-45853", "CVE-2026-89092", "CVE-2025-46394" }), "what is open is not in it");
            Assert.That(statements.Select(one => one.GetProperty("status").GetString()), Is.EqualTo(new[] { "not_affected", "not_affected", "fixed" }));
            Assert.That(statements.Take(2).Select(one => one.GetProperty("justification").GetString()), Is.EqualTo(new[] { "vulnerable_code_not_present", "component_not_present" }));

            // go-vex refuses these for "fixed".
            Assert.That(statements[2].TryGetProperty("justification", out _) || statements[2].TryGetProperty("impact_statement", out _), Is.False);
            Assert.That(statements, Is.All.Matches<JsonElement>(one => one.GetProperty("products").GetArrayLength() == 2 && one.GetProperty("products").EnumerateArray().All(product => product.GetProperty("subcomponents").GetArrayLength() > 0)));
            Assert.That(text, Does.EndWith("}\n"));
        });
        Assert.That(Text("ghcr.io/acme/busybox:glibc"), Is.EqualTo(text));
    }

    // As trivy writes them (arthur-ai/arthur-engine#1862: distro with the point release), grype (openvex/discovery) and syft.
    [TestCase("ghcr.io/acme/busybox", "pkg:oci/busybox@sha256:INDEX?arch=amd64&repository_url=ghcr.io%2Facme%2Fbusybox", "pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch=amd64&distro=debian-13.2", "CVE-2026-89092")]
    [TestCase("ghcr.io/acme/busybox", "pkg:oci/busybox@sha256:MANIFEST?arch=amd64&os=linux&repository_url=ghcr.io%2Facme%2Fbusybox&tag=glibc", "pkg:deb/debian/zlib1g@1:1.3.dfsg%2Breally1.3.1-1%2Bdeb13u1?arch=amd64&distro=debian-13&upstream=zlib", "CVE-2023-45853")]
    [TestCase("busybox", "pkg:oci/busybox@sha256:INDEX?arch=amd64&repository_url=index.docker.io%2Flibrary%2Fbusybox", "pkg:deb/debian/zlib1g@1.3.dfsg%2Breally1.3.1-1%2Bdeb13u1?arch=amd64&distro=debian-13.2&epoch=1", "CVE-2023-45853")]
    [TestCase("busybox", "pkg:oci/busybox@sha256:INDEX?arch=amd64&repository_url=docker.io%2Flibrary%2Fbusybox", "pkg:generic/busybox@1.38.0", "CVE-2025-46394")]
    [TestCase("busybox", "pkg:oci/busybox@sha256:INDEX?arch=amd64&repository_url=index.docker.io%2Flibrary%2Fbusybox", "pkg:deb/debian/busybox@1.38.0?arch=amd64&distro=debian-13.2&epoch=1", "CVE-2025-46394")]
    public void ScannersFindTheImageAndThePackage(string image, string product, string package, string cve)
    {
        var (wanted, document) = (product.Replace("INDEX", _index[7..], StringComparison.Ordinal).Replace("MANIFEST", _manifest[7..], StringComparison.Ordinal), JsonDocument.Parse(Text(image + ":glibc")).RootElement);
        bool Matches(string one, string other, string vulnerability) => document.GetProperty("statements").EnumerateArray().Any(statement =>
            statement.GetProperty("vulnerability").GetProperty("name").GetString() == vulnerability
            && statement.GetProperty("products").EnumerateArray().Any(candidate => PurlMatches(candidate.GetProperty("@id").GetString()!, one)
                && candidate.GetProperty("subcomponents").EnumerateArray().Any(part => PurlMatches(part.GetProperty("identifiers").GetProperty("purl").GetString()!, other))));
        Assert.That(Matches(wanted, package, cve), Is.True);
        Assert.That(Matches(wanted, package.Replace("amd64", "arm64", StringComparison.Ordinal), cve), Is.EqualTo(!package.Contains("amd64", StringComparison.Ordinal)), "the package of another architecture");
        Assert.That(Matches(wanted, package.Replace("deb13u", "deb13u9", StringComparison.Ordinal).Replace("1.38", "1.39", StringComparison.Ordinal), cve), Is.False, "another version");
        Assert.That(Matches(wanted.Replace("aaa", "ccc", StringComparison.Ordinal).Replace("bbb", "ccc", StringComparison.Ordinal), package, cve), Is.False, "another image");
    }

    [Test]
    public void WithoutProofThereIsNoDocument()
    {
        var image = new VexImage(KnownPlatforms.Amd64, _manifest, Suites.Trixie, [Statement(_libc, "CVE-2026-5435", VexStatus.Open, "it is there")]);
        Assert.That(new VexDocument(_manifest, _index, [image]).IsEmpty, Is.True);
        Assert.That(new VexDocument(_manifest, _index, [image with { Statements = [] }]).IsEmpty, Is.True);
        Assert.That(CycloneDxVex.Of(image, Sbom(), "2026-10-10T00:00:00Z"), Is.Null);
    }

    // trivy --vex oci looks beside the digest that it pulled, which is the index's, and takes the first document.
    [Test]
    public void ThatOfTheIndexHasWhatEachImageShows()
    {
        var (v7, v6) = (KnownPlatforms.Find("linux/arm/v7")!, KnownPlatforms.Find("linux/arm/v6")!);
        var entry = new VexEntry("glibc", "CVE-2026-80489", [], "https://a.test/", "Because.");
        RecordedPackage Libc(string architecture) => _libc with { Architecture = architecture };
        VexStatement Of(RecordedPackage package, bool isProven) => isProven ? new(entry, [package], VexStatus.CodeNotPresent, "module X is not in the image") : new(entry, [package], VexStatus.Open, "module X is in the image");
        var document = new VexDocument(
            _index, _index,
            [
                new VexImage(KnownPlatforms.Amd64, _manifest, Suites.Trixie, [Of(Libc("amd64"), true)]), new VexImage(v7, "sha256:" + new string('7', 64), Suites.Trixie, [Of(Libc("armhf"), true)]),
                new VexImage(v6, "sha256:" + new string('6', 64), Suites.Trixie, [Of(Libc("armel"), false)]),
            ]);
        string[] Found(string digest, string architecture, string package) =>
            [.. JsonDocument.Parse(document.Write(ImageReference.TryParse("ghcr.io/acme/busybox:glibc")!, "2026-10-10T00:00:00Z")).RootElement.GetProperty("statements").EnumerateArray()
                .Where(statement => statement.GetProperty("products").EnumerateArray().Any(product =>
                    PurlMatches(product.GetProperty("@id").GetString()!, $"pkg:oci/busybox@sha256:{digest}?arch={architecture}&repository_url=ghcr.io%2Facme%2Fbusybox")
                    && product.GetProperty("subcomponents").EnumerateArray().Any(part => PurlMatches(part.GetProperty("identifiers").GetProperty("purl").GetString()!, $"pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch={package}&distro=debian-13"))))
                .Select(statement => statement.GetProperty("vulnerability").GetProperty("name").GetString()!)];
        Assert.Multiple(() =>
        {
            Assert.That(Found(_index[7..], "amd64", "amd64"), Is.EqualTo(new[] { "CVE-2026-80489" }));
            Assert.That(Found(_manifest[7..], "amd64", "amd64"), Is.EqualTo(new[] { "CVE-2026-80489" }));
            Assert.That(Found(_index[7..], "arm", "armhf"), Is.EqualTo(new[] { "CVE-2026-80489" }));
            Assert.That(Found(_index[7..], "arm", "armel"), Is.Empty, "what arm/v7 shows says nothing about arm/v6");
            Assert.That(Found(new string('6', 64), "arm", "armel"), Is.Empty);
        });
    }

    // The compiled BusyBox has the same name on arm/v6 and arm/v7, which the index's digest does not tell apart.
    [Test]
    public void APackageThatIsOpenInAnImageOfTheSameNameIsClearedInNone()
    {
        var entry = new VexEntry("busybox", "CVE-2026-1", [], "https://a.test/", "Because.");
        string Text(params bool[] proven) => System.Text.Encoding.UTF8.GetString(new VexDocument(
            _index, _index,
            [
                .. proven.Select((one, number) => new VexImage(
                    KnownPlatforms.Find(number == 0 ? "linux/arm/v5" : "linux/arm/v6")!, $"sha256:{new string((char)('1' + number), 64)}", Suites.Trixie,
                    [new VexStatement(entry, [_busybox with { Architecture = "armel" }], one ? VexStatus.CodeNotPresent : VexStatus.Open, "x")])),
            ]).Write(ImageReference.TryParse("ghcr.io/acme/busybox:glibc")!, "2026-10-10T00:00:00Z"));
        Assert.That(Text(true, true), Does.Contain(_index[7..]).And.Contain(new string('1', 64)));
        Assert.That(Text(true, false), Does.Not.Contain($"busybox@sha256:{_index[7..]}").And.Contain(new string('1', 64)));
    }

    [Test]
    public void TheDocumentBesideAnSbomNamesPlacesInIt()
    {
        var content = CycloneDxVex.Of(Image(), Sbom(), "2026-10-10T00:00:00Z")!;
        Assert.That(SbomSchemas.Faults(content), Is.Empty);
        var found = JsonDocument.Parse(content).RootElement.GetProperty("vulnerabilities").EnumerateArray().ToDictionary(one => one.GetProperty("id").GetString()!);
        Assert.That(found.Keys, Is.EqualTo(new[] { "CVE-2023-45853", "CVE-2026-89092", "CVE-2025-46394" }));
        Assert.That(found.Values.Select(one => one.GetProperty("affects")[0].GetProperty("ref").GetString()), Is.EqualTo(new[]
        {
            "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#part-1", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#part-2", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#part-3",
        }));
        Assert.That(found.Values.Select(one => one.GetProperty("analysis").GetProperty("state").GetString()), Is.EqualTo(new[] { "not_affected", "not_affected", "resolved" }));
    }

    private static byte[] Sbom() => """
        {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "version": 1, "components": [
          {"type": "operating-system", "bom-ref": "os", "name": "debian", "version": "13"},
          {"type": "library", "bom-ref": "part-1", "name": "zlib1g", "purl": "pkg:deb/debian/zlib1g@1:1.3.dfsg%2Breally1.3.1-1%2Bdeb13u1?arch=amd64&distro=debian-13&upstream=zlib"},
          {"type": "library", "bom-ref": "part-2", "name": "libc6", "purl": "pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch=amd64&distro=debian-13&upstream=glibc"},
          {"type": "application", "bom-ref": "part-3", "name": "busybox", "purl": "pkg:generic/busybox@1.38.0"}]}
        """u8.ToArray();

    // go-vex, pkg/vex/vex.go: the name in the document is the more general one, and all of its qualifiers must be the scanner's.
    private static bool PurlMatches(string general, string specific)
    {
        var (one, other) = (general.Split('?'), specific.Split('?'));
        return one[0] == other[0] && one.Skip(1).SelectMany(text => text.Split('&')).All(qualifier => other.Length > 1 && other[1].Split('&').Contains(qualifier));
    }

    private static string Text(string name) => System.Text.Encoding.UTF8.GetString(new VexDocument(_manifest, _index, [Image()]).Write(ImageReference.TryParse(name)!, "2026-10-10T00:00:00Z"));

    private static VexImage Image() => new(
        KnownPlatforms.Amd64, _manifest, Suites.Trixie,
        [
            Statement(_zlib, "CVE-2023-45853", VexStatus.CodeNotPresent, "symbol libz.so.1:zipOpen is not in the image"), Statement(_libc, "CVE-2026-5435", VexStatus.Open, "it is there"),
            Statement(_libc, "CVE-2026-89092", VexStatus.ComponentNotPresent, "package nscd is not in the image"), Statement(_busybox, "CVE-2025-46394", VexStatus.Fixed, "fixed in 1.38.0"),
        ]);

    private static VexStatement Statement(RecordedPackage package, string cve, VexStatus status, string text) => new(new VexEntry(package.Source, cve, [], $"https://a.test/{cve}", "Because."), [package], status, text);
}
