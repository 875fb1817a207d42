using System.Text.Json;
using BusyboxGlibc.Attestations.Provenance;

namespace BusyboxGlibc.Tests.Attestations.Provenance;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProvenancePredicateTests
{
    private static readonly BuildRecord _record = new(
        [("suite", ["trixie"]), ("locales", [])],
        ["--checkvaliduntil=false", "libfast (any-cpu)"],
        [
            new BuildInput("project", null, "c0ffee") { Algorithm = "gitCommit", Annotations = new Dictionary<string, string> { ["dirty"] = "true" } },
            new BuildInput("package libc6 2.41-12 amd64", "http://ftp.debian.org/debian/pool/main/g/glibc/libc6.deb", "aa"),
        ],
        IsCi: false);

    [Test]
    public void SaysWhatWasChosenRelaxedAndUsed()
    {
        var build = Read(_record).GetProperty("buildDefinition");
        Assert.Multiple(() =>
        {
            Assert.That(build.GetProperty("buildType").GetString(), Is.EqualTo(ProvenancePredicate.BuildType));
            Assert.That(build.GetProperty("externalParameters").GetRawText(), Is.EqualTo("""{"suite":["trixie"],"locales":[],"relaxedChecks":["--checkvaliduntil=false","libfast (any-cpu)"]}"""));
            Assert.That(build.GetProperty("resolvedDependencies")[0].GetRawText(), Is.EqualTo("""{"name":"project","digest":{"gitCommit":"c0ffee"},"annotations":{"dirty":"true"}}"""));
            Assert.That(build.GetProperty("resolvedDependencies")[1].GetRawText(), Is.EqualTo("""{"name":"package libc6 2.41-12 amd64","uri":"http://ftp.debian.org/debian/pool/main/g/glibc/libc6.deb","digest":{"sha256":"aa"}}"""));
        });
    }

    [TestCase(false, 1, "urn:busybox-glibc:builder:local")]
    [TestCase(true, 2, "urn:busybox-glibc:builder:ci")]
    public void TheLevelIsThatOfWhoRanIt(bool isCi, int level, string builder)
    {
        var read = Read(_record with { IsCi = isCi });
        Assert.That(read.GetProperty("buildDefinition").GetProperty("internalParameters").GetProperty("slsaBuildLevel").GetInt32(), Is.EqualTo(level));
        Assert.That(read.GetProperty("runDetails").GetRawText(), Is.EqualTo($$$"""{"builder":{"id":"{{{builder}}}"}}"""), "neither times nor an invocation");
    }

    private static JsonElement Read(BuildRecord record)
    {
        using var document = JsonDocument.Parse(ProvenancePredicate.Of(record));
        return document.RootElement.Clone();
    }
}
