using System.Text.Json;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Publishing;
using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Tests.Oci.Layout;
using BusyboxGlibc.Tests.Smoke;

namespace BusyboxGlibc.Tests.Attestations.Signing;

/// <summary>How cosign is called: by digest, with an identity that needs nobody, and with no secret among its arguments.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CosignProgramTests
{
    private const string Token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.request.token";
    private const string Password = "ghs_pass word é";

    private static readonly CosignPlace _place = new("ghcr.io/acme/busybox", false, null);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task EveryManifestIsSignedAndEveryStatementAttestedByDigest()
    {
        var layout = Layout();
        var statements = SignedImages.Statements(layout).Select(statement => SubjectStatement.Of(layout, statement)).ToList();
        var commands = new FakeCommands(_ => FakeCommands.Ends(0), "cosign");
        var digests = layout.Manifests.Select(manifest => manifest.Digest).Prepend(layout.Index.Digest).ToList();
        Assert.That(await new CosignProgram(commands, _ => null).SignAsync(_place with { IsPlain = true, CertificateAuthority = "/etc/lan.pem" }, null, digests, statements, CancellationToken.None), Is.EqualTo(6));
        Assert.That(commands.Calls[0], Is.EqualTo($"cosign sign --yes --allow-http-registry --registry-cacert=/etc/lan.pem {string.Join(' ', digests.Select(digest => $"ghcr.io/acme/busybox@{digest}"))}"));
        Assert.That(commands.Calls.Skip(1).Select(call => call.Split(' ')[3]), Is.EqualTo(new[] { "--type=https://slsa.dev/provenance/v1", "--type=https://spdx.dev/Document", "--type=https://spdx.dev/Document" }));
        Assert.That(commands.Calls.Skip(1).Select(call => call.Split(' ')[^1]), Is.EqualTo(statements.Select(statement => $"ghcr.io/acme/busybox@{statement.Subject.Digest}")));
    }

    // The recorded program says what it was given: arguments, the account and the environment.
    [Test]
    public async Task TheAccountAndTheTokenAreInNoArgument()
    {
        Requires.Tool("env");
        var log = _folder["log"];
        await WriteAsync($"""printf '%s\n' "$@" >>{log}; cat "$DOCKER_CONFIG/config.json" >{_folder["config"]}; stat -c %a "$DOCKER_CONFIG/config.json" >{_folder["mode"]}""");
        var config = CosignProgram.WriteDockerConfig("ghcr.io", "acme", Password);
        try
        {
            var layout = Layout();
            await new CosignProgram(Runner(), name => name == "ACTIONS_ID_TOKEN_REQUEST_TOKEN" ? Token : null).SignAsync(_place, config, [layout.Index.Digest], [], CancellationToken.None);
            Assert.That(await File.ReadAllLinesAsync(log), Is.EqualTo(new[] { "sign", "--yes", $"ghcr.io/acme/busybox@{layout.Index.Digest}" }));
            using var read = JsonDocument.Parse(await File.ReadAllTextAsync(_folder["config"]));
            Assert.That(read.RootElement.GetProperty("auths").GetProperty("ghcr.io").GetProperty("auth").GetBytesFromBase64(), Is.EqualTo(System.Text.Encoding.UTF8.GetBytes($"acme:{Password}")));
            Assert.That((await File.ReadAllTextAsync(_folder["mode"])).Trim(), Is.EqualTo("600"));
        }
        finally
        {
            Directory.Delete(config, recursive: true);
        }
    }

    [Test]
    public async Task AFailureIsShownWithoutTheToken()
    {
        var commands = new FakeCommands(_ => FakeCommands.Ends(1, "Generating ephemeral keys...", $"Error: getting signer: fetching ambient OIDC credentials with {Token}: 403"), "cosign");
        var error = (await Assert.ThrowsAsync<AttestationException>(() => new CosignProgram(commands, name => name == "ACTIONS_ID_TOKEN_REQUEST_TOKEN" ? Token : null).SignAsync(_place, null, ["sha256:0"], [], CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain("[redacted]: 403").And.Not.Contain(Token));
        var late = (await Assert.ThrowsAsync<AttestationException>(() => new CosignProgram(new FakeCommands(_ => FakeCommands.Ends(null), "cosign"), _ => null).SignAsync(_place, null, ["sha256:0"], [], CancellationToken.None)))!;
        Assert.That(late.Message, Does.Contain("did not end within 5 minutes"));
    }

    [TestCase(false, "", "it is not on PATH")]
    [TestCase(true, "", "nobody can be asked here")]
    [TestCase(true, "GITHUB_ACTIONS", "id-token: write")]
    [TestCase(true, "GITHUB_ACTIONS ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL", null)]
    [TestCase(true, "SIGSTORE_ID_TOKEN", null)]
    public void WhatIsMissingIsSaidBeforeAnyWork(bool isInstalled, string variables, string? said)
    {
        var cosign = new CosignProgram(new FakeCommands(_ => FakeCommands.Ends(0), isInstalled ? ["cosign"] : []), name => variables.Split(' ').Contains(name) ? Token : null);
        if (said is null)
        {
            Assert.DoesNotThrow(cosign.Check);
            return;
        }

        Assert.That(Assert.Throws<AttestationException>(cosign.Check)!.Message, Does.Contain(said).And.Not.Contain(Token));
    }

    private OciLayoutReader Layout()
    {
        TestImages.Layout(_folder["oci"], _folder["cache"], "linux/amd64", "linux/arm64");
        return OciLayoutReader.Open(_folder["oci"]);
    }

    private CommandRunner Runner() => new($"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}");

    private async Task WriteAsync(string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(_folder["bin"]).FullName, "cosign");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n");
        await Tool.Run("chmod", "700", path);
    }
}
