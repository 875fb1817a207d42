using System.IO.Compression;
using System.Text;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>What users reported of the form of answers, of registries and of what stands before them: the image must be there in the end.</summary>
[Category(Categories.Integration)]
internal sealed class ReportedAnswerTests : PlayedTests
{
    private const string Token = """{"token":"let-me-in"}""";

    private static IEnumerable<TestCaseData> Challenges =>
    [
        Shape("prowler 12691: Basic before Bearer in one header", "Basic realm=\"played\", Bearer realm=\"REALM\",service=\"played\"", "Bearer let-me-in"),
        Shape("two challenges, the other order", "Bearer realm=\"REALM\",service=\"played\", Basic realm=\"played\"", "Bearer let-me-in"),
        Shape("spnego-http-auth-nginx-module 44: Negotiate beside Basic", "Negotiate, Basic realm=\"played\"", "Basic dXNlcjpzM2NyZXQ="),
        Shape("RFC 9110, 11.2: a challenge of 68 characters before another", "Negotiate YIIKbgYGKwYBBQUCoIIKYjCC==, Basic realm=\"played\"", "Basic dXNlcjpzM2NyZXQ="),
        Shape("RFC 9110, 11.2: such a challenge of one sign", "NTLM TlRMTVNTUAAC=, Basic realm=\"played\"", "Basic dXNlcjpzM2NyZXQ="),
        Shape("a Bearer that names no service, beside Basic", "Bearer error=\"invalid_token\", Basic realm=\"played\"", "Basic dXNlcjpzM2NyZXQ="),
        Shape("a realm that is a path of the registry", "Bearer realm=\"/token\",service=\"played\"", "Bearer let-me-in"),
    ];

    private static IEnumerable<TestCaseData> Tokens =>
    [
        Shape("distribution's field", Token),
        Shape("tart 55, OAuth's field", """{"access_token":"let-me-in","token_type":"Bearer"}"""),
        Shape("both, one of them null", """{"token":null,"access_token":"let-me-in","expires_in":null}"""),
        Shape("both, one of them empty", """{"token":"","access_token":"let-me-in","expires_in":0}"""),
        Shape("fastmcp 4849: it expires at once", """{"token":"let-me-in","expires_in":0,"issued_at":""}"""),
        Shape("a byte order mark", "\uFEFF" + Token),
        Shape("line ends after it", Token + "\r\n\n"),
    ];

    private static TestCaseData Shape(string source, params object[] values) => new TestCaseData(values).SetArgDisplayNames(source);

    [TestCaseSource(nameof(Challenges))]
    public async Task ALoginIsFoundAmongSeveralChallenges(string challenge, string authorization)
    {
        Needs(authorization, challenge, Token);
        await IsPushedAsync();
    }

    [TestCaseSource(nameof(Tokens))]
    public async Task ATokenIsReadFromAnyAnswerThatHasOne(string answer)
    {
        Needs("Bearer let-me-in", "Bearer realm=\"REALM\",service=\"played\"", answer);
        await IsPushedAsync();
    }

    // A proxy compresses JSON although nobody asked for it.
    [Test]
    public async Task AnswersThatTheServerCompressesAreUnpacked([Values("gzip", "x-gzip")] string coding, [Values] bool ofBlobs)
    {
        Needs("Bearer let-me-in", "Bearer realm=\"REALM\",service=\"played\"", Token);
        Registry.Change = (request, answer) => request.Method is "GET" or "HEAD" && answer.Content.Length > 0 && (ofBlobs || !request.Path.Contains("/blobs/", StringComparison.Ordinal))
            ? answer with { File = null, Body = Packed(answer.Content), Headers = new(answer.Headers) { ["Content-Encoding"] = coding } }
            : answer;
        var layout = await IsPushedAsync();
        Assert.That((await PushAsync(layout)).UploadedBytes, Is.Zero, "it knows what it has");
    }

    // MirrorCache 654's kind: a layer is said to be encoded because it is gzip.
    [Test]
    public async Task ALayerThatIsSaidToBeEncodedIsReadAsItIs()
    {
        Registry.Change = (request, answer) => request.Path.Contains("/blobs/sha256", StringComparison.Ordinal) ? answer with { Headers = new(answer.Headers) { ["Content-Encoding"] = "gzip" } } : answer;
        var layout = await IsPushedAsync();
        Assert.That((await PushAsync(layout)).UploadedBytes, Is.Zero);
    }

    [Test]
    public async Task AnErrorIsReadBehindAMarkAndACoding([Values] bool isPacked)
    {
        const string Words = "\uFEFF{\"errors\":[{\"code\":\"DENIED\",\"message\":\"the project is full: quota exceeded\"}]}";
        Registry.Rule = request => request.Method != "POST" ? null : isPacked
            ? new PlayedAnswer(403, Packed(Encoding.UTF8.GetBytes(Words))) { Headers = new() { ["Content-Encoding"] = "gzip" } }
            : PlayedAnswer.Of(403, Words);
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("DENIED the project is full: quota exceeded").And.Contain("delete unused images"));
    }

    // distribution 3792 and 3848, containerd 3238, lstags 186: proxies and ECR leave headers out; docker/cli 5304: no type either.
    [Test]
    public async Task NoHeaderOfAnAnswerIsNeededButLocation([Values("1.1", "1.0")] string version)
    {
        Registry.Change = (request, answer) =>
        {
            var kept = answer.Headers.Where(header => header.Key is "Location" or "WWW-Authenticate").ToDictionary();
            if (version == "1.0")
            {
                kept["Connection"] = "keep-alive";
            }

            return answer with { Headers = kept, Version = version };
        };
        var layout = await IsPushedAsync();
        Assert.That((await PushAsync(layout)).UploadedBytes, Is.Zero);
    }

    // A HEAD is answered with another status of success by caches and functions in front of object stores.
    [TestCase(202)]
    [TestCase(203)]
    public async Task AnySuccessOfAHeadIsOne(int status)
    {
        Registry.Change = (request, answer) => request.Method == "HEAD" && answer.Status == 200 ? answer with { Status = status } : answer;
        var layout = await IsPushedAsync();
        Assert.That((await PushAsync(layout)).UploadedBytes, Is.Zero);
    }

    // jib 408, distribution-spec 607: any request may be redirected; with 301 and 302 it is the same request still.
    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task AnUploadIsRedirectedAsItIs(int status)
    {
        Registry.Rule = request => request.Method is "POST" or "PUT" && request.Query["moved"] is null
            ? PlayedAnswer.Of(status, headers: ("Location", $"{request.Path}?moved=1{(request.Query["digest"] is { } digest ? $"&digest={digest}" : string.Empty)}"))
            : null;
        await IsPushedAsync();
    }

    [Test]
    public async Task ARedirectToAnotherMethodIsAnErrorThatSaysWhatHelps()
    {
        Registry.Rule = request => request.Method == "POST" ? PlayedAnswer.Of(303, headers: ("Location", "/login")) : null;
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("303").And.Contain("/login").And.Contain("with a web page, or a login of its own"));
    }

    [TestCase("uploads/{0}")]
    [TestCase("http://{1}/v2/acme/busybox/blobs/uploads/{0}?_state=a%2Bb%3D%3D&part=1")]
    [TestCase("http://user:s3cret@{1}/v2/acme/busybox/blobs/uploads/{0}")]
    [TestCase("//{1}/v2/acme/busybox/blobs/uploads/{0}#top")]
    public async Task ALocationHasAnyFormOfAnAddress(string form)
    {
        Registry.Location = path => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, path.Split('/')[^1], Registry.Name).Replace("uploads/upload", form.StartsWith("uploads", StringComparison.Ordinal) ? "upload" : "uploads/upload", StringComparison.Ordinal);
        await IsPushedAsync();
        Assert.That(Registry.Seen.Where(request => request.Query["part"] is not null).Select(request => request.Query["_state"]), form.Contains("_state", StringComparison.Ordinal) ? Has.All.EqualTo("a+b==") : Is.Empty);
    }

    [Test]
    public async Task APasswordInALocationIsNotShown()
    {
        Registry.Location = path => $"http://user:hunter2@{Registry.Name}{path}";
        Registry.Rule = request => request.Method == "PUT" ? PlayedAnswer.Error(403, "DENIED", "no") : null;
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.ToString(), Does.Contain("/blobs/uploads/").And.Not.Contain("hunter2"));
    }

    // moby 39033, skopeo 631, podman 3516: an address of IPv6 in place of a name.
    [Test]
    public async Task ARegistryIsNamedByAnAddressOfIPv6()
    {
        Requires.IPv6Loopback();
        using var registry = new PlayingRegistry(System.Net.IPAddress.IPv6Loopback);
        registry.Rule = request => request.Headers.GetValueOrDefault("Host") != registry.Name ? PlayedAnswer.Of(421)
            : request.Headers.ContainsKey("Authorization") ? null : PlayedAnswer.Of(401, headers: ("WWW-Authenticate", "Basic realm=\"played\""));
        var layout = Images.Make();
        var place = RegistryImages.Place(registry.Name, Repository) with { Account = RegistryAccount.Of(RegistryCredentials.Password("user", "s3cret", "here")) };
        var published = (await RegistryImages.Publisher(layout).PushAsync([place], CancellationToken.None))[0];
        Assert.That(published.Reference, Is.EqualTo($"[::1]:{registry.Port}/{Repository}@{layout.Index.Digest}"));
        Assert.That(registry.Tags(Repository), Has.Member("glibc"));
    }

    // harbor 11682, tart 295, harbor 14404: without a login 403 instead of 401, except at the root, where Docker asks first; cookies are held against one.
    [Test]
    public async Task ADenialWithoutALoginIsAnsweredWithTheLoginThatTheRootAsksFor()
    {
        Registry.Rule = request => request.Headers.ContainsKey("Authorization") && !request.Headers.ContainsKey("Cookie") ? null
            : request.Path == "/v2/" ? PlayedAnswer.Of(401, headers: [("WWW-Authenticate", "Basic realm=\"played\""), ("Set-Cookie", "sid=1; Path=/; HttpOnly")])
            : PlayedAnswer.Error(403, "FORBIDDEN", "CSRF token invalid");
        await IsPushedAsync();

        Registry.Rule = request => request.Path == "/v2/" ? null : PlayedAnswer.Error(403, "FORBIDDEN", "no pushes from here");
        var error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Message, Does.Contain("no pushes from here"), "a root that asks for nothing changes nothing");
    }

    // gitea 31861: a name without an owner or project.
    [TestCase("", "")]
    [TestCase("", "404 page not found")]
    [TestCase("NAME_UNKNOWN", "repository name not known to registry")]
    public async Task ANameWithoutANamespaceIsAnErrorThatSaysWhatIsMissing(string code, string message)
    {
        Registry.Rule = request => request.Method != "POST" ? null : code.Length > 0 ? PlayedAnswer.Error(404, code, message) : PlayedAnswer.Of(404, message);
        var error = (await Assert.CatchAsync<RegistryException>(() => RegistryImages.PushAsync(Images.Make(), RegistryImages.Place(Registry.Name, "busybox"))))!;
        Assert.That(error.Next, Does.Contain($"--registry={Registry.Name}/NAMESPACE"));
        error = (await Assert.CatchAsync<RegistryException>(() => PushAsync(Images.Make())))!;
        Assert.That(error.Next, Does.Contain("create the repository, or the project it belongs to"));
    }

    // containerd 11949: the upload starts elsewhere, and its relative Location is meant there.
    [Test]
    public async Task AnUploadThatIsRedirectedToAnotherRegistryGoesOnThere()
    {
        using var other = new PlayingRegistry();
        Registry.Rule = request => request.Method == "POST" ? PlayedAnswer.Of(307, headers: ("Location", $"http://{other.Name}{request.Path}")) : null;
        var layout = Images.Make(platforms: ["linux/amd64"]);
        _ = await Assert.CatchAsync<RegistryException>(() => PushAsync(layout));
        Assert.That(other.Seen.Count(request => request.Method == "PUT"), Is.GreaterThanOrEqualTo(2), "both blobs came there");
        Assert.That(Registry.Seen.Where(request => request.Path.Contains("/uploads/upload-", StringComparison.Ordinal)), Is.Empty);
    }

    // skopeo 1416, containers-image 1265: Quay makes the repository while it gives the first token, which is not good for it yet.
    [Test]
    public async Task AFirstTokenThatIsTooOldForItsRepositoryIsReplaced()
    {
        var tokens = 0;
        Registry.Rule = request => request.Path == "/token" ? PlayedAnswer.Of(200, $$"""{"token":"t{{++tokens}}"}""")
            : request.Headers.GetValueOrDefault("Authorization") == "Bearer t2" ? null
            : PlayedAnswer.Of(401, headers: ("WWW-Authenticate", $"Bearer realm=\"http://{Registry.Name}/token\",service=\"played\""));
        await IsPushedAsync();
        Assert.That(tokens, Is.EqualTo(2));
    }

    private void Needs(string authorization, string challenge, string token) => Registry.Rule = request =>
        request.Path == "/token" ? PlayedAnswer.Of(200, token)
        : request.Headers.GetValueOrDefault("Authorization") == authorization ? null
        : PlayedAnswer.Of(401, headers: ("WWW-Authenticate", challenge.Replace("REALM", $"http://{Registry.Name}/token", StringComparison.Ordinal)));

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private async Task<OciLayoutReader> IsPushedAsync()
    {
        var layout = Images.Make(platforms: ["linux/amd64"]);
        var place = Place() with { Account = RegistryAccount.Of(RegistryCredentials.Password("user", "s3cret", "here")) };
        await RegistryImages.Publisher(layout, board: Board).PushAsync([place], CancellationToken.None);
        Registry.Rule = _ => null;
        await IsPublishedAsync(layout, pulls: false);
        return layout;
    }
}
