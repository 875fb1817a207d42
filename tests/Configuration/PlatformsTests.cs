namespace BusyboxGlibc.Tests.Configuration;

public class PlatformsTests
{
    [Test]
    public void EveryPlatformIsFoundByItsName()
    {
        foreach (var platform in BusyboxGlibc.Configuration.Platforms.All)
        {
            Assert.That(BusyboxGlibc.Configuration.Platforms.Find(platform.Name), Is.SameAs(platform));
        }
    }
}
