using System.Text.RegularExpressions;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>A command line of another program that pages have.</summary>
/// <param name="Line">Its words, separated by blanks; a <c>*</c> at its end stands for any rest.</param>
internal sealed record ForeignCommand(string Line)
{
    /// <summary>The fixtures that run it, with paths and names of their own.</summary>
    public IReadOnlyList<Type> Tests { get; init; } = [];

    /// <summary>A file of the project that runs it, such as a workflow, and what it has there.</summary>
    public (string Name, string Text)? Step { get; init; }

    /// <summary>Why nothing here can run it.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is this one.</summary>
    public bool Matches(ShellCall call) => Line.EndsWith('*') ? call.ToString().StartsWith(Line[..^1], StringComparison.Ordinal) : call.ToString() == Line;

    /// <summary>What is not true of the row.</summary>
    public IEnumerable<string> Faults()
    {
        if (Tests.Count == 0 && Step is null && string.IsNullOrEmpty(Reason))
        {
            yield return $"{Line}: nothing runs it";
        }

        if (Step is { } step && !File.ReadAllText(ProjectFiles.Path(step.Name)).Contains(step.Text, StringComparison.Ordinal))
        {
            yield return $"{Line}: {step.Name} has no {step.Text}";
        }

        // By its name, or that of its plug-in: docker buildx.
        var (program, part) = (Line.Split(' ')[0], Line.Split(' ').ElementAtOrDefault(1) ?? string.Empty);
        foreach (var test in Tests.Where(test => !Sources(test).Any(text => text.Contains(program, StringComparison.OrdinalIgnoreCase) || (part == "buildx" && text.Contains(part, StringComparison.Ordinal)))))
        {
            yield return $"{Line}: {test.Name} does not run {program}";
        }

        // Options as they are on the page, with values of the test's own.
        var texts = Tests.SelectMany(Sources).ToList();
        var unused = Line.Split(' ').Where(word => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2).Select(word => word.Split('=')[0])
            .Where(option => !texts.Exists(text => Regex.IsMatch(text, $@"(?<![\w-]){Regex.Escape(option)}(?![\w-])"))).ToList();
        if (Tests.Count > 0 && unused.Count > 0)
        {
            yield return $"{Line}: {string.Join(", ", Tests.Select(test => test.Name))} does not use {string.Join(", ", unused)}";
        }
    }

    private static IEnumerable<string> Sources(Type test) => Directory.EnumerateFiles(ProjectFiles.Path("tests"), $"{test.Name}.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
}

/// <summary>What runs the command lines of other programs in the documentation.</summary>
internal static class ForeignCommands
{
    private const string NoDatabase = "scanners fetch their database from a registry; VexDocumentTests and SbomWriterTests compare with what they match by";
    private const string NoGitHub = "it talks to GitHub";
    private const string NoExample = "DockerEngineTests builds the Dockerfile of c-zlib alone, for time; ExampleTests compiles this program by its Makefile, and lets it serve and fetch in a private root";
    private const string Examples = "tests/EndToEnd/Examples/ExampleImages.cs";

    public static IReadOnlyList<ForeignCommand> All { get; } =
    [
        new("docker run --rm -it busybox:glibc") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker run --rm my-app:glibc") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker run busybox:glibc") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker run --platform") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker run --cap-add=SYS_CHROOT") { Reason = "the tests have no engine without that capability: Docker and podman's root give it" },
        new("docker run --privileged tonistiigi/binfmt") { Tests = [typeof(Binfmt.BinfmtInstallerTests)] },
        new("docker load -i artifacts/busybox-glibc.tar") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker build -t busybox:glibc-builder -f Dockerfile.builder .") { Tests = [typeof(EndToEnd.TwoEnginesTests)] },
        new("docker build -t busybox:glibc -f Dockerfile.run .") { Tests = [typeof(EndToEnd.TwoEnginesTests)] },
        new("docker buildx build --output=type=local") { Tests = [typeof(Inspect.Programs.ProgramReaderTests)] },
        new("docker build -t gz examples/c-zlib") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker run --rm -i gz") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("gunzip") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker build -t fileserver examples/cpp-service") { Reason = NoExample },
        new("docker run --rm -p 8080:8080 fileserver") { Reason = NoExample },
        new("docker run --rm fileserver fetch example.com /") { Reason = NoExample },
        new("docker run --init") { Reason = "the init is Docker's own, for programs of others: ExampleTests ends those of the examples by SIGTERM without it" },
        new("docker buildx build --platform=linux/amd64,linux/arm64") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker buildx build --platform=linux/amd64,linux/arm64 --target=program --output=examples/go-cgo/out examples/go-cgo") { Tests = [typeof(EndToEnd.DockerEngineTests)] },
        new("docker buildx build --sbom --provenance") { Reason = "what --attest=index is compared with: AttestTests reads with buildx imagetools what that puts into the index" },
        new("docker buildx create --name here *") { Tests = [typeof(Docker.Builders.BuilderManagerTests)] },
        new("docker buildx imagetools inspect HOST/NAME:glibc --format {{json .SBOM}}") { Tests = [typeof(EndToEnd.AttestTests)] },
        new("docker buildx imagetools inspect HOST/NAME:glibc --format {{json .Provenance}}") { Tests = [typeof(EndToEnd.AttestTests)] },
        new("docker login ghcr.io") { Tests = [typeof(Registry.RegistryLoginTests)] },
        new("skopeo copy --all") { Tests = [typeof(DocumentRunTests)] },
        new("skopeo copy --all docker://ghcr.io/acme/busybox:1.38.0-*") { Tests = [typeof(DocumentRunTests)] },
        new("skopeo copy --all oci-archive:artifacts/busybox-glibc.tar docker://HOST/NAME:TAG") { Tests = [typeof(DocumentRunTests)] },
        new("skopeo copy oci:/srv/vault docker://...") { Tests = [typeof(EndToEnd.VaultTests)] },
        new("oras cp --from-oci-layout") { Reason = "Debian has no oras; VaultTests copies the same folder with skopeo" },
        new("trivy image --vex oci ghcr.io/acme/busybox:glibc") { Tests = [typeof(EndToEnd.Trivy.TrivyTests)] },
        new("trivy image --vex artifacts/vex/index.openvex.json ghcr.io/acme/busybox:glibc") { Tests = [typeof(EndToEnd.Trivy.TrivyTests)] },
        new("trivy sbom --vex artifacts/vex/linux-amd64.cdx.json artifacts/sbom/linux-amd64.cdx.json") { Tests = [typeof(EndToEnd.Trivy.TrivyTests)] },
        new("trivy --vex oci") { Tests = [typeof(EndToEnd.Trivy.TrivyTests)] },
        new("trivy image --input") { Reason = "a limit of trivy that the page tells: it reads the first platform, and knows no name" },
        new("trivy sbom artifacts/sbom/linux-amd64.spdx.json") { Reason = NoDatabase },
        new("grype --vex artifacts/vex/linux-amd64.openvex.json ghcr.io/acme/busybox:glibc") { Reason = NoDatabase },
        new("grype sbom:artifacts/sbom/linux-amd64.spdx.json") { Reason = NoDatabase },
        new("cosign verify --certificate-oidc-issuer *") { Reason = "an identity of a CI job is given by its service alone; CosignProgramTests has the program's arguments" },
        new("cosign verify-attestation --new-bundle-format *") { Tests = [typeof(Attestations.Signing.CosignTests)] },
        new("gh pr comment --body-file comment.md") { Reason = NoGitHub },
        new("gpg --export") { Tests = [typeof(Debian.Suite.OwnKeyringTests)] },
        new("openssl ecparam *") { Tests = [typeof(DocumentRunTests)] },
        new("openssl pkey *") { Tests = [typeof(DocumentRunTests)] },
        new("printf *") { Tests = [typeof(DocumentRunTests)] },
        new("python3 -c import json; *") { Tests = [typeof(DocumentRunTests)] },
        new("git checkout v1.2") { Tests = [typeof(DocumentRunTests)] },
        new("git checkout v1.2 -- image.lock.json lib-requires.txt") { Tests = [typeof(DocumentRunTests)] },
        new("git tag v1.2") { Tests = [typeof(DocumentRunTests)] },
        new("git clone https://github.com/OWNER/busybox-glibc") { Reason = NoGitHub },
        new("make -C examples/c-zlib CC=x86_64-linux-gnu-gcc OUT=out/linux/amd64") { Step = (Examples, "[.. make, $\"CC={platform.CrossPrefix}gcc\", $\"OUT={output}\"]") },
        new("make -C examples/c-zlib CC=aarch64-linux-gnu-gcc OUT=out/linux/arm64") { Step = (Examples, "[.. make, $\"CC={platform.CrossPrefix}gcc\", $\"OUT={output}\"]") },
        new("make CXX=aarch64-linux-gnu-g++ OUT=out/linux/arm64/fileserver") { Step = (Examples, "[.. make, $\"CXX={platform.CrossPrefix}g++\", $\"OUT={output}/fileserver\"]") },
        new("go build -o out/linux/arm64/visits") { Step = (Examples, "{goRoot}/bin/go\", \"build\", \"-C\",") },
        new("dotnet publish -r linux-arm64") { Step = (Examples, "\"dotnet\", \"publish\", copy,") },
        new("git clone --depth=1") { Tests = [typeof(Setup.EarlierLockTests)] },
        new("git describe --tags --dirty") { Step = ("build/Reports/Help/ProgramVersion.cs", "\"describe\", \"--tags\", \"--always\", \"--dirty\"") },
        new("/usr/local/bin/hello") { Step = ("tests/EndToEnd/RunningTests.cs", "LD_TRACE_LOADED_OBJECTS=1 ") },
        new("sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0") { Step = (".github/workflows/ci.yml", "run: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0") },
        new("dotnet build tests/Tests.csproj -c Release -p:RunAnalyzers=false") { Step = ("build.sh", "-property:RunAnalyzers=false") },
        new("dotnet test tests/Tests.csproj -c Release --filter FullyQualifiedName~Tests.Foundation") { Step = ("build/Setup/TestRun.cs", "Filter(inputs.Options.Run.TestCategories)") },
        new("dotnet test tests/Tests.csproj -c Release -p:RunAnalyzers=false --filter OptionDocumentTests") { Step = ("build/Setup/TestRun.cs", "Filter(inputs.Options.Run.TestCategories)") },
        new("dotnet pack build --configuration Release --output feed -p:Version=1.0.0") { Tests = [typeof(Scripts.ToolPackageTests)] },
        new("dotnet tool install --global busybox-glibc --source feed") { Reason = "it would be there for whoever runs the tests; ToolPackageTests installs the same package into a folder, with --tool-path" },
        new("dotnet publish build -c Release -r linux-x64 *") { Tests = [typeof(Scripts.ToolImageTests)] },
        new("dotnet publish build -c Release -r linux-arm64 *") { Tests = [typeof(Scripts.ToolImageTests)] },
        new("npm install --package-lock-only") { Reason = "it changes build/Reports/Page/package-lock.json; build/Build.csproj installs from that file" },
    ];
}
