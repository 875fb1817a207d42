using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Debian;
using NSubstitute;

namespace BusyboxGlibc.Tests;

/// <summary>One list of texts that have broken parsers, given to every option, file and answer: what comes back is a value or an error of ours.</summary>
[Category(Categories.Faults)]
internal sealed class HostileInputTests
{
    private static readonly string _label = new('a', 64);

    private static readonly string[] _texts =
    [
        "", " ", "\t", "\n", "\r\n", "\0", "\u0001", "\u007f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufeff\ufeff", "\ud800", "\udc00x", "\ud83d\ude00", "é", "ß", "İ", "ı",
        ".", "..", "/", "//", "///", "\\", "../..", "./", "/..", "~", "*", "**", "?", "#", ";", "=", "==", "@", ":", "::", ":0", ":99999", ",", ",,", "|", "!", "[", "]", "[]", "[!]", "{}", "%", "%00", "%zz", "%41%", "%NAME%",
        "none", "NONE", "null", "true", "-1", "0", "00", "1e9", "9223372036854775808", "-9223372036854775809", "0x10", "1.", ".1", "0.", "٣",
        $"0.{_label}", $"{_label}.x", $"http://{_label}/", $"http://0.{_label}/x", $"0.{_label}:5000", "http://", "http:///", "http://[", "http://[::1", "http://[::1]:x/", "http://a:99999/", "http://a:-1/", "http://%41/", "http://a b/", "http://xn--/", "http://xn--a/", "http://a..b/", "http://.a/", "http://a./",
        "http://user:hunter2@a/", "file:", "file:/", "file://", "file:///", "file:////", "file://host/x", "file:///../..", "file:///%2e%2e", "mirror+file:", "ftp://a/", "javascript:1", "http://a/?q", "http://a/#f", "http://1/", "http://0x7f.1/", "http://256.1.1.1/",
        "[::]", "[::1]:5000", "[:::::::::]", "a.b/c", "a.b:0/c", "localhost", "localhost:65536/x", "a/b/c/d/e", "A/B", "a_b.c/x", "-a.b", "a-.b/x", "sha256:x",
        "{", "[", "[null]", "{\"a\":", "{\"default\":\"1.0\",\"releases\":[null]}", "{\"default\":null,\"releases\":null}", "\"\\ud800\"", "{\"\\ud800\":1}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "linux/", "/amd64", "linux/amd64/v2/v3/v4", "linux/amd64,linux/amd64", "linux/amd64=", "linux/amd64=ssh://", "linux/amd64=kubernetes://?=", "linux/amd64=tcp://a:99999", "type=", "type=local,dest=", "lib", "lib[", "libz = ", "libz = ./", "libz = ./../x.deb", "libz ? ?", "/usr/lib/lib*", "(", ")", "(a)+$",
        "deb", "deb [", "deb []", "deb [a=b", "deb [ ] http://a/ x main", "Types: deb", "Types:\n deb\nURIs:\n http://a/\nSuites:\n x\nComponents:\n main", "Acquire {", "Acquire::http::Proxy", "};", "/* ", "// ", "\"", "'", "Error:\nNodes:\nm", "Package:\n x", ": :", "Hash: x",
        "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNED MESSAGE-----\n\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----",
        new string('a', 100_000), new string('.', 5000), new string('/', 5000), new string(',', 5000), string.Concat(Enumerable.Repeat("a.", 3000)), string.Concat(Enumerable.Repeat("a/", 3000)), string.Concat(Enumerable.Repeat("[", 5000)), string.Concat(Enumerable.Repeat("\n", 5000)),
    ];

    private static IEnumerable<TestCaseData> Options => OptionTable.All.Select(option => new TestCaseData(option).SetArgDisplayNames(option.Key));

    [TestCaseSource(nameof(Options))]
    public void EveryOptionTakesItOrSaysWhyNot(Option option)
    {
        foreach (var text in _texts)
        {
            Try(option.Argument, text, () => Use(new FakeOptions().Argument(option.Argument, text).Read()));
            if (option.EnvironmentVariable is { } variable)
            {
                Try(variable, text, () => Use(new FakeOptions().Environment(variable, text).Read()));
                Try(option.Key, text, () => Use(new FakeOptions().Config($"[{option.Section}]\n{option.Name}={text}\n").Read()));
            }
        }
    }

    [Test]
    public void SourceDateEpochTakesItOrSaysWhyNot() => Each("SOURCE_DATE_EPOCH", text => new FakeOptions().Environment("SOURCE_DATE_EPOCH", text).Read());

    [Test]
    public void EveryFileIsReadOrRefused()
    {
        var folder = Directory.CreateTempSubdirectory("hostile-").FullName;
        try
        {
            var file = Path.Combine(folder, "file");
            Each("cake.config", text => CakeConfigFile.Parse(text, "cake.config"));
            Each("lib-requires.txt", text => RequirementFile.Parse(text, "lib-requires.txt", KnownPlatforms.Default));
            Each("image.lock.json", text => LockFile.Parse(text, "image.lock.json"));
            Each("busybox-releases.json", text =>
            {
                File.WriteAllBytes(file, System.Text.Encoding.UTF8.GetBytes(text));
                BusyboxReleases.Read(file).Find(null, "nobody");
            });
            Each("config.json", text =>
            {
                File.WriteAllBytes(file, System.Text.Encoding.UTF8.GetBytes(text));
                DockerConfigFile.Read(file);
            });
            foreach (var path in new[] { "/etc/apt/sources.list", "/etc/apt/sources.list.d/x.sources", "/etc/apt/apt.conf", "/etc/apt/auth.conf", "/etc/os-release" })
            {
                Each(path, text => MirrorDiscovery.Find([], [], null, Host(path, text)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase("""{"default":"1.0","releases":[null]}""")]
    [TestCase("""{"default":"1.0","releases":[{"version":"1.0","date":"2020-01-01","sha256":"a","size":1,"sources":[null],"patches":[],"options":{}}]}""")]
    [TestCase("""{"default":"1.0","releases":[{"version":"1.0","date":"2020-01-01","sha256":"a","size":1,"sources":[],"patches":[null],"options":{}}]}""")]
    [TestCase("""{"default":"1.0","releases":[{"version":"1.0","date":"2020-01-01","sha256":"a","size":1,"sources":[],"patches":[],"options":{"all":null}}]}""")]
    [TestCase("""{"default":"1.0","releases":[{"version":"1.0","date":"2020-01-01","sha256":"a","size":1,"sources":[],"patches":[],"options":{"all":[null]}}]}""")]
    public void ANullInTheListOfReleasesIsRefused(string text)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("hostile-").FullName, BusyboxReleases.FileName);
        File.WriteAllText(path, text);
        Assert.That(() => BusyboxReleases.Read(path), Throws.InstanceOf<BuildException>().With.Message.Contains("null"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Test]
    public void EveryAnswerIsReadOrRefused()
    {
        Each("docker buildx inspect", text => BuilderInspection.Parse(text.Split('\n')));
        Each("WWW-Authenticate", text => AuthChallenge.Parse(text));
        Each("InRelease", text => ClearSignedFile.Verify(System.Text.Encoding.UTF8.GetBytes(text), "it", TestKey.Archive.Keyring, TestArchive.Now.UtcDateTime));
        Each("Release", text => ReleaseFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "it"));
    }

    [Test]
    public async Task EveryAnswerOfTheSnapshotArchiveIsReadOrRefusedAsync()
    {
        using var bench = new ArchiveBench();
        var package = new PinnedPackage("foo", "1.0", "amd64", "foo", "1.0", ArchiveNames.Main, "pool/x", 1, new string('a', 64));
        foreach (var text in _texts)
        {
            bench.Mirror.Always("/mr/binary/foo/1.0/binfiles", Fault.Gives(System.Text.Encoding.UTF8.GetBytes(text)));
            try
            {
                await new SnapshotArchive(bench.Client(), bench.Mirror.Root).FindAsync(package, default);
            }
            catch (BuildException)
            {
                // Refused, as it should be.
            }
        }
    }

    [TestCase("Package: a\n b\n")]
    [TestCase("Package:\n b\n")]
    [TestCase("Package: a b\n")]
    [TestCase("Package: a\tb\n")]
    public void APackageWhoseNameIsNoWordIsRefused(string name)
    {
        var folder = Directory.CreateTempSubdirectory("hostile-").FullName;
        var text = $"{name}Version: 1\nArchitecture: amd64\nFilename: pool/x\nSize: 1\nSHA256: {new string('a', 64)}\n";
        Assert.That(
            () => PackageIndex.Build(Path.Combine(folder, "index"), [(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "Packages", ArchiveNames.Main)]),
            Throws.InstanceOf<DebianException>().With.Message.Contains("not a Packages file"));
        Directory.Delete(folder, recursive: true);
    }

    // An option that was taken is used as the rooms use it.
    private static void Use(BuildOptions options)
    {
        foreach (var repository in options.Publish.Repositories)
        {
            var host = RegistryHost.Of(repository.Registry, options.Publish.InsecureRegistries);
            _ = (host.Root(true), host.Root(false), host.IsLoopback, host.CredentialKey);
        }

        foreach (var insecure in options.Publish.InsecureRegistries)
        {
            _ = RegistryHost.Of(insecure, []).Root(false);
        }

        foreach (var mirror in options.Debian.Mirrors.Concat(options.Debian.SecurityMirrors).Append(options.Debian.Snapshot).OfType<Uri>())
        {
            _ = ArchiveAddress.Below(mirror, "pool/main/a").IdnHost;
            Assert.That(ArchiveAddress.Show(mirror), Does.Not.Contain("hunter2"));
        }
    }

    private static IHostFiles Host(string path, string text)
    {
        var host = Substitute.For<IHostFiles>();
        host.List(Arg.Any<string>()).Returns(call => call.Arg<string>() == Path.GetDirectoryName(path) ? [path] : []);
        host.Read(Arg.Any<string>()).Returns(call => call.Arg<string>() == path ? text : call.Arg<string>() == "/etc/os-release" ? "ID=debian\n" : null);
        return host;
    }

    private static void Each(string what, Action<string> use)
    {
        foreach (var text in _texts)
        {
            Try(what, text, () => use(text));
        }
    }

    private static void Try(string what, string text, Action use)
    {
        try
        {
            use();
        }
        catch (BuildException error)
        {
            // What an option or a file of the host holds may be a secret; what somebody answers is none of ours.
            Assert.That(error.ToString(), what.Contains(' ') || what.Contains("Release") ? Is.Not.Empty : Does.Not.Contain("hunter2"));
        }
        catch (Exception error) when (error is not AssertionException)
        {
            Assert.Fail($"{what} = {System.Text.Json.JsonSerializer.Serialize(text[..Math.Min(text.Length, 100)])}: {error}");
        }
    }
}
