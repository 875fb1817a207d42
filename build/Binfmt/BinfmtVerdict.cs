using BusyboxGlibc.Configuration;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Binfmt;

/// <summary>Decides whether a gap fails the build: only for required platforms, because compiling needs no emulation.</summary>
internal static class BinfmtVerdict
{
    /// <summary>Accepts the state or throws.</summary>
    /// <param name="report">The current state.</param>
    /// <param name="required">The platforms whose programs must run here.</param>
    /// <param name="advice">The advice, one command per line.</param>
    /// <exception cref="BinfmtException">Programs of a required platform do not run.</exception>
    public static void Check(BinfmtReport report, IReadOnlyList<Platform> required, IReadOnlyList<string> advice)
    {
        var gaps = report.Gaps.Where(gap => required.Contains(gap.Platform)).ToList();
        if (gaps.Count > 0)
        {
            throw new BinfmtException(
                $"this machine does not run programs of required platforms: {string.Join(", ", gaps.Select(gap => gap.Platform.Name))}",
                $"--{OptionTable.RequirePlatforms.Argument}",
                string.Join('\n', gaps.Select(gap => $"{gap.Platform.Name}: {gap.Reason}")),
                string.Join('\n', advice.Append("or require fewer platforms")));
        }
    }
}
