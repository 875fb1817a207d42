using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Tests.Foundation.Net;

/// <summary>The loop that repeats what failed.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RetryLoopTests
{
    private static readonly RetryPolicy _policy = new(4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5));

    [TestCase(0, 1)]
    [TestCase(1, 2)]
    [TestCase(3, 4)]
    [TestCase(9, 4)]
    public async Task WhatMayPassIsDoneAgainAsOftenAsThePolicySays(int failures, int expected)
    {
        var done = 0;
        var waits = new List<int>();
        var (outcome, attempts) = await new RetryLoop(_policy, TimeProvider.System).RunAsync(
            () => Task.FromResult(++done > failures), success => !success, (attempt, _) => { waits.Add(attempt); return Task.CompletedTask; });
        Assert.That((outcome, attempts, done), Is.EqualTo((failures < 4, expected, expected)));
        Assert.That(waits, Is.EqualTo(Enumerable.Range(1, expected - 1)), "no wait after the last one");
    }

    [Test]
    public async Task TheLimitCountsOverAllThatIsDoneWithOneLoop()
    {
        var clock = new HandClock();
        var loop = new RetryLoop(_policy with { Limit = TimeSpan.FromSeconds(10) }, clock);
        Task<(bool, int)> FailAsync() => loop.RunAsync(() => Task.FromResult(false), _ => true, (_, _) => { clock.Now += TimeSpan.FromSeconds(4); return Task.CompletedTask; });
        Assert.That((await FailAsync()).Item2, Is.EqualTo(4), "12 seconds, of which 8 had gone before the last attempt");
        Assert.That((await FailAsync()).Item2, Is.EqualTo(1), "one attempt each where the time is over");
    }

    [Test]
    public async Task WhatIsThrownEndsIt()
    {
        var done = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(() => new RetryLoop(_policy, TimeProvider.System).RunAsync<bool>(
            () => { done++; throw new InvalidOperationException(); }, _ => true, (_, _) => Task.CompletedTask));
        Assert.That(done, Is.EqualTo(1));
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
