using System.Globalization;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Doctor;

/// <summary>Judges mirrors.</summary>
internal static class MirrorChecks
{
    private const int Shown = 4;

    /// <summary>Judges the mirrors of an archive.</summary>
    /// <param name="archive">The archive's name: <c>debian</c>, <c>debian-security</c>.</param>
    /// <param name="states">What each of its mirrors answered, in the order of the list, for each part of the suite.</param>
    /// <param name="locked">The date of the Release that the lock was made from, by the name of the part.</param>
    /// <param name="coming">How many packages a build has to download.</param>
    /// <param name="other">A short name of another mirror to try.</param>
    public static IEnumerable<DoctorFinding> Of(string archive, IReadOnlyList<IReadOnlyList<MirrorState>> states, IReadOnlyDictionary<string, DateTimeOffset> locked, int coming, string other)
    {
        var works = states.Any(mirror => mirror.All(part => part.Error is null));
        foreach (var (index, parts) in states.Index())
        {
            var id = index == 0 ? $"mirror.{archive}" : FormattableString.Invariant($"mirror.{archive}.{index + 1}");
            var name = ArchiveAddress.Show(parts[0].Mirror);
            var fix = $"./build.sh --mirror={other}";
            if (parts.FirstOrDefault(part => part.Error is not null) is { } failed)
            {
                yield return new DoctorFinding(id, works || coming == 0 ? Health.Warning : Health.Problem, $"{name}: {failed.Error}")
                {
                    Why = works ? "another mirror of the list answers" : coming == 0 ? $"a build needs nothing from it: the cache has all packages\n{failed.Why}" : $"{coming} packages are not in the cache\n{failed.Why}",
                    Fix = works || coming > 0 ? fix : "./build.sh --offline",
                };
                continue;
            }

            var lacking = parts.SelectMany(part => part.Lacking.Select(path => $"{part.Suite}/{path}")).ToList();
            if (lacking.Count > 0)
            {
                yield return new DoctorFinding(id, Health.Warning, $"{name}: it is not whole")
                {
                    Why = $"it lacks {string.Join(", ", lacking.Take(Shown))}{(lacking.Count > Shown ? $" and {lacking.Count - Shown} more" : string.Empty)}, which its Release lists; it is being updated, or keeps only some architectures", Fix = fix,
                };
                continue;
            }

            var older = parts.Where(part => locked.TryGetValue(part.Suite, out var date) && part.Date < date).ToList();
            if (older.Count > 0)
            {
                yield return new DoctorFinding(id, Health.Warning, $"{name}: it is older than the lock")
                {
                    Why = string.Join("; ", older.Select(part => $"{part.Suite} is of {Day(part.Date!.Value)}, the lock of {Day(locked[part.Suite])}")), Fix = fix,
                };
                continue;
            }

            var newer = parts.Any(part => locked.TryGetValue(part.Suite, out var date) && part.Date > date);
            yield return new DoctorFinding(id, Health.Good, $"{name}: {string.Join(", ", parts.Select(part => $"{part.Suite} of {Day(part.Date!.Value)}"))}{(newer ? "; newer than the lock" : string.Empty)}");
        }
    }

    private static string Day(DateTimeOffset date) => date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
