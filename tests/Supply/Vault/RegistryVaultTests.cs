using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Supply.Vault;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.Supply.Vault;

/// <summary>A vault in a registry that others wrote.</summary>
[Category(Categories.Integration)]
internal sealed class RegistryVaultTests
{
    private RealRegistry _registry = null!;
    private SampleVault _sample = null!;
    private RegistryImages _images = null!;

    [SetUp]
    public void Start() => (_registry, _sample, _images) = (new RealRegistry(), new SampleVault(), new RegistryImages());

    [TearDown]
    public void Stop()
    {
        _registry.Dispose();
        _sample.Dispose();
        _images.Dispose();
    }

    [Test]
    public async Task WhatIsPushedOnceIsReadBackAndNotPushedAgain()
    {
        var first = await PushAsync();
        Assert.That(first.UploadedBytes, Is.EqualTo(SampleVault.Zlib.Length + SampleVault.Libc.Length + 2));
        Assert.That(await PushAsync(), Is.EqualTo(first with { UploadedBytes = 0 }));
        foreach (var reference in new[] { "13", first.Reference.Split('@')[1] })
        {
            using var vault = Vault(reference);
            Assert.That(await _sample.FetchAsync(SampleVault.Zlib, _sample.NewReader(vault)), Is.EqualTo(SampleVault.Zlib));
            Directory.Delete(_sample.Cache.Folder, recursive: true);
        }

        using var again = Vault("13");
        var reader = _sample.NewReader(again);
        Assert.That(await _sample.FetchAsync("another"u8.ToArray(), reader, "other"), Is.Null);
        Assert.That(_sample.Told, Is.EqualTo(["the vault does not have other: what it lacks comes from the mirrors"]));
    }

    [Test]
    public async Task AByteThatTheRegistryChangedIsNotUsed()
    {
        await PushAsync();
        var stored = Directory.GetFiles(_registry.Data, "data", SearchOption.AllDirectories).Single(path => path.Contains(SampleVault.Sum(SampleVault.Zlib), StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(stored);
        bytes[7] ^= 1;
        await File.WriteAllBytesAsync(stored, bytes);
        using var vault = Vault("13");
        var reader = _sample.NewReader(vault);
        Assert.That(await _sample.FetchAsync(SampleVault.Zlib, reader), Is.Null);
        Assert.That(_sample.Told.Single(), Does.StartWith("warning: the vault has zlib1g damaged"));
        Assert.That(await _sample.FetchAsync(SampleVault.Libc, reader), Is.EqualTo(SampleVault.Libc));
    }

    [Test]
    public async Task AnImageIsNoVaultAndIsNotReplacedByOne()
    {
        var layout = _images.Make();
        using (var places = Open("acme/busybox"))
        {
            await new RepositoryUpload(places.Groups[0][0], PushContent.Oci(layout), new ToldBoard()).RunAsync(null, (_, _) => Task.FromResult(true), default);
            await new RepositoryUpload(places.Groups[0][0], PushContent.Oci(layout), new ToldBoard()).PutManifestAsync(layout.Index, "13", default);
        }

        using var vault = Vault("13", "acme/busybox");
        Assert.That((await Assert.ThrowsAsync<NotAVaultException>(() => _sample.FetchAsync(SampleVault.Zlib, _sample.NewReader(vault))))!.Message, Does.Contain("it is an image of several platforms"));
        Assert.That((await Assert.ThrowsAsync<RegistryException>(() => PushAsync("acme/busybox")))!.Message, Does.Contain("is something else").And.Contains("it is an image"));
    }

    [TestCase(true, "there is no such tag")]
    [TestCase(false, "")]
    public async Task AVaultThatIsNotThereIsToldOnce(bool isRunning, string why)
    {
        using var vault = Vault("13", registry: isRunning ? _registry.Name : $"127.0.0.1:{RealRegistry.FreePort()}");
        var reader = _sample.NewReader(vault);
        Assert.That((await _sample.FetchAsync(SampleVault.Zlib, reader), await _sample.FetchAsync(SampleVault.Libc, reader)), Is.EqualTo(((byte[]?)null, (byte[]?)null)));
        Assert.That(_sample.Told.Single(), Does.StartWith("warning: the vault cannot be read (").And.Contains(why));
    }

    private async Task<PushedArtifact> PushAsync(string repository = "acme/vault")
    {
        using var places = Open(repository);
        return await new ArtifactPush(places.Groups[0][0], new ToldBoard()).RunAsync(SampleVault.Artifact().Content, "13", default);
    }

    private OpenPlaces Open(string repository, string? registry = null) =>
        new([RegistryImages.Place(registry ?? _registry.Name, repository)], host => RegistryClients.New([], host.IsLoopback), RegistryImages.Policy, _ => { });

    private RegistryVault Vault(string reference, string repository = "acme/vault", string? registry = null) => new(() => Open(repository, registry), reference, "the vault");
}
