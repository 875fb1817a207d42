using System.Reflection;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Reports;
using Cake.Core;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ErrorTextTests
{
    private static readonly BuildException _error = new("no library libfo", "lib-requires.txt:3", "no package ships it", "write libfoo");

    [Test]
    public void ABuildErrorIsWhatWhereWhyAndNext() =>
        Assert.That(ErrorText.Render(_error, false), Is.EqualTo(
            "Error: no library libfo\n  where  lib-requires.txt:3\n  why    no package ships it\n  next   write libfoo"));

    [Test]
    public void WrappersAreLookedThrough()
    {
        var wrapped = new CakeReportException(new CakeReport(), "x", new AggregateException(new TargetInvocationException(_error)));
        Assert.That(ErrorText.Render(wrapped, false), Is.EqualTo(ErrorText.Render(_error, false)));
    }

    [Test]
    public void SeveralErrorsAreEachToldOnce() =>
        Assert.That(
            ErrorText.Render(new AggregateException(new CakeException("one"), new CakeException("two"), new CakeException("one")), false),
            Is.EqualTo("Error: one\nError: two"));

    [Test]
    public void AnUnexpectedErrorIsOneLineAndTheSwitchThatTellsMore() =>
        Assert.That(ErrorText.Render(new InvalidOperationException("odd\nthing"), false), Is.EqualTo(
            "Error: unexpected InvalidOperationException: odd thing\n  next   run the command again with --verbosity=diagnostic to see where it comes from"));

    [Test]
    public void ADiagnosticRunShowsTheWholeException()
    {
        var text = ErrorText.Render(Thrown(), true);
        Assert.That(text, Does.StartWith("Error: unexpected").And.Contain("   at ").And.Contain("inner reason"));
    }

    [TestCase("cannot reach https://user:s3cret@host/v2/", "cannot reach https://[redacted]@host/v2/")]
    [TestCase("ran docker login --password=s3cret host", "ran docker login --password=[redacted] host")]
    [TestCase("ran login --password-stdin x", "ran login --password-stdin x")]
    [TestCase("Authorization: Bearer abcdefghij.klm", "Authorization: Bearer [redacted]")]
    [TestCase("Basic dXNlcjpwYXNz", "Basic [redacted]")]
    [TestCase("""{"token":"s3cret","expires_in":300}""", """{"token":[redacted],"expires_in":300}""")]
    [TestCase("GET https://host/token?service=x&access_token=s3cret", "GET https://host/token?service=x&access_token=[redacted]")]
    [TestCase("REGISTRY_PASSWORD=s3cret", "REGISTRY_PASSWORD=[redacted]")]
    [TestCase("sha256:0123 at linux/amd64: libz.so.1", "sha256:0123 at linux/amd64: libz.so.1")]
    [TestCase("basic understanding", "basic understanding")]
    public void SecretsAreNeverShown(string text, string shown) =>
        Assert.That(ErrorText.Render(new CakeException(text), false), Is.EqualTo("Error: " + shown));

    private static Exception Thrown()
    {
        try
        {
            throw new InvalidOperationException("outer", new IOException("inner reason"));
        }
        catch (InvalidOperationException error)
        {
            return error;
        }
    }
}
