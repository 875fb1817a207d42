using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>Reads the value of <c>Platforms</c>.</summary>
internal static class PlatformList
{
    /// <summary>The listed platforms, separated by commas or blanks, sorted in the order of <see cref="KnownPlatforms.All"/>,
    /// so that the written order does not affect the image.</summary>
    /// <param name="value">The value as written.</param>
    /// <param name="where">Where it was written, for an error.</param>
    /// <exception cref="ConfigurationException">A platform is unknown or occurs twice, or the list is empty.</exception>
    public static IReadOnlyList<Platform> Parse(string value, string where)
    {
        var found = new HashSet<Platform>();
        foreach (var name in ValueList.Split(value))
        {
            var platform = Find(name)
                ?? throw new ConfigurationException($"unknown platform {ValueList.Show(name)}", where, next: KnownPlatforms.Advice(name));
            if (!found.Add(platform))
            {
                throw new ConfigurationException($"platform {platform} appears twice", where, next: "list it once");
            }
        }

        if (found.Count == 0)
        {
            throw new ConfigurationException(
                "no platform is selected", where, "the list is empty", $"omit it for all eight, or name some, as in --{OptionTable.Platforms.Argument}=linux/amd64,linux/arm64");
        }

        return [.. KnownPlatforms.All.Where(found.Contains)];
    }

    // As docker buildx: "local" is the machine's own platform, and "arm" is linux/arm/v7.
    private static Platform? Find(string name) => name.Equals("local", StringComparison.OrdinalIgnoreCase)
        ? HostPlatform.Among(KnownPlatforms.All)
        : KnownPlatforms.FindSpelled(name) is [var first, ..] ? first : null;

    /// <summary>Checks that a suite supports every requested platform.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="platforms">The requested platforms.</param>
    /// <param name="where">Where the suite was chosen, for an error.</param>
    /// <exception cref="ConfigurationException">It does not support one; the error contains lines that would work.</exception>
    public static void CheckSuite(SuiteFacts suite, IReadOnlyList<Platform> platforms, string where)
    {
        var missing = platforms.Where(platform => !suite.Platforms.Contains(platform)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var left = platforms.Where(suite.Platforms.Contains).ToList();
        var others = Suites.Released.Where(other => platforms.All(other.Platforms.Contains)).ToList();
        List<string> ways = [];
        if (missing.TrueForAll(platform => Suites.All.Any(other => other.Platforms.Contains(platform))) && others.Count == 0)
        {
            ways.Add($"take {(missing.Count == 1 ? "it" : "them")} from another suite: --{OptionTable.PlatformSuite.Argument}={string.Join(',', missing.Select(platform => $"{platform}@{Suites.All.First(other => other.Platforms.Contains(platform))}"))}");
        }

        if (left.Count > 0)
        {
            ways.Add($"{(ways.Count > 0 ? "or " : string.Empty)}build the others: --{OptionTable.Platforms.Argument}={string.Join(',', left)}");
        }

        ways.AddRange(others.Select(other => $"or use a suite that has all of them: --{OptionTable.Suite.Argument}={other.Codename}"));
        throw new ConfigurationException(
            $"{suite} has no {string.Join(", ", missing)}",
            where,
            $"Debian {suite.Version} {(suite.IsTesting ? "has no architecture" : "was not released for")} {string.Join(", ", missing.Select(platform => platform.DebianArchitecture))}",
            string.Join('\n', ways));
    }
}
