using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Reports.Page;

namespace BusyboxGlibc.Setup;

/// <summary>Finds the lock before the project's lock in git, and what the packages that changed since then fix. Asks no network: packages that are not in the cache are not asked.</summary>
/// <param name="runner">Runs git, and keeps whole files.</param>
/// <param name="rootFolder">The project's folder.</param>
/// <param name="lockPath">The path of the lock.</param>
/// <param name="cacheFolder">The cache of packages.</param>
/// <param name="packages">The cache of unpacked packages.</param>
internal sealed class EarlierLock(ICommandRunner runner, string rootFolder, string lockPath, string cacheFolder, PackageCache packages)
{
    /// <summary>The lines of a lock of ten platforms with a thousand files each.</summary>
    public const int KeptLines = 400_000;

    private const int ShownDigits = 12;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>What changed since the lock before; null if git has none: then the folder is not the top of a repository, or its clone is shallow.</summary>
    /// <param name="now">The lock of the image.</param>
    /// <param name="cancellation">Ends git.</param>
    public async Task<ReportLockChange?> FindAsync(ImageLock now, CancellationToken cancellation)
    {
        if (!Path.Exists(Path.Combine(rootFolder, ".git")) || runner.Find("git") is not { } git)
        {
            return null;
        }

        try
        {
            // The newest commit whose lock is another one.
            var text = LockFile.Serialize(LockFile.Read(lockPath) ?? now);
            foreach (var commit in await GitAsync(git, ["log", "-2", "--format=%H", "--", Path.GetRelativePath(rootFolder, lockPath)], cancellation))
            {
                var lines = await GitAsync(git, ["show", $"{commit}:./{Path.GetRelativePath(rootFolder, lockPath)}"], cancellation);
                if (lines.Count > 0 && LockFile.Parse(string.Join('\n', lines), "image.lock.json") is var before && LockFile.Serialize(before) != text)
                {
                    return new ReportLockChange($"the lock of commit {commit[..Math.Min(ShownDigits, commit.Length)]}", await FixesAsync(before, now, cancellation));
                }
            }

            return null;
        }
        catch (Exception error) when (error is BuildException or CommandException)
        {
            // Whatever an old commit has there: nothing depends on it.
            return null;
        }
    }

    private async Task<IReadOnlyList<ReportFix>> FixesAsync(ImageLock before, ImageLock now, CancellationToken cancellation)
    {
        var cache = new ArchiveCache(cacheFolder);
        string Find(PinnedPackage pin) => cache.Find(pin.Sha256, pin.Size) ?? throw new DebianException($"{pin.Name} is not in the cache");
        var fixes = await new ChangelogReader((pin, _) => Task.FromResult(Find(pin)), packages).ReadAsync(LockSteps.Between(before, now), cancellation);
        return [.. fixes.Select(fix => new ReportFix(fix.Source, fix.Before, fix.After, fix.Summary(), fix.Cves, fix.Unknown))];
    }

    private async Task<IReadOnlyList<string>> GitAsync(string git, IEnumerable<string> words, CancellationToken cancellation) =>
        await runner.RunAsync(git, ["-C", rootFolder, .. words], _patience, cancellation) is { Succeeded: true } result ? result.Output : [];
}
