using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>What is found out before any work.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PublishCheckTests : PlayedTests
{
    [Test]
    public async Task WhoMayPushIsToldNothingAndNothingIsLeftThere()
    {
        await RegistryImages.CheckAsync([Place()]);
        Assert.That(Registry.Seen.Where(request => request.Method is not ("GET" or "HEAD")).Select(request => request.Method), Is.EqualTo(new[] { "POST", "DELETE" }));
        Assert.That(Registry.Tags(Repository), Is.Empty);
    }

    [TestCase(405)]
    [TestCase(404)]
    [TestCase(500)]
    public async Task AnUploadThatCannotBeCancelledIsLeftToTheRegistry(int status)
    {
        Registry.Unknown["DELETE"] = status;
        await RegistryImages.CheckAsync([Place()]);
    }

    [Test]
    public async Task WithoutAnAccountItIsRefused()
    {
        Registry.Rule = _ => PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"x\""));
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()])))!;
        Assert.That(error.Message, Does.Contain("requires authentication").And.Contain($"docker login {Registry.Name}"));
    }

    [TestCase(403)]
    [TestCase(401)]
    public async Task AnAccountThatMayReadButNotPushIsRefused(int status)
    {
        Registry.Rule = request =>
            !request.Headers.ContainsKey("Authorization") ? PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"x\""))
            : request.Method == "POST" ? PlayedAnswer.Error(status, "DENIED", "read only") with { Headers = new() { ["WWW-Authenticate"] = "Basic realm=\"x\"" } }
            : null;
        var place = Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("reader", "s3cret", "here")) };
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([place])))!;
        Assert.That(error.Message, Does.Contain("refuses the account reader").And.Contain("DENIED read only"));
    }

    [Test]
    public async Task AnOlderBusyboxAndFewerPlatformsAreRefusedUnlessForced()
    {
        await PushAsync(Images.Make("1.38.0"));
        await RegistryImages.CheckAsync([Place()], "1.38.0");
        await RegistryImages.CheckAsync([Place()], "1.39.0");
        var older = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()], "1.37.0")))!;
        Assert.That(older.Message, Does.Contain("glibc: it points to an image with BusyBox 1.38.0, and this one has the older 1.37.0").And.Contain("--force-tag"));
        var fewer = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()], "1.38.0", platforms: "linux/amd64")))!;
        Assert.That(fewer.Message, Does.Contain("linux/arm/v7"));
        await RegistryImages.CheckAsync([Place()], "1.37.0", forceTag: true);
    }

    [Test]
    public async Task WhatIsWrongInSeveralRegistriesIsToldTogether()
    {
        using var other = new PlayingRegistry();
        Registry.Rule = _ => PlayedAnswer.Error(403, "DENIED", "the first says no");
        other.Rule = request => request.Method == "POST" ? PlayedAnswer.Error(403, "DENIED", "the second says no") : null;
        using var third = new PlayingRegistry();
        var error = (await Assert.CatchAsync<RegistryException>(
            () => RegistryImages.CheckAsync([Place(), RegistryImages.Place(other.Name), RegistryImages.Place(third.Name)])))!;
        Assert.That(error.Message, Does.Contain("2 of 3 registries").And.Contain("the first says no").And.Contain("the second says no"));
    }

    [Test]
    public async Task ALocationThatAProxySpoiltIsFoundBeforeAnyWork()
    {
        Registry.Location = path => $"http://127.0.0.1{path}";
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.CheckAsync([Place()])))!;
        Assert.That(error.Message, Does.Contain("X-Forwarded-Host"));
    }

    // What the machine's clock would say is skipped: only the waits that are asked for, and the connections that take their whole time, move this one.
    [TestCase(0, 4, 3.5)]
    [TestCase(5, 2, 10.5)]
    public async Task ARegistryThatDoesNotAnswerIsGivenUpSoon(int secondsToConnect, int attempts, double seconds)
    {
        var clock = new SkippingTime();
        var asked = 0;
        var handler = new Answering(() =>
        {
            asked++;
            clock.Skip(TimeSpan.FromSeconds(secondsToConnect));
            throw new HttpRequestException(HttpRequestError.ConnectionError, "nobody listens");
        });
        var far = Place() with { Host = new RegistryHost("registry.example", MayBePlain: false) };
        var check = new PublishCheck(_ => handler, RegistryPolicy.Asking, Board, clock);
        var error = (await Assert.CatchAsync<RegistryException>(() => check.RunAsync(
            [far], [], new BusyboxGlibc.Registry.Tags.ImageIdentity(null, false, string.Empty, null, new HashSet<string>()), false, CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain("registry.example cannot be reached").And.Contain("nobody listens").And.Contain($"tried {attempts} times"));
        Assert.That((asked, clock.Passed.TotalSeconds), Is.EqualTo((attempts, seconds)));
        Assert.That(Board.Told, attempts > 2 ? Has.Some.Match("registry.example: waiting 1 s, then attempt 3 of 4: .*cannot be reached") : Is.Empty);
    }

    // While it starts, it is waited for.
    [Test]
    public async Task ARegistryThatIsStartingIsWaitedFor()
    {
        var clock = new SkippingTime();
        var left = 2;
        var inner = RegistryClients.New([], isLoopback: true);
        var handler = new Answering(() => Interlocked.Decrement(ref left) >= 0 ? throw new HttpRequestException(HttpRequestError.ConnectionError, "not yet") : true) { InnerHandler = inner };
        await new PublishCheck(_ => handler, RegistryPolicy.Asking, Board, clock).RunAsync(
            [Place()], [], new BusyboxGlibc.Registry.Tags.ImageIdentity(null, false, string.Empty, null, new HashSet<string>()), false, CancellationToken.None);
    }

    private sealed class Answering(Func<bool> ask) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            ask();
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>A clock on which every wait is over at once, and counts.</summary>
    private sealed class SkippingTime : TimeProvider
    {
        public TimeSpan Passed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Skip(TimeSpan time) => Passed += time;

        public override long GetTimestamp() => Passed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Skip(dueTime);
            return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
