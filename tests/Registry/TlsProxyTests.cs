using System.Net;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A real registry behind a proxy that ends TLS, and passes on too little of how it was asked.</summary>
[Category(Categories.Integration)]
internal sealed class TlsProxyTests
{
    private Authority _authority = null!;
    private RegistryImages _images = null!;

    [SetUp]
    public void Start()
    {
        _authority = new Authority();
        _images = new RegistryImages();
        _authority.Sign(_images.Root, "localhost", IPAddress.Loopback);
    }

    [TearDown]
    public void Stop()
    {
        _images.Dispose();
        _authority.Dispose();
    }

    [Test]
    public async Task AProxyThatPassesOnEverythingIsPublishedThrough()
    {
        using var registry = new RealRegistry();
        using var proxy = new TlsProxy(registry.Port, _images.Root) { Headers = { ["X-Forwarded-Proto"] = "https" } };
        await IsPublishedAsync(registry, proxy);
    }

    [Test]
    public async Task ARelativeLocationNeedsNothingPassedOn()
    {
        using var registry = new RealRegistry(http: "  relativeurls: true");
        using var proxy = new TlsProxy(registry.Port, _images.Root) { Headers = { ["Host"] = "inside" } };
        await IsPublishedAsync(registry, proxy);
    }

    [Test]
    public async Task WithoutTheSchemeTheUploadIsRefusedAndNothingGoesInTheClear()
    {
        using var registry = new RealRegistry();
        using var proxy = new TlsProxy(registry.Port, _images.Root);
        var error = (await Assert.ThrowsAsync<RegistryException>(() => PushAsync(_images.Make(), proxy)))!;
        Assert.That(error.Message, Does.Contain("does not accept uploads").And.Contain($"redirects from https to http://{proxy.Name}/v2/acme/busybox/blobs/uploads/"));
        Assert.That(error.Message, Does.Contain("X-Forwarded-Proto: https").And.Contain($"REGISTRY_HTTP_HOST=https://{proxy.Name}"));
        Assert.That(proxy.Plain, Is.Empty);
    }

    [Test]
    public async Task WithoutThePortTheUploadIsRefused()
    {
        using var registry = new RealRegistry();
        using var proxy = new TlsProxy(registry.Port, _images.Root) { Headers = { ["X-Forwarded-Proto"] = "https", ["Host"] = "127.0.0.1" } };
        var error = (await Assert.ThrowsAsync<RegistryException>(() => PushAsync(_images.Make(), proxy)))!;
        Assert.That(error.Message, Does.Contain($"lacks the port {proxy.Port}").And.Contain("X-Forwarded-Host").And.Contain($"REGISTRY_HTTP_HOST=https://{proxy.Name}"));
    }

    // What the errors say to do next: as nginx with X-Forwarded-Proto $scheme and X-Forwarded-Host $http_host.
    [Test]
    public async Task TheHeadersThatTheErrorsNameMendBoth()
    {
        using var registry = new RealRegistry();
        using var proxy = new TlsProxy(registry.Port, _images.Root) { Headers = { ["Host"] = "inside", ["X-Forwarded-Proto"] = "https" } };
        proxy.Headers["X-Forwarded-Host"] = proxy.Name;
        await IsPublishedAsync(registry, proxy);
    }

    [Test]
    public async Task TheAddressToldToTheRegistryMendsBoth()
    {
        var port = RealRegistry.FreePort();
        using var registry = new RealRegistry(http: $"  host: https://127.0.0.1:{port}");
        using var proxy = new TlsProxy(registry.Port, _images.Root, port) { Headers = { ["Host"] = "inside" } };
        await IsPublishedAsync(registry, proxy);
    }

    // regclient 450, kaniko 2129, reg 189: a registry that asks for a certificate, which Docker reads from its folder of certificates.
    [Test]
    public async Task ACertificateIsShownToARegistryThatAsksForOne()
    {
        using var registry = new RealRegistry();
        using var proxy = new TlsProxy(registry.Port, _images.Root) { Headers = { ["X-Forwarded-Proto"] = "https" }, Takes = shown => shown?.Subject == "CN=client" };
        var warnings = new List<string>();
        var layout = _images.Make(platforms: ["linux/amd64"]);
        await Assert.CatchAsync<RegistryException>(() => PushAsync(layout));
        var folder = Directory.CreateDirectory(Path.Combine(_images.Root, "certs.d", proxy.Name)).FullName;
        File.Copy(Path.Combine(_images.Root, "authority.pem"), Path.Combine(folder, "ca.crt"));
        _authority.Sign(folder, "client");
        File.Move(Path.Combine(folder, "server.pem"), Path.Combine(folder, "client.cert"));
        File.Move(Path.Combine(folder, "server.key"), Path.Combine(folder, "client.key"));
        File.WriteAllText(Path.Combine(folder, "other.cert"), "no certificate");
        await PushAsync(layout);
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/acme/busybox:glibc"), Is.EqualTo(layout.Index.Digest));
        Assert.That(warnings, Has.All.Contains($"other.cert is not used for {proxy.Name}"));

        var own = RegistryCertificates.Read(new RegistryHost(proxy.Name, false), [Path.Combine(_images.Root, "certs.d")], warnings.Add);
        Assert.That(own.Choose(new RegistryHost(proxy.Name, false), "storage.example", []), Is.Null, "it is for the registry alone");
        Directory.CreateDirectory(Path.Combine(_images.Root, "any-case", "R.Lan:5000"));
        File.Copy(Path.Combine(folder, "ca.crt"), Path.Combine(_images.Root, "any-case", "R.Lan:5000", "ca.crt"));
        Assert.That(RegistryCertificates.Read(new RegistryHost("r.lan:5000", false), [Path.Combine(_images.Root, "any-case")], warnings.Add).Authorities, Has.Count.EqualTo(1));
        Assert.That(RegistryCertificates.Read(new RegistryHost("r.example", false), [Path.Combine(_images.Root, "certs.d")], warnings.Add).Own, Is.Empty);

        Task PushAsync(OciLayoutReader image) => new Publisher(
            image,
            BusyboxGlibc.Registry.Tags.ImageTags.Of(BusyboxGlibc.Registry.Tags.ImageIdentity.Of(image), image.Index.Digest, []),
            false,
            host =>
            {
                var certificates = RegistryCertificates.Read(host, [Path.Combine(_images.Root, "absent"), Path.Combine(_images.Root, "certs.d")], warnings.Add);
                return RegistryClients.New(certificates.Authorities, isLoopback: true, choose: (target, issuers) => certificates.Choose(host, target, issuers));
            },
            RegistryImages.Policy,
            new ToldBoard()).PushAsync([RegistryImages.Place(proxy.Name) with { Host = new RegistryHost(proxy.Name, MayBePlain: false) }], CancellationToken.None);
    }

    private async Task IsPublishedAsync(RealRegistry registry, TlsProxy proxy)
    {
        var layout = _images.Make();
        await PushAsync(layout, proxy);
        Assert.That(await RegistryImages.DigestAsync($"{registry.Name}/acme/busybox:glibc"), Is.EqualTo(layout.Index.Digest));
        Assert.That(proxy.Plain, Is.Empty);
    }

    // Registries on this machine are asked in the clear first; this one stands for one that is far away.
    private Task PushAsync(OciLayoutReader layout, TlsProxy proxy) => RegistryImages
        .Publisher(layout, authorities: RegistryClients.ReadAuthorities(Path.Combine(_images.Root, "authority.pem")))
        .PushAsync([RegistryImages.Place(proxy.Name) with { Host = new RegistryHost(proxy.Name, MayBePlain: false) }], CancellationToken.None);
}
