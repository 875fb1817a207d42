using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Tests.Docker.Builders;

/// <summary>Which builder is taken, what it is made with, when it is found again, and what it cannot build.</summary>
[UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed partial class BuilderManagerTests
{
    private const string Ours = "busybox-glibc";

    private static readonly string _good = Inspections.Of("default", "docker", Inspections.Node("default", "default", "linux/amd64, linux/386"));

    [Test]
    public async Task TheEnginesOwnWhereItHasTheContainerdStore()
    {
        using var docker = new FakeDocker().Engine(FakeDocker.ContainerdStore).Has("default", _good);
        var builder = await docker.OpenAsync(FakeDocker.Options(), "linux/amd64", "linux/s390x");
        Assert.That((builder.Name, builder.Driver), Is.EqualTo(("default", "docker")));
        Assert.That(builder.NativeArchitectures, Is.EqualTo(new[] { "amd64" }));
        Assert.That(docker.Changes, Is.EqualTo(new[] { "buildx inspect --bootstrap default" }));
    }

    [Test]
    public async Task TheBuilderInsideTheEngineIsNamedLikeTheContext()
    {
        using var docker = new FakeDocker().Engine(FakeDocker.ContainerdStore, context: "desktop-linux")
            .Has("desktop-linux", Inspections.Of("desktop-linux", "docker", Inspections.Node("desktop-linux", "desktop-linux", "linux/arm64, linux/amd64")));
        Assert.That((await docker.OpenAsync(FakeDocker.Options("docker"), "linux/amd64")).Name, Is.EqualTo("desktop-linux"));
    }

    [TestCase("[[\"Backing Filesystem\",\"extfs\"],[\"Supports d_type\",\"true\"]]", "v0.20.0", TestName = "one in a container where the engine has the old store")]
    [TestCase("null", "v0.20.0", TestName = "one in a container where the engine does not tell")]
    [TestCase(FakeDocker.ContainerdStore, "v0.12.5", TestName = "one in a container where BuildKit in the engine is too old")]
    [TestCase(FakeDocker.ContainerdStore, "24.0.7", TestName = "one in a container where BuildKit has the engine's version")]
    public async Task AContainer(string status, string buildKit)
    {
        var node = await MadeNodeAsync(Engine, FakeDocker.Options());
        using var docker = Engine(new FakeDocker()).HasNot(Ours)
            .Answers(Create(node), Ours)
            .Answers($"buildx inspect --bootstrap {Ours}", Inspections.Of(Ours, "docker-container", Inspections.Node(node, "unix:///var/run/docker.sock", "linux/amd64")));
        Assert.That((await docker.OpenAsync(FakeDocker.Options(), "linux/amd64")).Name, Is.EqualTo(Ours));
        Assert.That(docker.Changes, Is.EqualTo(new[] { Create(node), $"buildx inspect --bootstrap {Ours}" }));

        using var again = Engine(new FakeDocker()).Has(Ours, Inspections.Of(Ours, "docker-container", Inspections.Node(node, "unix:///var/run/docker.sock", "linux/amd64")));
        await again.OpenAsync(FakeDocker.Options(), "linux/amd64");
        Assert.That(again.Changes, Is.EqualTo(new[] { $"buildx inspect --bootstrap {Ours}" }), "made once");

        FakeDocker Engine(FakeDocker fake) => fake.Engine(status).Has("default", Inspections.Of("default", "docker", Inspections.Node("default", "default", "linux/amd64", buildKit: buildKit)));
        static string Create(string node) => $"buildx create --name {Ours} --driver docker-container --node {node}";
    }

    [Test]
    public async Task WithAnotherEngineTheContainerIsAnother()
    {
        var one = await MadeNodeAsync(fake => fake.Engine("[]"), FakeDocker.Options());
        var two = await MadeNodeAsync(fake => fake.Engine("[]").Answers("context inspect default --format {{.Endpoints.docker.Host}}", "tcp://10.0.0.9:2376"), FakeDocker.Options());
        Assert.That(two, Is.Not.EqualTo(one));
        Assert.That(one, Does.Match(@"\Abusybox-glibc-[0-9a-f]{8}\z"));
    }

    [Test]
    public void TheDriverDockerSaysWhyItCannot()
    {
        using var docker = new FakeDocker().Engine("[]");
        var error = docker.Refuses(FakeDocker.Options("docker"), "linux/amd64");
        Assert.That(error.What, Is.EqualTo("the driver docker cannot build the image with engine 29.1.2"));
        Assert.That(error.Why, Does.Contain("containerd store"));
        Assert.That(error.Next, Does.Contain("containerd-snapshotter"));
        Assert.That(docker.Changes, Is.Empty);
    }

    [Test]
    public void TheDriverRemoteNeedsAnAddress()
    {
        using var docker = new FakeDocker();
        Assert.That(docker.Refuses(FakeDocker.Options("remote"), "linux/amd64").Next, Does.Contain("--builder-nodes="));
    }

    [TestCase("docker-container", "auto", "ssh://me@one", "tcp://10.0.0.2:2376")]
    [TestCase("docker-container", "auto", "unix:///run/other.sock", "a-context")]
    [TestCase("remote", "remote", "tcp://10.0.0.1:1234", "unix:///run/buildkit/buildkitd.sock")]
    public async Task MachinesBecomeNodes(string driver, string asked, string first, string second)
    {
        var options = FakeDocker.Options(asked, null, $"linux/amd64+linux/386={first}", $"linux/arm64={second}");
        using var probe = new FakeDocker().HasNot(Ours);
        probe.Refuses(options, "linux/amd64", "linux/arm64");
        var one = Node().Match(probe.Changes.Single()).Value;
        var create = $"buildx create --name {Ours} --driver {driver} --node {one} --platform linux/amd64,linux/386 {first}";
        Assert.That(probe.Changes.Single(), Is.EqualTo(create));

        probe.Answers(create, Ours);
        probe.Refuses(options, "linux/amd64", "linux/arm64");
        var two = Node().Match(probe.Changes.Last()).Value;
        var append = $"buildx create --name {Ours} --append --driver {driver} --node {two} --platform linux/arm64 {second}";
        Assert.That(probe.Changes.Last(), Is.EqualTo(append));
        Assert.That(two, Is.Not.EqualTo(one));

        var made = Inspections.Of(Ours, driver, Inspections.Node(one, first, "linux/amd64*, linux/386*, linux/amd64/v2"), Inspections.Node(two, second, "linux/arm64*, linux/arm/v7"));
        using var docker = new FakeDocker().HasNot(Ours).Answers(create, Ours).Answers(append, Ours).Answers($"buildx inspect --bootstrap {Ours}", made);
        var builder = await docker.OpenAsync(options, "linux/amd64", "linux/arm64");
        Assert.That(builder.Nodes.Select(node => node.Endpoint), Is.EqualTo(new[] { first, second }));
        Assert.That(builder.NativeArchitectures, Is.EqualTo(new[] { "amd64", "arm64" }));
        Assert.That(docker.Calls, Does.Not.Contain(FakeDocker.Info), "the engine of this machine is not needed");

        using var again = new FakeDocker().Has(Ours, made);
        await again.OpenAsync(options, "linux/arm64");
        Assert.That(again.Changes, Is.EqualTo(new[] { $"buildx inspect --bootstrap {Ours}" }), "found again");

        using var other = new FakeDocker().Has(Ours, made).Fails($"buildx rm {Ours}", "ERROR: one node is gone");
        other.Refuses(FakeDocker.Options(asked, null, $"linux/amd64={first}"), "linux/amd64");
        Assert.That(other.Changes.Take(2).Select(call => Node().Replace(call, "NODE")), Is.EqualTo(new[] { $"buildx rm {Ours}", $"buildx create --name {Ours} --driver {driver} --node NODE --platform linux/amd64 {first}" }), "made again");
    }

    [Test]
    public async Task AClusterIsGivenAsOptions()
    {
        var options = FakeDocker.Options("auto", null, "linux/amd64+linux/arm64=kubernetes://ci?replicas=2&nodeselector=a%3Db%2Cc%3Dd");
        using var probe = new FakeDocker().HasNot(Ours);
        probe.Refuses(options, "linux/amd64");
        var create = probe.Changes.Single();
        var node = Node().Match(create).Value;
        Assert.That(create, Is.EqualTo($"buildx create --name {Ours} --driver kubernetes --node {node} --platform linux/amd64,linux/arm64 --driver-opt namespace=ci --driver-opt replicas=2 --driver-opt \"nodeselector=a=b,c=d\""));

        using var again = new FakeDocker().Has(Ours, Inspections.Of(
            Ours, "kubernetes", Inspections.Node($"{node}-6f9c5b7d5-abcde", "kubernetes:///x", "linux/amd64*, linux/arm64*, linux/amd64/v2"), Inspections.Node($"{node}-6f9c5b7d5-fghij", "kubernetes:///x", "linux/amd64*, linux/arm64*, linux/amd64/v2")));
        await again.OpenAsync(options, "linux/arm64");
        Assert.That(again.Changes, Is.EqualTo(new[] { $"buildx inspect --bootstrap {Ours}" }), "pods are the node");

        using var bare = new FakeDocker().HasNot(Ours);
        bare.Refuses(FakeDocker.Options("kubernetes"), "linux/amd64");
        Assert.That(Node().Replace(bare.Changes.Single(), "NODE"), Is.EqualTo($"buildx create --name {Ours} --driver kubernetes --node NODE"));
    }

    [TestCase("docker", "linux/amd64=tcp://h:1", "the driver docker has no nodes like tcp://h:1")]
    [TestCase("kubernetes", "linux/amd64=tcp://h:1", "the driver kubernetes has no nodes like tcp://h:1")]
    [TestCase("remote", "linux/amd64=kubernetes://ci", "the driver remote has no nodes like kubernetes://ci")]
    [TestCase("auto", "linux/amd64=kubernetes://ci linux/arm64=tcp://h:1", "one builder cannot have nodes of Kubernetes and others")]
    [TestCase("auto", "linux/386=tcp://h:1", "no node builds for linux/amd64")]
    public void WhatDoesNotGoTogetherIsRefusedBeforeAnyMachineIsAsked(string driver, string nodes, string what)
    {
        using var docker = new FakeDocker();
        Assert.That(docker.Refuses(FakeDocker.Options(driver, null, nodes.Split(' ')), "linux/amd64").What, Is.EqualTo(what));
        Assert.That(docker.Calls, Is.EqualTo(new[] { "buildx version" }));
    }

    [Test]
    public void ANodeThatCannotBeMadeIsSaid()
    {
        using var docker = new FakeDocker().HasNot(Ours);
        var error = docker.Refuses(FakeDocker.Options("auto", null, "linux/amd64=ssh://me@one"), "linux/amd64");
        Assert.That(error.What, Is.EqualTo($"docker buildx cannot create the builder {Ours}"));
        Assert.That(error.Why, Does.StartWith("exit code 99").And.Contain("unexpected: buildx create"));
        Assert.That(error.Next, Does.Contain("docker buildx create --name busybox-glibc"));
    }

    [Test]
    public async Task ANamedBuilderIsTakenWhateverElseIsAsked()
    {
        using var docker = new FakeDocker().Has("team", Inspections.Buildx012);
        var builder = await docker.OpenAsync(FakeDocker.Options("auto", "team", "linux/amd64=tcp://h:1"), "linux/arm64");
        Assert.That(builder.Name, Is.EqualTo("team"));
        Assert.That(docker.Calls, Is.EqualTo(new[] { "buildx version", "buildx inspect team", "buildx inspect --bootstrap team" }));
    }

    [Test]
    public void ANameThatNoBuilderHas()
    {
        const string list = "NAME/NODE    DRIVER/ENDPOINT     STATUS     BUILDKIT   PLATFORMS\nteam         remote                                     \n \\_ team0     \\_ tcp://h:1   inactive              linux/amd64*\ndefault*     docker                          \n \\_ default   \\_ default     running    v0.26.2    linux/amd64";
        using var docker = new FakeDocker().HasNot("tean").Answers("buildx ls", list);
        var error = docker.Refuses(FakeDocker.Options(name: "tean"), "linux/amd64");
        Assert.That(error.What, Is.EqualTo("there is no builder tean"));
        Assert.That(error.Next, Is.EqualTo("did you mean team? known builders: team, default"));
        using var old = new FakeDocker().HasNot("x").Answers("buildx ls", "NAME/NODE DRIVER/ENDPOINT STATUS BUILDKIT PLATFORMS\nteam docker-container\n  team0 tcp://h:1 inactive linux/amd64*\ndefault * docker\n  default default running v0.11.6 linux/amd64");
        Assert.That(old.Refuses(FakeDocker.Options(name: "x"), "linux/amd64").Next, Is.EqualTo("known builders: team, default"));
    }

    [Test]
    public void ABuilderThatDoesNotStart()
    {
        using var docker = new FakeDocker().Has("team", Inspections.Buildx012)
            .Fails("buildx inspect --bootstrap team", "#1 [internal] booting buildkit\n------\nERROR: failed to resolve reference \"docker.io/moby/buildkit:buildx-stable-1\": failed to do request: Head \"https://a-registry/v2/moby/buildkit\": no such host");
        var error = docker.Refuses(FakeDocker.Options(name: "team"), "linux/arm64");
        Assert.That(error.What, Is.EqualTo("the builder team does not start"));
        Assert.That(error.Why, Does.StartWith("exit code 1\nERROR: failed to resolve reference").And.EndsWith("no such host").And.Not.Contain("------"));
        Assert.That(error.Next, Does.Contain("--engine=embedded"));
    }

    [Test]
    public void TheNodesThatDidNotStartAreNamed()
    {
        using var docker = new FakeDocker()
            .Has("team", Inspections.Of("team", "remote", Inspections.Node("n0", "tcp://h:0", "linux/amd64*"), Inspections.Node("n1", "tcp://h:1", "linux/arm64*", "inactive")))
            .Fails("buildx inspect --bootstrap team", "#1 [n1 internal] waiting for connection\nERROR: context deadline exceeded");
        var error = docker.Refuses(FakeDocker.Options(name: "team"), "linux/arm64");
        Assert.That(error.Why, Is.EqualTo("exit code 1\nERROR: context deadline exceeded\nn1 (tcp://h:1) is inactive"));
        Assert.That(error.Next, Does.StartWith("check that the machines are running and reachable: docker buildx inspect --bootstrap team; "));
    }

    [Test]
    public void ABuilderThatIsWrongAsAWhole()
    {
        using var docker = new FakeDocker().Has("team", "Name:   team\nDriver: \nError:  Cannot connect to the Docker daemon");
        var error = docker.Refuses(FakeDocker.Options(name: "team"), "linux/arm64");
        Assert.That((error.What, error.Why), Is.EqualTo(("the builder team does not start", "Cannot connect to the Docker daemon")));
    }

    [TestCase("linux/amd64*, linux/386*|linux/arm64*", "", "linux/riscv64: no node builds for it: n0 builds for linux/amd64, linux/386; n1 builds for linux/arm64")]
    [TestCase("linux/amd64*|linux/riscv64*, linux/arm64 inactive", "", "linux/riscv64: its node n1 (tcp://h:1) is inactive")]
    [TestCase("linux/ppc64le, linux/riscv64", "", "linux/riscv64: its node n0 (tcp://h:0) is a machine of ppc64le; the compilers run on amd64 and arm64 only")]
    [TestCase("linux/riscv64*, linux/s390x", "", "linux/riscv64: its node n0 (tcp://h:0) is a machine of an unknown architecture; the compilers run on amd64 and arm64 only")]
    [TestCase("linux/amd64", "v0.12.5", "linux/riscv64: BuildKit v0.12.5 of its node n0 (tcp://h:0) is too old: 0.13 is the first that sets file times")]
    public void WhatCannotBeBuilt(string nodes, string buildKit, string why)
    {
        var text = Inspections.Of("x", "remote", [.. nodes.Split('|').Select((platforms, index) =>
            Inspections.Node($"n{index}", $"tcp://h:{index}", platforms.Replace(" inactive", string.Empty), platforms.EndsWith(" inactive", StringComparison.Ordinal) ? "inactive" : "running", buildKit.Length == 0 ? "v0.26.2" : buildKit))]);
        using var docker = new FakeDocker().Has("x", text);
        var error = docker.Refuses(FakeDocker.Options(name: "x"), "linux/riscv64");
        Assert.That(error.What, Is.EqualTo("the builder x cannot build linux/riscv64"));
        Assert.That(error.Why, Is.EqualTo(why));
    }

    [Test]
    public async Task ANodeThatDoesNotAnswer()
    {
        const string gone = "Endpoint: ssh://me@two\nError: Cannot connect to the Docker daemon at ssh://me@two\nIs it running?\n";
        var running = Inspections.Node("n0", "tcp://h:0", "linux/amd64*, linux/386*, linux/amd64/v2");
        using var named = new FakeDocker().Has("x", Inspections.Of("x", "docker-container", "Name: n1\n" + gone, running));
        var builder = await named.OpenAsync(FakeDocker.Options(name: "x"), "linux/amd64", "linux/arm64");
        Assert.That(builder.NativeArchitectures, Is.EqualTo(new[] { "amd64" }), "buildx builds on those that answer");
        Assert.That(builder.Nodes[0].Error, Is.EqualTo("Cannot connect to the Docker daemon at ssh://me@two\nIs it running?"));

        var options = FakeDocker.Options("auto", null, "linux/amd64=tcp://h:0", "linux/arm64=ssh://me@two");
        using var probe = new FakeDocker().HasNot(Ours);
        probe.Refuses(options, "linux/amd64", "linux/arm64");
        probe.Answers(probe.Changes.Single(), Ours).Refuses(options, "linux/amd64", "linux/arm64");
        var nodes = probe.Changes.Select(call => Node().Match(call).Value).Distinct().ToList();
        using var ours = new FakeDocker().Has(Ours, Inspections.Of(Ours, "docker-container", Inspections.Node(nodes[0], "tcp://h:0", "linux/amd64*, linux/386"), $"Name: {nodes[1]}\n" + gone));
        var error = ours.Refuses(options, "linux/amd64", "linux/arm64");
        Assert.That(error.What, Is.EqualTo($"the builder {Ours} cannot build linux/arm64"));
        Assert.That(error.Why, Is.EqualTo($"linux/arm64: its node {nodes[1]} (ssh://me@two) does not respond: Cannot connect to the Docker daemon at ssh://me@two Is it running?"));
        Assert.That(error.Next, Does.Contain("--builder-nodes"));
    }

    // What a builder's only node is called, taken from the command that would make it.
    private static Task<string> MadeNodeAsync(Func<FakeDocker, FakeDocker> engine, BusyboxGlibc.Configuration.BuilderOptions options)
    {
        using var docker = engine(new FakeDocker()).HasNot(Ours);
        docker.Refuses(options, "linux/amd64");
        return Task.FromResult(Node().Match(docker.Changes.Single()).Value);
    }

    [GeneratedRegex("busybox-glibc-[0-9a-f]{8}")]
    private static partial Regex Node();
}
