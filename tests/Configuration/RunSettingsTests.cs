using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>The forms in which people write how a container is started.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RunSettingsTests
{
    [TestCase("app", "app")]
    [TestCase("/usr/local/bin/app  --port=80", "/usr/local/bin/app|--port=80")]
    [TestCase("""["app", "two words"]""", "app|two words")]
    [TestCase("\"app\", \"two words\"", "app|two words")]
    [TestCase("\"app\"", "app")]
    [TestCase("none", null)]
    public void AnEntryPointIsWordsOrJson(string value, string? words)
    {
        Assert.That(Read("entrypoint", value).EntryPoint is { } entryPoint ? string.Join('|', entryPoint.Value) : null, Is.EqualTo(words));
        Assert.That(Read("cmd", value).Command is { } command ? string.Join('|', command.Value) : null, Is.EqualTo(words));
    }

    [TestCase("""["app", 1]""", "it is not a JSON array of texts")]
    [TestCase("""["app" """, "it is not a JSON array of texts")]
    [TestCase("\"app\", two", "it is not a JSON array of texts")]
    [TestCase("[]", "the array has no words, or empty ones")]
    [TestCase("""[""]""", "the array has no words, or empty ones")]
    [TestCase("app 'two words'", "no shell reads it")]
    [TestCase("app $HOME", "no shell reads it")]
    public void WhatOnlyAShellUnderstandsIsRefused(string value, string why) =>
        Assert.That(Error("entrypoint", value).Message, Does.Contain("argument --entrypoint").And.Contain(why).And.Contain("""--entrypoint='["prog", "--name=two words"]'"""));

    [TestCase("A=1", "A>1")]
    [TestCase("A=1, B=two words ,C=", "A>1;B>two words;C>")]
    [TestCase("A:1,URL:http://x:80/?a", "A>1;URL>http://x:80/?a")]
    [TestCase("A=b=c,D=e:f", "A>b=c;D>e:f")]
    [TestCase("A=1\nB=2,C=3\n{\"D\": \"4,5\"}", "A>1;B>2;C>3;D>4,5")]
    [TestCase("""{"OPTS": "-a=b, -c", "EMPTY": ""}""", "OPTS>-a=b, -c;EMPTY>")]
    [TestCase("org.opencontainers.image.source=https://example.org/a", "org.opencontainers.image.source>https://example.org/a")]
    [TestCase("none", null)]
    public void PairsHaveAnEqualsSignOrAColon(string value, string? pairs)
    {
        Assert.That(Read("env", value).Environment is { } environment ? string.Join(';', environment.Value.Select(pair => $"{pair.Name}>{pair.Value}")) : null, Is.EqualTo(pairs));
        Assert.That(Read("labels", value).Labels is { } labels ? string.Join(';', labels.Value.Select(pair => $"{pair.Name}>{pair.Value}")) : null, Is.EqualTo(pairs));
    }

    [TestCase("A=1,2", "Env has an entry without a value", "a value with a comma as JSON")]
    [TestCase("LANG", "Env has an entry without a value", "write KEY=value")]
    [TestCase("=1", "Env has an entry without a name", "write KEY=value")]
    [TestCase("A=1,A=2", "Env sets A twice", "remove one")]
    [TestCase("A B=1", "Env cannot set A B", "choose another name")]
    [TestCase("{\"A\": 1}", "the value of A in Env is not a text", "in quotes")]
    [TestCase("{\"A\" 1}", "Env is not valid JSON", "{\"KEY\": \"value\"}")]
    [TestCase("{\"A\": \"1\\n2\"}", "Env cannot set A", "choose another name or value")]
    [TestCase("{\"\": \"1\"}", "Env cannot set an empty name", "choose another name")]
    public void AMalformedPairSaysWhatToWrite(string value, string what, string next)
    {
        var error = Error("env", value);
        Assert.That((error.What, error.Where, error.Next), Is.EqualTo((what, "argument --env", error.Next)));
        Assert.That(error.Next, Does.Contain(next));
    }

    [Test]
    public void AnErrorShowsNoValue() => Assert.That(Error("env", "PASSWORD=geheim,geheim2").Message, Does.Not.Contain("geheim"));

    [Test]
    public void LabelsOfTheBuildStayItsOwn() =>
        Assert.That(Error("labels", "io.github.busybox-glibc.lock.digest=sha256:0").Message, Does.Contain("io.github.busybox-glibc.lock.digest").And.Contain("the build sets the labels with this prefix"));

    [TestCase("nonroot")]
    [TestCase("65532")]
    [TestCase("65532:0")]
    [TestCase("app:www-data")]
    [TestCase("2147483647")]
    public void AUserIsANameOrANumber(string value) => Assert.That(Read("user", value).User!.Value, Is.EqualTo(value));

    [TestCase("a:b:c", "more than two parts")]
    [TestCase(":0", "a part is empty")]
    [TestCase("app:", "a part is empty")]
    [TestCase("app,other", "no blanks, commas or slashes")]
    [TestCase("two words", "no blanks, commas or slashes")]
    [TestCase("2147483648", "a number is above 2147483647")]
    [TestCase("4294967295:0", "a number is above 2147483647")]
    public void AnImpossibleUserIsRefused(string value, string why)
    {
        var error = Error("user", value);
        Assert.That((error.Where, error.Why), Is.EqualTo(("argument --user", error.Why)));
        Assert.That(error.Why, Does.Contain(why));
        Assert.That(error.Next, Does.Contain("65532:0"));
    }

    [TestCase("working-directory", "app", "WorkingDirectory must be an absolute path, not app", "--working-directory=/app")]
    [TestCase("working-directory", "./app", "WorkingDirectory must be an absolute path, not ./app", "--working-directory=/app")]
    [TestCase("volumes", "/a,data", "Volumes must be an absolute path, not data", "--volumes=/data")]
    public void AFolderIsAbsolute(string argument, string value, string what, string next)
    {
        var error = Error(argument, value);
        Assert.That((error.What, error.Next), Is.EqualTo((what, "write " + next)));
    }

    [Test]
    public void OnlyArgumentsAndTheEnvironmentTakePrecedenceOverTheDockerfile()
    {
        var file = new FakeOptions().Config("[Image]\nUser=app\nEnv=LANG:C.UTF-8\nEntrypoint=\"app\", \"--x\\u003dy\"\n").Read().Image.Run;
        Assert.That((file.User!.IsOfRun, file.User.Where, file.Environment!.Value[0], file.EntryPoint!.Value[1]), Is.EqualTo((false, "cake.config:2", ("LANG", "C.UTF-8"), "--x=y")));
        Assert.That(Read("user", "app").User!.IsOfRun, Is.True);
        Assert.That(new FakeOptions().Environment("CAKE_IMAGE_USER", "app").Read().Image.Run.User, Is.EqualTo(new RunSetting<string>("app", "environment CAKE_IMAGE_USER", true)));
        Assert.That(Read("user", "none").Key, Is.EqualTo(RunSettings.None.Key).And.Not.EqualTo(file.Key));
    }

    [TestCase("Env=A=1", "cake.config:2", "second =", "write KEY:value")]
    [TestCase("Labels=a.b=1", "cake.config:2", "second =", "write KEY:value")]
    [TestCase("Cmd=sh --login=x", "cake.config:2", "second =", "\\u003d")]
    [TestCase("Entrypoint=[\"app\"]", "cake.config:2", "begins with [", "without its brackets")]
    public void WhatCakeCannotReadSaysHowToWriteItThere(string line, string where, string what, string next)
    {
        var error = new FakeOptions().Config($"[Image]\n{line}\n");
        var thrown = Assert.Throws<ConfigurationException>(() => error.Read())!;
        Assert.That(thrown.Where, Is.EqualTo(where));
        Assert.That(thrown.What, Does.Contain(what));
        Assert.That(thrown.Next, Does.Contain(next));
    }

    private static RunSettings Read(string argument, string value) => new FakeOptions().Argument(argument, value).Read().Image.Run;

    private static ConfigurationException Error(string argument, string value) => new FakeOptions().Argument(argument, value).Error();
}
