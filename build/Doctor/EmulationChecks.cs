using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Doctor;

/// <summary>Judges how programs of the platforms run here. Compiling needs none of it; SmokeTest has the lock's own emulators.</summary>
internal static class EmulationChecks
{
    private const string Install = "./build.sh --target=VerifyBinfmt --install-binfmt";

    /// <summary>Judges the state.</summary>
    /// <param name="inspection">How programs run here.</param>
    /// <param name="required">The platforms whose programs must run.</param>
    /// <param name="hasOwn">Whether the lock has emulators for this machine.</param>
    public static IEnumerable<DoctorFinding> Of(BinfmtInspection inspection, IReadOnlyList<Platform> required, bool hasOwn)
    {
        var report = inspection.Now;
        var gaps = report.Gaps.ToList();
        yield return new DoctorFinding("emulation.binfmt", Health.Good, string.Join("; ", new[]
        {
            Some("native", BinfmtState.Native), Some("emulated", BinfmtState.Emulated), Some("not run by this kernel", BinfmtState.Unavailable), Some("unknown", BinfmtState.Unknown),
        }.OfType<string>()));
        foreach (var same in gaps.GroupBy(gap => gap.Reason))
        {
            var needed = same.Where(gap => required.Contains(gap.Platform)).ToList();
            if (needed.Count > 0)
            {
                yield return new DoctorFinding("emulation.required", Health.Problem, $"programs of {Names(needed)} do not run here, and --require-platforms names {(needed.Count == 1 ? "it" : "them")}")
                {
                    Why = same.Key, Fix = inspection.Advice.FirstOrDefault(line => line.StartsWith("  ", StringComparison.Ordinal) && !line.TrimStart().StartsWith('#'))?.Trim() ?? Install,
                };
            }
        }

        if (gaps.Count > 0)
        {
            yield return hasOwn ? new DoctorFinding("emulation.qemu", Health.Good, "SmokeTest runs these under the lock's own qemu")
                : new DoctorFinding("emulation.qemu", Health.Warning, $"SmokeTest cannot run {Names(gaps)}") { Why = $"the lock has no emulators for this machine, and {gaps[0].Reason}", Fix = Install };
        }

        string? Some(string head, BinfmtState state) => report.Platforms.Where(platform => platform.State == state).ToList() is { Count: > 0 } some ? $"{head}: {Names(some)}" : null;
    }

    private static string Names(IEnumerable<PlatformBinfmt> platforms) => string.Join(", ", platforms.Select(platform => platform.Platform.Name));
}
