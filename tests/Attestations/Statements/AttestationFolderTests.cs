using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Attestations.Statements;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AttestationFolderTests
{
    [Test]
    public void KeepsExactlyTheStatementsOfTheRun()
    {
        using var folder = new TemporaryFolder();
        var attestations = new AttestationFolder(folder.Path);
        Assert.That(new AttestationFolder(Path.Combine(folder.Path, "absent")).Read(), Is.Empty);
        File.WriteAllText(Path.Combine(folder.Path, "provenance.index.sigstore.json"), "kept");
        attestations.Write([One("spdx", KnownPlatforms.Find("linux/arm/v7")!), One("provenance", null)]);
        attestations.Write([One("spdx", KnownPlatforms.Find("linux/arm/v7")!)]);
        Assert.Multiple(() =>
        {
            Assert.That(Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName), Is.EquivalentTo(["provenance.index.sigstore.json", "spdx.linux-arm-v7.intoto.json"]));
            Assert.That(attestations.Read().Single() is { Kind: "spdx", Platform.Name: "linux/arm/v7" });
        });
    }

    [TestCase("spdx.linux-vax.intoto.json")]
    [TestCase("index.intoto.json")]
    [TestCase("a.b.index.intoto.json")]
    public void RefusesOtherNames(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, name), "{}");
        Assert.That(new AttestationFolder(folder.Path).Read, Throws.TypeOf<AttestationException>().With.Message.Contain(name));
    }

    [Test]
    public void RefusesLinks()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(Path.Combine(folder.Path, "spdx.index.intoto.json"), "/etc/hostname");
        Assert.That(new AttestationFolder(folder.Path).Read, Throws.TypeOf<AttestationException>().With.Message.Contain("symbolic link"));
    }

    private static Attestation One(string kind, Platform? platform) =>
        new(kind, platform, new InTotoStatement([new StatementSubject("x", "sha256:" + new string('0', 64))], PredicateTypes.Spdx, "{}"u8.ToArray()).Write());
}
