using System.Text.Json;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

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
        var document = new VexDocument(KnownPlatforms.Amd64, _manifest, _index, Suites.Trixie, [Statement(_libc, "CVE-2026-5435", VexStatus.Open, "it is there")]);
        Assert.That(document.IsEmpty, Is.True);
        Assert.That((document with { Statements = [] }).IsEmpty, Is.True);
    }

    // go-vex, pkg/vex/vex.go: the name in the document is the more general one, and all of its qualifiers must be the scanner's.
    private static bool PurlMatches(string general, string specific)
    {
        var (one, other) = (general.Split('?'), specific.Split('?'));
        return one[0] == other[0] && one.Skip(1).SelectMany(text => text.Split('&')).All(qualifier => other.Length > 1 && other[1].Split('&').Contains(qualifier));
    }

    private static string Text(string name) => System.Text.Encoding.UTF8.GetString(new VexDocument(
        KnownPlatforms.Amd64, _manifest, _index, Suites.Trixie,
        [
            Statement(_zlib, "CVE-2023-45853", VexStatus.CodeNotPresent, "symbol libz.so.1:zipOpen is not in the image"), Statement(_libc, "CVE-2026-5435", VexStatus.Open, "it is there"),
            Statement(_libc, "CVE-2026-89092", VexStatus.ComponentNotPresent, "package nscd is not in the image"), Statement(_busybox, "CVE-2025-46394", VexStatus.Fixed, "fixed in 1.38.0"),
        ]).Write(ImageReference.TryParse(name)!, "2026-10-10T00:00:00Z"));

    private static VexStatement Statement(RecordedPackage package, string cve, VexStatus status, string text) => new(new VexEntry(package.Source, cve, [], $"https://a.test/{cve}", "Because."), [package], status, text);
}
