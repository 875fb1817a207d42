using BusyboxGlibc.Configuration;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PublishOptionsTests
{
    [Test]
    public void WithoutASettingItIsDockerHubAndNothingElse()
    {
        var options = new FakeOptions().Read().Publish;
        Assert.That(options.Repositories.Select(repository => repository.ToString()), Is.EqualTo(new[] { "docker.io/library/busybox" }));
        Assert.That((options.Tags.Count, options.InsecureRegistries.Count, options.CertificateAuthority, options.ForceTag, options.DryRun, options.DigestFile), Is.EqualTo((0, 0, (string?)null, false, false, (string?)null)));
    }

    [Test]
    public void SeveralRegistriesAreOneNameInEach()
    {
        var options = new FakeOptions().Argument("registry", "ghcr.io/acme, localhost:5000,acme,ghcr.io/acme").Argument("repository", "tools/busybox").Read();
        Assert.That(options.Publish.Repositories.Select(repository => repository.ToString()), Is.EqualTo(new[] { "ghcr.io/acme/tools/busybox", "localhost:5000/tools/busybox", "docker.io/acme/tools/busybox" }));
        Assert.That(options.Image.Name, Is.EqualTo(options.Publish.Repositories[0]));
    }

    [TestCase("auto")]
    [TestCase("index")]
    [TestCase("referrers")]
    public void CosignIsAProgramAndAFileOfThatNameAPath(string attest)
    {
        Assert.That(new FakeOptions().Argument("sign", "cosign").Argument("attest", attest).Read().Publish, Has.Property("SignsWithCosign").True);
        var file = new FakeOptions().Argument("sign", "./cosign").Read().Publish;
        Assert.That((file.SignsWithCosign, file.Sign), Is.EqualTo((false, "/project/cosign")));
    }

    [TestCase("file", "cosign stores signatures in the registry")]
    [TestCase("none", "signatures are asked for and attestations are not")]
    public void CosignNeedsARegistryThatMayHaveSignatures(string attest, string said) =>
        Assert.That(Assert.Throws<ConfigurationException>(() => new FakeOptions().Argument("sign", "cosign").Argument("attest", attest).Read())!.Message, Does.Contain(said));

    [Test]
    public void EveryOptionIsRead()
    {
        var options = new FakeOptions()
            .Config("[Image]\nTags=stable\n[Publish]\nRegistryCa=certs/ca.pem\n")
            .Environment("CAKE_PUBLISH_INSECUREREGISTRY", "a.lan:5000 b.lan")
            .Argument("tag", "x,Y_1.2-3,x")
            .Argument("force-tag", null)
            .Argument("dry-run", "true")
            .Argument("digest-file", "/tmp/digest")
            .Read().Publish;
        Assert.That(options.Tags, Is.EqualTo(new[] { "x", "Y_1.2-3" }));
        Assert.That(options.InsecureRegistries, Is.EqualTo(new[] { "a.lan:5000", "b.lan" }));
        Assert.That((options.CertificateAuthority, options.ForceTag, options.DryRun, options.DigestFile), Is.EqualTo(("/project/certs/ca.pem", true, true, "/tmp/digest")));
    }

    [TestCase("tag", ".x")]
    [TestCase("tag", "-x")]
    [TestCase("tag", "a:b")]
    [TestCase("tag", "ä")]
    [TestCase("insecure-registry", "http://x")]
    [TestCase("insecure-registry", "x/y")]
    [TestCase("registry", "ghcr.io/acme,Ghcr.io/Acme/")]
    [TestCase("registry", "ghcr.io/ACME")]
    [TestCase("repository", "Busybox")]
    [TestCase("force-tag", "maybe")]
    public void AWrongValueIsAnErrorThatNamesTheArgument(string argument, string value) =>
        Assert.That(new FakeOptions().Argument(argument, value).Error().Where, Is.EqualTo($"argument --{argument}"));

    // The day of an image alone, as it once was, and with the digits of its digest.
    [TestCase("1.38.0-glibc-debian13-20250818")]
    [TestCase("1.38.0-glibc-debian13-20250818-0123456789ab")]
    [TestCase("2.0-glibc-debian14-20300101-ffffffffffff")]
    public void ATagThatNamesOneImageForEverCannotBeAskedFor(string tag)
    {
        var error = new FakeOptions().Argument("tag", $"stable,{tag}").Error();
        Assert.That(error.What, Does.Contain("is a dated tag"));
        Assert.That(error.Next, Does.Contain("nightly-20261020"));
        Assert.That(new FakeOptions().Config($"[Image]\nTags={tag}\n").Error().Where, Does.Contain("cake.config"));
    }

    // What the error says is free, and what only looks alike.
    [TestCase("nightly-20261020")]
    [TestCase("1.38.0-glibc-debian13")]
    [TestCase("1.38.0-glibc-debian13-2025081")]
    [TestCase("1.38.0-glibc-debian13-20250818-0123456789abc")]
    [TestCase("1.38.0-glibc-debian13-20250818-0123456789AB")]
    [TestCase("x1.38.0-glibc-debian13-20250818")]
    public void OtherTagsWithADayInThemMayBeAskedFor(string tag) => Assert.That(new FakeOptions().Argument("tag", tag).Read().Publish.Tags, Is.EqualTo(new[] { tag }));

    [TestCase("1.38.0", "13")]
    [TestCase("2.0", "12")]
    public void TheTagThatAnImageGetsForEverIsOfThatForm(string busybox, string debian)
    {
        var identity = new ImageIdentity(BusyboxNumber.Find(busybox), false, $"{busybox}-glibc-debian{debian}", new DateOnly(2025, 8, 18), new HashSet<string>());
        var dated = ImageTags.Of(identity, $"sha256:{new string('a', 64)}", []).Single(tag => tag.IsDated);
        Assert.That(new FakeOptions().Argument("tag", dated.Name).Error().What, Does.Contain("is a dated tag"));
    }

    [Test]
    public void ATagAsLongAsMayBeAndOneLonger()
    {
        Assert.That(new FakeOptions().Argument("tag", new string('x', 128)).Read().Publish.Tags, Has.Count.EqualTo(1));
        Assert.That(new FakeOptions().Argument("tag", new string('x', 129)).Error().What, Does.EndWith("is not a tag"));
    }

    [Test]
    public void ArgumentsThatAreListsMayBeGivenSeveralTimes()
    {
        Assert.That(OptionTable.Join("TAG", ["a", null, "b,c"]), Is.EqualTo("a,b,c"));
        Assert.That(OptionTable.Join("platforms", ["linux/amd64", "arm64"]), Is.EqualTo("linux/amd64,arm64"));
        Assert.That(OptionTable.Join("suite", ["trixie", "trixie"]), Is.EqualTo("trixie"));
        Assert.That(OptionTable.Join("tag", [null]), Is.Null);
    }

    [Test]
    public void AnArgumentThatIsNoListTakesOneValue()
    {
        var error = Assert.Throws<ConfigurationException>(() => OptionTable.Join("suite", ["trixie", "bookworm", "trixie"]))!;
        Assert.That(error.What, Is.EqualTo("--suite is given with different values"));
        Assert.That(error.Where, Is.EqualTo("argument --suite"));
        Assert.That(error.Why, Is.EqualTo("it takes one value, and is given 3 times"));
        Assert.That(error.Next, Is.EqualTo("give it once, with the value that you want"));
    }
}
