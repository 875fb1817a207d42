using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Doctor;

/// <summary>What compiling BusyBox without Docker finds here.</summary>
/// <param name="Missing">How many platforms have no compiled BusyBox in the cache.</param>
/// <param name="Platforms">How many platforms there are.</param>
/// <param name="Tools">How many packages of compilers are still to be unpacked for them.</param>
/// <param name="Host">Whether the lock's compilers run on this machine.</param>
/// <param name="Way">How the build root can be entered; null if it cannot.</param>
/// <param name="Reasons">Why the other ways do not work.</param>
internal sealed record CompilerState(int Missing, int Platforms, int Tools, bool Host, BuildRootWay? Way, IReadOnlyList<string> Reasons);

/// <summary>Judges whether BusyBox can be compiled.</summary>
internal static class CompilerChecks
{
    private const string Other = "./build.sh --busybox=debian";

    // What the kernel forbids, and the setting that allows it.
    private static readonly (string File, string Forbidden, string Setting)[] _settings =
    [
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
    ];

    /// <summary>Judges the state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="read">Reads a file of /proc; null if there is none.</param>
    public static IEnumerable<DoctorFinding> Of(CompilerState state, Func<string, string?> read)
    {
        yield return new DoctorFinding("compile.busybox", Health.Good, state.Missing == 0
            ? $"BusyBox is compiled for {Plural.Count(state.Platforms, "platform")}"
            : $"BusyBox is to be compiled for {state.Missing} of {Plural.Count(state.Platforms, "platform")}{(state.Tools > 0 ? $", with {Plural.Count(state.Tools, "package")} of compilers to unpack first" : string.Empty)}");
        var health = state.Missing > 0 ? Health.Problem : Health.Warning;
        if (!state.Host)
        {
            yield return new DoctorFinding("compile.namespaces", health, "the lock's compilers do not run on this machine") { Why = "they are for Linux on amd64 and arm64", Fix = Other };
            yield break;
        }

        yield return state.Way is { } way
            ? new DoctorFinding("compile.namespaces", Health.Good, way switch
            {
                BuildRootWay.Namespaces => "namespaces, as root",
                BuildRootWay.UserNamespaces => "user namespaces, without root",
                _ => "chroot, as root: namespaces are forbidden here",
            })
            : new DoctorFinding("compile.namespaces", health, "the build root cannot be entered: this user may create no namespaces")
            {
                Why = string.Join('\n', state.Reasons), Fix = _settings.FirstOrDefault(one => read(one.File)?.Trim() == one.Forbidden) is { Setting: { } setting } ? $"sudo sysctl {setting}" : Other,
            };
    }

    /// <summary>Tries the ways to enter a build root, without one: each mounts an empty file system in namespaces of its own.</summary>
    /// <param name="commands">Starts unshare(1).</param>
    /// <param name="ways">The ways, best first.</param>
    /// <param name="limit">The time limit of each.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static async Task<(BuildRootWay? Way, IReadOnlyList<string> Reasons)> TryAsync(ICommandRunner commands, IReadOnlyList<BuildRootWay> ways, TimeSpan limit, CancellationToken cancellation)
    {
        var reasons = new List<string>();
        foreach (var way in ways)
        {
            string[] words = [.. BuildRootEntry.Unshare(way), "sh", "-c", way == BuildRootWay.Chroot ? ":" : "mount -t tmpfs tmpfs /tmp"];
            if (commands.Find(words[0]) is not { } program)
            {
                reasons.Add($"{words[0]} is not on PATH (package util-linux)");
                continue;
            }

            var result = await commands.RunAsync(program, words[1..], limit, cancellation);
            if (result.Succeeded)
            {
                return (way, reasons);
            }

            reasons.Add(SafeText.Text($"{BuildRootEntry.Name(way)}: {(result.Error.Count > 0 ? string.Join("; ", result.Error) : $"exit code {result.ExitCode}")}"));
        }

        return (null, reasons.Count > 0 ? reasons : ["this is not Linux"]);
    }
}
