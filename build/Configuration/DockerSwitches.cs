namespace BusyboxGlibc.Configuration;

/// <summary>Switches of docker buildx and make that this build does not have: those with exactly one meaning here are taken, the others are explained.</summary>
internal static class DockerSwitches
{
    private static readonly Dictionary<string, string> _meanings = new(StringComparer.Ordinal)
    {
        ["--push"] = "--target=Publish",
        ["--load"] = "--target=Load",
        ["--quiet"] = "--verbosity=quiet",
        ["-q"] = "--verbosity=quiet",
        ["--verbose"] = "--verbosity=verbose",
        ["--debug"] = "--verbosity=diagnostic",
        ["-D"] = "--verbosity=diagnostic",
    };

    private static readonly Dictionary<string, string> _advice = new Dictionary<string[], string>
    {
        [["--no-cache", "--no-cache-filter"]] = "nothing outdated is used from the cache; to build everything again write --target=Clean, then --cache=DIR with an empty folder",
        [["--progress"]] = "progress is plain if the output is not a terminal, or with NO_COLOR=1 or CI=true in the environment; --verbosity=quiet shows less",
        [["--output", "-o"]] = "the image is always in artifacts/oci and artifacts/busybox-glibc.tar; --artifacts=DIR chooses another folder, --target=Publish pushes, --target=Load loads into docker or podman",
        [["--file", "-f"]] = "the build uses Dockerfile.builder and Dockerfile.run of the project: write your lines there",
        [["--build-arg", "--build-context"]] = "there are no build arguments: the settings are options (--help), and lines of your own go into Dockerfile.builder",
        [["--annotation"]] = "write --labels=KEY=value: labels are annotations too",
        [["--pull"]] = "--target=Lock renews the packages; --builder-base=IMAGE@DIGEST pins the base image of the builder",
        [["--metadata-file", "--iidfile"]] = "--target=Publish --digest-file=FILE writes the digest; every publish is recorded in artifacts/published.json",
        [["--provenance", "--sbom", "--attest"]] = "for SBOM and provenance in the image's index write --attest=index; without attestations the image records what it is made from in /var/lib/dpkg/status.d, /usr/share/sbom and its labels",
        [["--secret", "--ssh", "--allow", "--network", "--add-host", "--shm-size", "--ulimit", "--cgroup-parent"]] = "there is no such option: the build's own steps need no network and no secrets",
        [["--arch", "--os", "--variant"]] = "write --platforms=linux/ARCHITECTURE",
        [["--image", "--name"]] = "the image's name is --registry=HOST/NAMESPACE and --repository=NAME, without a tag; tags are --tag=TAG",
        [["--check"]] = "every build checks its input before it starts; --target=Lint checks the project, --target=Verify the image",
        [["--context", "--host", "-H"]] = "set DOCKER_CONTEXT or DOCKER_HOST in the environment, or choose a builder with --builder=NAME",
    }.SelectMany(entry => entry.Key, (entry, name) => (name, entry.Value)).ToDictionary(pair => pair.name, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>A switch in the form that this build has, such as <c>--target=Publish</c> for <c>--push</c>; any other word unchanged.</summary>
    public static string Read(string word) =>
        _meanings.GetValueOrDefault(word.EndsWith("=true", StringComparison.OrdinalIgnoreCase) ? word[..^"=true".Length] : word) ?? word;

    /// <summary>What to write instead of a switch; null if it is none of docker's.</summary>
    /// <param name="name">Its name with dashes, without a value.</param>
    public static string? Advice(string name) => _advice.GetValueOrDefault(name) ?? (_meanings.TryGetValue(name, out var meaning) ? $"write {meaning}, or leave it out" : null);
}
