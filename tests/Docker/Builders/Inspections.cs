namespace BusyboxGlibc.Tests.Docker.Builders;

/// <summary>What <c>docker buildx inspect</c> prints.</summary>
internal static class Inspections
{
    public const string Buildx012 = """
        Name:          team
        Driver:        docker-container
        Last Activity: 2023-11-20 10:00:00 +0000 UTC

        Nodes:
        Name:           team0
        Endpoint:       ssh://me@one
        Driver Options: network="host" env.HTTP_PROXY="http://proxy:3128"
        Status:         running
        Flags:          --debug --allow-insecure-entitlement security.insecure
        Buildkit:       v0.13.2
        Platforms:      linux/arm64*, linux/arm/v7*, linux/amd64, linux/amd64/v2, linux/386
        Labels:
         org.mobyproject.buildkit.worker.executor:         oci
         org.mobyproject.buildkit.worker.hostname:         5f2e
        GC Policy rule#0:
         All:           false
         Filters:       type==source.local,type==exec.cachemount,type==source.git.checkout
         Keep Duration: 48h0m0s

        Name:      team1
        Endpoint:  tcp://10.0.0.2:2376
        Status:    running
        Buildkit:  v0.14.0
        Platforms: linux/riscv64*, linux/arm64, linux/arm/v7, linux/arm/v6
        """;

    public const string Debian013 = """
        Name:          default
        Driver:        docker
        Last Activity: 2026-11-25 19:14:18 +0000 UTC

        Nodes:
        Name:             default
        Endpoint:         default
        Status:           running
        BuildKit version: v0.0.0+unknown
        Platforms:        linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/amd64/v4, linux/arm64, linux/riscv64, linux/ppc64le, linux/s390x
        Labels:
         org.mobyproject.buildkit.worker.containerd.namespace: moby
         org.mobyproject.buildkit.worker.moby.host-gateway-ip: 10.213.0.1
        """;

    public const string Buildx036 = """
        Name:          team
        Driver:        docker-container
        Last Activity: 2026-08-20 10:00:00 +0000 UTC

        Nodes:
        Name:                  team0
        Endpoint:              unix:///var/run/docker.sock
        Status:                running
        BuildKit daemon flags: --allow-insecure-entitlement=network.host
        BuildKit version:      v0.26.2
        Platforms:             linux/arm64, linux/arm/v7, linux/arm/v6
        Features:
         Cache export:         true
         OCI exporter:         true
        Labels:
         org.mobyproject.buildkit.worker.executor:         oci
        Devices:
         Name:                  vendor.com/device=foo
         Automatically allowed: false
         Annotations:
          Name: of a device
        GC Policy rule#0:
         All:            false
         Reserved Space: 2.861GiB
        File#buildkitd.toml:
         > debug = true
         > Status: no
         > [registry."docker.io"]
        """;

    public const string Pods = """
        Name:   team
        Driver: kubernetes

        Nodes:
        Name:             team0-6f9c5b7d5-abcde
        Endpoint:         kubernetes:///team?deployment=team0&kubeconfig=
        Driver Options:   namespace="ci" replicas="2"
        Status:           running
        BuildKit version: v0.20.0
        Platforms:        linux/amd64*, linux/amd64/v2, linux/386
        """;

    /// <summary>A builder of one driver whose nodes all run.</summary>
    public static string Of(string name, string driver, params string[] nodes) =>
        string.Join('\n', [$"Name:   {name}", $"Driver: {driver}", string.Empty, "Nodes:", .. nodes]);

    public static string Node(string name, string endpoint, string platforms, string status = "running", string buildKit = "v0.26.2") =>
        $"Name: {name}\nEndpoint: {endpoint}\nStatus: {status}\nBuildKit version: {buildKit}\nPlatforms: {platforms}\n";
}
