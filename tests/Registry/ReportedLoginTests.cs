using System.Text;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>Logins in the shapes in which users reported that their tools write them; a registry that plays others must get the right one.</summary>
[Category(Categories.Integration)]
internal sealed class ReportedLoginTests : PlayedTests
{
    private const string User = "someone";
    private const string Secret = "s3cret-Pa55";

    private TemporaryFolder _folder = null!;
    private Dictionary<string, string> _environment = null!;
    private List<string> _warnings = null!;

    [SetUp]
    public void Make()
    {
        (_folder, _warnings) = (new TemporaryFolder(), []);
        _environment = new Dictionary<string, string> { ["DOCKER_CONFIG"] = _folder.Path };
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    // HOST is the registry, AUTH the account in base64, LINE the same as "echo USER:PASSWORD | base64" makes it, GCR a key of Google's over several lines.
    private static IEnumerable<TestCaseData> Shapes()
    {
        return
        [
            Shape("go-containerregistry 555: GitLab CI writes name and password", """{"auths":{"HOST":{"username":"someone","password":"s3cret-Pa55"}}}"""),
            Shape("docker/cli 2264: the same beside an empty auth", """{"auths":{"HOST":{"username":"someone","password":"s3cret-Pa55","auth":""}}}"""),
            Shape("kaniko 1209: all three", """{"auths":{"HOST":{"username":"someone","password":"s3cret-Pa55","auth":"AUTH"}}}"""),
            Shape("go-containerregistry 555, the workaround: echo without -n", """{"auths":{"HOST":{"auth":"LINE"}}}"""),
            Shape("base64 without -w0: a line feed in the middle", """{"auths":{"HOST":{"auth":"HALF\nREST"}}}"""),
            Shape("lazydocker 747: a token without a name in the entry of another registry", """{"auths":{"https://index.docker.io/v1/":{"auth":"dckr_pat_x"},"HOST":{"auth":"AUTH"}}}"""),
            Shape("docker/for-win 892: an auth without a colon in another entry", """{"auths":{"https://my.registry.example":{"auth":"my_key=","email":"my@email.example"},"HOST":{"auth":"AUTH","email":"not@val.id"}}}"""),
            Shape("containerregistry 144: an empty entry, a misspelt store", """{"stackOrchestrator":"swarm","credSstore":"osxkeychain","auths":{"https://index.docker.io/v1/":{},"HOST":{"auth":"AUTH"}}}"""),
            Shape("gradle-docker-plugin 401: a store of another system", """{"credsStore":"wincred","auths":{"HOST":{"auth":"AUTH"}}}"""),
            Shape("ecr-credential-helper 173: the helper of another registry is missing", """{"credHelpers":{"other.example":"gcloud-absent"},"auths":{"HOST":{"auth":"AUTH"}}}"""),
            Shape("ecr-credential-helper 214: a pattern, which Docker does not know", """{"credHelpers":{"*.registry.*.cloud.example":"ecr-login"},"auths":{"HOST":{"auth":"AUTH"}}}"""),
            Shape("go-containerregistry 1298: a scheme in the key", """{"auths":{"https://HOST":{"auth":"AUTH"}}}"""),
            Shape("docker/cli: the key of the first interface", """{"auths":{"https://HOST/v1/":{"auth":"AUTH"}}}"""),
            Shape("Docker takes the host alone of a key with a scheme", """{"auths":{"https://HOST/acme/private":{"auth":"AUTH"}}}"""),
            Shape("regclient 894: a key with another path is none of the host", """{"auths":{"HOST/other":{"auth":"eDp5"},"HOST":{"auth":"AUTH"}}}"""),
            Shape("podman login HOST/acme", """{"auths":{"HOST/acme":{"auth":"AUTH"}}}"""),
            Shape("moby 44770: a byte order mark of Windows' editor", "\uFEFF{\"auths\":{\"HOST\":{\"auth\":\"AUTH\"}}}"),
            Shape("moby 44790: UTF-16 of Windows' PowerShell", "UTF-16{\"auths\":{\"HOST\":{\"auth\":\"AUTH\"}}}"),
            Shape("docker-client 1023: members that are null", """{"auths":{"HOST":{"auth":"AUTH"},"q.example":null},"credHelpers":null,"credsStore":null,"HttpHeaders":{"User-Agent":"Docker-Client/19.03.12 (linux)"}}"""),
        ];
    }

    private static TestCaseData Shape(string source, string content) => new TestCaseData(content).SetArgDisplayNames(source);

    [TestCaseSource(nameof(Shapes))]
    public async Task TheRegistryGetsTheRightAccount(string content)
    {
        Needs($"Basic {Encoded(User, Secret)}", "Basic realm=\"played\"");
        Write("config.json", content);
        await IsLetInAsync();
    }

    [Test]
    public async Task AKeyOfSeveralLinesIsOnePassword()
    {
        // Google's registries take _json_key with the file of a service account.
        const string Key = "{\n  \"type\": \"service_account\",\n  \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMII\\n\"\n}";
        Needs($"Basic {Encoded("_json_key", Key)}", "Basic realm=\"played\"");
        Write("config.json", $$$$"""{"auths":{"HOST":{"auth":"{{{{Encoded("_json_key", Key + "\n")}}}}"}}}""");
        await IsLetInAsync();
    }

    [TestCase("AWS", Description = "amazon-ecr-credential-helper")]
    [TestCase("_dcgcloud_token", Description = "gcloud")]
    [TestCase("00000000-0000-0000-0000-000000000000", Description = "acr-env")]
    public async Task AHelpersAccountIsUsedAsItPrintsIt(string user)
    {
        Needs($"Basic {Encoded(user, Secret)}", "Basic realm=\"played\"");
        Write("config.json", """{"credHelpers":{"HOST":"cloud"},"credsStore":"absent"}""");
        Helper("cloud", $$"""read -r host || :; echo "time=now level=info msg=refreshing" >&2; printf '{"ServerURL":"%s","Username":"{{user}}","Secret":"{{Secret}}"}\n' "$host" """);
        await IsLetInAsync();
    }

    // docker-py 1210, docker-client 648, and Azure's registry, which writes the user of all zeros beside it.
    [TestCase("""{"auths":{"HOST":{"identitytoken":"s3cret-Pa55"}}}""")]
    [TestCase("""{"auths":{"HOST":{"auth":"MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg==","identitytoken":"s3cret-Pa55"}}}""")]
    public async Task AnIdentityTokenGoesToTheTokenService(string content)
    {
        Needs("Bearer let-me-in", $"Bearer realm=\"http://{Registry.Name}/token\",service=\"played\"", request =>
            request.Method == "POST" ? PlayedAnswer.Of(200, """{"access_token":"let-me-in"}""") : PlayedAnswer.Of(401));
        Write("config.json", content);
        await IsLetInAsync();
        Assert.That(Registry.Seen.Any(request => request.Path == "/token" && request.Method == "POST"));
    }

    // go-dockerclient 748, containers/image 842: a token for the registry itself, which tools without a password hand on.
    [Test]
    public async Task ARegistryTokenIsGivenAsItIs()
    {
        Needs($"Bearer {Secret}", $"Bearer realm=\"http://{Registry.Name}/token\",service=\"played\"", _ => PlayedAnswer.Of(500));
        Write("config.json", $$$$"""{"auths":{"HOST":{"registrytoken":"{{{{Secret}}}}"}}}""");
        await IsLetInAsync();
        Assert.That(Registry.Seen.Any(request => request.Path == "/token"), Is.False);
    }

    [Test]
    public async Task ARegistryTokenThatRanOutIsAnErrorThatNamesItsFileAndNotTheToken()
    {
        Needs("Bearer other", $"Bearer realm=\"http://{Registry.Name}/token\",service=\"played\"");
        Write("config.json", $$$$"""{"auths":{"HOST":{"registrytoken":"{{{{Secret}}}}"}}}""");
        var error = (await Assert.ThrowsAsync<RegistryDeniedException>(PublishAsync))!.ToString();
        Assert.That(error, Does.Contain($"refuses the account a registry token from {_folder["config.json"]}").And.Contain($"docker login {Registry.Name}").And.Not.Contain(Secret));
    }

    // podman 1457 and 25464, container-libs 244: a file that was made for a login that has not come yet.
    [TestCase("")]
    [TestCase("\n")]
    public async Task AnEmptyFileSaysNothing(string content)
    {
        Needs($"Basic {Encoded(User, Secret)}", "Basic realm=\"played\"");
        Write("config.json", content);
        _environment["REGISTRY_AUTH_FILE"] = Write("auth.json", """{"auths":{"HOST":{"auth":"AUTH"}}}""");
        await IsLetInAsync();
    }

    // lazydocker 747, of the registry itself.
    [TestCase("ghp_notBase64AtAll!")]
    [TestCase("my_key=")]
    [TestCase("Z2hwX3Rva2VuT25seQ==")]
    public async Task ATokenWithoutANameIsAnErrorThatSaysWhatAuthIs(string auth)
    {
        Needs("Basic x", "Basic realm=\"played\"");
        Write("config.json", $$$$"""{"auths":{"HOST":{"auth":"{{{{auth}}}}"}}}""");
        var error = (await Assert.CatchAsync<RegistryException>(PublishAsync))!.ToString();
        Assert.That(error, Does.Contain(_folder["config.json"]).And.Contain($"entry for {Registry.Name}").And.Contain("USER:PASSWORD in base64").And.Contain("log in again").And.Not.Contain(auth));
    }

    // docker/cli 2121: no account because the helper is not installed was told as "no basic auth credentials".
    [Test]
    public async Task AMissingHelperIsNamedBesideTheRefusal()
    {
        Needs("Basic x", "Basic realm=\"played\"");
        Write("config.json", """{"credHelpers":{"HOST":"ecr-login-absent"}}""");
        var error = (await Assert.ThrowsAsync<RegistryDeniedException>(PublishAsync))!;
        Assert.That(error.Message, Does.Contain("there is no account for it").And.Contain($"docker login {Registry.Name}"));
        Assert.That(_warnings.Single(), Does.Contain("docker-credential-ecr-login-absent, which is not on PATH"));
    }

    // podman 17816, and Docker Desktop, which keeps more than accounts under the name of Docker Hub.
    [TestCase("""{"auths":{"index.docker.io":{"auth":"AUTH"}}}""", true)]
    [TestCase("""{"auths":{"docker.io/acme":{"auth":"AUTH"}}}""", true)]
    [TestCase("""{"auths":{"DOCKER.io":{"auth":"AUTH"}}}""", true)]
    [TestCase("""{"auths":{"https://Index.Docker.IO/v1/":{"auth":"AUTH"}}}""", true)]
    [TestCase("""{"auths":{"registry-1.docker.io":{"auth":"AUTH"}}}""", true)]
    [TestCase("""{"auths":{"registry.hub.docker.com":{"auth":"AUTH"}}}""", true)]
    [TestCase("""{"auths":{"https://index.docker.io/v1/access-token":{"auth":"eDp5"},"https://index.docker.io/v1/":{"auth":"AUTH"},"https://index.docker.io/v1/refresh-token":{"auth":"eDp5"}}}""", true)]
    [TestCase("""{"auths":{"https://index.docker.io/v1/access-token":{"auth":"eDp5"}}}""", false)]
    public async Task DockerHubIsFoundByItsNames(string content, bool isThere)
    {
        Write("config.json", content);
        Assert.That((await Store().FindAsync(RegistryHost.Of("docker.io", []), Repository, true, default))?.Reveal(), Is.EqualTo(isThere ? Secret : null));
    }

    [TestCase("r.example:443", "r.example")]
    [TestCase("r.example", "r.example:443")]
    [TestCase("https://R.example:443/v2/", "r.example")]
    public async Task ThePortOfHttpsMayBeLeftOut(string key, string name)
    {
        Write("config.json", $$$$"""{"auths":{"{{{{key}}}}":{"auth":"AUTH"},"r.example:5000":{"auth":"eDp5"}}}""");
        Assert.That((await Store().FindAsync(RegistryHost.Of(name, []), Repository, true, default))?.User, Is.EqualTo(User));
    }

    // GHCR: a repository that a push has just made is denied for a moment, with a login that had a token for it.
    [TestCase(401)]
    [TestCase(403)]
    public async Task ARepositoryThatIsDeniedForAMomentAfterItWasMadeIsAskedForAgain(int status)
    {
        var (asked, token) = (0, "first");
        NeedsToken(() => token, _ => Interlocked.Increment(ref asked) is > 1 and < 4 ? PlayedAnswer.Error(status, "DENIED", "requested access to the resource is denied") : PlayedAnswer.Of(200, $$"""{"token":"{{token}}"}"""), request =>
        {
            // The first manifest makes the repository, and the token is of no use any more.
            if (request.PutsManifest && asked == 1)
            {
                token = "second";
            }
        });
        Write("config.json", """{"auths":{"HOST":{"auth":"AUTH"}}}""");
        var layout = Images.Make();
        await PublishAsync(layout);
        Registry.Rule = _ => null;
        await IsPublishedAsync(layout);
        Assert.That(asked, Is.EqualTo(4));
    }

    [Test]
    public async Task ALoginThatIsDeniedFromTheStartIsAnErrorAtOnce()
    {
        var asked = 0;
        NeedsToken(() => "none", _ => Interlocked.Increment(ref asked) > 0 ? PlayedAnswer.Error(403, "DENIED", "requested access to the resource is denied") : PlayedAnswer.Of(500), _ => { });
        Write("config.json", """{"auths":{"HOST":{"auth":"AUTH"}}}""");
        var error = (await Assert.ThrowsAsync<RegistryDeniedException>(() => PublishAsync(Images.Make(platforms: ["linux/amd64"]), RegistryImages.Policy with { Jobs = 1 })))!;
        Assert.That(error.Message, Does.Contain("refuses the account someone").And.Contain("DENIED").And.Not.Contain("tried"));
        Assert.That(asked, Is.LessThanOrEqualTo(2), "for looking and for pushing");
    }

    [Test]
    public async Task ALoginThatIsDeniedForGoodLaterIsAnErrorAfterAFewTimes()
    {
        var (asked, token) = (0, "first");
        NeedsToken(() => token, _ => Interlocked.Increment(ref asked) > 1 ? PlayedAnswer.Error(403, "DENIED", "the account was closed") : PlayedAnswer.Of(200, """{"token":"first"}"""), request => token = request.PutsManifest ? "second" : token);
        Write("config.json", """{"auths":{"HOST":{"auth":"AUTH"}}}""");
        var error = (await Assert.ThrowsAsync<RegistryDeniedException>(() => PublishAsync(Images.Make(platforms: ["linux/amd64"]), RegistryImages.Policy with { Jobs = 1 })))!;
        Assert.That(error.Message, Does.Contain("refuses the account someone").And.Contain("the account was closed").And.Contain("tried 3 times").And.Contain("docker login"));
        Assert.That(asked, Is.LessThanOrEqualTo(7));
    }

    private static string Encoded(string user, string secret) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}"));

    private void NeedsToken(Func<string> token, Func<PlayedRequest, PlayedAnswer> service, Action<PlayedRequest> heard) => Registry.Rule = request =>
    {
        if (request.Path == "/token")
        {
            return service(request);
        }

        heard(request);
        return request.Headers.GetValueOrDefault("Authorization") == $"Bearer {token()}" ? null
            : PlayedAnswer.Of(401, headers: ("WWW-Authenticate", $"Bearer realm=\"http://{Registry.Name}/token\",service=\"played\""));
    };

    private void Needs(string authorization, string challenge, Func<PlayedRequest, PlayedAnswer>? service = null) => Registry.Rule = request =>
        request.Path == "/token" && service is not null ? service(request)
        : request.Headers.GetValueOrDefault("Authorization") == authorization ? null
        : PlayedAnswer.Of(401, headers: ("WWW-Authenticate", challenge));

    private string Write(string name, string content)
    {
        var auth = Encoded(User, Secret);
        var text = content.Replace("HOST", Registry.Name, StringComparison.Ordinal).Replace("AUTH", auth, StringComparison.Ordinal)
            .Replace("HALF", auth[..12], StringComparison.Ordinal).Replace("REST", auth[12..], StringComparison.Ordinal)
            .Replace("LINE", Encoded(User, Secret + "\n"), StringComparison.Ordinal);
        const string Mark = "UTF-16";
        if (text.StartsWith(Mark, StringComparison.Ordinal))
        {
            File.WriteAllText(_folder[name], text[Mark.Length..], Encoding.Unicode);
        }
        else
        {
            File.WriteAllText(_folder[name], text);
        }

        return _folder[name];
    }

    private void Helper(string name, string script)
    {
        Requires.That(!OperatingSystem.IsWindows(), "a POSIX shell");
        File.WriteAllText(_folder[$"docker-credential-{name}"], $"#!/bin/sh\n[ \"$1\" = get ] || exit 9\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder[$"docker-credential-{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private CredentialStore Store() => new(_environment.GetValueOrDefault, new CredentialHelper($"{_folder.Path}:/usr/bin:/bin"), _warnings.Add);

    private async Task IsLetInAsync()
    {
        var layout = Images.Make(platforms: ["linux/amd64"]);
        await PublishAsync(layout);
        Registry.Rule = _ => null;
        await IsPublishedAsync(layout, pulls: false);
    }

    private Task PublishAsync() => PublishAsync(Images.Make(platforms: ["linux/amd64"]));

    private Task PublishAsync(BusyboxGlibc.Oci.Layout.OciLayoutReader layout, RegistryPolicy? policy = null)
    {
        var account = new RegistryAccount(token => Store().FindAsync(RegistryHost.Of(Registry.Name, []), Repository, true, token));
        return RegistryImages.Publisher(layout, policy: policy, board: Board).PushAsync([Place() with { Account = account }], CancellationToken.None);
    }
}
