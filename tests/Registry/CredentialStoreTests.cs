using System.Text;
using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Tests.Registry;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CredentialStoreTests
{
    private const string Secret = "s3cret-Pa55";

    private TemporaryFolder _folder = null!;
    private Dictionary<string, string> _environment = null!;
    private List<string> _warnings = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TemporaryFolder();
        _warnings = [];
        _environment = new Dictionary<string, string> { ["DOCKER_CONFIG"] = _folder.Path };
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [TestCase("registry.example:5000", "registry.example:5000")]
    [TestCase("https://registry.example:5000", "registry.example:5000")]
    [TestCase("https://registry.example:5000/v1/", "registry.example:5000")]
    [TestCase("https://index.docker.io/v1/", "docker.io")]
    [TestCase("docker.io", "docker.io")]
    public async Task AnAccountInTheFileIsFoundByAnyOfItsKeys(string key, string host)
    {
        Config($$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Encoded($"someone:{Secret}:with:colons")}}}}"},"other.example":{"auth":"eDp5"}}}""");
        var found = await FindAsync(host);
        Assert.That((found?.User, found?.Reveal(), found?.Origin), Is.EqualTo(("someone", $"{Secret}:with:colons", _folder["config.json"])));
    }

    [Test]
    public async Task AnIdentityTokenWinsOverThePasswordBesideIt()
    {
        Config($$$$"""{"auths":{"r.example":{"auth":"{{{{Encoded("someone:")}}}}","identitytoken":"{{{{Secret}}}}"}}}""");
        var found = await FindAsync("r.example");
        Assert.That((found?.IsIdentityToken, found?.Reveal()), Is.EqualTo((true, Secret)));
    }

    [TestCase("""{"auths":{"other.example":{"auth":"eDp5"},"r.example":{}}}""")]
    [TestCase("""{"auths":{"xr.example":{"auth":"eDp5"},"r.example.evil":{"auth":"eDp5"},"r.example:5000":{"auth":"eDp5"}}}""")]
    [TestCase("{}")]
    [TestCase(null)]
    public async Task WithoutAnAccountThereIsNone(string? config)
    {
        if (config is not null)
        {
            Config(config);
        }

        Assert.That(await FindAsync("r.example"), Is.Null);
    }

    [Test]
    public async Task TheEnvironmentWinsButOnlyWhereOneRegistryIsMeant()
    {
        Config($$$$"""{"auths":{"r.example":{"auth":"{{{{Encoded("someone:else")}}}}"}}}""");
        _environment["REGISTRY_USER"] = "ci";
        _environment["REGISTRY_PASSWORD"] = Secret;
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("ci"));
        Assert.That((await FindAsync("r.example", isOnly: false))?.User, Is.EqualTo("someone"));
        Assert.That(await FindAsync("q.example", isOnly: false), Is.Null);
    }

    [TestCase("REGISTRY_USER", "REGISTRY_PASSWORD is not")]
    [TestCase("REGISTRY_PASSWORD", "REGISTRY_USER is not")]
    public async Task HalfOfAnAccountIsAnError(string variable, string said)
    {
        _environment[variable] = Secret;
        Assert.That(await FailureAsync("r.example"), Does.Contain(said));
    }

    [TestCase("""{"credHelpers":{"r.example":"good"},"credsStore":"bad"}""")]
    [TestCase("""{"credsStore":"good","auths":{"r.example":{}}}""")]
    public async Task AHelperIsAskedWithTheRegistrysName(string config)
    {
        Config(config);
        Helper("good", $$"""read -r host || :; echo "{\"ServerURL\":\"$host\",\"Username\":\"$host-user\",\"Secret\":\"{{Secret}}\"}" """);
        var found = await FindAsync("r.example");
        Assert.That((found?.User, found?.Reveal(), found?.IsIdentityToken), Is.EqualTo(("r.example-user", Secret, false)));
    }

    [Test]
    public async Task AHelperKnowsDockerHubByItsOldName()
    {
        Config("""{"credsStore":"good"}""");
        Helper("good", """read -r host || :; echo "{\"Username\":\"$host\",\"Secret\":\"x\"}" """);
        Assert.That((await FindAsync("docker.io"))?.User, Is.EqualTo("https://index.docker.io/v1/"));
    }

    [Test]
    public async Task AHelperMayGiveAnIdentityToken()
    {
        Config("""{"credsStore":"good"}""");
        Helper("good", $$"""cat >/dev/null; echo '{"Username":"<token>","Secret":"{{Secret}}"}'""");
        Assert.That((await FindAsync("r.example"))?.IsIdentityToken, Is.True);
    }

    [Test]
    public async Task AHelperThatHasNothingLeavesTheFile()
    {
        Config($$$$"""{"credsStore":"empty","auths":{"r.example":{"auth":"{{{{Encoded("someone:x")}}}}"}}}""");
        Helper("empty", "echo 'credentials not found in native keychain'; exit 1");
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("someone"));
        Assert.That(await FindAsync("q.example"), Is.Null);
    }

    [TestCase("echo '" + Secret + "'; echo '" + Secret + "' >&2; exit 3", "exited with code 3")]
    [TestCase("echo '" + Secret + " is not JSON'", "not JSON with Username and Secret")]
    [TestCase("echo '{\"Username\":\"x\",\"Pass\":\"" + Secret + "\"}'", "not JSON with Username and Secret")]
    [TestCase("echo '[\"" + Secret + "\"]'", "not JSON with Username and Secret")]
    [TestCase("yes " + Secret + " | head -c 1000000", "more than")]
    [TestCase("sleep 600 & wait", "did not exit within")]
    [TestCase("exec sleep 600", "did not exit within")]
    [Category(Categories.Integration)]
    public async Task AHelperThatFailsOrHangsIsAnErrorThatRepeatsNothingOfIt(string script, string why)
    {
        Config("""{"credsStore":"bad"}""");
        Helper("bad", script);
        Assert.That(await FailureAsync("r.example", TimeSpan.FromSeconds(why.StartsWith("did", StringComparison.Ordinal) ? 0.5 : 30)), Does.Contain(why).And.Contain("the credential helper bad").And.Not.Contain(Secret));
    }

    [TestCase("../../bin/evil", "not a valid helper name")]
    [TestCase("a b", "not a valid helper name")]
    public async Task AHelperThatIsNoneIsAnError(string name, string why)
    {
        Config($$"""{"credsStore":"{{name}}"}""");
        Assert.That(await FailureAsync("r.example"), Does.Contain(why));
    }

    [Test]
    public async Task AHelperThatIsNotThereIsAWarningAndOtherAccountsAreUsed()
    {
        Config("""{"credsStore":"absent"}""");
        Assert.That(await FindAsync("r.example"), Is.Null);
        Assert.That(_warnings, Has.One.Contains("docker-credential-absent").And.One.Contains(_folder["config.json"]));
        _environment["REGISTRY_AUTH_FILE"] = Auth("podman.json", "r.example", "podman");
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("podman"));
    }

    [Test]
    public async Task EachFileOfLoginsIsReadAfterTheOneBeforeIt()
    {
        _environment["DOCKER_AUTH_CONFIG"] = File.ReadAllText(Auth("variable.json", "r.example", "gitlab"));
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("gitlab"));
        _environment["HOME"] = _folder.Path;
        Directory.CreateDirectory(_folder[".config/containers"]);
        _ = Auth(".config/containers/auth.json", "r.example", "home");
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("home"));
        _environment["XDG_RUNTIME_DIR"] = _folder["run"];
        Directory.CreateDirectory(_folder["run/containers"]);
        _ = Auth("run/containers/auth.json", "r.example", "session");
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("session"));
        _environment["REGISTRY_AUTH_FILE"] = Auth("pointed.json", "r.example", "pointed");
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("pointed"));
        _ = Auth("config.json", "r.example", "docker");
        Assert.That((await FindAsync("r.example"))?.User, Is.EqualTo("docker"));
    }

    [TestCase("acme/busybox", "deep")]
    [TestCase("acme/busybox/more", "deep")]
    [TestCase("acme/other", "namespace")]
    [TestCase("acmeother/busybox", "host")]
    public async Task TheKeyThatNamesMostOfThePathWins(string repository, string user)
    {
        Config($$$$"""{"auths":{"r.example":{"auth":"{{{{Encoded("host:x")}}}}"},"r.example/acme/busybox":{"auth":"{{{{Encoded("deep:x")}}}}"},"r.example/acme":{"auth":"{{{{Encoded("namespace:x")}}}}"}}}""");
        Assert.That((await FindAsync("r.example", repository: repository))?.User, Is.EqualTo(user));
    }

    [Test]
    public async Task ABrokenVariableIsAnErrorThatNamesItAndRepeatsNothingOfIt()
    {
        _environment["DOCKER_AUTH_CONFIG"] = $"{{{Secret}";
        Assert.That(await FailureAsync("r.example"), Does.Contain("DOCKER_AUTH_CONFIG").And.Contain("not JSON").And.Not.Contain(Secret));
    }

    [TestCase("e", "403 Forbidden: DENIED requested access to the resource is denied", "403 Forbidden: DENIED requested access to the resource is denied")]
    [TestCase("e", "no password=e here", "no password=[redacted] here")]
    [TestCase("abc", "password 'abc' is wrong", "password '[redacted]' is wrong")]
    [TestCase("p@ss/w+rd", "p%40ss%2Fw%2Brd p%40ss%2fw%2brd someone:p@ss/w+rd", "[redacted] [redacted] [redacted]")]
    public void OnlyTheSecretIsTakenOutOfAText(string secret, string said, string shown) =>
        Assert.That(RegistryCredentials.Password("someone", secret, "here").Scrub(said), Is.EqualTo(shown));

    [Test]
    public void AShortSecretIsTakenOutInBase64()
    {
        var credentials = RegistryCredentials.Password("someone", "e", "here");
        Assert.That(credentials.Scrub($"Basic {credentials.Basic().Parameter} was refused"), Is.EqualTo("Basic [redacted] was refused"));
    }

    [TestCase("not json", "not JSON, line 1")]
    [TestCase("{\n\"auths\": " + Secret + "}", "not JSON, line 2")]
    [TestCase("""{"auths":{"r.example":{"auth":"!!s3cret-Pa55"}}}""", "malformed")]
    [TestCase("[]", "malformed")]
    public async Task ABrokenFileIsAnErrorThatNamesItAndRepeatsNothingOfIt(string content, string why)
    {
        Config(content);
        Assert.That(await FailureAsync("r.example"), Does.Contain(_folder["config.json"]).And.Contain(why).And.Not.Contain(Secret));
    }

    [Test]
    public void AnyDamageToTheFileIsOneOfOurErrorsOrNone()
    {
        var good = Encoding.UTF8.GetBytes($$$$"""{"auths":{"r.example":{"auth":"{{{{Encoded($"someone:{Secret}")}}}}"},"q":{"identitytoken":"x"}},"credHelpers":{"h.example":"x"},"credsStore":null}""");
        for (var seed = 0; seed < 600; seed++)
        {
            var random = new Random(seed);
            var damaged = good.ToArray();
            for (var hit = 0; hit <= seed % 4; hit++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_folder["config.json"], damaged);
            try
            {
                _ = DockerConfigFile.Read(_folder["config.json"]).AccountFor(RegistryHost.Of("r.example", []), "acme/busybox");
            }
            catch (RegistryException error)
            {
                Assert.That(error.ToString(), Does.Not.Contain(Secret));
            }
        }
    }

    [Test]
    public void NothingPrintsASecret()
    {
        var credentials = RegistryCredentials.Password("someone", Secret, "here");
        Assert.That($"{credentials} {RegistryImages.Place("r.example", credentials: credentials)}", Does.Contain("someone").And.Not.Contain(Secret));
        Assert.That(credentials.Scrub($"a {Secret} b {credentials.Basic().Parameter} c"), Is.EqualTo("a [redacted] b [redacted] c"));
    }

    private static string Encoded(string account) => Convert.ToBase64String(Encoding.UTF8.GetBytes(account));

    private string Auth(string name, string host, string user)
    {
        File.WriteAllText(_folder[name], $$$$"""{"auths":{"{{{{host}}}}":{"auth":"{{{{Encoded($"{user}:x")}}}}"}}}""");
        return _folder[name];
    }

    private void Config(string content) => File.WriteAllText(_folder["config.json"], content);

    private void Helper(string name, string script)
    {
        var path = _folder[$"docker-credential-{name}"];
        File.WriteAllText(path, $"#!/bin/sh\n[ \"$1\" = get ] || exit 9\n{script}\n");
        Requires.That(!OperatingSystem.IsWindows(), "a POSIX shell");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private Task<RegistryCredentials?> FindAsync(string host, bool isOnly = true, TimeSpan? limit = null, string repository = "acme/busybox") =>
        new CredentialStore(_environment.GetValueOrDefault, new CredentialHelper($"{_folder.Path}:/usr/bin:/bin") { AnswerLimit = limit ?? TimeSpan.FromSeconds(30) }, _warnings.Add)
            .FindAsync(RegistryHost.Of(host, []), repository, isOnly, CancellationToken.None);

    private async Task<string> FailureAsync(string host, TimeSpan? limit = null) =>
        (await Assert.ThrowsAsync<RegistryException>(() => FindAsync(host, limit: limit)))!.ToString();
}
