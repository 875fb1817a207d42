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

    private static HousekeepingOptions Read(params (string Name, string Value)[] arguments) => HousekeepingOptions.Read(new OptionReader(new OptionSource(
        name => arguments.Where(one => one.Name == name).Select(one => (string?)one.Value).FirstOrDefault(), name => arguments.Any(one => one.Name == name), _ => null, CakeConfigFile.Parse(string.Empty, "cake.config"))));
}
