using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Platforms;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PlatformsTests
{
    [Test]
    public void EveryPlatformIsFoundByItsName()
    {
        foreach (var platform in KnownPlatforms.All)
        {
            Assert.That(KnownPlatforms.Find(platform.Name), Is.SameAs(platform));
        }
    }

    [Test]
    public void TheEightAreTheFirstAndTheOthersAreOptional()
    {
        Assert.That(KnownPlatforms.Default, Is.EqualTo(KnownPlatforms.All.Take(8)));
        Assert.That(KnownPlatforms.All.Where(platform => platform.IsOptional).Select(platform => platform.Name), Is.EqualTo(new[] { "linux/arm/v5", "linux/loong64" }));
    }

    [TestCase("armel", "linux/arm/v6")]
    [TestCase("arm-linux-gnueabi", "linux/arm/v6")]
    [TestCase("arm/v5", "linux/arm/v5")]
    [TestCase("linux-arm-v5", "linux/arm/v5")]
    [TestCase("loong64", "linux/loong64")]
    [TestCase("loongarch64", "linux/loong64")]
    [TestCase("loongarch64-linux-gnu", "linux/loong64")]
    public void AnotherNameMeansOnePlatform(string name, string platform) =>
        Assert.That(KnownPlatforms.FindSpelled(name).Select(found => found.Name), Is.EqualTo(new[] { platform }));

    [Test]
    public void ASuiteHasWhatDebianReleasedItFor()
    {
        Assert.That(KnownPlatforms.All.Except(Suites.Trixie.Platforms).Select(platform => platform.Name), Is.EqualTo(new[] { "linux/loong64" }));
        Assert.That(KnownPlatforms.All.Except(Suites.Bookworm.Platforms).Select(platform => platform.Name), Is.EqualTo(new[] { "linux/riscv64", "linux/loong64" }));
        Assert.That(KnownPlatforms.All.Except(Suites.Forky.Platforms).Select(platform => platform.Name), Is.EqualTo(new[] { "linux/arm/v6", "linux/arm/v5" }));
    }
}
