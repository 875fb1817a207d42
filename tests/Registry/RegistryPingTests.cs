using System.Net;
using BusyboxGlibc.Doctor;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Tests.Registry.Housekeeping;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Whether a registry answers, to whom, and what is said of it.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RegistryPingTests
{
    private const string Secret = "not-to-be-shown";

    private static readonly RegistryCredentials _me = RegistryCredentials.Password("me", Secret, "REGISTRY_USER");

    [Test]
    public async Task AnAccountIsNamedWithItsSourceAndWithoutItsSecret()
    {
        using var registry = new TagsRegistry { Rule = _ => new HttpResponseMessage(HttpStatusCode.OK) };
        var finding = RegistryChecks.Of(0, await AskAsync(registry, _me));
        Assert.That((finding.Id, finding.Health, finding.Text), Is.EqualTo(("registry", Health.Good, "registry.example/acme/busybox: it answers, to me, from REGISTRY_USER")));
        Assert.That(RegistryChecks.Of(1, await AskAsync(registry, null)) is { Id: "registry.2", Text: "registry.example/acme/busybox: it answers, without an account" });
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task AnAccountThatIsMissingOrRefusedIsAProblemThatALoginFixes(bool hasAccount)
    {
        using var registry = new TagsRegistry
        {
            Rule = request => new HttpResponseMessage(HttpStatusCode.Unauthorized)
            {
                Headers = { { "WWW-Authenticate", "Basic realm=\"r\"" } }, Content = new StringContent($"the password {Secret} of {request.Headers.Authorization} is wrong"),
            },
        };
        var finding = RegistryChecks.Of(0, await AskAsync(registry, hasAccount ? _me : null));
        Assert.That((finding.Health, finding.Fix), Is.EqualTo((Health.Problem, "docker login registry.example")));
        Assert.That($"{finding.Text}{finding.Why}", hasAccount ? Does.Not.Contain(Secret) : Does.Contain("there is no account"));
    }

    [Test]
    public async Task WhatIsNoRegistryAndWhatIsGoneAreProblems()
    {
        using var page = new TagsRegistry { Rule = _ => new HttpResponseMessage(HttpStatusCode.NotFound) };
        using var gone = new TagsRegistry { Rule = _ => throw new HttpRequestException("Name or service not known (registry.example:443)") };
        var (first, second) = (RegistryChecks.Of(0, await AskAsync(page, null)), RegistryChecks.Of(0, await AskAsync(gone, null)));
        Assert.Multiple(() =>
        {
            Assert.That((first.Health, first.Text), Is.EqualTo((Health.Problem, "registry.example/acme/busybox: registry.example is no registry")));
            Assert.That((second.Health, second.Fix), Is.EqualTo((Health.Problem, "./build.sh --target=CheckPublish")));
            Assert.That(second.Why, Does.Contain("Name or service not known"));
        });
    }

    private static async Task<RegistryState> AskAsync(TagsRegistry registry, RegistryCredentials? credentials) => await registry.UseAsync(
        (client, _) => RegistryPing.AskAsync(new PublishPlace(client.Http.Host, client.Repository, RegistryAccount.Of(credentials)), client, CancellationToken.None), credentials: credentials);
}
