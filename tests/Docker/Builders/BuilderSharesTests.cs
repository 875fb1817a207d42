using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Docker.Builders;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuilderSharesTests
{
    private static readonly string[] _asked = ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/386"];

    // Nodes as "given>own", separated by |.
    [TestCase(">linux/amd64", ExpectedResult = "linux/amd64,linux/arm64,linux/arm/v7,linux/386", TestName = "{m}: one node builds all")]
    [TestCase("linux/amd64,linux/386>|linux/arm64,linux/arm/v7>", ExpectedResult = "linux/amd64,linux/386|linux/arm64,linux/arm/v7", TestName = "{m}: each node builds what it was given")]
    [TestCase("linux/arm64,linux/arm/v7>linux/amd64|linux/amd64,linux/386>linux/arm64", ExpectedResult = "linux/amd64,linux/386|linux/arm64,linux/arm/v7", TestName = "{m}: in the order of the platforms")]
    [TestCase("linux/amd64,linux/386,linux/arm64,linux/arm/v7>|linux/riscv64>", ExpectedResult = "linux/amd64,linux/arm64,linux/arm/v7,linux/386", TestName = "{m}: a node with nothing to build")]
    [TestCase("linux/amd64,linux/arm64>|linux/arm64,linux/arm/v7,linux/386>", ExpectedResult = "linux/amd64,linux/arm64|linux/arm/v7,linux/386", TestName = "{m}: the first of two that were given one")]
    [TestCase("linux/amd64>linux/386|linux/arm64>linux/arm/v7", ExpectedResult = "linux/amd64|linux/arm64|linux/arm/v7|linux/386", TestName = "{m}: where a node is buildx's own choice")]
    [TestCase(">linux/amd64,linux/386|>linux/arm64,linux/arm/v7", ExpectedResult = "linux/amd64|linux/arm64|linux/arm/v7|linux/386", TestName = "{m}: where no node was given any")]
    public string SharesAre(string nodes) => string.Join('|', new Builder("b", "remote", [.. nodes.Split('|').Select(Node)])
        .Shares([.. _asked.Select(name => KnownPlatforms.Find(name)!)])
        .Select(share => string.Join(',', share.Select(platform => platform.Name))));

    private static BuilderNodeState Node(string text, int index)
    {
        var parts = text.Split('>');
        return new BuilderNodeState($"n{index}", $"e{index}", "running", null, null, Names(parts[0]), Names(parts[1]));
    }

    private static string[] Names(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
