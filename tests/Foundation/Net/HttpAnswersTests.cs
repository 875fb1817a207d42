using System.Net;
using BusyboxGlibc.Foundation.Net;

namespace BusyboxGlibc.Tests.Foundation.Net;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class HttpAnswersTests
{
    private static readonly Uri _plain = new("http://a.example:5000/v2/x/");
    private static readonly Uri _encrypted = new("https://a.example/v2/x/");

    [TestCase(408, true)]
    [TestCase(425, true)]
    [TestCase(429, true)]
    [TestCase(500, true)]
    [TestCase(503, true)]
    [TestCase(599, true)]
    [TestCase(501, false)]
    [TestCase(505, false)]
    [TestCase(400, false)]
    [TestCase(404, false)]
    [TestCase(200, false)]
    public void WhatMayPassIsWorthAskingAgain(int status, bool may)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        Assert.That(HttpAnswers.MayPass(response), Is.EqualTo(may));
    }

    [TestCase(301, true)]
    [TestCase(302, true)]
    [TestCase(303, true)]
    [TestCase(307, true)]
    [TestCase(308, true)]
    [TestCase(300, false)]
    [TestCase(304, false)]
    [TestCase(201, false)]
    public void OnlySomeOf3XxLeadElsewhere(int status, bool leads)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        Assert.That(HttpAnswers.IsRedirect(response), Is.EqualTo(leads));
    }

    [TestCase("b?c=d", "http://a.example:5000/v2/x/b?c=d")]
    [TestCase("/b", "http://a.example:5000/b")]
    [TestCase("//b.example/c", "http://b.example/c")]
    [TestCase("https://b.example/c", "https://b.example/c")]
    [TestCase("ftp://b.example/c", null)]
    [TestCase("file:///etc/passwd", null)]
    [TestCase("http://", null)]
    public void ALocationIsAnAddressOfHttpOrNone(string location, string? expected) => Assert.That(HttpAnswers.Follow(_plain, location)?.ToString(), Is.EqualTo(expected));

    [Test]
    public void OnlyGivingUpEncryptionIsADowngrade()
    {
        Assert.That(HttpAnswers.IsDowngrade(_encrypted, _plain));
        Assert.That(HttpAnswers.IsDowngrade(_plain, _plain), Is.False);
        Assert.That(HttpAnswers.IsDowngrade(_plain, _encrypted), Is.False);
        Assert.That(HttpAnswers.IsDowngrade(_encrypted, _encrypted), Is.False);
    }

    [Test]
    public void RetryAfterIsSecondsOrADate()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        Assert.That(HttpAnswers.RetryAfter(response), Is.Null);
        response.Headers.TryAddWithoutValidation("Retry-After", "120");
        Assert.That(HttpAnswers.RetryAfter(response), Is.EqualTo(TimeSpan.FromMinutes(2)));
        response.Headers.Remove("Retry-After");
        response.Headers.TryAddWithoutValidation("Retry-After", "Sat, 01 Jan 2000 00:00:00 GMT");
        Assert.That(HttpAnswers.RetryAfter(response), Is.LessThan(TimeSpan.Zero), "a date that is past");
        response.Headers.Remove("Retry-After");
        response.Headers.TryAddWithoutValidation("Retry-After", "soon");
        Assert.That(HttpAnswers.RetryAfter(response), Is.Null);
    }

    [Test]
    public void AttemptsEndWithTheirNumberOrWithTheTime()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));
        Assert.That(policy.Continues(2, TimeSpan.FromHours(1)));
        Assert.That(policy.Continues(3, TimeSpan.Zero), Is.False);
        var limited = policy with { Limit = TimeSpan.FromSeconds(10) };
        Assert.That(limited.Continues(1, TimeSpan.FromSeconds(9.9)));
        Assert.That(limited.Continues(1, TimeSpan.FromSeconds(10)), Is.False);
        Assert.That(new[] { 1, 2, 3, 9 }.Select(attempt => policy.Delay(attempt, null).TotalSeconds), Is.EqualTo(new[] { 1, 2, 4, 10 }));
    }
}
