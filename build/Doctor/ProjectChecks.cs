using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Lock.Model;

namespace BusyboxGlibc.Doctor;

/// <summary>Judges the project.</summary>
internal static class ProjectChecks
{
    /// <summary>Judges the lock.</summary>
    /// <param name="known">The lock; null if there is none.</param>
    /// <param name="gap">What it lacks of the request; null if nothing.</param>
    /// <param name="isLocked">Whether the options forbid to change it.</param>
    public static DoctorFinding Lock(ImageLock? known, LockGap? gap, bool isLocked)
    {
        const string id = "project.lock";
        if (known is not null && gap is null)
        {
            var packages = known.Platforms.SelectMany(platform => platform.Packages).Select(package => (package.Pin.Name, package.Pin.Version)).Distinct().Count();
            return new DoctorFinding(id, Health.Good, $"image.lock.json has what is asked for: {Plural.Count(packages, "package")}, {Plural.Count(known.Platforms.Count, "platform")}");
        }

        return new DoctorFinding(id, isLocked ? Health.Problem : Health.Warning, known is null ? "there is no lock" : "image.lock.json does not have what is asked for")
        {
            Why = gap?.Short ?? (isLocked ? "--locked does not write one" : "the next build writes one"), Fix = isLocked ? "./build.sh --locked=false --target=Restore" : "./build.sh --target=Restore",
        };
    }

    /// <summary>Judges git.</summary>
    /// <param name="hasGit">Whether git is on PATH.</param>
    /// <param name="revision">The commit, and whether there are uncommitted changes; null if git names none.</param>
    /// <param name="install">The command that installs git.</param>
    public static DoctorFinding Git(bool hasGit, (string Commit, bool IsDirty)? revision, string install) => (hasGit, revision) switch
    {
        (false, _) => new DoctorFinding("project.git", Health.Warning, "git is not on PATH") { Why = "published.json and the provenance then name no commit", Fix = install },
        (_, null) => new DoctorFinding("project.git", Health.Unused, "the project is in no git repository; published.json names no commit"),
        var (_, found) => new DoctorFinding("project.git", Health.Good, $"commit {SafeText.Text(found.Value.Commit[..Math.Min(12, found.Value.Commit.Length)])}{(found.Value.IsDirty ? ", with uncommitted changes" : string.Empty)}"),
    };
}
