using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>The libraries of a BusyBox that is compiled, which no package depends on. Debian's package has dependencies of its own.</summary>
public static class BusyboxLibraries
{
    private static readonly string[] _sonames = ["libc.so.6", "libm.so.6", "libresolv.so.2"];

    /// <summary>Lines for those that nothing else in the image needs.</summary>
    /// <param name="platforms">The platforms of the image.</param>
    /// <param name="said">What is required anyway.</param>
    public static IEnumerable<Requirement> Besides(IReadOnlyList<Requirement> said, IReadOnlyList<Platform> platforms) =>
        RequirementFile.Parse(string.Join('\n', _sonames), "BusyBox", platforms).ExceptBy(said.Select(line => line.Text), line => line.Text).Select(line => line with { IsImplied = true, Line = 0 });
}
