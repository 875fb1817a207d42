using System.Globalization;
using System.Text;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Archive.Apt;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.LoaderCache;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Debian.Package;

namespace BusyboxGlibc.Tests;

/// <summary>
/// Parsers of what others write, on damaged input: an answer, or the build's own error. FUZZ_ROUNDS sets how many inputs each gets, for
/// long runs outside the suite.
/// </summary>
[Category(Categories.Faults)]
internal sealed class ParserFuzzTests
{
    private static readonly int _rounds = int.Parse(Environment.GetEnvironmentVariable("FUZZ_ROUNDS") ?? "2000", CultureInfo.InvariantCulture);
    private static readonly int _seed = int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "13", CultureInfo.InvariantCulture);

    // tar of one file in the format of lzma(1).
    private const string LzmaText =
        "XQAABAD//////////wAwgDNQGGiJgu2ngGn62m3XVJ2liLDlsC3dyu/eJg2lyo35CrTqMaVCbmci79XXVSBs7xkSyBPF/BLNyU5QIKRWlQMUBH4QSNJ7MSxAjRuI8aG7DgLYyTfCIMxr2Oz4VdWqzjTZu8JSZ1//98FmgA==";

    private static readonly LoaderCacheEntry[] _libraries = [.. Enumerable.Range(1, 9).Select(number => new LoaderCacheEntry($"libx.so.{number}", $"/usr/lib/libx.so.{number}", 0x0303))];

    private static IEnumerable<TestCaseData> Parsers()
    {
        TestCaseData Case(string name, Action<byte[]> parse, params string[] seeds) => new TestCaseData(parse, seeds.Select(Encoding.UTF8.GetBytes).ToArray()).SetArgDisplayNames(name);
        yield return Case(
            "postinst",
            bytes => AlternativeLink.In(bytes, "amd64"),
            """
            #!/bin/sh
            set -e
            prio=10; arch=$(dpkg --print-architecture)
            for lib in blas lapack; do
              update-alternatives --install /usr/lib/x86_64-linux-gnu/lib$lib.so.3 "lib$lib.so.3-x86_64-linux-gnu" \
                  /usr/lib/x86_64-linux-gnu/$lib/lib$lib.so.3 ${prio:-10} --slave /usr/share/man/x x /usr/share/y
            done
            if [ "$1" = configure ] && dpkg --compare-versions "$2" lt 1.0; then update-alternatives --remove x /y; fi
            case "$1" in configure) cat <<EOF
            text `a` $b
            EOF
            ;; esac
            """,
            "update-alternatives --install '/usr/bin/a' a \"/usr/bin/${x}b\" 5 # comment\n");
        yield return Case(
            "Dockerfile",
            bytes => Settings(Encoding.UTF8.GetString(bytes)),
            """
            # syntax=docker/dockerfile:1
            # escape=\
            ARG VERSION=1.${MINOR:-2}
            FROM scratch
            COPY --from=busybox:glibc-builder /rootfs/ /
            ENV A="b c" D=e\ f G=${A%%b*}${VERSION:+x} H='$A'
            LABEL x.y="z" \
                # in between
                w=1
            USER 65532:65532
            WORKDIR /srv/../opt/${A}
            EXPOSE 80/tcp 8000-8010
            HEALTHCHECK --interval=1m30s --retries=3 CMD ["sh", "-c", "true"]
            ONBUILD RUN <<EOF cat
            text
            EOF
            STOPSIGNAL SIGRTMIN+3
            VOLUME ["/data", "/x"]
            CMD ["sh"]
            """);
        yield return Case(
            "apt.conf",
            bytes => Apt("/etc/apt/apt.conf.d/90x", bytes),
            """
            // comment /* and # more
            #clear APT::Update;
            Acquire { http::Proxy "http://user:pass@proxy.lan:3128"; http { Proxy { archive.test "DIRECT"; }; Timeout 5; }; };
            Acquire::Check-Valid-Until "false"; Acquire::Retries:: "3";
            Dir::Etc::sourceparts "x"; #include "/etc/x.conf";
            """);
        yield return Case(
            "apt sources",
            bytes => Apt("/etc/apt/sources.list.d/x.sources", bytes),
            "Types: deb deb-src\nURIs: http://u:p@deb.example/debian mirror+file:/etc/apt/m\nSuites: trixie trixie-updates\nComponents: main contrib\nSigned-By:\n -----BEGIN PGP\n .\n x\nEnabled: yes\n\nTypes: deb\nURIs: cdrom:[x]/\nSuites: ./\n");
        yield return Case(
            "auth.conf",
            bytes => Apt("/etc/apt/auth.conf", bytes),
            "machine deb.example/debian login a password b\nmachine http://x.example:80/ login \"a b\"\n  password c # x\n");
        yield return Case(
            "auth.json",
            bytes =>
            {
                var file = DockerConfigFile.Parse("auth.json", bytes);
                foreach (var host in (string[])["docker.io", "quay.io", "x.lan:5000", "ghcr.io"])
                {
                    _ = (file.HelperFor(RegistryHost.Of(host, []), "acme/busybox"), file.AccountFor(RegistryHost.Of(host, []), "acme/busybox"));
                }
            },
            """{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpwYXNz"},"quay.io/acme/busybox":{"username":"u","password":"p"},"x.lan:5000":{"identitytoken":"t"}},"credsStore":"pass","credHelpers":{"ghcr.io":"gh"}}""");
        yield return Case(
            "registry's answer",
            bytes =>
            {
                foreach (var status in (int[])[400, 403, 404, 412, 500])
                {
                    using var response = new HttpResponseMessage((System.Net.HttpStatusCode)status) { Content = new ByteArrayContent(bytes) };
                    var answer = RegistryAnswer.OfAsync(response, CancellationToken.None).GetAwaiter().GetResult();
                    Assert.That(answer.ToString(), Has.Length.LessThan(2500));
                    _ = (ManifestAnswers.LacksParts(answer), ManifestAnswers.RefusesForm(answer), ManifestAnswers.Digests(answer).Count);
                    _ = RefusalAdvice.Next(RefusalAdvice.Of(answer), RegistryHost.Of("registry.example", []), "acme/busybox");
                }
            },
            """{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":{"description":"HTTP 403 Forbidden"}},{"code":"DENIED","message":"quota exceeded","detail":"text"},{"message":["x"]}]}""",
            "<html>502</html>",
            $$"""{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":"sha256:{{new string('a', 64)}}"}],"error":"x","detail":null}""");
        yield return Case(
            "login challenge",
            bytes => AuthChallenge.Parse(Encoding.Latin1.GetString(bytes)),
            "Bearer realm=\"https://auth.example/token\",service=\"registry\",scope=\"repository:a/b:pull,push\" , Basic realm=x, Negotiate abc==");
        yield return new TestCaseData((Action<byte[]>)(bytes => LoaderCacheFile.Read(bytes, isBigEndian: false)), new[] { LoaderCacheWriter.Write(_libraries, false, "ldconfig (GNU libc) stable release version 2.41") }).SetArgDisplayNames("ld.so.cache");
        var tar = DebMaker.Tar(DebMaker.Folder("./"), DebMaker.File("./a", "x"), DebMaker.Link("./b", "a"));
        var small = new DebLimits { MaxUnpackedSize = 1 << 20, MaxMemberSize = 1 << 20, MaxControlSize = 1 << 20, MaxDictionary = 1 << 20 };
        yield return new TestCaseData(
            (Action<byte[]>)(bytes =>
            {
                using var deb = DebFile.Open(new MemoryStream(bytes), "own.deb", small);
                deb.ReadData((_, content) =>
                {
                    content?.CopyTo(Stream.Null);
                    return true;
                });
            }),
            new[]
            {
                DebMaker.Deb(tar, ".gz"),
                DebMaker.Deb(tar[..^1024]),
                DebMaker.Ar(("debian-binary", "2.0\n"u8.ToArray()), ("_gpgorigin", "x"u8.ToArray()), ("control.tar", DebMaker.Control), ("data.tar.lzma", Convert.FromBase64String(LzmaText))),
            }).SetArgDisplayNames("deb members");
    }

    [TestCaseSource(nameof(Parsers))]
    public void DamagedInputIsReadOrRefused(object parser, object seeds)
    {
        var parse = (Action<byte[]>)parser;
        var random = new Random(_seed);
        foreach (var seed in (byte[][])seeds)
        {
            parse(seed);
        }

        for (var round = 0; round < _rounds; round++)
        {
            var good = ((byte[][])seeds)[random.Next(((byte[][])seeds).Length)];
            var bytes = Mutation.Of(good, random);
            try
            {
                parse(bytes);
            }
            catch (BuildException)
            {
                // Refused with the build's own error.
            }
            catch (Exception error) when (error is not AssertionException)
            {
                Assert.Fail($"round {round}, {Convert.ToBase64String(bytes)}: {error}");
            }
        }
    }

    private static void Settings(string text)
    {
        var file = RunDockerfile.Of(DockerfileText.Parse("Dockerfile.run", text));
        ProjectDockerfiles.Of(null, file).SettingsOf(KnownPlatforms.Amd64, [], BusyboxGlibc.Oci.Layout.ImageSpec.NoLabels, 0);
    }

    private static void Apt(string path, byte[] bytes)
    {
        var host = new OneFile(path, Encoding.UTF8.GetString(bytes));
        _ = MirrorDiscovery.Find([], [], null, host);
        _ = (AptConfig.Read(host), AptAuth.Read(host));
    }

    /// <summary>A Debian with one file.</summary>
    private sealed class OneFile(string path, string text) : IHostFiles
    {
        public string? Read(string name) => name == path ? text : name == "/etc/os-release" ? "ID=debian\n" : null;

        public IReadOnlyList<string> List(string folder) => folder == Path.GetDirectoryName(path) ? [path] : [];

        public string? Run(string program, string argument) => null;
    }
}
