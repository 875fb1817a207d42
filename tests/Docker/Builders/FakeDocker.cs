using System.Runtime.Versioning;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Docker.Builders;

/// <summary>A search path whose <c>docker</c> is a script: it keeps what it is called with and answers what a test says; it
/// fails on anything else.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FakeDocker : IDisposable
{
    public const string Info = "info --format {{json .ServerVersion}}\n{{json .OSType}}\n{{json .DriverStatus}}\n{{json .ClientInfo.Context}}";

    public const string ContainerdStore = "[[\"driver-type\",\"io.containerd.snapshotter.v1\"]]";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, (int Code, string Output, string Error)> _answers = [];

    public FakeDocker()
    {
        Answers("buildx version", "github.com/docker/buildx v0.30.1 9e66234aa13328a5e75b75aa5574e1ca6d6d9c01");
    }

    public string Path => _folder.Path;

    public IReadOnlyList<string> Calls => File.Exists(Log) ? [.. File.ReadAllText(Log).Split('\0', StringSplitOptions.RemoveEmptyEntries)] : [];

    /// <summary>What changes something, or starts a builder.</summary>
    public IEnumerable<string> Changes => Calls.Where(call => call.StartsWith("buildx create", StringComparison.Ordinal) || call.StartsWith("buildx rm", StringComparison.Ordinal) || call.Contains("--bootstrap", StringComparison.Ordinal));

    private string Log => System.IO.Path.Combine(_folder.Path, "calls");

    public FakeDocker Answers(string call, string output) => Ends(call, 0, output, string.Empty);

    public FakeDocker Fails(string call, string error, int code = 1) => Ends(call, code, string.Empty, error);

    public FakeDocker Ends(string call, int code, string output, string error)
    {
        _answers[call] = (code, output, error);
        return this;
    }

    public FakeDocker Engine(string status, string context = "default", string version = "29.1.2", string type = "linux") =>
        Answers(Info, $"\"{version}\"\n\"{type}\"\n{status}\n\"{context}\"")
            .Answers($"context inspect {context} --format {{{{.Endpoints.docker.Host}}}}", "unix:///var/run/docker.sock");

    public FakeDocker Has(string name, string inspection) => Answers($"buildx inspect {name}", inspection).Answers($"buildx inspect --bootstrap {name}", inspection);

    public FakeDocker HasNot(string name) => Fails($"buildx inspect {name}", $"ERROR: no builder \"{name}\" found");

    /// <summary>A runner that finds the script.</summary>
    public CommandRunner Commands()
    {
        var script = System.IO.Path.Combine(_folder.Path, "docker");
        var cases = new StringWriter { NewLine = "\n" };
        foreach (var (index, (call, (code, output, error))) in _answers.Index())
        {
            File.WriteAllText($"{script}.{index}.out", output + "\n");
            File.WriteAllText($"{script}.{index}.err", error);
            cases.WriteLine($"'{call}') cat '{script}.{index}.out'; cat '{script}.{index}.err' >&2; exit {code};;");
        }

        File.WriteAllText(script, $"#!/bin/sh\nprintf '%s\\0' \"$*\" >>'{Log}'\ncase \"$*\" in\n{cases}*) echo \"unexpected: $*\" >&2; exit 99;;\nesac\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new CommandRunner(_folder.Path, BuilderManager.KeptLines);
    }

    public Task<Builder> OpenAsync(BuilderOptions options, params string[] platforms) =>
        new BuilderManager(Commands()).OpenAsync(options, [.. platforms.Select(name => KnownPlatforms.Find(name)!)], default);

    public BuilderException Refuses(BuilderOptions options, params string[] platforms) =>
        Assert.ThrowsAsync<BuilderException>(() => OpenAsync(options, platforms)).GetAwaiter().GetResult()!;

    public static BuilderOptions Options(string driver = "auto", string? name = null, params string[] nodes) => new(
        driver,
        null,
        [.. nodes.Select(node => node.Split('=', 2)).Select(parts => new BuilderNode([.. parts[0].Split('+').Select(platform => KnownPlatforms.Find(platform)!)], parts[1]))],
        name,
        [],
        [],
        false);

    public void Dispose() => _folder.Dispose();
}
