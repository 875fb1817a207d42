using System.Text.Json;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>A build when every mirror is gone, from what was kept before.</summary>
[Category(Categories.EndToEnd)]
internal sealed class VaultTests
{
    private static readonly string[] _quick = ["--busybox=debian", "--platforms=linux/amd64", "--engine=embedded"];

    [OneTimeSetUp]
    public Task NeedsTheMirror() => RealSuite.RequireAsync();

    [Test]
    public void ABuildFromAVaultWithoutAnyMirrorGivesTheSameImage()
    {
        using var registry = new RealRegistry();
        using var project = new ProjectCopy();
        var plain = project.Run(_quick).Succeeded();
        var name = $"{registry.Name}/acme/vault:trixie";
        Assert.That(project.Run([.. _quick, "--target=Vault", $"--to={name}"]).Succeeded().Output, Does.Match($@"vault: \d+ files, \S+ MB, of which \S+ MB new, in {registry.Name}/acme/vault@sha256:\w+; use it with --vault={name}"));
        Assert.That(project.Run([.. _quick, "--target=Vault", "--to=./kept"]).Succeeded().Output, Does.Contain("in ./kept"));

        string[] gone = ["--mirror=http://127.0.0.1:9/debian", "--securitymirror=http://127.0.0.1:9/security", "--snapshot=none", "--locked"];
        foreach (var (vault, more) in new[] { (name, Array.Empty<string>()), ("./kept", ["--offline"]) })
        {
            using var empty = new TemporaryFolder();
            var built = project.Run([.. _quick, .. gone, .. more, $"--vault={vault}", $"--cache={empty.Path}", "--artifacts=again"]).Succeeded();
            Assert.That((built.IndexDigest, built.Output.Contains("warning: the vault", StringComparison.Ordinal)), Is.EqualTo((plain.IndexDigest, false)), built.Output);
            Directory.Delete(project.PathOf("again"), recursive: true);
        }

        using var cache = new TemporaryFolder();
        project.Run([.. _quick, .. gone, "--vault=./artifacts/oci", $"--cache={cache.Path}", "--artifacts=again"]).FailedSaying("the vault ./artifacts/oci is not a vault", "the folder is not an OCI layout with an artifact");
    }

    [Test]
    public void TheSourcesOfAnImageAreListed()
    {
        using var project = new ProjectCopy();
        var run = project.Run([.. _quick, "--target=Sources"]);
        Assert.That(run.ExitCode, Is.Zero.Or.EqualTo(1), run.Output);
        Assert.That(run.Output, Does.Match(@"glibc 2\.\d\S+: \d files, \S+ MB \(libc-bin, libc6\)").And.Match(@"\d+ source packages, \d+ files, \S+ MB"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(project.PathOf("artifacts/sources/sources.json")));
        var glibc = json.RootElement.GetProperty("packages").EnumerateArray().Single(source => source.GetProperty("name").GetString() == "glibc");
        Assert.That(glibc.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("url").GetString()), Has.Some.Matches(@"^http://ftp\.debian\.org/debian/pool/main/g/glibc/glibc_\S+\.dsc$"));
        Assert.That(File.ReadAllText(project.PathOf("artifacts/sources/README.md")), Does.Contain("### glibc 2."));
    }
}
