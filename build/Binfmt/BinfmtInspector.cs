using System.Runtime.InteropServices;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>What was found of how this machine runs the platforms' programs, and what came of changing it.</summary>
/// <param name="Found">How things were.</param>
/// <param name="Installed">What an installation changed; null where none was asked for or needed.</param>
/// <param name="Advice">What to do about what is left, one line each.</param>
internal sealed record BinfmtInspection(BinfmtReport Found, BinfmtInstallation? Installed, IReadOnlyList<string> Advice)
{
    /// <summary>How things are now.</summary>
    public BinfmtReport Now => Installed?.Report ?? Found;
}

/// <summary>Looks at how this machine runs programs of each platform, and registers emulators where that is asked for.</summary>
/// <param name="commands">Runs programs.</param>
/// <param name="folders">Where a tiny program of each platform may be put to be run, the best first.</param>
internal sealed class BinfmtInspector(ICommandRunner commands, IReadOnlyList<string> folders)
{
    /// <summary>Inspects; it needs nothing that a build makes.</summary>
    /// <param name="platforms">The platforms.</param>
    /// <param name="installs">Whether emulators may be registered.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public async Task<BinfmtInspection> InspectAsync(IReadOnlyList<Platform> platforms, bool installs, CancellationToken cancellation)
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
        var hasDocker = now.Gaps.Count > 0 && await installer.HasDockerAsync(cancellation);
        return new BinfmtInspection(found, installed, new BinfmtAdvice(planner, commands, isRoot).Lines(now, hasDocker, installs));
    }
}
