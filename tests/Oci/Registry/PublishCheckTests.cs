using BusyboxGlibc.Oci.Registry;

namespace BusyboxGlibc.Tests.Oci.Registry;

/// <summary>What is found out before any work.</summary>
public class PublishCheckTests : PlayedTests
{
    [Test]
    public async Task WhoMayPushIsToldNothingAndNothingIsLeftThere()
    {
        await RegistryImages.CheckAsync([Place()]);
        Assert.That(Registry.Seen.Where(request => request.Method is not ("GET" or "HEAD")).Select(request => request.Method), Is.EqualTo(new[] { "POST", "DELETE" }));
        Assert.That(Registry.Tags(Repository), Is.Empty);
    }

    [TestCase(405)]
    [TestCase(404)]
    [TestCase(500)]
    public async Task AnUploadThatCannotBeCancelledIsLeftToTheRegistry(int status)
    {
        Registry.Unknown["DELETE"] = status;
        await RegistryImages.CheckAsync([Place()]);
    }

    [Test]
    public async Task WithoutAnAccountItIsRefused()
    {
        Registry.Rule = _ => PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"x\""));
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()])))!;
        Assert.That(error.Message, Does.Contain("requires authentication").And.Contain($"docker login {Registry.Name}"));
    }

    [TestCase(403)]
    [TestCase(401)]
    public async Task AnAccountThatMayReadButNotPushIsRefused(int status)
    {
        Registry.Rule = request =>
            !request.Headers.ContainsKey("Authorization") ? PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"x\""))
            : request.Method == "POST" ? PlayedAnswer.Error(status, "DENIED", "read only") with { Headers = new() { ["WWW-Authenticate"] = "Basic realm=\"x\"" } }
            : null;
        var place = Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("reader", "s3cret", "here")) };
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([place])))!;
        Assert.That(error.Message, Does.Contain("refuses the account reader").And.Contain("DENIED read only"));
    }

    [Test]
    public async Task AnOlderBusyboxAndFewerPlatformsAreRefusedUnlessForced()
    {
        await PushAsync(Images.Make("1.38.0"));
        await RegistryImages.CheckAsync([Place()], "1.38.0");
        await RegistryImages.CheckAsync([Place()], "1.39.0");
        var older = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()], "1.37.0")))!;
        Assert.That(older.Message, Does.Contain("glibc: it names an image with BusyBox 1.38.0, and this one has the older 1.37.0").And.Contain("--force-tag"));
        var fewer = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()], "1.38.0", platforms: "linux/amd64")))!;
        Assert.That(fewer.Message, Does.Contain("linux/arm/v7"));
        await RegistryImages.CheckAsync([Place()], "1.37.0", forceTag: true);
    }

    [Test]
    public async Task WhatIsWrongInSeveralRegistriesIsToldTogether()
    {
        using var other = new PlayingRegistry();
        Registry.Rule = _ => PlayedAnswer.Error(403, "DENIED", "the first says no");
        other.Rule = request => request.Method == "POST" ? PlayedAnswer.Error(403, "DENIED", "the second says no") : null;
        using var third = new PlayingRegistry();
        var error = (await Assert.CatchAsync<RegistryException>(
            () => RegistryImages.CheckAsync([Place(), RegistryImages.Place(other.Name), RegistryImages.Place(third.Name)])))!;
        Assert.That(error.Message, Does.Contain("2 of 3 registries").And.Contain("the first says no").And.Contain("the second says no"));
    }

    [Test]
    public async Task ALocationThatAProxySpoiltIsFoundBeforeAnyWork()
    {
        Registry.Location = path => $"http://127.0.0.1{path}";
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()])))!;
        Assert.That(error.Message, Does.Contain("X-Forwarded-Host"));
    }
}
