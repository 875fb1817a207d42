using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>What <c>tests/engine/engine.sh</c> refuses; that it works is shown by all tests that use its engine.</summary>
[Category(Categories.Integration)]
internal sealed class EngineScriptTests
{
    private static readonly string _script = Path.Combine(ProjectCopy.RepositoryFolder, "tests", "engine", "engine.sh");

    [Test]
    public void AMirrorWhoseReleaseNobodySignedGivesNothing()
    {
        Requires.That(Environment.UserName == "root", "root, as an engine does");
        foreach (var tool in (string[])["gpgv", "iptables", "runc", "mmdebstrap", "docker-registry"])
        {
            Requires.Tool(tool);
        }

        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("mirror/dists/trixie"));
        File.WriteAllText(folder.File("mirror/dists/trixie/InRelease"), "Origin: Debian\nCodename: trixie\n");
        var run = Shell.Run("env", $"ENGINE_MIRROR=copy:{folder.File("mirror")}", "sh", _script, "up", folder.File("engine"));
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output);
        Assert.That(run.Output, Does.Contain("dists/trixie/InRelease").And.Contain("is not signed by the keys of trixie"));
        Assert.That(folder.Names, Has.None.EndsWith(".deb").And.None.EqualTo("engine/pids").And.None.EqualTo("engine/env"));
    }

    [TestCase("with blank")]
    [TestCase("up/../../elsewhere")]
    [TestCase("far-too-long-for-the-sockets-that-containerd-makes-below-it-in-two-levels")]
    public void AFolderThatCannotHoldAnEngineIsRefusedBeforeAnythingIsWritten(string name)
    {
        using var folder = new TemporaryFolder();
        var run = Shell.Run("sh", _script, "up", folder.File(name));
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output);
        Assert.That(run.Output, Does.StartWith("engine: DIR "));
        Assert.That(folder.Names, Is.Empty);
    }

    [Test]
    public void WhatIsNotUpCanBeTakenDown()
    {
        Requires.That(Environment.UserName == "root", "root, as an engine does");
        using var folder = new TemporaryFolder();
        Assert.That(Shell.Run("sh", _script, "down", folder.File("never")).ExitCode, Is.Zero);
        Assert.That(folder.Names, Is.Empty);
    }
}
