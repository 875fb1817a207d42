using BusyboxGlibc.Registry;
using CsCheck;

namespace BusyboxGlibc.Tests.Registry;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class AuthChallengeTests
{
    [Test]
    public void ABearerChallengeIsReadWithItsParameters()
    {
        var challenge = AuthChallenge.Parse("""Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push" """).Single();
        Assert.That((challenge.Scheme, challenge.Realm, challenge.Service), Is.EqualTo(("bearer", "https://auth.example/token", "registry.example")));
        Assert.That(challenge.Parameters["scope"], Is.EqualTo("repository:a/b:pull,push"));
    }

    [TestCase("Basic realm=\"x\"", "basic")]
    [TestCase("BASIC", "basic")]
    [TestCase("Negotiate, Basic realm=x", "negotiate basic")]
    [TestCase("Bearer realm=\"a\\\"b, c\" , Basic realm=\"x\"", "bearer basic")]
    [TestCase("", "")]
    [TestCase("=\"x\"", "")]
    [TestCase("realm=\"x\"", "")]
    [TestCase("Bearer realm=\"never closed", "bearer")]
    public void SchemesAreReadInOrderUpToWhatIsMalformed(string header, string schemes) =>
        Assert.That(string.Join(' ', AuthChallenge.Parse(header).Select(challenge => challenge.Scheme)), Is.EqualTo(schemes));

    [Test]
    public void AQuotedValueLosesItsQuotesAndBackslashes() =>
        Assert.That(AuthChallenge.Parse("Bearer realm=\"a\\\"b, c\\\\\"").Single().Realm, Is.EqualTo("a\"b, c\\"));

    [Test]
    public void AnythingIsReadWithoutAnErrorAndWithinBounds() => Gen.String[Gen.Char["Bearr =\",\\\t;aé\0"], 0, 300].Sample(header =>
    {
        var challenges = AuthChallenge.Parse(header);
        return challenges.All(challenge => challenge.Scheme.Length > 0 && challenge.Parameters.Count <= 32 && challenge.Parameters.Values.All(value => value.Length < header.Length));
    });

    [Test]
    public void AHeaderWithoutEndIsNotRead() => Assert.That(AuthChallenge.Parse("Bearer realm=\"" + new string('x', 1 << 20) + "\""), Is.Empty);
}
