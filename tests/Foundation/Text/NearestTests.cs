using BusyboxGlibc.Foundation.Text;
using CsCheck;

namespace BusyboxGlibc.Tests.Foundation.Text;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class NearestTests
{
    [TestCase("platfroms", "platforms")]
    [TestCase("Registri", "registry")]
    [TestCase("libmln", "libmnl")]
    [TestCase("registr", "registry")]
    public void ASlipFindsWhatWasMeant(string slip, string meant) =>
        Assert.That(Nearest.Names(slip, ["registry", "platforms", "libmnl", "libz"])[0], Is.EqualTo(meant));

    [Test]
    public void WhatIsFarFromEverythingFindsNothing() =>
        Assert.That(Nearest.Names("certificates", ["registry", "platforms", "libz"]), Is.Empty);

    [Test]
    public void TheNearestComesFirstAndTiesAreInOrdinalOrder()
    {
        Assert.That(Nearest.Names("libx", ["libzz", "libz", "liby", "libX", "libz"]), Is.EqualTo(new[] { "libX", "liby", "libz" }));
        Assert.That(Nearest.Names("libx", ["libb", "liba"], 1), Is.EqualTo(new[] { "liba" }));
    }

    [Test]
    public void TheOrderOfCandidatesDoesNotMatter() =>
        Check.Sample(
            Gen.Select(Gen.Char["abc"].Array[0, 5], Gen.Char["abc"].Array[0, 5].Array[0, 8]),
            (name, candidates) =>
            {
                var names = candidates.Select(each => new string(each)).ToArray();
                Assert.That(Nearest.Names(new string(name), names.Reverse()), Is.EqualTo(Nearest.Names(new string(name), names)));
            });

    [Test]
    public void EmptyAndLongNamesAreNoTrouble()
    {
        Assert.That(Nearest.Names(string.Empty, ["a", "libz"]), Is.EqualTo(new[] { "a" }));
        Assert.That(Nearest.Names(new string('x', 5000), ["a"]), Is.Empty);
        Assert.That(Nearest.Names("a", []), Is.Empty);
    }
}
