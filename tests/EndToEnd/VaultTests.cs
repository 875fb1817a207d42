using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Lock.Model;
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
        // A folder is an OCI layout, which others copy.
        var copied = $"{registry.Name}/acme/copied:trixie";
        Requires.Tool("skopeo");
        Shell.Run("skopeo", "copy", "--dest-tls-verify=false", $"oci:{project.PathOf("kept")}", $"docker://{copied}").Succeeded();
        foreach (var (vault, more) in new[] { (name, Array.Empty<string>()), (copied, []), ("./kept", ["--offline"]) })
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

    [Test]
    public void SourcesOfAnArchiveWithAKeyOfItsOwnAreDownloadedAndPushed()
    {
        using var registry = new RealRegistry();
        using var project = new ProjectCopy();
        using var folder = new TemporaryFolder();
        project.Run([.. _quick, "--target=Vault", "--to=./kept"]).Succeeded();
        var wanted = LockFile.Read(project.PathOf("image.lock.json"))!.Platforms[0].Packages.Select(package => (package.Pin.Source, package.Pin.SourceVersion)).Distinct().ToList();
        var key = new TestKey();
        var archive = new TestArchive(folder.Path, [], new TestArchiveOptions { Key = key, Date = DateTimeOffset.UtcNow, ValidUntil = null, Sources = suffix => suffix.Length > 0 ? string.Empty : string.Concat(wanted.Select(Stanza)) });
        File.WriteAllBytes(project.PathOf("own.gpg"), key.PublicKey);
        foreach (var (name, version) in wanted)
        {
            Directory.CreateDirectory(Path.Combine(archive.Folder, "debian/pool", name));
            File.WriteAllText(Path.Combine(archive.Folder, "debian/pool", name, FileOf(version)), TextOf(name, version));
        }

        string[] own = [$"--mirror=file://{archive.Folder}/debian", $"--securitymirror=file://{archive.Folder}/debian-security", "--keyring=own.gpg", "--snapshot=none", "--vault=./kept", $"--cache={folder["cache"]}"];
        string[] sources = [.. _quick, .. own, "--target=Sources", "--download", "--push", $"--registry={registry.Name}/acme"];
        var run = project.Run(sources).Succeeded();
        Assert.That(run.Output, Does.Contain($"own.gpg, instead of Debian's: {key.Fingerprint}").And.Contain($"{wanted.Count} source packages, {wanted.Count} files").And.Match($@"pushed: {registry.Name}/acme/busybox:glibc-source \(sha256:\w+\)"));
        Assert.That(File.ReadAllText(project.PathOf($"artifacts/sources/debian/pool/{wanted[0].Source}/{FileOf(wanted[0].SourceVersion)}")), Is.EqualTo(TextOf(wanted[0].Source, wanted[0].SourceVersion)));
        Assert.That(project.Run(sources).Succeeded().Output, Does.Contain("nothing to upload"));

        static string FileOf(string version) => $"{version.Replace(':', '_')}.dsc";
        static string TextOf(string name, string version) => $"the source of {name} {version}\n";
        static string Stanza((string Name, string Version) source) => string.Create(CultureInfo.InvariantCulture,
            $"Package: {source.Name}\nVersion: {source.Version}\nDirectory: pool/{source.Name}\nChecksums-Sha256:\n {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TextOf(source.Name, source.Version))))} {TextOf(source.Name, source.Version).Length} {FileOf(source.Version)}\n\n");
    }
}
