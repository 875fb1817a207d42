using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Supply.Cache;

namespace BusyboxGlibc.Doctor;

/// <summary>Judges the cache.</summary>
internal static class CacheChecks
{
    // A large cache is no fault; one of which most is of no use is worth a word.
    private const long WorthAWord = 5_000_000_000;

    /// <summary>Judges what it holds.</summary>
    /// <param name="plan">What it holds, and what Prune would delete.</param>
    /// <param name="now">The current time, UTC.</param>
    public static DoctorFinding Of(CachePlan plan, DateTime now)
    {
        var age = plan.Content.Items.Count == 0 ? "empty" : FormattableString.Invariant($"its oldest entry was used {Math.Max(0, (int)(now - plan.Content.Items.Min(item => item.Used)).TotalDays)} d ago");
        var text = $"{SafeText.Text(plan.Content.Folder)}: {MachineChecks.Size(plan.Content.Bytes)}, {age}; Prune would free {MachineChecks.Size(plan.Bytes)}";
        return plan.Bytes < WorthAWord ? new DoctorFinding("cache", Health.Good, text) : new DoctorFinding("cache", Health.Warning, text) { Why = "no lock that was used needs that", Fix = "./build.sh --target=Prune" };
    }

    /// <summary>Judges what a build still has to download.</summary>
    /// <param name="packages">How many packages.</param>
    /// <param name="bytes">Their size.</param>
    /// <param name="isOffline">Whether the options forbid the network.</param>
    public static DoctorFinding Packages(int packages, long bytes, bool isOffline) => packages == 0 ? new DoctorFinding("cache.packages", Health.Good, "a build has nothing to download")
        : isOffline ? new DoctorFinding("cache.packages", Health.Problem, $"{Plural.Count(packages, "package")} {(packages == 1 ? "is" : "are")} not in the cache") { Why = "--offline does not use the network", Fix = "./build.sh --offline=false --target=Restore" }
        : new DoctorFinding("cache.packages", Health.Good, $"a build downloads {Plural.Count(packages, "package")}, {MachineChecks.Size(bytes)}");
}
