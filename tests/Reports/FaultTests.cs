using BusyboxGlibc.Reports;
using Cake.Core;

namespace BusyboxGlibc.Tests.Reports;

/// <summary>The exit code of a run, whatever the host makes of an exception.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class FaultTests
{
    [TestCase(1)]
    [TestCase(-1)]
    public void AFailedRunEndsWithTheExceptionsExitCode(int host)
    {
        Assert.That(new Fault { Last = new CakeException(2, "no answer") }.ExitCode(host), Is.EqualTo(2));
        Assert.That(new Fault { Last = new InvalidOperationException() }.ExitCode(host), Is.EqualTo(1));
        Assert.That(new Fault().ExitCode(host), Is.EqualTo(1));
    }

    [Test]
    public void AFaultThatTheRunSurvivedIsNone() => Assert.That(new Fault { Last = new CakeException(2, "handled") }.ExitCode(0), Is.Zero);
}
