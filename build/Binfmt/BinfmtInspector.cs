using System.Runtime.InteropServices;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>How this machine runs the platforms' programs, and the result of an installation.</summary>
/// <param name="Found">The state before.</param>
/// <param name="Installed">The changes of an installation; null if none was requested or needed.</param>
/// <param name="Advice">Advice for the remaining problems, one line each.</param>
internal sealed record BinfmtInspection(BinfmtReport Found, BinfmtInstallation? Installed, IReadOnlyList<string> Advice)
{
    /// <summary>The current state.</summary>
    public BinfmtReport Now => Installed?.Report ?? Found;
}

/// <summary>Inspects how this machine runs programs of each platform, and registers emulators on request.</summary>
/// <param name="commands">Runs programs.</param>
/// <param name="folders">Folders to run a tiny program of each platform from, best first.</param>
internal sealed class BinfmtInspector(ICommandRunner commands, IReadOnlyList<string> folders)
{
    /// <summary>Inspects the machine; needs no results of a build.</summary>
    /// <param name="platforms">The platforms.</param>
    /// <param name="installs">Whether emulators may be registered.</param>
    /// <param name="cancellation">Cancels between two steps.</param>
    /// <param name="hasDocker">Whether a Docker engine responds; null to ask.</param>
    public async Task<BinfmtInspection> InspectAsync(IReadOnlyList<Platform> platforms, bool installs, CancellationToken cancellation, Func<Task<bool>>? hasDocker = null)
    {
        var (kernel, isRoot) = (new BinfmtFolder(), Environment.IsPrivilegedProcess);
        var check = new BinfmtCheck(kernel, new BinfmtProbe(commands, folders).TryAsync, RuntimeInformation.OSArchitecture, File.Exists);
        var planner = new BinfmtPlanner(BinfmtOffers.Find(BinfmtOffers.Folder, commands, platforms, File.Exists), File.Exists);
        var installer = new BinfmtInstaller(kernel, planner, commands, isRoot);
        var found = await check.LookAsync(platforms, cancellation);
        var installed = installs && found.Gaps.Count > 0
            ? await installer.InstallAsync(found, () => check.LookAsync(platforms, cancellation), cancellation)
            : null;
        var now = installed?.Report ?? found;
        var byDocker = now.Gaps.Count > 0 && (hasDocker is null ? await installer.HasDockerAsync(cancellation) : await hasDocker());
        return new BinfmtInspection(found, installed, new BinfmtAdvice(planner, commands, isRoot).Lines(now, byDocker, installs));
    }
}
