using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Smoke;

/// <summary>
/// Runs an image's programs without an engine: unpacked into a private folder, entered through separate namespaces or by chroot(2), natively, by the
/// kernel's binfmt_misc, or with the lock's qemu or a static one of this machine copied into it.
/// </summary>
/// <param name="folder">The folder to unpack under, used only by this run.</param>
/// <param name="commands">Starts programs of this machine.</param>
/// <param name="ways">The ways to enter the root, best first.</param>
/// <param name="locked">Returns the emulator of the lock for a platform, which is the same on every machine; a <see cref="BuildException"/> states why there is
/// none. Null if there is no lock.</param>
internal sealed class PrivateRoot(
    string folder, ICommandRunner commands, IReadOnlyList<BuildRootWay> ways, Func<Platform, CancellationToken, Task<SmokeEmulator>>? locked = null) : ISmokeRunner
{
    /// <summary>The path of the emulator in the root.</summary>
    public const string EmulatorPath = "/smoke-emulator";

    private const string TinyPath = "/smoke-tiny";

    private static readonly SmokeScript _nothing = new(":", []) { AsRoot = true };

    private static readonly string[] _tools = ["sh", "env", "timeout", "chroot"];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task<SmokeOpening> OpenAsync(SmokeImage image, CancellationToken cancellation)
    {
        if (ways.Count == 0)
        {
            return new SmokeOpening(null, "programs of the image run on Linux only");
        }

        if (_tools.Where(tool => commands.Find(tool) is null).ToList() is { Count: > 0 } missing)
        {
            return new SmokeOpening(null, $"{string.Join(", ", missing)} is not on PATH");
        }

        var user = image.User is { } named ? SmokeUser.Find(image.Tree, named) : null;
        if (image.User is not null && user is null)
        {
            return new SmokeOpening(null, $"the image has no user {SafeText.Text(image.User)}");
        }

        var root = Path.Combine(folder, $"{image.Platform.FileName}-{Guid.NewGuid():N}");
        SmokeOpening? opening = null;
        try
        {
            RootfsFolder.Unpack(image.Tree, root);
            opening = await EnterAsync(image, root, user, cancellation);
            return opening = opening.Place is PrivatePlace { User: not null, Way: not BuildRootWay.UserNamespaces } && RootfsFolder.Own(image.Tree, root) is { } fault
                ? new SmokeOpening(null, fault)
                : opening;
        }
        finally
        {
            if (opening?.Place is null)
            {
                RootfsFolder.Remove(root);
            }
        }
    }

    private async Task<SmokeOpening> EnterAsync(SmokeImage image, string root, SmokeUser? user, CancellationToken cancellation)
    {
        var isOwn = HostPlatform.Among([image.Platform]) is not null && PreparedBuildRoot.HostArchitecture() == image.Platform.DebianArchitecture;
        var reasons = new List<string>();
        foreach (var way in ways)
        {
            var direct = new PrivatePlace(commands, root, way, image.Environment) { By = isOwn ? "native" : "by the kernel", User = user };
            var probe = await direct.RunAsync(_nothing, _patience, cancellation);
            if (!direct.WasInside)
            {
                reasons.Add($"{Name(way)}: {Last(probe)}");
                continue;
            }

            // Native programs need no emulator: if they do not run, the image is wrong, and the checks report it.
            return isOwn || probe.Succeeded
                ? new SmokeOpening(direct)
                : await EmulateAsync(image, direct, $"this machine does not run programs of {image.Platform} ({Last(probe)})", cancellation);
        }

        return new SmokeOpening(null, string.Join('\n', reasons));
    }

    // The first emulator that runs a program of the platform at all. What does not run under it is the image's fault, and the checks report it.
    private async Task<SmokeOpening> EmulateAsync(SmokeImage image, PrivatePlace direct, string why, CancellationToken cancellation)
    {
        var reasons = new List<string> { why };
        foreach (var source in locked is null ? [FromPath] : (Func<Platform, CancellationToken, Task<SmokeEmulator>>[])[locked, FromPath])
        {
            SmokeEmulator emulator;
            try
            {
                emulator = await source(image.Platform, cancellation);
            }
            catch (BuildException error)
            {
                reasons.Add(string.Join(": ", new[] { error.What, error.Why?.Split('\n')[0] }.OfType<string>()));
                continue;
            }

            direct.Put(emulator.Content, EmulatorPath);
            direct.Put(TinyProgram.For(image.Platform), TinyPath);
            var tiny = await direct.RunProgramAsync([EmulatorPath, TinyPath], _patience, cancellation);
            if (tiny.ExitCode == TinyProgram.ExitCode)
            {
                return new SmokeOpening(await RegisteredAsync(image, direct, emulator, cancellation) ?? direct with { Emulator = EmulatorPath, By = emulator.Name });
            }

            reasons.Add($"the emulator {emulator.Name} does not run a program of three instructions: {(tiny.ExitCode is > 128 and { } code ? $"signal {code - 128}" : Last(tiny))}");
        }

        return new SmokeOpening(null, string.Join('\n', reasons));
    }

    // A user namespace has a binfmt_misc of its own since Linux 6.7: programs of the image may start others, as they do natively.
    private async Task<PrivatePlace?> RegisteredAsync(SmokeImage image, PrivatePlace direct, SmokeEmulator emulator, CancellationToken cancellation)
    {
        if (!ways.Contains(BuildRootWay.UserNamespaces))
        {
            return null;
        }

        var place = direct with { Way = BuildRootWay.UserNamespaces, Handler = BinfmtText.Line(Emulator.Handler(image.Platform, EmulatorPath[1..], "PF")), By = emulator.Name };
        return (await place.RunAsync(_nothing, _patience, cancellation)).Succeeded ? place : null;
    }

    private async Task<SmokeEmulator> FromPath(Platform platform, CancellationToken cancellation)
    {
        var path = Emulator.Find(platform, commands) ?? throw new SmokeException($"there is no static {Emulator.Names(platform)[0]} on PATH: apt-get install qemu-user-static");
        try
        {
            return new SmokeEmulator(Path.GetFileName(path), await File.ReadAllBytesAsync(path, cancellation));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SmokeException($"{path} cannot be read", why: error.Message);
        }
    }

    private static string Last(CommandResult result) =>
        result.Error.LastOrDefault(line => line != PrivatePlace.Inside) ?? (result.ExitCode is { } code ? $"exit code {code}" : "it did not finish in time");

    private static string Name(BuildRootWay way) => way switch
    {
        BuildRootWay.Namespaces => "namespaces as root",
        BuildRootWay.UserNamespaces => "unprivileged user namespaces",
        _ => "chroot",
    };
}
