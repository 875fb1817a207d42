using BusyboxGlibc.Supply.Cache;

namespace BusyboxGlibc.Tests.Supply.Cache;

/// <summary>What is deleted from a cache, and above all what is not.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CachePruneTests
{
    private static readonly string _digest = new('a', 64);
    private static readonly DateTime _now = new(2026, 11, 28, 11, 0, 0, DateTimeKind.Utc);

    private readonly List<string> _kept = [];

    [Test]
    public void WhatNoLockNeedsAndNobodyUsedGoes()
    {
        using var cache = new TemporaryFolder();
        string[] old = [Download('b'), "derived/packages/old", $"derived/{_digest}", "busybox/k/stamp.json", "build-root/r/root/usr/bin/make", "layers/x/segments/s", "smoke/p/program", "derived/emulators/q/qemu", "tracker/t.json"];
        string[] kept = ["releases/trixie.InRelease", "notes.txt", "derived/unknown", "sha256/README", "other/sha256/file", "busybox-glibc/x"];
        foreach (var path in old.Concat(kept))
        {
            Write(cache, path, days: 40);
        }

        var plan = CachePlan.Of(CacheSurvey.Read(cache.Path, CancellationToken.None), _ => false, TimeSpan.FromDays(30), _now);
        var pruned = new CachePruner(cache.Path).Delete(plan.Going, CancellationToken.None);
        Assert.Multiple(() =>
        {
            // A prune that deletes whatever it does not know deletes the caches of tomorrow (tinylabscom/mvm, pull request 2580).
            Assert.That(kept.Where(path => !File.Exists(cache[path])), Is.Empty);
            Assert.That(old.Where(path => File.Exists(cache[path])), Is.Empty);
            Assert.That((pruned.Bytes, pruned.Held.Count, pruned.Failed.Count), Is.EqualTo((plan.Bytes, 0, 0)));
            Assert.That(plan.Bytes, Is.EqualTo(4 * old.Length));
        });
    }

    [TestCase(29, false)]
    [TestCase(31, true)]
    [TestCase(-5, false, Description = "from the future, by a clock that was set back")]
    public void AgeIsThatOfTheLastUse(int days, bool goes)
    {
        using var cache = new TemporaryFolder();
        Write(cache, Download('b'), days);
        Assert.That(CachePlan.Of(CacheSurvey.Read(cache.Path, CancellationToken.None), _ => false, TimeSpan.FromDays(30), _now).Going, Has.Count.EqualTo(goes ? 1 : 0));
    }

    [Test]
    public void AFileThatWasReadLatelyIsInUse()
    {
        using var cache = new TemporaryFolder();
        Write(cache, Download('b'), 400);
        File.SetLastAccessTimeUtc(cache[Download('b')], _now.AddDays(-2));
        Assert.That(CachePlan.Of(CacheSurvey.Read(cache.Path, CancellationToken.None), _ => false, TimeSpan.FromDays(30), _now).Going, Is.Empty);
    }

    [Test]
    public void NeedsOfLocksThatWereUsedLatelyStayWhoeverUsedThem()
    {
        using var cache = new TemporaryFolder();
        Write(cache, Download('b'), 400);
        Write(cache, Download('c'), 400);
        CacheUse.Record(cache.Path, [Download('b')], _now.AddDays(-10));
        CacheUse.Record(cache.Path, [Download('c')], _now.AddDays(-50));
        var needs = CacheUse.NeedsSince(cache.Path, _now.AddDays(-30));
        var plan = CachePlan.Of(CacheSurvey.Read(cache.Path, CancellationToken.None), item => needs.Contains(item.Path), TimeSpan.FromDays(30), _now);
        Assert.That(plan.Going.Where(item => item.Kind == CacheKind.Packages).Select(item => item.Path), Is.EqualTo(new[] { Download('c') }));
    }

    [Test]
    public void ARecordIsOneFileForALockAndItsTimeIsThatOfTheLastRun()
    {
        using var cache = new TemporaryFolder();
        CacheUse.Record(cache.Path, ["b", "a"], _now.AddDays(-10));
        CacheUse.Record(cache.Path, ["a", "b", "a"], _now);
        var record = Directory.GetFiles(cache["used"]).Single();
        Assert.That((File.GetLastWriteTimeUtc(record), File.ReadAllLines(record)[1..]), Is.EqualTo((_now, new[] { "a", "b" })));
        File.WriteAllText(record, "something else\na\n");
        File.SetLastWriteTimeUtc(record, _now);
        Assert.That(CacheUse.NeedsSince(cache.Path, _now.AddDays(-1)), Is.Empty);
    }

    // uv's prune deleted what a link led to (astral-sh/uv, issue 19542), and a review found the same elsewhere (Mesh-LLM/mesh-llm, pull request 1390).
    [Test]
    public void NothingIsDeletedThroughALink()
    {
        Requires.That(OperatingSystem.IsLinux(), "Linux");
        using var cache = new TemporaryFolder();
        using var outside = new TemporaryFolder();
        foreach (var name in new[] { "packages/p", $"files/{new string('d', 64)}", "root/etc/passwd" })
        {
            Write(outside, name, 400);
        }

        Directory.CreateDirectory(cache["derived"]);
        Directory.CreateDirectory(cache["sha256/dd"]);
        Directory.CreateSymbolicLink(cache["derived/packages"], outside["packages"]);
        File.CreateSymbolicLink(cache[Download('d')], outside[$"files/{new string('d', 64)}"]);
        Directory.CreateSymbolicLink(cache["sha256/ee"], outside["files"]);
        Directory.CreateDirectory(cache["build-root/r"]);
        Directory.CreateSymbolicLink(cache["build-root/r/etc"], outside["root/etc"]);
        Directory.CreateSymbolicLink(cache["busybox"], outside["root"]);
        Directory.SetLastWriteTimeUtc(cache["build-root/r"], _now.AddDays(-400));
        Directory.SetLastAccessTimeUtc(cache["build-root/r"], _now.AddDays(-400));
        var content = CacheSurvey.Read(cache.Path, CancellationToken.None);
        var pruned = new CachePruner(cache.Path).Delete(CachePlan.Of(content, _ => false, TimeSpan.Zero, _now).Going, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(outside.Names.Where(name => File.Exists(outside[name])).Count(), Is.EqualTo(3));
            Assert.That(content.Links, Is.EqualTo(new[] { "busybox", "derived/packages", Download('d'), "sha256/ee" }));
            Assert.That(pruned.Deleted.Select(item => item.Path), Is.EqualTo(new[] { "build-root/r" }));
        });

        // An entry whose folder became a link after the survey.
        Write(cache, "tracker/t.json", 400);
        var late = CacheSurvey.Read(cache.Path, CancellationToken.None).Items;
        Directory.Delete(cache["tracker"], recursive: true);
        Write(outside, "tracker/t.json", 400);
        Directory.CreateSymbolicLink(cache["tracker"], outside["tracker"]);
        Assert.That(new CachePruner(cache.Path).Delete(late, CancellationToken.None).Failed.Single().Why, Is.EqualTo("it is reached through a link"));
        Assert.That(File.Exists(outside["tracker/t.json"]));
    }

    [Test]
    public void TheCacheItselfMayBeALink()
    {
        Requires.That(OperatingSystem.IsLinux(), "Linux");
        using var folder = new TemporaryFolder();
        using var disk = new TemporaryFolder();
        Write(disk, Download('b'), 400);
        Directory.CreateSymbolicLink(folder["cache"], disk.Path);
        var plan = CachePlan.Of(CacheSurvey.Read(folder["cache"], CancellationToken.None), _ => false, TimeSpan.FromDays(30), _now);
        Assert.That(new CachePruner(folder["cache"]).Delete(plan.Going, CancellationToken.None).Deleted, Has.Count.EqualTo(1));
    }

    [Test]
    public void DownloadsCutShortGoUnlessARunWritesThem()
    {
        using var cache = new TemporaryFolder();
        Write(cache, Download('b') + ".partial", 0);
        Write(cache, Download('c') + ".partial", 0);
        using var writing = new FileStream(cache[Download('c') + ".partial"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var plan = CachePlan.Of(CacheSurvey.Read(cache.Path, CancellationToken.None), _ => true, TimeSpan.FromDays(30), _now);
        var pruned = new CachePruner(cache.Path).Delete(plan.Going, CancellationToken.None);
        Assert.That((pruned.Deleted.Single().Path, pruned.Held.Single().Path), Is.EqualTo((Download('b') + ".partial", Download('c') + ".partial")));
    }

    [Test]
    public void ACompilationInProgressStays()
    {
        using var cache = new TemporaryFolder();
        Write(cache, "busybox/k/compiling/busybox.o", 40);
        Write(cache, "busybox/k/build.lock", 40);
        using var writing = new FileStream(cache["busybox/k/build.lock"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var plan = CachePlan.Of(CacheSurvey.Read(cache.Path, CancellationToken.None), _ => false, TimeSpan.FromDays(30), _now);
        Assert.That(new CachePruner(cache.Path).Delete(plan.Going, CancellationToken.None).Held.Single().Path, Is.EqualTo("busybox/k"));
        Assert.That(File.Exists(cache["busybox/k/compiling/busybox.o"]));
    }

    [Test]
    public void PruneWaitsForRunsAndRunsForPruneButRunsNotForRuns()
    {
        using var cache = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        void Wait()
        {
            _kept.Add("waits");
            stop.Cancel();
        }

        using (CacheUse.Share(cache.Path, Wait, stop.Token))
        using (CacheUse.Share(cache.Path, Wait, stop.Token))
        {
            Assert.That(_kept, Is.Empty);
            Assert.That(() => CacheUse.Claim(cache.Path, Wait, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        }

        using var again = new CancellationTokenSource();
        using (CacheUse.Claim(cache.Path, Wait, again.Token))
        {
            Assert.That(() => CacheUse.Share(cache.Path, again.Cancel, again.Token), Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(_kept, Is.EqualTo(new[] { "waits" }));
    }

    [Test]
    public void AnAbsentCacheIsEmpty()
    {
        using var folder = new TemporaryFolder();
        Assert.That(CacheSurvey.Read(folder["none"], CancellationToken.None).Items, Is.Empty);
        Assert.That(CacheUse.Claim(folder["none"], () => { }, CancellationToken.None), Is.Null);
        Assert.That(CacheUse.NeedsSince(folder["none"], _now), Is.Empty);
    }

    private static string Download(char letter) => $"sha256/{letter}{letter}/{new string(letter, 64)}";

    private static void Write(TemporaryFolder folder, string path, int days)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        File.WriteAllText(folder[path], "four");
        for (var name = folder[path]; name != folder.Path; name = Path.GetDirectoryName(name)!)
        {
            if (File.Exists(name))
            {
                File.SetLastWriteTimeUtc(name, _now.AddDays(-days));
                File.SetLastAccessTimeUtc(name, _now.AddDays(-days));
            }
            else
            {
                Directory.SetLastWriteTimeUtc(name, _now.AddDays(-days));
                Directory.SetLastAccessTimeUtc(name, _now.AddDays(-days));
            }
        }
    }
}
