using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>
/// The Docker engine that the environment names: <c>tests/engine/engine.sh</c> brings one up where a machine has only the client.
/// The tests give all they bring into it names of their own.
/// </summary>
internal static class RealEngine
{
    private static readonly Lazy<string?> _missing = new(FindWhatIsMissing);

    /// <summary>A namespace that no other run of the tests uses.</summary>
    public static string Namespace { get; } = $"engine-tests-{Guid.NewGuid():N}"[..21];

    /// <summary>The registry beside the engine, which the engine may use in the clear: <c>127.0.0.1:35365</c>.</summary>
    public static string Registry
    {
        get
        {
            var name = Environment.GetEnvironmentVariable("TEST_ENGINE_REGISTRY");
            Requires.That(!string.IsNullOrEmpty(name), "a registry that the engine may use, named in TEST_ENGINE_REGISTRY (tests/engine/engine.sh)");
            return name!;
        }
    }

    /// <summary>The engine's socket.</summary>
    public static string Socket
    {
        get
        {
            var address = Docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}").Succeeded().Output.Trim();
            Requires.That(address.StartsWith("unix://", StringComparison.Ordinal), $"an engine on a socket of this machine, not at {address}");
            return address["unix://".Length..];
        }
    }

    /// <summary>Skips the test where no engine responds that keeps images of several platforms.</summary>
    public static void Require() => Requires.That(_missing.Value is null, $"a Docker engine (tests/engine/engine.sh): {_missing.Value}");

    /// <summary>Whether an engine answers that keeps images of several platforms.</summary>
    public static bool Answers => _missing.Value is null;

    /// <summary>Runs the client.</summary>
    public static ProgramRun Docker(params string[] arguments) => Shell.Run("docker", arguments);

    /// <summary>Runs a script with the shell of an image, in a container of a platform that is gone afterwards.</summary>
    /// <returns>What it said, without the blanks around.</returns>
    public static string RunShell(Platform platform, string image, string script) => Run(platform, image, "sh", "-c", script);

    /// <summary>Runs an image in a container of a platform that is gone afterwards, by the image's own command where none is given.</summary>
    /// <returns>What it said, without the blanks around.</returns>
    public static string Run(Platform platform, string image, params string[] command)
    {
        var run = Docker(["run", "--rm", "--network", "none", "--pull", "never", "--platform", platform.Name, image, .. command]);
        Requires.That(!run.Output.Contains("exec format error", StringComparison.Ordinal), $"programs of {platform.Name} to run in containers: {run.Output}");
        return run.Succeeded().Output.Trim();
    }

    /// <summary>The digest of what the engine keeps under a name: the index, where the image store is containerd's.</summary>
    public static string DigestOf(string image) => Docker("image", "inspect", "--format", "{{.Id}}", image).Succeeded().Output.Trim();

    /// <summary>The names of images that start with a text, <c>name:tag</c>.</summary>
    public static IReadOnlyList<string> Images(string start) => Lines("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").Where(name => name.StartsWith(start, StringComparison.Ordinal)).ToList();

    /// <summary>The names of all containers, stopped ones too.</summary>
    public static IReadOnlyList<string> Containers() => Lines("ps", "--all", "--format", "{{.Names}}");

    /// <summary>Removes every image of this run's namespace, of whatever registry.</summary>
    public static void RemoveImages()
    {
        var names = Images(string.Empty).Where(name => name.Contains($"{Namespace}/", StringComparison.Ordinal)).ToList();
        if (names.Count > 0)
        {
            Docker(["image", "rm", "--force", .. names]).Succeeded();
        }
    }

    private static IReadOnlyList<string> Lines(params string[] arguments) => Docker(arguments).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string? FindWhatIsMissing()
    {
        if (Requires.Find("docker") is null)
        {
            return "the program docker is not on PATH";
        }

        var info = Docker("info", "--format", "{{.ServerVersion}} {{json .DriverStatus}}");
        return info.ExitCode != 0 ? $"none answers: {info.Output.Trim().Split('\n')[^1]}"
            : info.Output.Contains("io.containerd.snapshotter", StringComparison.Ordinal) ? null
            : "the one here keeps images of one platform only (its feature containerd-snapshotter is off)";
    }
}
