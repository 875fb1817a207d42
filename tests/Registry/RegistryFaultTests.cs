using System.Text;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A real registry behind a proxy that breaks off, refuses and lies.</summary>
[Category(Categories.Faults)]
internal sealed class RegistryFaultTests : BehindProxy
{
    // The answers of a whole push, cut one after another, before the request and after it: whatever is lost, the push is whole.
    [TestCase(true)]
    [TestCase(false)]
    public async Task AnyOneRequestMayBeLost(bool arrives)
    {
        var layout = Images.Make();
        await RegistryImages.PushAsync(layout, Place("/all"));
        var all = Proxy.Seen.Count;
        Assert.That(all, Is.GreaterThan(20));
        for (var lost = 1; lost <= all; lost++)
        {
            var (place, first, hits) = (Place($"/{arrives}{lost}".ToLowerInvariant()), Proxy.Seen.Count, 0);
            Proxy.Rule = request => request.Number == first + lost && Interlocked.Increment(ref hits) == 1
                ? new ProxyFault { CutsAnswerAfter = arrives ? 0 : null, Answer = arrives ? null : string.Empty }
                : null;
            await RegistryImages.PushAsync(layout, place);
            Assert.That(hits, Is.EqualTo(1), $"request {lost}");
            if (lost % 8 == 0)
            {
                Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{place.Repository}:glibc"), Is.EqualTo(layout.Index.Digest), $"request {lost}");
            }
        }
    }

    // The registry gives up at any moment: the old tag still names the whole old image.
    [Test]
    public async Task WheneverTheRegistryFailsForGoodEveryTagNamesAWholeImage()
    {
        var (old, next) = (Images.Make("1.37.0"), Images.Make("1.38.0"));
        await RegistryImages.PushAsync(old, Place());
        Proxy.Forget();
        var policy = RegistryImages.Policy with { Retry = RegistryImages.Policy.Retry with { Attempts = 1 } };
        await RegistryImages.PushAsync(next, Place("/counted"));
        var writes = Proxy.Seen.Count(request => request.Changes);
        for (var left = 0; left < writes; left++)
        {
            var allowed = left;
            Proxy.Rule = request => request.Changes && Interlocked.Decrement(ref allowed) < 0 ? ProxyFault.Status(500) : null;
            if (left == 0)
            {
                await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(next, Place(), policy: policy));
            }
            else
            {
                try
                {
                    // What was brought before is there, so that this may succeed: then the tags have moved.
                    await RegistryImages.PushAsync(next, Place(), policy: policy);
                }
                catch (RegistryException)
                {
                    // The next round brings one thing more.
                }
            }

            var named = await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc");
            Assert.That(named, Is.EqualTo(old.Index.Digest).Or.EqualTo(next.Index.Digest));
            if (left % 3 == 0)
            {
                await Images.PullAsync($"{Registry.Name}/{Repository}:glibc");
            }
        }

        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:1-glibc"), Is.EqualTo(next.Index.Digest));
    }

    [Test]
    public async Task AfterACutTheRestOfABlobFollowsWhereTheRegistryKeptItsStart()
    {
        var layout = Images.Make(size: 3_000_000, platforms: ["linux/amd64"]);
        var cuts = 0;
        Proxy.Rule = request => request.SendsBlob && request.Length > 600_000 && Interlocked.Increment(ref cuts) <= 1
            ? new ProxyFault { CutsRequestAfter = 400_000, Keeps = true }
            : null;
        await RegistryImages.PushAsync(layout, Place());
        Assert.That(cuts, Is.GreaterThanOrEqualTo(1));
        var size = layout.ReadImages()[0].Layer.Size;
        var rest = Proxy.Seen.Where(request => request.Method == "PATCH").Single();
        Assert.That((rest.Length, rest.Headers["Content-Range"]), Is.EqualTo((size - 400_000, $"400000-{size - 1}")));
        await Images.PullAsync($"{Registry.Name}/{Repository}:glibc");
    }

    [Test]
    public async Task AfterACutBetweenChunksOnlyThatChunkIsSentAgain()
    {
        var layout = Images.Make(size: 3_000_000, platforms: ["linux/amd64"]);
        var patches = 0;
        Proxy.Rule = request => request.Method == "PATCH" && Interlocked.Increment(ref patches) == 4 ? new ProxyFault { Answer = string.Empty } : null;
        await RegistryImages.PushAsync(layout, Place(), policy: RegistryImages.Policy with { ChunkSize = 200_000 });
        var sent = Proxy.Seen.Where(request => request.Method == "PATCH").Select(request => request.Length).ToList();
        Assert.That(sent.Sum(), Is.EqualTo(layout.ReadImages()[0].Layer.Size + 200_000));
        await Images.PullAsync($"{Registry.Name}/{Repository}:glibc");
    }

    [Test]
    public async Task WhereTheRegistryForgotAnUploadItStartsAnew()
    {
        var layout = Images.Make(size: 2_000_000);
        var cuts = 0;
        Proxy.Rule = request => request.SendsBlob && request.Length > 500_000 && Interlocked.Increment(ref cuts) <= 2 ? new ProxyFault { CutsRequestAfter = 300_000 } : null;
        await RegistryImages.PushAsync(layout, Place());
        Assert.That(cuts, Is.GreaterThan(2));
        await Images.PullAsync($"{Registry.Name}/{Repository}:glibc");
    }

    [Test]
    public async Task WhereEveryUploadIsCutItGivesUpAndSaysWhy()
    {
        Proxy.Rule = request => request.SendsBlob ? new ProxyFault { CutsRequestAfter = 10 } : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), Place())))!;
        Assert.That(error.Message, Does.Contain("a layer cannot be uploaded to").And.Contain("tried 3 times"));
    }

    [Test]
    public async Task ABusyRegistryIsAskedAgainAfterTheTimeItNames()
    {
        // It stays busy for that time: who comes back sooner is refused again, and there are two attempts only.
        var first = 0L;
        Proxy.Rule = request =>
        {
            if (request.Method != "POST")
            {
                return null;
            }

            var now = Environment.TickCount64;
            return Interlocked.CompareExchange(ref first, now, 0) == 0 ? ProxyFault.Status(429, "Retry-After: 2\r\n")
                : now - first < 1500 ? ProxyFault.Status(429)
                : null;
        };
        var layout = Images.Make(platforms: ["linux/amd64"]);
        var retry = RegistryImages.Policy.Retry with { Attempts = 2 };
        await RegistryImages.PushAsync(layout, Place(), policy: RegistryImages.Policy with { Jobs = 1, Retry = retry });
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(layout.Index.Digest));
    }

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(429)]
    public async Task ARegistryThatStaysBusyIsAnErrorThatSaysSo(int status)
    {
        Proxy.Rule = request => request.Method == "POST" ? ProxyFault.Status(status) : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), Place())))!;
        Assert.That(error.Message, Does.Contain("is temporarily unavailable").And.Contain($"{status} ").And.Contain("tried 3 times"));
        Assert.That(Proxy.Seen.Where(request => request.Method == "PUT"), Is.Empty);
    }

    [Test]
    public async Task ARegistryThatSaysNothingIsGivenUp()
    {
        Proxy.Rule = request => request.Method == "POST" ? new ProxyFault { Stalls = true } : null;
        var policy = RegistryImages.Policy with { Retry = RegistryImages.Policy.Retry with { Attempts = 2, Stall = TimeSpan.FromSeconds(0.5) } };
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), Place(), policy: policy)))!;
        Assert.That(error.Message, Does.Contain("does not respond").And.Contain("no data arrived for 0.5 s"));
    }

    [Test]
    public async Task ASlowRegistryIsWaitedForWhileItMoves()
    {
        // Nine pieces with a pause each: longer in all than a connection may give nothing.
        Proxy.Rule = request => request.Method == "GET" && request.Target.Contains("/blobs/", StringComparison.Ordinal) ? new ProxyFault { Pause = TimeSpan.FromSeconds(0.3) } : null;
        var policy = RegistryImages.Policy with { Retry = RegistryImages.Policy.Retry with { Attempts = 1, Stall = TimeSpan.FromSeconds(2) } };
        var layout = Images.Make(size: 400_000, platforms: ["linux/amd64"]);
        await RegistryImages.PushAsync(layout, Place(), policy: policy);
        Assert.That(await RegistryImages.DigestAsync($"{Registry.Name}/{Repository}:glibc"), Is.EqualTo(layout.Index.Digest));
    }

    [Test]
    public void ACancelledPublishEndsSoon()
    {
        using var cancellation = new CancellationTokenSource();
        Proxy.Rule = request =>
        {
            if (request.Method == "POST")
            {
                cancellation.Cancel();
                return new ProxyFault { Stalls = true };
            }

            return null;
        };
        Assert.That(() => RegistryImages.Publisher(Images.Make()).PushAsync([Place()], cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task AWrongDigestInAnAnswerIsNotBelieved()
    {
        Proxy.Rule = request => request.Method == "PUT" && request.Target.Contains("/manifests/", StringComparison.Ordinal)
            ? new ProxyFault { Changes = answer => Replace(answer, "Docker-Content-Digest: sha256:", "Docker-Content-Digest: sha256:00000") }
            : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), Place())))!;
        Assert.That(error.Message, Does.Contain("contains something other than what was pushed").And.Contain("sha256:00000"));
    }

    [TestCase("/blobs/sha256:")]
    [TestCase("/manifests/sha256:")]
    public async Task WhatComesBackOtherThanItWasPushedIsAnErrorAndNoTagMoves(string what)
    {
        Proxy.Rule = request => request.Method == "GET" && request.Target.Contains(what, StringComparison.Ordinal)
            ? new ProxyFault { Changes = answer => [.. answer[..^1], (byte)(answer[^1] ^ 1)] }
            : null;
        var error = (await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), Place())))!;
        Assert.That(error.Message, Does.Contain("contains something other than what was pushed"));
        Assert.That(Proxy.Seen.Where(request => request.NamesTag("glibc")), Is.Empty);
    }

    [Test]
    public async Task AnAnswerWithoutEndIsNotRead()
    {
        var endless = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.index.v1+json\r\n\r\n" + new string(' ', 8 << 20);
        Proxy.Rule = request => request.Method == "GET" && request.Target.EndsWith("/manifests/glibc", StringComparison.Ordinal) ? new ProxyFault { Changes = _ => Encoding.ASCII.GetBytes(endless) } : null;
        Assert.That((await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), Place())))!.Message, Does.Contain("longer than"));
    }

    [Test]
    public async Task ARedirectToAnotherHostTakesNoCredentialsAlong()
    {
        // The other host is the registry under another name, seen by a proxy of its own.
        using var elsewhere = new FaultyProxy(Registry.Port);
        Proxy.Rule = request => request.Method is "GET" or "HEAD" && request.Target.Contains("/blobs/sha256:", StringComparison.Ordinal)
            ? ProxyFault.Status(307, $"Location: http://{elsewhere.Name}{request.Target}\r\n")
            : Basic(request);
        var layout = Images.Make();
        await RegistryImages.PushAsync(layout, Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("someone", "s3cret", "here")) });
        Assert.That(Proxy.Seen.Where(request => request.Headers.ContainsKey("Authorization")), Is.Not.Empty);
        Assert.That(elsewhere.Seen, Is.Not.Empty);
        Assert.That(elsewhere.Seen.Where(request => request.Headers.ContainsKey("Authorization")), Is.Empty);
    }

    [Test]
    public async Task AnUploadThatLeadsToAnotherHostTakesNoCredentialsAlong()
    {
        using var elsewhere = new FaultyProxy(Registry.Port);
        Proxy.Rule = request => Basic(request) ?? (request.Method == "POST" ? new ProxyFault { Changes = answer => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(answer).Replace(Proxy.Name, elsewhere.Name, StringComparison.Ordinal)) } : null);
        var layout = Images.Make();
        await RegistryImages.PushAsync(layout, Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("someone", "s3cret", "here")) });
        Assert.That(elsewhere.Seen.Where(request => request.Method == "PUT").ToList(), Has.Count.EqualTo(4));
        Assert.That(elsewhere.Seen.Where(request => request.Headers.ContainsKey("Authorization")), Is.Empty);
    }

    [Test]
    public async Task AnotherHostThatAsksForALoginIsAnErrorThatNamesItAndGetsNone()
    {
        using var elsewhere = new FaultyProxy(Registry.Port) { Rule = Basic };
        Proxy.Rule = request => Basic(request) ?? (request.Method == "POST" ? new ProxyFault { Changes = answer => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(answer).Replace(Proxy.Name, elsewhere.Name, StringComparison.Ordinal)) } : null);
        var place = Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("someone", "s3cret", "here")) };
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), place)))!;
        Assert.That(error.Message, Does.Contain($"{Proxy.Name} leads to {elsewhere.Name}, which requires a login").And.Contain("never sent to another host").And.Contain($"publish to {elsewhere.Name}").And.Contain("X-Forwarded-Host"));
        Assert.That(error.Message, Does.Not.Contain("docker login").And.Not.Contain("someone"), "the account is not the reason");
        Assert.That(elsewhere.Seen, Is.Not.Empty);
        Assert.That(elsewhere.Seen.Where(request => request.Headers.ContainsKey("Authorization")), Is.Empty);
    }

    [TestCase("ftp://x.example/")]
    [TestCase("http:///")]
    [TestCase("/again")]
    public async Task ARedirectThatLeadsNowhereIsAnError(string location)
    {
        Proxy.Rule = request => request.Method == "HEAD" ? ProxyFault.Status(307, $"Location: {location}\r\n") : null;
        Assert.That((await Assert.ThrowsAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), Place())))!.Message, Does.Contain("returned an unusable redirect"));
    }

    [Test]
    public async Task WhatTheRegistrySaysIsShownButNoSecretItRepeats()
    {
        const string secret = "s3cret-Pa55";
        var body = $$$"""{"errors":[{"code":"DENIED","message":"no {{{secret}}} here\u001b[31m"}]}""";
        Proxy.Rule = request => Basic(request) ?? (request.Method == "POST"
            ? new ProxyFault { Changes = _ => Encoding.ASCII.GetBytes($"HTTP/1.1 403 Forbidden\r\nContent-Length: {body.Length}\r\n\r\n{body}") }
            : null);
        var error = (await Assert.ThrowsAsync<RegistryDeniedException>(
            () => RegistryImages.PushAsync(Images.Make(), Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("someone", secret, "here")) })))!;
        Assert.That(error.ToString(), Does.Contain("403 Forbidden: DENIED no [redacted] here").And.Contain("someone").And.Not.Contain(secret).And.Not.Contain("\u001b"));
    }

    private static ProxyFault? Basic(Proxied request) =>
        request.Headers.ContainsKey("Authorization") ? null : ProxyFault.Status(401, "WWW-Authenticate: Basic realm=\"x\"\r\n");

    private static byte[] Replace(byte[] answer, string old, string text)
    {
        var changed = Encoding.Latin1.GetString(answer);
        var at = changed.IndexOf(old, StringComparison.Ordinal);
        return at < 0 ? answer : Encoding.Latin1.GetBytes($"{changed[..at]}{text}{changed[(at + text.Length)..]}");
    }

    private PublishPlace Place(string suffix = "") => RegistryImages.Place(Proxy.Name, Repository + suffix);
}
