using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tasks;

namespace BusyboxGlibc.Tests.Setup;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class EngineChoiceTests
{
    private static readonly OwnLine _own = new("Dockerfile.builder:58", "RUN true", "it creates files");

    private readonly List<string> _said = [];
    private int _asked;

    [SetUp]
    public void Forget()
    {
        _said.Clear();
        _asked = 0;
    }

    [TestCase(Engine.Auto, null, true)]
    [TestCase(Engine.Auto, "no docker", false)]
    [TestCase(Engine.Embedded, null, false)]
    [TestCase(Engine.Buildx, "no docker", true)]
    public void WithoutATargetOfOneEngineTheOptionCounts(Engine engine, string? whyNot, bool usesDocker)
    {
        foreach (var target in (string[])["Default", "Publish", "SmokeTest", "VerifyBinfmt", "Restore"])
        {
            Assert.That(Chosen(engine, whyNot, null, target).UsesDocker, Is.EqualTo(usesDocker), target);
        }
    }

    [TestCase("Pack", false)]
    [TestCase("compilebusybox", false)]
    [TestCase("Buildx", true)]
    [TestCase("createBuilder", true)]
    [TestCase("RenderDockerfile", true)]
    public void ATargetOfOneEngineMeansItWhateverTheOptionSays(string target, bool usesDocker)
    {
        foreach (var engine in Enum.GetValues<Engine>())
        {
            _said.Clear();
            Assert.That(Chosen(engine, "no docker", null, target).UsesDocker, Is.EqualTo(usesDocker), $"{target} {engine}");
            Assert.That(_said, Has.Count.EqualTo(engine is Engine.Auto || engine == (usesDocker ? Engine.Buildx : Engine.Embedded) ? 0 : 1), "it says that the option is another");
        }

        Assert.That(_asked, Is.Zero, "nobody needs to know whether Docker answers");
    }

    [Test]
    public void ARunThatChoseNoneSaysSo()
    {
        Assert.That(Choice(Engine.Auto, null, null, "Verify").Description, Is.EqualTo("engine of an earlier run"));
        Assert.That(Choice(Engine.Embedded, null, null, "Verify").Description, Is.EqualTo("embedded engine"));
        Assert.That(Chosen(Engine.Auto, "no docker", null, "Verify").Description, Is.EqualTo("embedded engine (no docker)"));
    }

    [Test]
    public void TargetsOfBothEnginesAreAnError()
    {
        var error = Assert.Throws<BuildException>(() => Chosen(Engine.Auto, null, null, "Buildx", "Pack"))!;
        Assert.That(error.What, Is.EqualTo("Buildx and Pack belong to different engines"));
    }

    [Test]
    public void DockerIsAskedOnce()
    {
        var choice = Chosen(Engine.Auto, "no docker", _own, "Default");
        choice.ChooseAsync(default).GetAwaiter().GetResult();
        Assert.Throws<DockerfileException>(choice.Check);
        Assert.That((_asked, _said.Count), Is.EqualTo((1, 1)));
    }

    [TestCase(Engine.Auto, "no engine responds", "no engine responds", "start Docker")]
    [TestCase(Engine.Embedded, null, "the engine is embedded", "--engine=buildx")]
    public void ALineThatTakesDockerIsAnErrorWithoutIt(Engine engine, string? whyNot, string why, string next)
    {
        foreach (var target in (string[])["Default", "Publish", "Verify", "Load"])
        {
            var error = Assert.Throws<DockerfileException>(Chosen(engine, whyNot, _own, target).Check)!;
            Assert.That(error.Where, Is.EqualTo(_own.Where));
            Assert.That(error.What, Does.StartWith("RUN true requires Docker").And.Contain(why));
            Assert.That(error.Next, Does.Contain(next));
        }
    }

    [Test]
    public void TheTargetPackIsWithoutDockerToo() =>
        Assert.That(Assert.Throws<DockerfileException>(Chosen(Engine.Auto, null, _own, "Pack").Check)!.Message, Does.Contain("the target Pack does not use it").And.Contain("--engine=buildx"));

    [TestCase("Restore")]
    [TestCase("Assemble")]
    [TestCase("CompileBusybox")]
    public void WhatEndsBeforeAnImageIsMadeDoesNotMind(string target) =>
        Assert.That(Chosen(Engine.Embedded, null, _own, target).Check, Throws.Nothing);

    [Test]
    public void WithDockerEveryLineIsFine() => Assert.That(Chosen(Engine.Auto, null, _own, "Default").Check, Throws.Nothing);

    [TestCase(Engine.Auto, true, true)]
    [TestCase(Engine.Embedded, false, true)]
    [TestCase(Engine.Buildx, true, false)]
    public void BeforeTheChoiceWhatTheOptionsAllowIsShownAndNobodyAsked(Engine engine, bool buildx, bool embedded)
    {
        var choice = Choice(engine, "no docker", _own, "Default");
        Assert.That((choice.Runs(Engine.Buildx), choice.Runs(Engine.Embedded)), Is.EqualTo((buildx, embedded)));
        Assert.That((_asked, _said.Count), Is.EqualTo((0, 0)));
        Assert.Throws<InvalidOperationException>(() => _ = choice.UsesDocker);
    }

    private EngineChoice Chosen(Engine engine, string? whyNot, OwnLine? own, params string[] targets)
    {
        var choice = Choice(engine, whyNot, own, targets);
        choice.ChooseAsync(default).GetAwaiter().GetResult();
        return choice;
    }

    private EngineChoice Choice(Engine engine, string? whyNot, OwnLine? own, params string[] targets) => new(
        () => engine,
        targets,
        EngineTasks.Of(typeof(BuildContext).Assembly),
        _ =>
        {
            _asked++;
            return Task.FromResult(whyNot);
        },
        () => own,
        _said.Add);
}
