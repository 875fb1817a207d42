using System.Globalization;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Which suite's glibc, libstdc++ and libgcc define a symbol version, from the symbols files of Debian's packages.</summary>
internal static class SuiteVersions
{
    private static readonly (string Prefix, string Library, string Soname, Version Bookworm, Version Trixie, Version Forky)[] _newest =
    [
        ("GLIBC_", "glibc", "libc.so.6", new Version(2, 36), new Version(2, 41), new Version(2, 43)),
        ("GLIBCXX_", "libstdc++", "libstdc++.so.6", new Version(3, 4, 30), new Version(3, 4, 33), new Version(3, 4, 36)),
        ("CXXABI_", "libstdc++", "libstdc++.so.6", new Version(1, 3, 13), new Version(1, 3, 15), new Version(1, 3, 17)),
        ("GCC_", "libgcc", "libgcc_s.so.1", new Version(12, 0, 0), new Version(14, 0, 0), new Version(14, 0, 0)),
    ];

    /// <summary>The newest version of a kind that a suite's library defines.</summary>
    /// <param name="prefix">The kind: <c>GLIBC_</c>.</param>
    /// <param name="suite">The suite's codename.</param>
    public static Version Newest(string prefix, string suite) =>
        _newest.First(known => known.Prefix == prefix) is var known && suite == Suites.Bookworm.Codename ? known.Bookworm
            : suite == Suites.Forky.Codename ? known.Forky
            : known.Trixie;

    /// <summary>The symbol version of that name, in any letter case; null if it is of none of these libraries.</summary>
    public static SymbolVersion? Find(string name)
    {
        var upper = name.ToUpperInvariant();
        var known = _newest.FirstOrDefault(candidate => upper.StartsWith(candidate.Prefix, StringComparison.Ordinal));
        return known.Prefix is not null && Version.TryParse(upper.AsSpan(known.Prefix.Length), out var number) ? new SymbolVersion(upper, known.Prefix, number, known.Library, known.Soname) : null;
    }

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

        return Find(version) is not { } wanted || wanted.IsIn(suite) ? null
            : wanted.IsIn(Suites.Trixie.Codename) ? $"the program was built with a newer {wanted.Library}: {Suites.Trixie} has it (--suite={Suites.Trixie}); or build the program on {suite}"
            : wanted.IsIn(Suites.Forky.Codename) ? $"the program was built with a newer {wanted.Library} than any released suite has: {Suites.Forky} has it, which is not released yet (--suite={Suites.Forky}); or build the program on {suite}"
            : $"the program was built with a newer {wanted.Library} than any supported suite has ({Suites.Forky} has {wanted.Prefix}{Newest(wanted.Prefix, Suites.Forky.Codename)}): build it on {suite}";
    }
}

/// <summary>A symbol version of glibc, libstdc++ or libgcc.</summary>
/// <param name="Name">Its name: <c>GLIBC_2.38</c>.</param>
/// <param name="Prefix">The name up to the number.</param>
/// <param name="Number">The number.</param>
/// <param name="Library">The library, in words.</param>
/// <param name="Soname">Its soname.</param>
internal sealed record SymbolVersion(string Name, string Prefix, Version Number, string Library, string Soname)
{
    /// <summary>Whether a suite's library defines it, or a newer one.</summary>
    public bool IsIn(string suite) => Number <= SuiteVersions.Newest(Prefix, suite);

    /// <summary>What it is, and which suites have it: those that are released, and those of the image.</summary>
    /// <param name="used">The codenames of the image's suites.</param>
    public IEnumerable<string> Describe(IEnumerable<string> used) =>
    [
        $"{Name} is a symbol version of {Library}, {Soname}",
        .. Suites.All.Where(suite => !suite.IsTesting || used.Contains(suite.Codename, StringComparer.Ordinal)).Select(suite => string.Create(CultureInfo.InvariantCulture, $"Debian {suite.Version} ({suite.Codename}) has {(IsIn(suite.Codename) ? "it" : "no such version")}: its newest is {Prefix}{SuiteVersions.Newest(Prefix, suite.Codename)}")),
    ];
}
