using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CommandListTests
{
    private static IReadOnlyList<Requirement> Parse(string value) => CommandList.Parse(value, "cake.config", 4, KnownPlatforms.Default);

    [TestCase("ip,ethtool,getconf")]
    [TestCase(" ip , ethtool ,, getconf, ")]
    [TestCase("ip ethtool getconf")]
    [TestCase("ip;ethtool; getconf;")]
    [TestCase("ip\tethtool,\ngetconf")]
    [TestCase("ip\nethtool\ngetconf\n")]
    public void CommandsAreSeparatedAsOtherListsAre(string value)
    {
        var commands = Parse(value);
        Assert.That(commands.Select(command => command.Text), Is.EqualTo(new[] { "ip", "ethtool", "getconf" }));
        Assert.That(commands, Is.All.Matches<Requirement>(command => command is { Kind: RequirementKind.Command, Where: "cake.config:4", IsExactSoname: false }));
    }

    [TestCase("")]
    [TestCase("  ")]
    [TestCase("none")]
    public void NoneMeansNone(string value) => Assert.That(Parse(value), Is.Empty);

    [TestCase(",")]
    [TestCase(" ")]
    [TestCase(";")]
    [TestCase(" \n")]
    public void ACommandTakesWhatALineOfRequirementsTakes(string separator)
    {
        var commands = Parse($"tc = iproute2 [linux/amd64, linux/386] ?{separator}ip");
        Assert.That(commands.Select(command => command.Text), Is.EqualTo(new[] { "tc = iproute2 [linux/amd64 linux/386] ?", "ip" }));
        Assert.That(commands[0].OnlyOn, Has.Count.EqualTo(2));
    }

    [TestCase("ip:ethtool", "cake.config:4:4", "two commands without a comma", "ip,ethtool")]
    [TestCase("ip /sbin/tc", "cake.config:4:4", "/sbin/tc is not a valid command", "ip,ethtool,getconf")]
    [TestCase("ip,/sbin/tc", "cake.config:4:4", "/sbin/tc is not a valid command", "ip,ethtool,getconf")]
    [TestCase("ip,ip*", "cake.config:4:4", "not a valid command", "ip,ethtool,getconf")]
    [TestCase("libz", "cake.config:4:1", "not a valid command", "lib-requires.txt")]
    [TestCase("ip,tc $(x)", "cake.config:4:7", "'$' is not allowed here", "remove")]
    [TestCase("ip,ethtool,ip", "cake.config:4", "ip is required twice", "once")]
    [TestCase("ip [linux/amd46]", "cake.config:4:5", "unknown platform", "did you mean linux/amd64?")]
    [TestCase("..", "cake.config:4:1", "not a valid command", "ip")]
    public void AWrongCommandSaysWhereWhatAndWhatToWrite(string value, string where, string what, string next)
    {
        var error = Assert.Throws<ConfigurationException>(() => Parse(value))!;
        Assert.That(error.Where, Is.EqualTo(where));
        Assert.That(error.What, Does.Contain(what));
        Assert.That(error.Next, Does.Contain(next));
    }

    [Test]
    public void AnEndlessListIsRefused() => Assert.That(() => Parse(string.Concat(Enumerable.Repeat("a,", 1000))), Throws.TypeOf<ConfigurationException>());
}
