using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Smoke;

/// <summary>Decides whether the results of a smoke test fail the build.</summary>
internal static class SmokeVerdict
{
    /// <summary>Accepts the results or throws.</summary>
    /// <param name="platforms">The results of the platforms.</param>
    /// <param name="required">The platforms whose checks must not be skipped.</param>
    /// <exception cref="SmokeException">A check failed, or one of a required platform was not run.</exception>
    public static void Check(IReadOnlyList<PlatformSmoke> platforms, IReadOnlyList<Platform> required)
    {
        var failed = platforms.Where(platform => platform.In(SmokeState.Failed).Any()).ToList();
        if (failed.Count > 0)
        {
            throw new SmokeException(
                $"the image does not run correctly: {Plural.Count(failed.Sum(platform => platform.In(SmokeState.Failed).Count()), "check")} failed",
                string.Join(", ", failed.Select(platform => platform.Platform)),
                Lines(failed, SmokeState.Failed),
                "./build.sh --target=Verify shows what is missing in the image, if that is the reason");
        }

        var left = platforms.Where(platform => required.Any(one => one.Name == platform.Platform) && platform.In(SmokeState.NotRun).Any()).ToList();
        if (left.Count > 0)
        {
            throw new SmokeException(
                $"not everything that is required could be run: {string.Join(", ", left.Select(platform => platform.Platform))}",
                $"--{OptionTable.RequirePlatforms.Argument}",
                Lines(left, SmokeState.NotRun),
                "fix what is stated above (apt-get install qemu-user-static gives this machine emulators), or require fewer platforms");
        }
    }

    private static string Lines(IEnumerable<PlatformSmoke> platforms, SmokeState state) => string.Join('\n', platforms.SelectMany(
        platform => platform.In(state).GroupBy(result => result.Reason).Select(group => $"{platform.Platform} {string.Join(", ", group.Select(result => result.Check))}: {group.Key}")));
}
