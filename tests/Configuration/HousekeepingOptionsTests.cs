using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class HousekeepingOptionsTests
{
    [TestCase("30d", 720)]
    [TestCase("12h", 12)]
    [TestCase("4w", 672)]
    [TestCase("0d", 0)]
    public void AnAgeHasAUnit(string text, int hours) => Assert.That(Read(("older-than", text)).OlderThan, Is.EqualTo(TimeSpan.FromHours(hours)));

    [TestCase("30")]
    [TestCase("d")]
    [TestCase("-3d")]
    [TestCase("1.5d")]
    [TestCase("30 days")]
    [TestCase("999999d")]
    [TestCase("３０d")]
    public void AnythingElseIsNone(string text) => Assert.That(() => Read(("older-than", text)), Throws.TypeOf<ConfigurationException>().With.Message.Contains("is not an age").And.Message.Contains("12h, 30d, 4w"));

    [Test]
    public void NothingIsDeletedByDefault() => Assert.That(Read(), Is.EqualTo(new HousekeepingOptions(TimeSpan.FromDays(30), null, 10, false, false)));

    [TestCase("keep", "3")]
    [TestCase("delete", "true")]
    [TestCase("foreign", "true")]
    public void AnOptionWithoutTheAgeIsNamed(string argument, string value)
    {
        Assert.That(Read((argument, value)).WithoutAge, Is.EqualTo($"--{argument}"));
        Assert.That(Read((argument, value), ("prune-older-than", "90d")).WithoutAge, Is.Null);
    }

    [TestCase("-1")]
    [TestCase("ten")]
    [TestCase("10001")]
    public void ANumberOfImagesIsANumber(string text) => Assert.That(() => Read(("prune-older-than", "90d"), ("keep", text)), Throws.TypeOf<ConfigurationException>().With.Message.Contains("0 to 10000"));

    private static HousekeepingOptions Read(params (string Name, string Value)[] arguments) => HousekeepingOptions.Read(new OptionReader(new OptionSource(
        name => arguments.Where(one => one.Name == name).Select(one => (string?)one.Value).FirstOrDefault(), name => arguments.Any(one => one.Name == name), _ => null, CakeConfigFile.Parse(string.Empty, "cake.config"))));
}
