using BusyboxGlibc.Busybox;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>What the tester makes of runs, and what a build makes of that.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SmokeTesterTests
{
    private static readonly SmokeCheck _one = new("one", _ => null, _ => new SmokeScript("one", []), (_, lines) => lines is ["good"] ? null : "not good", TimeSpan.FromSeconds(3));

    private static readonly SmokeCheck _two = _one with { Name = "two", Absence = _ => "the image has no two" };

    private static readonly SmokeCheck _cxx = _one with { Name = SmokeSource.Cxx.Check, Source = SmokeSource.Cxx };

    private static readonly SmokeImage _image = SmokeSamples.Of(SmokeSamples.Tiny());

    [Test]
    public async Task ARightAnswerPassesAndAWrongOneSaysWhy()
    {
        Assert.That(await ResultsAsync(Ends(0, "good"), _one, _two), Is.EqualTo(new[] { new SmokeResult("one", SmokeState.Passed), new SmokeResult("two", SmokeState.Absent, "the image has no two") }));
        Assert.That(await ResultsAsync(Ends(0, "bad"), _one), Is.EqualTo(new[] { new SmokeResult("one", SmokeState.Failed, "not good") }));
        Assert.That(await ResultsAsync(Ends(127, "good"), _one), Is.EqualTo(new[] { new SmokeResult("one", SmokeState.Failed, "exit code 127\ngood") }));
    }

    [Test]
    public async Task AHangIsAFailureWithItsLastOutput() => Assert.That(
        await ResultsAsync(Ends(null, "last words"), _one), Is.EqualTo(new[] { new SmokeResult("one", SmokeState.Failed, "did not finish within 3 s\nlast words") }));

    [Test]
    public async Task TheTimeOfAPlatformEndsAllItsChecks()
    {
        var place = new FakePlace((_, limit) =>
        {
            Assert.That(limit, Is.LessThanOrEqualTo(TimeSpan.FromMilliseconds(200)), "no check may take longer than is left");
            // A sleep is of whole milliseconds, and what is left of one would be time left.
            Thread.Sleep(limit + TimeSpan.FromMilliseconds(20));
            return new CommandResult(null, [], []);
        });
        var smoke = await Tester(place, _one, _one with { Name = "late" }).TestAsync(_image, default);
        Assert.That(smoke.State("one"), Is.EqualTo(SmokeState.Failed));
        Assert.That(smoke.Reason("late"), Does.Contain("had already elapsed"));
        Assert.That(place.IsDisposed);
    }

    [Test]
    public async Task WhatNothingCanRunIsNotRunForTheReasonsOfAll()
    {
        var none = await new SmokeTester([Refusing("no docker"), Refusing("no qemu")], SmokeSamples.NoCompiler, new SilentProgressBoard(), 1) { Checks = [_one, _two] }.TestAsync(_image, default);
        Assert.That(none.How, Is.EqualTo("not run"));
        Assert.That(none.Results, Is.EqualTo(new[] { new SmokeResult("one", SmokeState.NotRun, "no docker\nno qemu"), new SmokeResult("two", SmokeState.Absent, "the image has no two") }));
        Assert.That(none.IsProven, Is.False, "not run is no pass");

        var second = await new SmokeTester([Refusing("no docker"), Ends(0, "good")], SmokeSamples.NoCompiler, new SilentProgressBoard(), 1) { Checks = [_one] }.TestAsync(_image, default);
        Assert.That(second.How, Is.EqualTo("a fake"));
        Assert.That(second.IsProven);
    }

    [Test]
    public async Task AProgramThatDoesNotLinkIsAFailureAndAnAbsentCompilerIsNone()
    {
        async Task<PlatformSmoke> With(Func<SmokeImage, SmokeSource, CancellationToken, Task<string>> compile, FakePlace place) =>
            await new SmokeTester([place], compile, new SilentProgressBoard(), 1) { Checks = [_cxx] }.TestAsync(_image, default);

        Assert.That((await With((_, _, _) => throw new SmokeException("it does not link", why: "skipping incompatible ./libz.so.1"), Ends(0, "good"))).Results.Single(),
            Is.EqualTo(new SmokeResult("c++", SmokeState.Failed, "it does not link\nskipping incompatible ./libz.so.1")));
        Assert.That((await With((_, _, _) => throw new BusyboxException("no compiler here", why: "no network", next: "--busybox=source"), Ends(0, "good"))).Results.Single(),
            Is.EqualTo(new SmokeResult("c++", SmokeState.NotRun, "no compiler here\nno network\n--busybox=source")));
        var place = Ends(0, "good");
        Assert.That((await With((_, _, _) => Task.FromResult("/cache/program"), place)).IsProven);
        Assert.That(place.Put, Is.EqualTo(new[] { "/cache/program /smoke-program-c++" }));
    }

    [Test]
    public void TheVerdictIsAnErrorForFailuresAndForWhatWasRequiredAndNotRun()
    {
        PlatformSmoke Of(Platform platform, SmokeState state) => new(platform.Name, "x", [new SmokeResult("one", state, "why so")]);
        var amd64 = KnownPlatforms.Amd64;
        Assert.That(() => SmokeVerdict.Check([Of(amd64, SmokeState.Passed), Of(SmokeSamples.Arm64, SmokeState.NotRun)], []), Throws.Nothing);
        Assert.That(() => SmokeVerdict.Check([Of(amd64, SmokeState.Passed), Of(SmokeSamples.Arm64, SmokeState.NotRun)], [amd64]), Throws.Nothing);
        Assert.That(() => SmokeVerdict.Check([Of(amd64, SmokeState.Absent)], [amd64]), Throws.Nothing);
        Assert.That(
            () => SmokeVerdict.Check([Of(amd64, SmokeState.Passed), Of(SmokeSamples.Arm64, SmokeState.NotRun)], KnownPlatforms.Default),
            Throws.TypeOf<SmokeException>().With.Message.Contains("linux/arm64 one: why so").And.Message.Contains("--require-platforms").And.Message.Not.Contains("linux/amd64"));
        Assert.That(() => SmokeVerdict.Check([Of(amd64, SmokeState.Failed)], []), Throws.TypeOf<SmokeException>().With.Message.Contains("1 check failed").And.Message.Contains("linux/amd64 one: why so"));
    }

    [Test]
    public void TheTableHasAColumnACheckAndTellsAReasonOnce()
    {
        PlatformSmoke[] platforms =
        [
            new("linux/amd64", "native", [new("applets", SmokeState.Passed), new("c++", SmokeState.Passed)]),
            new("linux/arm64", "not run", [new("applets", SmokeState.NotRun, "no qemu"), new("c++", SmokeState.NotRun, "no qemu")]),
            new("linux/riscv64", "not run", [new("applets", SmokeState.NotRun, "no qemu"), new("c++", SmokeState.NotRun, "no qemu")]),
            new("linux/386", "qemu-i386", [new("applets", SmokeState.Failed, "exit code 1\nlast words"), new("c++", SmokeState.Absent, "the image has no libstdc++.so.6")]),
        ];
        Assert.That(SmokeTable.Lines(platforms), Is.EqualTo(new[]
        {
            "platform       applets  c++      run by",
            "linux/amd64    ok       ok       native",
            "linux/arm64    not run  not run  not run",
            "linux/riscv64  not run  not run  not run",
            "linux/386      FAILED   -        qemu-i386",
            "failed: linux/386: applets: exit code 1",
            "  last words",
            "not run: linux/arm64, linux/riscv64: applets, c++: no qemu",
            "not in the image: linux/386: c++: the image has no libstdc++.so.6",
        }));
        Assert.That(SmokeTable.Lines(platforms, 42), Is.EqualTo(SmokeTable.Lines(platforms)));
        Assert.That(SmokeTable.Lines(platforms, 41).Take(5), Is.EqualTo(new[]
        {
            "checks  applets, c++",
            "linux/amd64    2 ok                          native",
            "linux/arm64    2 not run                     not run",
            "linux/riscv64  2 not run                     not run",
            "linux/386      1 FAILED, 1 not in the image  qemu-i386",
        }));
    }

    private static FakePlace Ends(int? code, params string[] output) => new((_, _) => new CommandResult(code, output, []));

    private static FakePlace Refusing(string why) => new((_, _) => throw new InvalidOperationException()) { Refusal = why };

    private static SmokeTester Tester(FakePlace place, params SmokeCheck[] checks) =>
        new([place], SmokeSamples.NoCompiler, new SilentProgressBoard(), 1) { Checks = checks, PlatformLimit = TimeSpan.FromMilliseconds(200) };

    private static async Task<IReadOnlyList<SmokeResult>> ResultsAsync(FakePlace place, params SmokeCheck[] checks) =>
        (await new SmokeTester([place], SmokeSamples.NoCompiler, new SilentProgressBoard(), 1) { Checks = checks }.TestAsync(_image, default)).Results;
}
