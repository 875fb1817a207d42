namespace BusyboxGlibc.Tests;

/// <summary>What a test needs, and so when it is worth running: <c>./build.sh --target=Test --category=Unit</c>.</summary>
internal static class Categories
{
    /// <summary>Needs this program alone: no tool, no network beyond this machine, no cache. All of them take less than half a minute.</summary>
    public const string Unit = "Unit";

    /// <summary>One room with the real thing beside it: the Debian archive, a registry, a compiler, a kernel.</summary>
    public const string Integration = "Integration";

    /// <summary>Whole builds, as users run them.</summary>
    public const string EndToEnd = "EndToEnd";

    /// <summary>Damaged and hostile input, killed runs, full disks, servers that fail.</summary>
    public const string Faults = "Faults";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Unit, Integration, EndToEnd, Faults];
}
