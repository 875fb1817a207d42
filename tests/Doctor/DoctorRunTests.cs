using System.Diagnostics;
using BusyboxGlibc.Doctor;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Tests.Doctor;

/// <summary>All checks at once, each with a time limit, whatever one of them does.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DoctorRunTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(200);

    // A plug-in of centreon waited two and a half minutes for a host that was gone, and then said that all is well (centreon-plugins, issue 5875).
    [Test]
    public async Task WhatNeverAnswersIsAFindingAfterTheLimitAndDoesNotHoldUpTheOthers()
    {
        var asked = Stopwatch.StartNew();
        var answer = await Run(
            Check("mirror.debian", async token => await Task.Delay(Timeout.Infinite, token)),
            Check("disk.cache", _ =>
            {
                // Deaf to cancellation, as a dead network file system is.
                Thread.Sleep(3000);
                return Task.CompletedTask;
            }),
            Check("dotnet.sdk", _ => Task.CompletedTask));
        Assert.Multiple(() =>
        {
            Assert.That(asked.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2.5)));
            Assert.That(answer.Findings.Select(finding => (finding.Id, finding.Health)), Is.EqualTo(new[] { ("mirror.debian", Health.Warning), ("disk.cache", Health.Warning), ("dotnet.sdk", Health.Good) }));
            Assert.That(answer.Findings.First().Text, Is.EqualTo("no answer within 0.2 s"));
            Assert.That(answer.Findings.First().Fix, Is.Not.Null);
        });
    }

    [Test]
    public async Task AnErrorOfARoomIsAProblemWithItsOwnAdvice()
    {
        var answer = await Run(Check("project.lock", _ => throw new BuildException("the lock is damaged", "image.lock.json:3", "it ends early", "./build.sh --target=Lock")));
        var finding = answer.Findings.Single();
        Assert.Multiple(() =>
        {
            Assert.That((finding.Id, finding.Health, finding.Text, finding.Fix), Is.EqualTo(("project.lock", Health.Problem, "the lock is damaged", "./build.sh --target=Lock")));
            Assert.That(finding.Why, Is.EqualTo("image.lock.json:3\nit ends early"));
        });
    }

    // Advice is for people; what stands behind "fix" is typed as it is.
    [TestCase("check the network, or choose another mirror: --mirror=URL", "./build.sh --target=Restore")]
    [TestCase("./build.sh --target=Clean && ./build.sh", "./build.sh --target=Clean && ./build.sh")]
    [TestCase("./build.sh --target=Lock; or remove the line", "./build.sh --target=Restore")]
    [TestCase(null, "./build.sh --target=Restore")]
    public async Task AFixIsACommand(string? next, string fix)
    {
        var finding = (await Run(Check("project.lock", _ => throw new BuildException("what", next: next)))).Findings.Single();
        Assert.That(finding.Fix, Is.EqualTo(fix));
        Assert.That(finding.Why, Is.EqualTo(next == fix ? null : next));
    }

    [Test]
    public async Task WhatCannotBeExaminedIsNoProblem()
    {
        var answer = await Run(Check("cache", _ => throw new IOException("Input/output error")), Check("engine", _ => throw new OperationCanceledException()));
        Assert.That(answer.Findings.Select(finding => finding.Health), Is.All.EqualTo(Health.Warning));
        Assert.That(answer.Findings.First().Why, Is.EqualTo("Input/output error"));
    }

    [Test]
    public void CtrlCEndsIt()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.That(async () => await new DoctorRun(_limit, TimeProvider.System).RunAsync([Check("cache", _ => Task.CompletedTask)], stop.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task FindingsStayInTheOrderOfTheirChecksAndGroups()
    {
        var answer = await new DoctorRun(_limit, TimeProvider.System).RunAsync(
            [Check("a", async token => await Task.Delay(50, token), "one"), Check("b", _ => Task.CompletedTask, "two"), Check("c", _ => Task.CompletedTask, "one")], CancellationToken.None);
        Assert.That(answer.Groups.Select(group => $"{group.Name}: {string.Join(' ', group.Findings.Select(finding => finding.Id))}"), Is.EqualTo(new[] { "one: a c", "two: b" }));
    }

    private static Task<DoctorAnswer> Run(params DoctorCheck[] checks) => new DoctorRun(_limit, TimeProvider.System).RunAsync(checks, CancellationToken.None);

    private static DoctorCheck Check(string id, Func<CancellationToken, Task> act, string group = "machine") => new(group, id, async token =>
    {
        await act(token);
        return [new DoctorFinding(id, Health.Good, "fine")];
    });
}
