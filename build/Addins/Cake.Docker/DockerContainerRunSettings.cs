namespace Cake.Docker;

/// <summary>The switches of <c>docker run</c>.</summary>
public sealed class DockerContainerRunSettings : AutoToolSettings
{
    /// <summary>Names of hosts and their addresses, NAME:ADDRESS.</summary>
    public string[]? AddHost { get; set; }

    /// <summary>The streams to attach to, <c>STDIN</c>, <c>STDOUT</c>, <c>STDERR</c>.</summary>
    public string[]? Attach { get; set; }

    /// <summary>The weight of a device for block input and output.</summary>
    public ulong? BlkioWeightDevice { get; set; }

    /// <summary>Capabilities to add.</summary>
    public string[]? CapAdd { get; set; }

    /// <summary>Capabilities to drop.</summary>
    public string[]? CapDrop { get; set; }

    /// <summary>The parent cgroup.</summary>
    public string? CgroupParent { get; set; }

    /// <summary>The file that receives the container's ID.</summary>
    public string? Cidfile { get; set; }

    /// <summary>How many processors, on Windows.</summary>
    public long? CpuCount { get; set; }

    /// <summary>How much of the processors, percent, on Windows.</summary>
    public long? CpuPercent { get; set; }

    /// <summary>The period of the completely fair scheduler, microseconds.</summary>
    public long? CpuPeriod { get; set; }

    /// <summary>The quota of the completely fair scheduler, microseconds.</summary>
    public long? CpuQuota { get; set; }

    /// <summary>The period of the real-time scheduler, microseconds.</summary>
    public long? CpuRtPeriod { get; set; }

    /// <summary>The runtime of the real-time scheduler, microseconds.</summary>
    public long? CpuRtRuntime { get; set; }

    /// <summary>The weight among other processes.</summary>
    public long? CpuShares { get; set; }

    /// <summary>How many processors.</summary>
    public ulong? Cpus { get; set; }

    /// <summary>The processors to use, <c>0-3</c>.</summary>
    public string? CpusetCpus { get; set; }

    /// <summary>The memory nodes to use, <c>0,1</c>.</summary>
    public string? CpusetMems { get; set; }

    /// <summary>Whether the client returns once the container runs.</summary>
    public bool? Detach { get; set; }

    /// <summary>The keys that detach from the container.</summary>
    public string? DetachKeys { get; set; }

    /// <summary>Devices of the host.</summary>
    public string[]? Device { get; set; }

    /// <summary>Rules about devices.</summary>
    public string[]? DeviceCgroupRule { get; set; }

    /// <summary>The most bytes read from a device, per second.</summary>
    public ulong? DeviceReadBps { get; set; }

    /// <summary>The most reads from a device, per second.</summary>
    public ulong? DeviceReadIops { get; set; }

    /// <summary>The most bytes written to a device, per second.</summary>
    public ulong? DeviceWriteBps { get; set; }

    /// <summary>The most writes to a device, per second.</summary>
    public ulong? DeviceWriteIops { get; set; }

    /// <summary>Whether signatures go unchecked; clients before 29.</summary>
    public bool? DisableContentTrust { get; set; }

    /// <summary>Name servers.</summary>
    public string[]? Dns { get; set; }

    /// <summary>Options of the resolver.</summary>
    public string[]? DnsOption { get; set; }

    /// <summary>Domains to search.</summary>
    public string[]? DnsSearch { get; set; }

    /// <summary>What is started; empty for nothing before the command.</summary>
    public string? Entrypoint { get; set; }

    /// <summary>Variables, NAME=VALUE.</summary>
    public string[]? Env { get; set; }

    /// <summary>Files with variables.</summary>
    public string[]? EnvFile { get; set; }

    /// <summary>Ports that the container is said to serve.</summary>
    public string[]? Expose { get; set; }

    /// <summary>Groups of the user beside its own.</summary>
    public string[]? GroupAdd { get; set; }

    /// <summary>The command that tells whether the container is well.</summary>
    public string? HealthCmd { get; set; }

    /// <summary>The time between two questions, <c>30s</c>.</summary>
    public string? HealthInterval { get; set; }

    /// <summary>How many failures in a row make it unwell.</summary>
    public int? HealthRetries { get; set; }

    /// <summary>The time to start within which a failure does not count.</summary>
    public string? HealthStartPeriod { get; set; }

    /// <summary>The time to answer within.</summary>
    public string? HealthTimeout { get; set; }

    /// <summary>The host name.</summary>
    public string? Hostname { get; set; }

    /// <summary>Whether an init process runs as the first.</summary>
    public bool? Init { get; set; }

    /// <summary>Whether standard input stays open.</summary>
    public bool? Interactive { get; set; }

    /// <summary>The most bytes read and written per second, on Windows.</summary>
    public string? IoMaxbandwidth { get; set; }

    /// <summary>The most reads and writes per second, on Windows.</summary>
    public string? IoMaxiops { get; set; }

    /// <summary>The IPv4 address.</summary>
    public string? Ip { get; set; }

    /// <summary>The IPv6 address.</summary>
    public string? Ip6 { get; set; }

    /// <summary>The IPC namespace.</summary>
    public string? Ipc { get; set; }

    /// <summary>How the container is isolated.</summary>
    public string? Isolation { get; set; }

    /// <summary>The most memory of the kernel.</summary>
    public string? KernelMemory { get; set; }

    /// <summary>Labels, KEY=VALUE.</summary>
    public string[]? Label { get; set; }

    /// <summary>Files with labels.</summary>
    public string[]? LabelFile { get; set; }

    /// <summary>Other containers that its names reach.</summary>
    public string[]? Link { get; set; }

    /// <summary>Link-local addresses.</summary>
    public string[]? LinkLocalIp { get; set; }

    /// <summary>Who takes the output.</summary>
    public string? LogDriver { get; set; }

    /// <summary>Options of who takes the output.</summary>
    public string[]? LogOpt { get; set; }

    /// <summary>The MAC address.</summary>
    public string? MacAddress { get; set; }

    /// <summary>The most memory.</summary>
    public string? Memory { get; set; }

    /// <summary>The memory it is left with when memory is short.</summary>
    public string? MemoryReservation { get; set; }

    /// <summary>The most memory and swap.</summary>
    public string? MemorySwap { get; set; }

    /// <summary>How readily its memory is swapped, 0 to 100.</summary>
    public long? MemorySwappiness { get; set; }

    /// <summary>Mounts, <c>type=bind,source=…,target=…</c>.</summary>
    public string[]? Mount { get; set; }

    /// <summary>The container's name.</summary>
    public string? Name { get; set; }

    /// <summary>The network.</summary>
    public string? Network { get; set; }

    /// <summary>Its names in the network.</summary>
    public string[]? NetworkAlias { get; set; }

    /// <summary>Whether nobody asks whether it is well.</summary>
    public bool? NoHealthcheck { get; set; }

    /// <summary>Whether it is spared where memory runs out.</summary>
    public bool? OomKillDisable { get; set; }

    /// <summary>How readily it is killed where memory runs out, -1000 to 1000.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>The process namespace.</summary>
    public string? Pid { get; set; }

    /// <summary>The most processes; -1 for any number.</summary>
    public long? PidsLimit { get; set; }

    /// <summary>The platform.</summary>
    public string? Platform { get; set; }

    /// <summary>Whether it may do what the host may.</summary>
    public bool? Privileged { get; set; }

    /// <summary>Ports of the host that lead to it.</summary>
    public string[]? Publish { get; set; }

    /// <summary>Whether every port it serves gets one of the host.</summary>
    public bool? PublishAll { get; set; }

    /// <summary>Whether its root file system is read-only.</summary>
    public bool? ReadOnly { get; set; }

    /// <summary>When it is started again.</summary>
    public string? Restart { get; set; }

    /// <summary>Whether it is removed at its end.</summary>
    public bool? Rm { get; set; }

    /// <summary>The runtime.</summary>
    public string? Runtime { get; set; }

    /// <summary>Security options.</summary>
    public string[]? SecurityOpt { get; set; }

    /// <summary>The size of <c>/dev/shm</c>.</summary>
    public string? ShmSize { get; set; }

    /// <summary>Whether signals reach it; they do by themselves.</summary>
    public bool? SigProxy { get; set; }

    /// <summary>The signal that stops it.</summary>
    public string? StopSignal { get; set; }

    /// <summary>How long it has to stop, seconds.</summary>
    public int? StopTimeout { get; set; }

    /// <summary>Options of its storage.</summary>
    public string[]? StorageOpt { get; set; }

    /// <summary>Parameters of the kernel, NAME=VALUE.</summary>
    public string[]? Sysctl { get; set; }

    /// <summary>Folders in memory.</summary>
    public string[]? Tmpfs { get; set; }

    /// <summary>Whether it gets a terminal.</summary>
    public bool? Tty { get; set; }

    /// <summary>Limits, NAME=SOFT:HARD.</summary>
    public string[]? Ulimit { get; set; }

    /// <summary>The user, and its group after a colon.</summary>
    public string? User { get; set; }

    /// <summary>The user namespace.</summary>
    public string? Userns { get; set; }

    /// <summary>The UTS namespace.</summary>
    public string? Uts { get; set; }

    /// <summary>Folders and volumes, SOURCE:TARGET.</summary>
    public string[]? Volume { get; set; }

    /// <summary>The driver of volumes.</summary>
    public string? VolumeDriver { get; set; }

    /// <summary>Containers whose volumes it gets.</summary>
    public string[]? VolumesFrom { get; set; }

    /// <summary>The folder to start in.</summary>
    public string? Workdir { get; set; }

    /// <inheritdoc/>
    protected override string[] CollectSecretProperties() => [nameof(Env)];
}
