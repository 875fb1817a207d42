using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuilderOptionsTests
{
    private static FakeOptions Given => new();

    [Test]
    public void NothingSetIsTheEnginesOwnBuilder()
    {
        var builder = Given.Read().Builder;
        Assert.That((builder.Driver, builder.Base, builder.Name, builder.InstallBinfmt), Is.EqualTo(("auto", (string?)null, (string?)null, false)));
        Assert.That((builder.Nodes.Count, builder.CacheFrom.Count, builder.CacheTo.Count), Is.EqualTo((0, 0, 0)));
        Assert.That(Given.Argument("engine", "buildx").Read().Image.Engine, Is.EqualTo(Engine.Buildx));
        Assert.That(Given.Argument("engine", "Docker").Read().Image.Engine, Is.EqualTo(Engine.Buildx));
    }

    [Test]
    public void ANodeIsItsPlatformsAndItsAddress()
    {
        var nodes = Given.Environment("CAKE_BUILDER_NODES", "linux/arm/v7+linux/arm64=ssh://build@arm.lan:2222\nlinux/amd64=kubernetes:///one?deployment=x&a=b\n").Read().Builder.Nodes;
        Assert.That(nodes.Select(node => $"{string.Join(' ', node.Platforms)} {node.Endpoint}"), Is.EqualTo(
        [
            "linux/arm64 linux/arm/v7 ssh://build@arm.lan:2222", "linux/amd64 kubernetes:///one?deployment=x&a=b",
        ]));
    }

    [Test]
    public void InCakesFileTheAddressComesAfterAnAt() => Assert.That(
        Given.Config("[Builder]\nNodes=linux/arm64@ssh://build@arm.lan\n").Read().Builder.Nodes.Single().Endpoint, Is.EqualTo("ssh://build@arm.lan"));

    [TestCase("ssh://arm.lan")]
    [TestCase("linux/arm64=")]
    [TestCase("linux/arm64=--rm")]
    [TestCase("=tcp://x:1")]
    [TestCase("linux/arm64=ftp://x")]
    public void WhatIsNoNodeIsRefusedWithoutRepeatingAPassword(string text)
    {
        var error = Given.Argument("builder-nodes", text).Error();
        Assert.That((error.What.Contains("not a builder node", StringComparison.Ordinal), error.Where), Is.EqualTo((true, "argument --builder-nodes")));
        Assert.That(error.Message, Does.Not.Contain("build@"));
    }

    [Test]
    public void APlatformHasOneNode() => Assert.That(
        Given.Argument("builder-nodes", "linux/386+linux/amd64=tcp://a:1,linux/amd64=tcp://b:1").Error().What, Is.EqualTo("linux/amd64 is built by two nodes"));

    [Test]
    public void CachesHoldCommasAndAreSeparatedBySemicolons()
    {
        Assert.That(OptionTable.Join("cache-from", ["type=local,src=a", "type=gha"]), Is.EqualTo("type=local,src=a;type=gha"));
        Assert.That(Given.Argument("cache-from", "type=local,src=a; type=gha").Read().Builder.CacheFrom, Is.EqualTo(["type=local,src=a", "type=gha"]));
    }

    [TestCase("builder-driver", "podman")]
    [TestCase("builder-base", "debian trixie")]
    [TestCase("builder-base", "debian\\nRUN")]
    [TestCase("builder", "-x")]
    public void WhatCouldMeanSomethingElseIsRefused(string argument, string value) =>
        Assert.That(Given.Argument(argument, value).Error().Where, Is.EqualTo($"argument --{argument}"));

    [Test]
    public void TheBaseImageMayBeAMirrorsOrByDigest()
    {
        var digest = $"mirror.lan:5000/debian@sha256:{new string('a', 64)}";
        Assert.That(Given.Argument("builder-base", digest).Read().Builder.Base, Is.EqualTo(digest));
    }
}
