using System.Globalization;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Which suite's glibc and libstdc++ define a symbol version, from the symbols files of Debian's packages libc6 and libstdc++6.</summary>
internal static class SuiteVersions
{
    private static readonly (string Prefix, string Library, Version Bookworm, Version Trixie)[] _newest =
    [
        ("GLIBC_", "glibc", new Version(2, 36), new Version(2, 41)),
        ("GLIBCXX_", "libstdc++", new Version(3, 4, 30), new Version(3, 4, 33)),
        ("CXXABI_", "libstdc++", new Version(1, 3, 13), new Version(1, 3, 15)),
    ];

    /// <summary>What is known about a version that a suite's library does not define.</summary>
    /// <param name="version">The version: <c>GLIBC_2.38</c>.</param>
    /// <param name="suite">The codename of the image's suite.</param>
    /// <returns>The advice; null if nothing is known about versions of that name.</returns>
    public static string? Advice(string version, string suite)
    {
        if (version == "GLIBC_ABI_DT_RELR")
        {
            return "packed relocations (DT_RELR) need glibc 2.36 or newer; link the program without -z pack-relative-relocs, or use a newer suite";
        }

        var known = _newest.FirstOrDefault(candidate => version.StartsWith(candidate.Prefix, StringComparison.Ordinal));
        if (known.Prefix is null || !Version.TryParse(version.AsSpan(known.Prefix.Length), out var wanted))
        {
            return null;
        }

        return wanted <= (suite == Suites.Bookworm.Codename ? known.Bookworm : known.Trixie) ? null
            : wanted <= known.Trixie ? string.Create(CultureInfo.InvariantCulture, $"the program was built with a newer {known.Library}: {Suites.Trixie} has it (--suite={Suites.Trixie}); or build the program on {suite}")
            : string.Create(CultureInfo.InvariantCulture, $"the program was built with a newer {known.Library} than any supported suite has ({Suites.Trixie} has {known.Prefix}{known.Trixie}): build it on {suite}");
    }
}
