using System.Reflection;
using BusyboxGlibc.Configuration;
using CsCheck;
using NSubstitute;

namespace BusyboxGlibc.Tests.Configuration;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CakeConfigFileTests
{
    private static CakeConfigFile Parse(string text) => CakeConfigFile.Parse(text, "cake.config");

    private static ConfigurationException Error(string text) => Assert.Throws<ConfigurationException>(() => Parse(text))!;

    [TestCase("[Image]\nRegistry=ghcr.io/acme\n")]
    [TestCase("\uFEFF; first\r\n[image]\r\n  registry= ghcr.io/acme \r\n")]
    [TestCase("[Image] ; comment\rREGISTRY=ghcr.io/acme")]
    [TestCase("\nImage_Registry=ghcr.io/acme")]
    [TestCase("[Image] Registry=ghcr.io/acme")]
    public void AKeyIsReadAsCakeReadsIt(string text)
    {
        var entry = Parse(text).Find("Image", "Registry")!;
        Assert.That(entry.Value, Is.EqualTo("ghcr.io/acme"));
        Assert.That(entry.Where, Does.StartWith("cake.config:"));
    }

    [Test]
    public void LinesAreCountedWhateverEndsThem()
    {
        var file = Parse("[Image]\r\n;x\rEngine=auto\n\n[Debian]\nSuite=trixie");
        Assert.That(file.Entries.Select(entry => (entry.Section, entry.Key, entry.Line)), Is.EqualTo(new[] { ("Image", "Engine", 3), ("Debian", "Suite", 6) }));
    }

    [Test]
    public void CakesOwnSectionsAreLeftAlone()
    {
        var file = Parse("[Paths]\nTools=./tools\n[NuGet]\nSource=https://example.org/a;c\nUseInProcessClient=true\n[Settings]\nWhatever.x=1\n[Roslyn]\nA=1");
        Assert.That(file.Find("paths", "tools")!.Value, Is.EqualTo("./tools"));
        Assert.That(Parse("NuGet_UseInProcessClient=true").Entries, Has.Count.EqualTo(1));
    }

    [TestCase("[Image]\nFeatures=", "cake.config:2", "Features has no value", "write Features=none, or write ; before the line")]
    [TestCase("[Image]\n;a\nRegistry= ", "cake.config:3", "Registry has no value", "write ; before the line")]
    [TestCase("[NuGet]\nSource=", "cake.config:2", "Source has no value", "write ; before the line")]
    [TestCase("[NuGet]\nSource=a=b", "cake.config:2", "a second =", "remove it")]
    [TestCase("[NuGet]\nSource=;b", "cake.config:2", "a comment or a section", "on its own line")]
    [TestCase("[Image]\nRegistri=x", "cake.config:2", "unknown key Registri in [Image]", "did you mean Registry?")]
    [TestCase("[Image]\nSuite=x", "cake.config:2", "unknown key Suite", "it belongs to [Debian]")]
    [TestCase("[Image]\nOffline=true", "cake.config:2", "unknown key Offline", "--offline=")]
    [TestCase("[Image]\nZzzzzzzz=x", "cake.config:2", "unknown key", "keys: Registry, Repository")]
    [TestCase("\n[Imag]\n", "cake.config:2", "unknown section [Imag]", "did you mean [Image]?")]
    [TestCase("[Bussybox]\nVersion=1", "cake.config:1", "unknown section [Bussybox]", "[Image], [Debian]")]
    [TestCase("Imgae_Registry=x", "cake.config:1", "unknown section Imgae", "did you mean [Image]?")]
    [TestCase("Suite=x", "cake.config:1", "Suite is not in a section", "[Debian]")]
    [TestCase("Foo=x", "cake.config:1", "Foo is not in a section", "[Image]")]
    [TestCase("[Image]\nEngine=auto\n\nengine=auto", "cake.config:4", "engine appears twice", "line 2 or line 4")]
    [TestCase("[Image]\nEngine=auto\n[Debian]\n[Image]\nEngine=auto", "cake.config:5", "appears twice", "line 2 or line 5")]
    [TestCase("Image_Engine=auto\n[Image]\nEngine=auto", "cake.config:3", "appears twice", "line 1 or line 3")]
    [TestCase("[Image\nEngine=auto", "cake.config:1", "no ]", "[Image]")]
    [TestCase("[]\n", "cake.config:1", "not a section name", "[Image]")]
    [TestCase("[My Image]", "cake.config:1", "not a section name", "[Image]")]
    [TestCase("[Image]\n# Engine=auto", "cake.config:2", "# does not start a comment", "use ;")]
    [TestCase("[Image]\nEngine", "cake.config:2", "no =", "Key=Value")]
    [TestCase("[Image]\n=auto", "cake.config:2", "no key", "Key=Value")]
    [TestCase("[Image]\nEngine = auto", "cake.config:2", "whitespace before =", "Engine=auto")]
    [TestCase("[Image]\nEngine=auto ; really", "cake.config:2", "comment", "its own line")]
    [TestCase("[Image]\nEngine=;auto", "cake.config:2", "comment", "its own line")]
    [TestCase("[Debian]\nMirror=http://x/?a=b", "cake.config:2", "second =", "remove it")]
    [TestCase("[Image]\nEn$gine=auto", "cake.config:2", "not a key", "Key=Value")]
    [TestCase("[Image]\nEngine=a\0b", "cake.config:2:9", "control character U+0000", "remove")]
    public void AWrongLineSaysWhereWhatAndWhatToWrite(string text, string where, string what, string next)
    {
        var error = Error(text);
        Assert.Multiple(() =>
        {
            Assert.That(error.Where, Is.EqualTo(where));
            Assert.That(error.What, Does.Contain(what));
            Assert.That(error.Next, Does.Contain(next));
        });
    }

    [Test]
    public void LongLinesAndLongFilesAreRefused()
    {
        Assert.That(Error(";" + new string('x', 2000)).What, Does.Contain("too long"));
        Assert.That(Error(new string('\n', 300_000)).What, Does.Contain("too large"));
    }

    [Test]
    public void AFileThatIsAbsentSetsNothingAndAFolderIsAnError()
    {
        Assert.That(CakeConfigFile.Read("/nowhere/cake.config").Entries, Is.Empty);
        Assert.That(() => CakeConfigFile.Read("/proc"), Throws.TypeOf<ConfigurationException>());
    }

    [Test]
    [Category(Categories.Integration)]
    public void MutatedFilesAreReadOrRefusedAndWhatIsReadCakeReadsTheSame()
    {
        var cake = CakeParser();
        Mutation.Of("; head\n[Image]\nRegistry=ghcr.io/acme\nPlatforms=linux/amd64,linux/386\n\n[Debian]\nSuite=trixie\nImage_Engine=auto\n[Paths]\nTools=./tools\n").Sample(
            text =>
            {
                CakeConfigFile file;
                try
                {
                    file = Parse(text);
                }
                catch (ConfigurationException error)
                {
                    Assert.That(error.Where, Does.StartWith("cake.config"));
                    return;
                }

                var expected = cake(text.TrimStart('\uFEFF'));
                Assert.That(
                    file.Entries.ToDictionary(entry => $"{entry.Section}_{entry.Key}".ToLowerInvariant(), entry => entry.Value),
                    Is.EquivalentTo(expected.ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => pair.Value.Trim())));
            },
            iter: 20_000);
    }

    [TestCase('\u2028')]
    [TestCase('\u2029')]
    [TestCase('\u0085')]
    public void OnlyWhatCakeTakesForALineEndIsOne(char letter) =>
        Assert.That(Parse($"[Debian]\nSuite=a{letter}[Paths]\n").Entries.Select(entry => entry.Section), Is.EqualTo(new[] { "Debian" }));

    // Cake's own reader is internal to Cake.Core, which comes with the cake.tool package that the build restores.
    private static Func<string, IDictionary<string, string>> CakeParser()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var path = Path.Combine(packages, "cake.tool", "7.0.0", "tools", "net10.0", "any", "Cake.Core.dll");
        Requires.That(File.Exists(path), "the package cake.tool 7.0.0");
        var core = Assembly.LoadFrom(path);
        var environmentType = core.GetType("Cake.Core.ICakeEnvironment", throwOnError: true)!;
        var environment = Substitute.For([environmentType], []);
        var read = core
            .GetType("Cake.Core.Configuration.Parser.ConfigurationParser")
            ?.GetMethod("Read", BindingFlags.NonPublic | BindingFlags.Static, [environmentType, typeof(string)]);
        Assert.That(read, Is.Not.Null, "Cake.Core has the parser where it was");
        return text => (IDictionary<string, string>)read!.Invoke(null, [environment, text])!;
    }
}
