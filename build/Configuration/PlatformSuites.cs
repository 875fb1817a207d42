using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>Reads the value of <c>PlatformSuite</c>: platforms whose packages come from another suite than the image's.</summary>
internal static class PlatformSuites
{
    /// <summary>Parses the list of <c>PLATFORM@SUITE</c>.</summary>
    /// <param name="value">The value as written.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">An entry has another form, names what is unknown, or a suite that lacks the platform; or two disagree.</exception>
    public static IReadOnlyDictionary<Platform, SuiteFacts> Parse(string value, string where)
    {
        var found = new Dictionary<Platform, SuiteFacts>();
        foreach (var entry in ValueList.Split(value))
        {
            // An address with a password has an @ too: only the whole is shown, where it is hidden.
            if (entry.Split('@') is not [var name, var codename] || name.Contains(':', StringComparison.Ordinal))
            {
                throw new ConfigurationException(
                    $"{ValueList.Show(entry)} is not a platform and its suite", where, next: $"write the platform, @ and the suite, like: {OptionTable.PlatformSuite.Example}");
            }

            var platform = KnownPlatforms.FindSpelled(name) is [var first, ..]
                ? first
                : throw new ConfigurationException($"unknown platform {ValueList.Show(name)}", where, next: KnownPlatforms.Advice(name));
            var suite = Suites.Find(codename) ?? throw new ConfigurationException(
                $"unknown suite {ValueList.Show(codename)} for {platform}", where, next: $"known suites: {string.Join(", ", Suites.All.Select(each => each.Codename))}");
            if (!suite.Platforms.Contains(platform))
            {
                throw new ConfigurationException(
                    $"{suite} has no {platform}", where, $"Debian {suite.Version} has no architecture {platform.DebianArchitecture}",
                    $"suites that have it: {string.Join(", ", Suites.All.Where(other => other.Platforms.Contains(platform)))}");
            }

            if (!found.TryAdd(platform, suite))
            {
                throw new ConfigurationException($"platform {platform} appears twice", where, next: "list it once");
            }
        }

        return found;
    }

    /// <summary>Checks that platforms of one Debian architecture come from one suite: they share its packages.</summary>
    /// <param name="options">The options with all suites.</param>
    /// <param name="platforms">The requested platforms.</param>
    /// <param name="where">Where the suites were written, for an error.</param>
    /// <exception cref="ConfigurationException">Two come from different suites.</exception>
    public static void Check(DebianOptions options, IReadOnlyList<Platform> platforms, string where)
    {
        foreach (var alike in platforms.GroupBy(platform => platform.DebianArchitecture).Where(alike => alike.Select(options.SuiteOf).Distinct().Count() > 1))
        {
            throw new ConfigurationException(
                $"{string.Join(" and ", alike)} come from different suites", where, $"both are Debian's {alike.Key}, and share its packages",
                $"write the same suite for both: {string.Join(',', alike.Select(platform => $"{platform}@{options.SuiteOf(alike.First())}"))}");
        }
    }
}
