using System.Text.Json;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry.Attachments;
using BusyboxGlibc.Tests.Debian.Package;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Attestations.Signing;

/// <summary>Debian 13's cosign verifies what is signed here, and the keys it makes sign.</summary>
[Category(Categories.Integration)]
internal sealed class CosignTests
{
    private RegistryImages _images = null!;
    private RealRegistry _registry = null!;
    private string _cosign = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _registry = new RealRegistry();
        _images = new RegistryImages();
        _cosign = Path.Combine(_images.Root, "usr", "bin", "cosign");
        await Tool.Run("dpkg-deb", "-x", RealPackages.Fetch("cosign", "amd64"), _images.Root);
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "a machine of amd64, for Debian's cosign");
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _registry?.Dispose();
        _images?.Dispose();
    }

    [TestCase("slsaprovenance1", "https://slsa.dev/provenance/v1")]
    [TestCase("openvex", "https://openvex.dev/ns")]
    [TestCase("https://sigstore.dev/cosign/sign/v1", "https://sigstore.dev/cosign/sign/v1")]
    public async Task CosignVerifiesBundles(string type, string predicateType)
    {
        using var key = SignedImages.NewKey();
        var layout = _images.Make();
        var vex = new InTotoStatement([new StatementSubject("pkg:oci/busybox", layout.Index.Digest)], PredicateTypes.OpenVex, """{"@context":"https://openvex.dev/ns/v0.2.0","statements":[]}"""u8.ToArray());
        var published = await SignedImages.PushAsync(layout, _registry.Name, key, repository: "acme/bundles", statements: [.. SignedImages.Statements(layout), new Attestation("openvex", null, vex.Write())]);
        Assert.That(published.Attached.Form, Is.EqualTo(AttachForm.ReferrersTag));
        await ExpectAsync(predicateType, layout.Index.Digest, key, "verify-attestation", "--new-bundle-format", $"--trusted-root={TrustedRoot}", $"--type={type}", published.Reference);
        using var other = SignedImages.NewKey();
        await RefuseAsync(other, "verify-attestation", "--new-bundle-format", $"--trusted-root={TrustedRoot}", $"--type={type}", published.Reference);
    }

    [Test]
    public async Task CosignVerifiesItsOlderFormsByTagAndByPlatform()
    {
        using var registry = new PlayingRegistry { Judge = (_, json) => json.TryGetProperty("subject", out JsonElement _) ? PlayedAnswer.Error(400, "MANIFEST_INVALID", "no artifacts") : null };
        using var key = SignedImages.NewKey();
        var layout = _images.Make();
        await SignedImages.PushAsync(layout, registry.Name, key);
        await ExpectAsync("cosign container image signature", layout.Index.Digest, key, "verify", $"{registry.Name}/acme/busybox:glibc");
        await ExpectAsync("https://spdx.dev/Document", layout.Manifests[0].Digest, key, "verify-attestation", "--type=spdxjson", $"{registry.Name}/acme/busybox@{layout.Manifests[0].Digest}");
        using var other = SignedImages.NewKey();
        await RefuseAsync(other, "verify", $"{registry.Name}/acme/busybox:glibc");
    }

    [Test]
    public async Task AKeyThatCosignMadeSigns()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_images.Root, "keys")).FullName;
        await Tool.Run("sh", "-c", $"cd {folder} && COSIGN_PASSWORD='pass word é' {_cosign} generate-key-pair");
        using var key = KeyFiles.Read(await File.ReadAllTextAsync(Path.Combine(folder, "cosign.key")), "cosign.key", "pass word é");
        Assert.That(key.PublicKey.Pem, Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(folder, "cosign.pub"))));
        var error = Assert.Throws<BusyboxGlibc.Attestations.AttestationException>(() => KeyFiles.Read(File.ReadAllText(Path.Combine(folder, "cosign.key")), "cosign.key", "wrong"))!;
        Assert.That(error.Message, Does.Contain("COSIGN_PASSWORD is wrong").And.Not.Contain("eyJ"));
    }

    // Without a key it needs Sigstore's services, which no test has: the same calls, with a key that a script in its place adds.
    [Test]
    public async Task CosignSignsAndAttestsAsItIsCalled()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_images.Root, "bin")).FullName;
        var script = Path.Combine(bin, "cosign");
        using var key = SignedImages.NewKey();
        await Tool.Run("sh", "-c", $"cd {bin} && COSIGN_PASSWORD= {_cosign} generate-key-pair");
        await File.WriteAllTextAsync(script, $"""
            #!/bin/sh
            command=$1
            shift
            COSIGN_PASSWORD= exec {_cosign} "$command" --key={bin}/cosign.key --tlog-upload=false "$@"

            """);
        await Tool.Run("chmod", "700", script);
        var layout = _images.Make(size: 0);
        var repository = $"{_registry.Name}/acme/called";
        await SignedImages.PushAsync(layout, _registry.Name, null, repository: "acme/called", statements: []);
        var statements = SignedImages.Statements(layout).Select(statement => BusyboxGlibc.Attestations.Publishing.SubjectStatement.Of(layout, statement)).ToList();
        var commands = new BusyboxGlibc.Foundation.Processes.CommandRunner($"{bin}:{Environment.GetEnvironmentVariable("PATH")}");
        var digests = layout.Manifests.Select(manifest => manifest.Digest).Prepend(layout.Index.Digest).ToList();
        Assert.That(await new CosignProgram(commands, _ => null).SignAsync(new CosignPlace(repository, false, null), null, digests, statements, CancellationToken.None), Is.EqualTo(6));
        Assert.That(await Tool.Run(_cosign, "verify", $"--key={bin}/cosign.pub", "--insecure-ignore-tlog=true", $"{repository}@{layout.Manifests[1].Digest}"), Does.Contain(OciDigest.Hex(layout.Manifests[1].Digest)));
        var payload = await Tool.Run(_cosign, "verify-attestation", $"--key={bin}/cosign.pub", "--insecure-ignore-tlog=true", "--type=https://spdx.dev/Document", $"{repository}@{layout.Manifests[0].Digest}");
        var statement = System.Text.Encoding.UTF8.GetString(JsonDocument.Parse(payload.Split('\n')[0]).RootElement.GetProperty("payload").GetBytesFromBase64());
        Assert.That(statement, Does.Contain("\"predicateType\":\"https://spdx.dev/Document\"").And.Contain("./bin/busybox").And.Contain(OciDigest.Hex(layout.Manifests[0].Digest)));
    }

    // Without logs and authorities: what a key of one's own needs. cosign asks the network for them otherwise.
    private string TrustedRoot
    {
        get
        {
            var file = Path.Combine(_images.Root, "trusted-root.json");
            File.WriteAllText(file, """{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}""");
            return file;
        }
    }

    private async Task ExpectAsync(string type, string digest, SigningKey key, params string[] words)
    {
        var output = await CosignAsync(key, words);
        var text = output.Contains("\"payload\"", StringComparison.Ordinal)
            ? System.Text.Encoding.UTF8.GetString(JsonDocument.Parse(output.Split('\n')[0]).RootElement.GetProperty("payload").GetBytesFromBase64())
            : output;
        Assert.That(text, Does.Contain(type).And.Contain(OciDigest.Hex(digest)));
    }

    private async Task RefuseAsync(SigningKey key, params string[] words) => await Assert.ThrowsAsync<AssertionException>(() => CosignAsync(key, words));

    private Task<string> CosignAsync(SigningKey key, params string[] words)
    {
        var file = Path.Combine(_images.Root, "cosign.pub");
        File.WriteAllText(file, key.PublicKey.Pem);
        return Tool.Run(_cosign, [words[0], $"--key={file}", "--insecure-ignore-tlog=true", "--allow-http-registry", .. words[1..]]);
    }
}
