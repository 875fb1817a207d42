using System.Text.Json;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Formats.Spdx;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Formats.Spdx;

/// <summary>Package URLs, held against the vectors of the specification and against what scanners were reported to misread.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PackageUrlTests
{
    private static IEnumerable<TestCaseData> Vectors => new[] { "deb", "docker", "oci" }.SelectMany(type =>
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.Path($"tests/Data/Sbom/purl-{type}-test.json")));
        return document.RootElement.GetProperty("tests").EnumerateArray().Where(test => test.GetProperty("test_type").GetString() == "build")
            .Select((test, number) => new TestCaseData(test.GetProperty("input").Clone(), test.GetProperty("expected_output").GetString()) { TestName = $"{type} {number}" }).ToList();
    });

    [TestCaseSource(nameof(Vectors))]
    public void IsWrittenAsTheSpecificationSays(JsonElement input, string expected) => Assert.That(
        new PackageUrl(Text(input, "type")!, Text(input, "namespace"), Text(input, "name")!, Text(input, "version"))
        {
            Qualifiers = input.GetProperty("qualifiers") is { ValueKind: JsonValueKind.Object } qualifiers ? qualifiers.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()) : new Dictionary<string, string?>(),
        }.ToString(),
        Is.EqualTo(expected));

    // The plus sign of a binNMU and of "really" versions was read as a blank or refused (packageurl-js 52, packageurl-java 97), the source package was not found without
    // upstream (trivy 3942), no distribution was found without distro (sbomex 30), an arch without its key (distro2SBOM 28); epochs of binary and source differ (libbpf in Debian 13).
    [TestCase("libcap2", "1:2.75-10+deb13u1+b3", "libcap2", "1:2.75-10+deb13u1", "pkg:deb/debian/libcap2@1:2.75-10%2Bdeb13u1%2Bb3?arch=amd64&distro=debian-13&upstream=libcap2%401:2.75-10%2Bdeb13u1")]
    [TestCase("mailutils", "1:3.10-3+b1", "mailutils", "1:3.10-3", "pkg:deb/debian/mailutils@1:3.10-3%2Bb1?arch=amd64&distro=debian-13&upstream=mailutils%401:3.10-3")]
    [TestCase("zlib1g", "1:1.3.dfsg+really1.3.1-1+deb13u1", "zlib", "1:1.3.dfsg+really1.3.1-1+deb13u1", "pkg:deb/debian/zlib1g@1:1.3.dfsg%2Breally1.3.1-1%2Bdeb13u1?arch=amd64&distro=debian-13&upstream=zlib")]
    [TestCase("libbpf1", "1:1.5.0-3", "libbpf", "1.5.0-3", "pkg:deb/debian/libbpf1@1:1.5.0-3?arch=amd64&distro=debian-13&upstream=libbpf%401.5.0-3")]
    [TestCase("libstdc++6", "14.2.0-19", "gcc-14", "14.2.0-19", "pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64&distro=debian-13&upstream=gcc-14")]
    [TestCase("libpcre2-8-0", "10.46-1~deb13u3", "pcre2", "10.46-1~deb13u3", "pkg:deb/debian/libpcre2-8-0@10.46-1~deb13u3?arch=amd64&distro=debian-13&upstream=pcre2")]
    [TestCase("netbase", "6.5", "netbase", "6.5", "pkg:deb/debian/netbase@6.5?arch=amd64&distro=debian-13")]
    public void PackagesOfDebianHaveTheNamesThatScannersMatch(string name, string version, string source, string sourceVersion, string expected) => Assert.That(
        ImageInventory.PurlOf(new PinnedPackage(name, version, "amd64", source, sourceVersion, "debian", "pool/x.deb", 1, new string('0', 64)), Suites.Trixie), Is.EqualTo(expected));

    private static string? Text(JsonElement parent, string name) => parent.GetProperty(name).GetString();
}
