using System.Net;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Tests.Oci.Layout;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Real registries that let only some in: by htpasswd, by tokens, over TLS with a private authority.</summary>
[Category(Categories.Integration)]
internal sealed class RegistryLoginTests
{
    private const string Password = "pass:w0rd/é";

    private RegistryImages _images = null!;
    private Authority _authority = null!;

    [SetUp]
    public void Make()
    {
        _images = new RegistryImages();
        _authority = new Authority();
    }

    [TearDown]
    public void Remove()
    {
        _authority.Dispose();
        _images.Dispose();
    }

    [Test]
    public async Task ByHtpasswdTheRightAccountMayPushAndNoOther()
    {
        Requires.Tool("htpasswd");
        var file = Path.Combine(_images.Root, "htpasswd");
        await Tool.Run("htpasswd", "-Bbc", file, "someone", Password);
        using var registry = new RealRegistry(auth: $"auth:\n  htpasswd:\n    realm: test\n    path: {file}");
        var layout = _images.Make();

        var denied = (await Assert.ThrowsAsync<RegistryDeniedException>(() => RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name))))!;
        Assert.That(denied.Message, Does.Contain("requires authentication").And.Contain($"docker login {registry.Name}").And.Contain("REGISTRY_USER"));

        var wrong = RegistryCredentials.Password("someone", "n0t-this", "there");
        denied = (await Assert.ThrowsAsync<RegistryDeniedException>(() => RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name, credentials: wrong))))!;
        Assert.That(denied.ToString(), Does.Contain("refuses the account someone, from there").And.Contain("401").And.Not.Contain("n0t-this"));

        var right = RegistryCredentials.Password("someone", Password, "there");
        await RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name, credentials: right));
        Assert.That(
            await Tool.Run("skopeo", "inspect", "--raw", "--tls-verify=false", "--creds", $"someone:{Password}", $"docker://{registry.Name}/acme/busybox:glibc"),
            Does.Contain(layout.Manifests[0].Digest));
    }

    [Test]
    public async Task ByTokenAPasswordAndAnIdentityTokenMayPush()
    {
        using var service = new TokenService(_authority);
        using var registry = TokenRegistry(service);
        foreach (var credentials in new[] { RegistryCredentials.Password(TokenService.User, TokenService.Password, "there"), RegistryCredentials.IdentityToken(TokenService.IdentityToken, "there") })
        {
            var layout = _images.Make();
            var repository = credentials.IsIdentityToken ? "acme/by-token" : "acme/by-password";
            var published = await RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name, repository, credentials));
            Assert.That(published.UploadedBytes, Is.GreaterThan(0));
            Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/{repository}:glibc"), Is.EqualTo(layout.Index.Digest));
        }

        // One token for all requests, and skopeo's own above.
        Assert.That(service.Scopes.Where(scope => scope.EndsWith("pull,push", StringComparison.Ordinal)), Is.EqualTo(new[] { "repository:acme/by-password:pull,push", "repository:acme/by-token:pull,push" }));
    }

    [Test]
    public async Task ByTokenAMountAsksForBothRepositories()
    {
        using var service = new TokenService(_authority);
        using var registry = TokenRegistry(service);
        var credentials = RegistryCredentials.Password(TokenService.User, TokenService.Password, "there");
        var layout = _images.Make();
        var published = await RegistryImages.Publisher(layout).PushAsync(
            [RegistryImages.Place(registry.Name, "acme/one", credentials), RegistryImages.Place(registry.Name, "acme/two", credentials)], CancellationToken.None);
        Assert.That(published[1].UploadedBytes, Is.Zero);
        Assert.That(service.Scopes, Does.Contain("repository:acme/one:pull"));
    }

    [Test]
    public async Task ByTokenNobodyMayReadAndLookButNotPush()
    {
        using var service = new TokenService(_authority);
        using var registry = TokenRegistry(service);
        var layout = _images.Make();
        var plan = await RegistryImages.Publisher(layout).PlanAsync([RegistryImages.Place(registry.Name)], CancellationToken.None);
        Assert.That(plan.Single().Lines, Has.Some.EqualTo("tag glibc: new"));
        var denied = (await Assert.ThrowsAsync<RegistryDeniedException>(() => RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name))))!;
        Assert.That(denied.Message, Does.Contain("requires authentication"));
    }

    [Test]
    public async Task ByTokenAWrongPasswordIsRefusedByTheServiceWithoutTellingIt()
    {
        using var service = new TokenService(_authority);
        using var registry = TokenRegistry(service);
        var wrong = RegistryCredentials.Password(TokenService.User, "n0t-this", "there");
        var denied = (await Assert.ThrowsAsync<RegistryDeniedException>(() => RegistryImages.PushAsync(_images.Make(), RegistryImages.Place(registry.Name, credentials: wrong))))!;
        Assert.That(denied.ToString(), Does.Contain("refuses the account someone").And.Contain(service.Address).And.Not.Contain("n0t-this"));
    }

    [Test]
    public async Task TokensThatAllowNothingDoNotGoRoundForEver()
    {
        using var service = new TokenService(_authority) { GrantsNothing = true };
        using var registry = TokenRegistry(service);
        var credentials = RegistryCredentials.Password(TokenService.User, TokenService.Password, "there");
        var policy = RegistryImages.Policy with { Jobs = 1 };
        var denied = (await Assert.ThrowsAsync<RegistryDeniedException>(
            () => RegistryImages.PushAsync(_images.Make(), RegistryImages.Place(registry.Name, credentials: credentials), policy: policy)))!;
        Assert.That(denied.Message, Does.Contain("it asks for a login again after each login"));
        Assert.That(service.Scopes, Has.Count.EqualTo(4), "two for looking at the tags, two for pushing");
    }

    [Test]
    public async Task ATokenServiceThatRedirectsGetsNoPasswordTwice()
    {
        using var other = new TokenService(_authority);
        using var service = new TokenService(_authority) { RedirectsTo = other.Address };
        using var registry = TokenRegistry(service);
        var credentials = RegistryCredentials.Password(TokenService.User, TokenService.Password, "there");
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(_images.Make(), RegistryImages.Place(registry.Name, credentials: credentials))))!;
        Assert.That(error.Message, Does.Contain("returned no token").And.Contain("302"));
        Assert.That(other.Scopes, Is.Empty);
    }

    [TestCase("http://127.0.0.1:1/token", false)]
    [TestCase("ftp://x.example/", true)]
    [TestCase("nonsense", true)]
    public async Task ATokenServiceThatCannotBeAskedIsAnError(string realm, bool isAddress)
    {
        using var registry = new RealRegistry();
        using var proxy = new FaultyProxy(registry.Port);
        proxy.Rule = _ => ProxyFault.Status(401, $"WWW-Authenticate: Bearer realm=\"{realm}\",service=\"x\"\r\n");
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(_images.Make(), RegistryImages.Place(proxy.Name))))!;
        Assert.That(error.Message, isAddress ? Does.Contain("names no usable token service") : Does.StartWith($"the token service of {proxy.Name} cannot be reached").And.Contain("http://127.0.0.1:1/token").And.Contain("next "));
        await Task.CompletedTask;
    }

    [Test]
    public async Task OverTlsAPrivateAuthorityMustBeNamed()
    {
        _authority.Sign(_images.Root, "localhost", IPAddress.Loopback);
        using var registry = TlsRegistry();
        var layout = _images.Make();
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(layout, RegistryImages.Place(registry.Name))))!;
        Assert.That(error.Message, Does.Contain("cannot be trusted").And.Contain("--registry-ca=FILE"));

        var authorities = RegistryClients.ReadAuthorities(Path.Combine(_images.Root, "authority.pem"));
        await RegistryImages.Publisher(layout, authorities: authorities).PushAsync([RegistryImages.Place(registry.Name)], CancellationToken.None);
        var certificates = Path.Combine(_images.Root, "certificates");
        Directory.CreateDirectory(certificates);
        File.Copy(Path.Combine(_images.Root, "authority.pem"), Path.Combine(certificates, "ca.crt"));
        Assert.That(
            OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(await Tool.Run("skopeo", "inspect", "--raw", "--cert-dir", certificates, $"docker://{registry.Name}/acme/busybox:glibc"))),
            Is.EqualTo(layout.Index.Digest));
    }

    [Test]
    public async Task OverTlsACertificateForAnotherNameIsRefusedWhoeverSignedIt()
    {
        _authority.Sign(_images.Root, "other.example");
        using var registry = TlsRegistry();
        var authorities = RegistryClients.ReadAuthorities(Path.Combine(_images.Root, "authority.pem"));
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.Publisher(_images.Make(), authorities: authorities).PushAsync([RegistryImages.Place(registry.Name)], CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain("cannot be trusted").And.Contain("for another name"));
    }

    [Test]
    public async Task WithoutTlsOnlyThisMachineAndRegistriesNamedInsecureAreSpokenTo()
    {
        Assert.That(new[] { "localhost", "localhost:5000", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000", "a.localhost" }.Select(name => RegistryHost.Of(name, []).MayBePlain), Has.All.True);
        Assert.That(new[] { "docker.io", "localhost.example", "128.0.0.1:5000", "10.0.0.1", "127.0.0.1.example", "[::2]" }.Select(name => RegistryHost.Of(name, []).MayBePlain), Has.All.False);
        Assert.That(RegistryHost.Of("registry.lan:5000", ["REGISTRY.lan:5000"]).MayBePlain, Is.True);
        Assert.That(RegistryHost.Of("registry.lan", ["registry.lan:5000"]).MayBePlain, Is.False);

        // The same registry, taken for one far away.
        using var registry = new RealRegistry();
        var far = RegistryImages.Place(registry.Name) with { Host = new RegistryHost(registry.Name, MayBePlain: false) };
        Assert.That((await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(_images.Make(), far)))!.Message, Does.Contain($"--insecure-registry={registry.Name}"));
    }

    [TestCase("absent.pem", null)]
    [TestCase("empty.pem", "")]
    [TestCase("nonsense.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void AFileWithoutCertificatesIsAnError(string name, string? content)
    {
        var path = Path.Combine(_images.Root, name);
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        Assert.That(() => RegistryClients.ReadAuthorities(path), Throws.TypeOf<RegistryException>().With.Message.Contains(name).And.Message.Contains("--registry-ca=FILE"));
    }

    private RealRegistry TokenRegistry(TokenService service)
    {
        var bundle = Path.Combine(_images.Root, "bundle.pem");
        File.WriteAllText(bundle, _authority.Certificate.ExportCertificatePem());
        return new RealRegistry(auth: service.Configuration(bundle));
    }

    private RealRegistry TlsRegistry() => new(
        $"  tls:\n    certificate: {_images.Root}/server.pem\n    key: {_images.Root}/server.key");
}
