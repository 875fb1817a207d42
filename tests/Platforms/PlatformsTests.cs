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
}
