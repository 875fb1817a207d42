using System.Diagnostics;
using System.Globalization;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>Runs that are killed, interrupted or in each other's way: the run after them is right.</summary>
[Category(Categories.Faults)]
internal sealed class KillFaultTests
{
    // Six moments in all, in sevenths of an undisturbed run.
    [TestCase(true, 1, 3, 5)]
    [TestCase(false, 2, 4, 6)]
    public void AfterAKillAtAnyMomentTheNextRunIsRightAndLeftoversGo(bool hasPackages, params int[] moments)
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn(hasPackages);
        var lockText = project.LockText;
        var whole = Stopwatch.StartNew();
        Assert.That(Fresh(project).Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
        whole.Stop();
        foreach (var moment in moments)
        {
            if (Directory.Exists(project.Cache) && !hasPackages)
            {
                Directory.Delete(project.Cache, recursive: true);
            }

            using var process = Fresh(project).Start("--locked");
            Thread.Sleep(whole.Elapsed * moment / 7);
            process.Kill();
            FaultProject.End(process);
            Assert.That(project.LockText, Is.EqualTo(lockText));
            Thread.Sleep(TimeSpan.FromSeconds(3));
            Assert.That(project.Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest), $"killed at {moment}/7");
            project.IsClean();
            Assert.That(Directory.EnumerateFiles(project.Cache, "*.partial", SearchOption.AllDirectories), Is.Empty);
        }
    }

    /// <summary>The second Ctrl-C does not wait for what the first one stops.</summary>
    [TestCase("Restore")]
    [TestCase("Assemble")]
    [TestCase("Pack")]
    [TestCase("Restore", 2)]
    [TestCase("Pack", 2)]
    public void CtrlCEndsItAsInterruptedAndTheNextRunIsRight(string task, int times = 1)
    {
        Requires.Tool("kill");
        using var project = new FaultProject();
        project.UseCacheOfItsOwn(filled: task != "Restore");
        // The headings of the tasks.
        using var process = project.Start("--locked", "--verbosity=verbose");
        var seen = string.Empty;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            seen += line + "\n";
            if (line == task)
            {
                break;
            }
        }

        var id = process.Id.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("sh", ["-c", string.Join("; ", Enumerable.Repeat($"kill -s INT {id}", times))]);
        kill.WaitForExit();
        var run = FaultProject.End(process);
        Assert.That(run.ExitCode, Is.EqualTo(130), seen + run.All);
        Assert.That(run.All, Does.Not.Contain("   at "));
        if (times == 1)
        {
            Assert.That(run.All, Does.Contain("interrupted: no partly written file is left"));
            project.IsClean();
        }

        Assert.That(project.Run("--locked").Succeeded().IndexDigest, Is.EqualTo(FaultSetUp.IndexDigest));
    }

    [Test]
    public void TwoRunsAtOnceOnOneCacheAndOneArtifactsFolderAreBothRight()
    {
        using var project = new FaultProject();
        project.UseCacheOfItsOwn(filled: false);
        var processes = new[] { project.Start("--locked"), project.Start("--locked"), project.Start("--locked") };
        var runs = processes.Select(process => Task.Run(() => FaultProject.End(process))).ToList();
        Assert.That(runs.Select(run => run.Result.Succeeded().IndexDigest), Has.All.EqualTo(FaultSetUp.IndexDigest));
        project.IsClean();
        Array.ForEach(processes, process => process.Dispose());
    }

    private static FaultProject Fresh(FaultProject project)
    {
        if (Directory.Exists(project.Artifacts))
        {
            Directory.Delete(project.Artifacts, recursive: true);
        }

        return project;
    }
}
