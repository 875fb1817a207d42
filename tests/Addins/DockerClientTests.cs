using System.Reflection;
using BusyboxGlibc.Foundation.Processes;
using Cake.Core;
using Cake.Docker;

namespace BusyboxGlibc.Tests.Addins;

/// <summary>The real client knows every switch that settings are written to: asked for <c>--help</c>, it reads them first and does nothing.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class DockerClientTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    // What a switch wants where not any word will do.
    private static readonly Dictionary<string, string> _words = new(StringComparer.Ordinal)
    {
        ["AddHost"] = "name:127.0.0.1",
        ["Attach"] = "STDOUT",
        ["Device"] = "/dev/null",
        ["DeviceCgroupRule"] = "c 1:1 rwm",
        ["Dns"] = "127.0.0.1",
        ["DnsSearch"] = "example.org",
        ["HealthInterval"] = "1s",
        ["HealthStartPeriod"] = "1s",
        ["HealthTimeout"] = "1s",
        ["IoMaxbandwidth"] = "1m",
        ["IoMaxiops"] = "1",
        ["KernelMemory"] = "64m",
        ["Link"] = "name:alias",
        ["Memory"] = "64m",
        ["MemoryReservation"] = "64m",
        ["MemorySwap"] = "64m",
        ["Mount"] = "type=tmpfs,target=/x",
        ["Network"] = "none",
        ["ShmSize"] = "64m",
        ["Sysctl"] = "net.ipv4.ip_forward=0",
        ["Ulimit"] = "nofile=1:1",
    };

    // Published by Cake.Docker, of no use with today's client: signatures are gone from it, and a number names no device with its rate.
    private static readonly HashSet<string> _unusable = new(StringComparer.Ordinal)
    {
        "DisableContentTrust", "BlkioWeightDevice", "DeviceReadBps", "DeviceReadIops", "DeviceWriteBps", "DeviceWriteIops",
    };

    public static IEnumerable<TestCaseData> Settings =>
    [
        Case<DockerContainerRunSettings>((context, settings) => context.DockerRunWithoutResult(settings, "operand", string.Empty)),
        Case<DockerImageLoadSettings>((context, settings) => context.DockerLoad(settings)),
        Case<DockerImagePullSettings>((context, settings) => context.DockerPull(settings, "operand")),
        Case<DockerBuildXBuildSettings>((context, settings) => context.DockerBuildXBuild(settings, "operand")),
        Case<DockerBuildXCreateSettings>((context, settings) => context.DockerBuildXCreate(settings)),
        Case<DockerBuildXInspectSettings>((context, settings) => context.DockerBuildXInspect(settings)),
        Case<DockerBuildXLsSettings>((context, settings) => context.DockerBuildXLs(settings)),
        Case<DockerBuildXRmSettings>((context, settings) => context.DockerBuildXRm(settings)),
        Case<DockerBuildXUseSettings>((context, settings) => context.DockerBuildXUse(settings)),
    ];

    [TestCaseSource(nameof(Settings))]
    public async Task TheClientKnowsEverySwitch(AutoToolSettings settings, Action<ICakeContext> call)
    {
        Requires.Tool("docker");
        if (settings.GetType().Name.Contains("BuildX", StringComparison.Ordinal))
        {
            Requires.That((await ShellAsync("docker buildx version")).Succeeded, "buildx, the plugin of the docker client");
        }

        Fill(settings);
        using var docker = new DockerFixture().Ends(0);
        call(docker.Context);
        const string operand = " \"operand\"";
        var line = docker.Arguments.Replace(operand, string.Empty, StringComparison.Ordinal) + " --help" + (docker.Arguments.EndsWith(operand, StringComparison.Ordinal) ? operand : string.Empty);
        Assert.That(line.Split(" --").Skip(1).Select(word => word.Split(' ', '=')[0]).Distinct().Count(), Is.EqualTo(Properties(settings).Count() + 1), line);
        var answer = await ShellAsync("docker " + line);
        Assert.That(answer.ExitCode, Is.Zero, $"{line}\n{string.Join('\n', answer.Error)}");
    }

    [Test]
    public async Task ASwitchThatTheClientDoesNotKnowIsFoundOutSo()
    {
        Requires.Tool("docker");
        var answer = await ShellAsync("docker run --no-such-switch --help \"operand\"");
        Assert.That(answer.Succeeded, Is.False);
        Assert.That(answer.Error, Has.Some.Contains("unknown flag"));
    }

    private static Task<CommandResult> ShellAsync(string line) => new CommandRunner().RunAsync("/bin/sh", ["-c", line], _limit, default);

    private static IEnumerable<PropertyInfo> Properties(AutoToolSettings settings) => settings.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(property => !_unusable.Contains(property.Name));

    private static void Fill(AutoToolSettings settings)
    {
        foreach (var property in Properties(settings))
        {
            var word = _words.GetValueOrDefault(property.Name, "a=b");
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(
                settings,
                type == typeof(string) ? word : type == typeof(string[]) ? new[] { word, word } : type == typeof(bool) ? true : Convert.ChangeType(1, type, null));
        }
    }

    private static TestCaseData Case<T>(Action<ICakeContext, T> call)
        where T : AutoToolSettings, new()
    {
        var settings = new T();
        return new TestCaseData(settings, (Action<ICakeContext>)(context => call(context, settings))).SetArgDisplayNames(typeof(T).Name);
    }
}
