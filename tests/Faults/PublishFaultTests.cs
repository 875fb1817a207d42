using System.Text;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>The whole program publishes to a real registry, is refused, is killed.</summary>
[Category(Categories.Faults)]
internal sealed class PublishFaultTests
{
    private const string Password = "s3cret-Pa55w0rd";

    private FaultProject _project = null!;

    [SetUp]
    public void Make()
    {
        _project = new FaultProject();

        // What the person who runs the tests is logged in to is no concern of theirs.
        Directory.CreateDirectory(_project.PathOf("docker"));
        _project.Variables["DOCKER_CONFIG"] = _project.PathOf("docker");
        _project.Variables["REGISTRY_USER"] = string.Empty;
        _project.Variables["REGISTRY_PASSWORD"] = string.Empty;
    }

    [TearDown]
    public void Remove() => _project.Dispose();

    [Test]
    public async Task WhatIsPublishedIsTheLayoutToTheByte()
    {
        using var registry = new RealRegistry();
        var run = _project.Run("--locked", "--target=Publish", $"--registry={registry.Name}/acme", "--tag=stable", "--tag=other", "--digest-file=digest").Succeeded();
        Assert.That(run.IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
        Assert.That(run.Output, Does.Contain($"{registry.Name}/acme/busybox@{FaultSetUp.IndexDigest}  glibc "));
        Assert.That(File.ReadAllText(_project.PathOf("digest")), Is.EqualTo(FaultSetUp.IndexDigest + "\n"));
        Assert.That(File.ReadAllText(Path.Combine(_project.Artifacts, "published.json")), Does.Contain($"{registry.Name}/acme/busybox@{FaultSetUp.IndexDigest}"));
        foreach (var tag in new[] { "glibc", "stable", "other" })
        {
            Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/acme/busybox:{tag}"), Is.EqualTo(FaultSetUp.IndexDigest), tag);
        }

        using var images = new RegistryImages();
        await images.PullAsync($"{registry.Name}/acme/busybox:stable");
        _project.IsClean();
    }

    // The check before any work and the push are two tasks: a helper may ask a person, and a token service may count its tokens.
    [Test]
    public void TheCheckAndThePushShareTheLogin()
    {
        using var authority = new Authority();
        using var service = new TokenService(authority);
        var bundle = _project.PathOf("bundle.pem");
        File.WriteAllText(bundle, authority.Certificate.ExportCertificatePem());
        using var registry = new RealRegistry(auth: service.Configuration(bundle));
        var (helper, calls) = (_project.PathOf("docker/docker-credential-counted"), _project.PathOf("docker/calls"));
        File.WriteAllText(helper, $$$"""
            #!/bin/sh
            cat >>'{{{calls}}}'; echo " $1" >>'{{{calls}}}'
            echo '{"Username":"{{{TokenService.User}}}","Secret":"{{{TokenService.Password}}}"}'
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(_project.PathOf("docker/config.json"), $$$"""{"credHelpers":{"{{{registry.Name}}}":"counted"}}""");
        _project.Variables["PATH"] = $"{_project.PathOf("docker")}:{Environment.GetEnvironmentVariable("PATH")}";
        _project.Run("--locked", "--target=Publish", $"--registry={registry.Name}/acme").Succeeded();
        Assert.That(File.ReadAllText(calls), Is.EqualTo($"{registry.Name} get\n"));
        Assert.That(service.Scopes, Is.EqualTo(new[] { "repository:acme/busybox:pull,push" }));
    }

    [Test]
    public void ARegistryIsNamedByAnAddressOfIPv6()
    {
        Requires.IPv6Loopback();
        using var registry = new PlayingRegistry(System.Net.IPAddress.IPv6Loopback);
        _project.Variables["http_proxy"] = "http://127.0.0.1:1";
        _project.Variables["NO_PROXY"] = "::1";
        var run = _project.Run("--locked", "--target=Publish", $"--registry={registry.Name}/acme").Succeeded();
        Assert.That(run.Output, Does.Contain($"[::1]:{registry.Port}/acme/busybox@{FaultSetUp.IndexDigest}  glibc "));
        Assert.That(registry.Tags("acme/busybox"), Has.Member("glibc"));
    }

    [Test]
    public void NothingIsPushedByAccident()
    {
        _project.Run("--locked").Succeeded();
        var run = _project.Run("--locked", "--target=Publish").FailedSaying("there is no account to push docker.io/library/busybox with", "--registry=HOST/NAMESPACE", "docker login");
        Assert.That(run.Output, Does.Not.Contain("Restore"), "before any work");
        Assert.That(_project.Run("--locked", "--target=Publish", "--dryrun").Succeeded().Output, Does.Contain("Publish").And.Not.Contain("would push"));
    }

    [TestCase("--registry=ghcr.io/Acme", "not a registry")]
    [TestCase("--registry=http://ghcr.io", "without http://")]
    [TestCase("--repository=Busybox", "not an image name")]
    [TestCase("--tag=.hidden", "not a tag")]
    [TestCase("--tag=a/b", "not a tag")]
    [TestCase("--tag=a:b", "not a tag")]
    [TestCase("--insecure-registry=http://x", "not a registry")]
    [TestCase("--registry-ca=absent.pem", "the certificates for registries cannot be read")]
    public void AWrongNameIsRefusedBeforeAnyWork(string argument, string said)
    {
        _project.Run("--locked", "--target=Publish", argument).FailedSaying(said);
        Assert.That(Directory.Exists(_project.Layout), Is.False);
        Assert.That(Directory.Exists(Path.Combine(_project.Artifacts, "base")), Is.False);
    }

    [Test]
    public void ADryRunBuildsAndSaysWhatWouldGoWhere()
    {
        using var registry = new RealRegistry();
        var run = _project.Run("--locked", "--target=Publish", "--dry-run", $"--registry={registry.Name}").Succeeded();
        Assert.That(run.Output, Does.Contain($"would push {registry.Name}/busybox@{FaultSetUp.IndexDigest}").And.Contain("2 blobs to upload").And.Contain("tag glibc: new"));

        // docker-registry keeps a note of the upload that was cancelled, for a week.
        Assert.That(Directory.EnumerateFiles(registry.Data, "*", SearchOption.AllDirectories).Where(path => !path.Contains("/_uploads/", StringComparison.Ordinal)), Is.Empty, "nothing is in the registry");
        Assert.That(File.Exists(Path.Combine(_project.Artifacts, "published.json")), Is.False);
    }

    [Test]
    public void ADryRunEndsAsThePushWould()
    {
        using var registry = new RealRegistry();
        var down = $"localhost:{RealRegistry.FreePort()}";
        var run = _project.Run("--locked", "--target=Publish", "--dry-run", $"--registry={registry.Name},{down}").FailedSaying($"{down} cannot be reached");
        Assert.That(run.Output, Does.Not.Contain("Restore"), "before any work");
    }

    [Test]
    public async Task WhoMayNotPushIsToldBeforeAnyWork()
    {
        Requires.Tool("htpasswd");
        var file = _project.PathOf("docker/htpasswd");
        await BusyboxGlibc.Tests.Oci.Layout.Tool.Run("htpasswd", "-Bbc", file, "someone", Password);
        using var registry = new RealRegistry(auth: $"auth:\n  htpasswd:\n    realm: test\n    path: {file}");
        string[] arguments = ["--locked", "--target=Publish", $"--registry={registry.Name}"];
        foreach (var dry in new[] { string.Empty, "--dry-run" })
        {
            var run = _project.Run([.. arguments, .. dry.Length > 0 ? [dry] : Array.Empty<string>()]).FailedSaying("requires authentication", $"docker login {registry.Name}");
            Assert.That(run.Output, Does.Not.Contain("Restore"), "before any work");
        }

        (_project.Variables["REGISTRY_USER"], _project.Variables["REGISTRY_PASSWORD"]) = ("someone", "n0t-this");
        Assert.That(_project.Run([.. arguments, "--dry-run"]).FailedSaying("refuses the account someone").Output, Does.Not.Contain("Restore"));
        (_project.Variables["REGISTRY_USER"], _project.Variables["REGISTRY_PASSWORD"]) = (string.Empty, string.Empty);
    }

    [Test]
    public async Task ATagThatStaysIsToldBeforeAnyWork()
    {
        using var registry = new RealRegistry();
        using var images = new RegistryImages();
        await RegistryImages.PushAsync(images.Make("99.0.0", platforms: ["linux/amd64"]), RegistryImages.Place(registry.Name, "acme/busybox"));
        var run = _project.Run("--locked", "--target=Publish", $"--registry={registry.Name}/acme").FailedSaying("tag glibc stays where it is", "--force-tag");
        Assert.That(run.Output, Does.Not.Contain("Restore"), "before any work");
    }

    [Test]
    public async Task AfterAKillBetweenLayersAndTagsTheOldTagWorksAndTheNextRunIsRight()
    {
        using var registry = new RealRegistry();
        using var proxy = new FaultyProxy(registry.Port);
        using var images = new RegistryImages();
        var old = images.Make("1.36.0", "debian", platforms: ["linux/amd64"]);
        await RegistryImages.PushAsync(old, RegistryImages.Place(proxy.Name, "acme/busybox"));
        string[] arguments = ["--locked", "--target=Publish", $"--registry={proxy.Name}/acme"];
        foreach (var stage in new Func<Proxied, bool>[] { request => request.SendsBlob, request => request.Method == "PUT" && request.Target.Contains("/manifests/sha256:", StringComparison.Ordinal), request => request.NamesTag("glibc") })
        {
            using var reached = new ManualResetEventSlim();
            proxy.Rule = request =>
            {
                if (!stage(request))
                {
                    return null;
                }

                reached.Set();
                return new ProxyFault { Stalls = true };
            };
            using var process = _project.Start(arguments);
            var output = Task.Run(() => FaultProject.End(process));
            Assert.That(await Task.Run(() => reached.Wait(TimeSpan.FromMinutes(2))), Is.True);
            process.Kill();
            Assert.That((await output).ExitCode, Is.Not.Zero);
            Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/acme/busybox:glibc"), Is.EqualTo(old.Index.Digest));
            await images.PullAsync($"{registry.Name}/acme/busybox:glibc");
            Assert.That(File.Exists(Path.Combine(_project.Artifacts, "published.json")), Is.False, "nothing is published yet");
        }

        proxy.Rule = _ => null;
        _project.Run(arguments).Succeeded();
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/acme/busybox:glibc"), Is.EqualTo(FaultSetUp.IndexDigest));
        _project.IsClean();
    }

    [Test]
    public async Task ADiskThatIsFullAfterReadingBackIsAnErrorAndTheImageIsPublishedWhole()
    {
        using var registry = new RealRegistry();
        using var disk = new SmallDisk(_project.Artifacts, "size=80m");
        _project.Run("--locked").Succeeded();
        string[] arguments = ["--locked", "--target=Publish", $"--registry={registry.Name}"];

        // What the names change is written before the disk is full, and so are the statements, which go up before the tags.
        _project.Run([.. arguments, "--dry-run"]).Succeeded();
        _project.Run("--locked", "--target=Attest", $"--registry={registry.Name}").Succeeded();
        using (var filler = File.Create(Path.Combine(_project.Artifacts, "filler")))
        {
            Assert.That(
                () =>
                {
                    for (var piece = new byte[4096]; ;)
                    {
                        filler.Write(piece);
                        filler.Flush();
                    }
                },
                Throws.InstanceOf<IOException>());
        }

        _project.Run(arguments).FailedSaying("published.json", "free up space");
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/busybox:glibc"), Is.EqualTo(FaultSetUp.IndexDigest));
        File.Delete(Path.Combine(_project.Artifacts, "filler"));
        _project.Run(arguments).Succeeded();
        _project.IsClean();
    }

    [Test]
    public async Task NoPasswordIsInAnythingThatARunLeavesBehind()
    {
        Requires.Tool("htpasswd");
        var file = _project.PathOf("docker/htpasswd");
        await BusyboxGlibc.Tests.Oci.Layout.Tool.Run("htpasswd", "-Bbc", file, "someone", Password);
        using var registry = new RealRegistry(auth: $"auth:\n  htpasswd:\n    realm: test\n    path: {file}");
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"someone:{Password}"));
        var said = new StringBuilder();
        FaultRun Publish(params string[] more)
        {
            var run = _project.Run(["--locked", "--target=Publish", $"--registry={registry.Name}", "--verbosity=diagnostic", .. more]);
            said.Append(run.All);
            return run;
        }

        // From the environment, from Docker's file, and as a wrong one with every error shown in full.
        _project.Variables["REGISTRY_USER"] = "someone";
        _project.Variables["REGISTRY_PASSWORD"] = Password;
        Publish().Succeeded();
        _project.Variables["REGISTRY_PASSWORD"] = Password + "-wrong";
        Assert.That(Publish().ExitCode, Is.EqualTo(1));
        _project.Variables["REGISTRY_USER"] = _project.Variables["REGISTRY_PASSWORD"] = string.Empty;
        File.WriteAllText(_project.PathOf("docker/config.json"), "{\"auths\":{\"" + registry.Name + "\":{\"auth\":\"" + encoded + "\"}}}");
        Publish("--dry-run").Succeeded();
        Publish().Succeeded();

        Assert.That(said.ToString(), Does.Not.Contain(Password).And.Not.Contain(encoded).And.Contain("someone"));
        var holders = Directory.EnumerateFiles(_project.Folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(_project.PathOf("docker"), StringComparison.Ordinal))
            .Where(path => Encoding.Latin1.GetString(File.ReadAllBytes(path)) is var content && (content.Contains(Password, StringComparison.Ordinal) || content.Contains(encoded, StringComparison.Ordinal)));
        Assert.That(holders, Is.Empty);
    }
}
