using System.Security.Cryptography;
using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian.Package;
using CsCheck;

namespace BusyboxGlibc.Tests.Busybox.BuildRoot;

/// <summary>Unpacking made packages, hostile ones too.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildRootFolderTests
{
    [Test]
    public async Task PathsAreMergedTimesKeptAndSetUserIdBitsDropped()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.Folder("./bin/"), DebMaker.File("./bin/sh", "shell", 0xFED), DebMaker.Folder("./usr/"), DebMaker.Link("./usr/self", "../etc"), DebMaker.Link("./lib64/ld", "/lib/real"));
        bench.Add("base-files", DebMaker.Link("./bin", "usr/bin"), DebMaker.File("./usr/share/doc/base/copyright", "free"), DebMaker.File("./usr/bin/gawk", "x"));
        var folder = await bench.FillAsync();
        var file = new FileInfo(folder.Root + "/usr/bin/sh");
        Assert.That(file.UnixFileMode, Is.EqualTo((UnixFileMode)0x1ED));
        Assert.That(file.LastWriteTimeUtc, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).UtcDateTime));
        Assert.That(new FileInfo(folder.Root + "/bin").LinkTarget, Is.EqualTo("usr/bin"));
        Assert.That(new FileInfo(folder.Root + "/usr/lib64/ld").LinkTarget, Is.EqualTo("/lib/real"));
        Assert.That(new FileInfo(folder.Root + "/usr/bin/awk").LinkTarget, Is.EqualTo("gawk"));
        Assert.That(Directory.Exists(folder.Root + "/usr/share/doc"), Is.False);
        Assert.That(await File.ReadAllTextAsync(folder.Root + "/bin/sh"), Is.EqualTo("shell"));
    }

    [Test]
    public async Task AHardLinkHasTheContentOfTheFirst()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.File("./usr/a", "text"), DebMaker.Link("./usr/b", "./usr/a", '1'));
        var folder = await bench.FillAsync();
        Assert.That(await File.ReadAllTextAsync(folder.Root + "/usr/b"), Is.EqualTo("text"));
    }

    [TestCase("/outside")]
    [TestCase("../../../../../../../../outside")]
    [TestCase("etc")]
    public async Task NoPackageWritesThroughTheLinkOfAnother(string target)
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.Link("./usr/way", target.StartsWith("..", StringComparison.Ordinal) ? "/" + target.TrimStart('.', '/') : target));
        bench.Add("two", DebMaker.File("./usr/way/in", "intruder"));
        await Assert.ThatAsync(() => bench.FillAsync(), Throws.InstanceOf<BuildException>());
        Assert.That(File.Exists("/outside/in"), Is.False);
    }

    [Test]
    public async Task ALinkPlantedInTheCacheIsNotWrittenThrough()
    {
        using var bench = new Bench();
        using var outside = new TemporaryFolder();
        bench.Add("one", DebMaker.File("./usr/share/one/file", "text"), DebMaker.File("./usr/share/plain", "text"));
        var root = bench.Folder().Root;
        Directory.CreateDirectory(root + "/usr/share");
        Directory.CreateSymbolicLink(root + "/usr/share/one", outside.Path);
        File.CreateSymbolicLink(root + "/usr/share/plain", outside.File("plain"));
        await bench.FillAsync();
        Assert.That(outside.Names, Is.Empty);
        Assert.That(await File.ReadAllTextAsync(root + "/usr/share/one/file"), Is.EqualTo("text"));
    }

    [Test]
    public async Task TwoPackagesWithOnePathAreAnErrorThatNamesBoth()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.File("./usr/a", "1"));
        bench.Add("two", DebMaker.File("./usr/a", "2"));
        await Assert.ThatAsync(() => bench.FillAsync(), Throws.TypeOf<BusyboxException>().With.Message.Contains("/usr/a").And.Message.Match("one|two"));
    }

    [Test]
    public async Task OnlyWhatThePlatformsNeedIsFetchedAndTheRestAddedLater()
    {
        using var bench = new Bench();
        bench.Add("common", DebMaker.File("./usr/common", "1"));
        bench.Add("cross", [KnownPlatforms.Find("linux/arm64")!], DebMaker.File("./usr/cross", "1"));
        Assert.That(bench.Folder().Missing([KnownPlatforms.Amd64]).Select(pin => pin.Name), Is.EqualTo(new[] { "common" }));
        await bench.FillAsync(KnownPlatforms.Amd64);
        Assert.That(bench.Folder().Missing(KnownPlatforms.Default).Select(pin => pin.Name), Is.EqualTo(new[] { "cross" }));
        Assert.That(bench.Fetched, Is.EqualTo(new[] { "common" }));
        await bench.FillAsync(KnownPlatforms.Find("linux/arm64")!);
        Assert.That(bench.Fetched, Is.EqualTo(new[] { "common", "cross" }));
        await bench.FillAsync(KnownPlatforms.Default.ToArray());
        Assert.That(bench.Fetched, Has.Count.EqualTo(2), "all is there");
    }

    [Test]
    public async Task WhateverIsDamagedIsFoundToldAndMadeAsItWas()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.Folder("./usr/dir/"), DebMaker.File("./usr/dir/a", "text"), DebMaker.Link("./usr/b", "dir/a"), DebMaker.File("./usr/c", "text", 0x1ED));
        var root = (await bench.FillAsync()).Root;
        Action[] damages =
        [
            () => File.Delete(root + "/usr/dir/a"),
            () => File.AppendAllText(root + "/usr/dir/a", "x"),
            () => File.WriteAllText(root + "/usr/c", "TEXT"),
            () => File.SetUnixFileMode(root + "/usr/c", UnixFileMode.UserRead | UnixFileMode.UserWrite),
            () => { File.Delete(root + "/usr/b"); File.WriteAllText(root + "/usr/b", "text"); },
            () => Directory.Delete(root + "/usr/dir", recursive: true),
            () => { Directory.Delete(root + "/usr/dir", recursive: true); File.WriteAllText(root + "/usr/dir", "file"); },
            () => { File.Delete(root + "/usr/c"); Directory.CreateDirectory(root + "/usr/c/d"); },
            () => { File.Delete(root + "/bin"); Directory.CreateDirectory(root + "/bin"); File.Delete(root + "/usr/c"); },
            () => Directory.Delete(root, recursive: true),
        ];
        foreach (var (index, damage) in damages.Index())
        {
            damage();
            await bench.FillAsync();
            Assert.That(bench.Warnings, Has.Count.EqualTo(index + 1), $"damage {index}");
            Assert.That(File.ReadAllText(root + "/usr/b") + File.ReadAllText(root + "/usr/c") + new FileInfo(root + "/bin").LinkTarget, Is.EqualTo("texttextusr/bin"), $"damage {index}");
        }
    }

    [Test]
    public async Task WhatWasCutOffIsUnpackedAgainAndTheRestIsNot()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.File("./usr/one", "1"));
        bench.Add("two", DebMaker.File("./usr/two", "2"), DebMaker.File("./usr/three", "3"));
        bench.Hold("two");
        await Assert.ThatAsync(() => bench.FillAsync(), Throws.InstanceOf<DebianException>());
        await File.WriteAllTextAsync(bench.Folder().Root + "/usr/two", "half");
        bench.Hold(null);
        await bench.FillAsync();
        Assert.That(bench.Fetched.Count(name => name == "one"), Is.EqualTo(1));
        Assert.That(await File.ReadAllTextAsync(bench.Folder().Root + "/usr/two"), Is.EqualTo("2"));
    }

    [Test]
    public async Task TwoAtOnceUnpackOnce()
    {
        using var bench = new Bench();
        foreach (var number in Enumerable.Range(0, 20))
        {
            bench.Add($"p{number}", DebMaker.File($"./usr/f{number}", new string('x', 10000)));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => bench.FillAsync())));
        Assert.That(bench.Fetched, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task OtherPinsAreAnotherRoot()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.File("./usr/one", "1"));
        var first = await bench.FillAsync();
        bench.Add("two", DebMaker.File("./usr/two", "1"));
        Assert.That((await bench.FillAsync()).Root, Is.Not.EqualTo(first.Root));
    }

    [Test]
    public void DamagedManifestsAreNeverBelievedAndNeverAnError()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.File("./usr/one", "1"), DebMaker.Link("./usr/l", "one"));
        bench.FillAsync().GetAwaiter().GetResult();
        var path = Path.Combine(Path.GetDirectoryName(bench.Folder().Root)!, "packages", "one.list");
        var whole = File.ReadAllBytes(path);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample(
            (at, value) =>
            {
                var bytes = whole.ToArray();
                bytes[at] = value;
                File.WriteAllBytes(path, value % 3 == 0 ? bytes[..at] : bytes);
                bench.FillAsync().GetAwaiter().GetResult();
                return File.ReadAllText(bench.Folder().Root + "/usr/one") == "1";
            },
            iter: 200, threads: 1);
    }

    [Test]
    public async Task WhereNothingCanBeWrittenThatIsSaid()
    {
        using var bench = new Bench();
        bench.Add("one", DebMaker.File("./usr/one", "1"));
        await File.WriteAllTextAsync(bench.Cache + "/build-root", "a file in the way");
        await Assert.ThatAsync(() => bench.FillAsync(), Throws.InstanceOf<BuildException>().With.Message.Contains("cannot write"));
    }

    private sealed class Bench : IPackageStore, IProgressBoard, IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly List<LockedTool> _tools = [];
        private readonly List<string> _fetched = [];
        private string? _held;

        public string Cache => _folder.Path;

        public IReadOnlyList<string> Fetched => _fetched;

        public List<string> Warnings { get; } = [];

        public void Add(string name, params byte[][] members) => Add(name, [], members);

        public void Add(string name, IReadOnlyList<Platform> platforms, params byte[][] members)
        {
            var deb = DebMaker.DebOf(members);
            File.WriteAllBytes(_folder.File(name + ".deb"), deb);
            _tools.Add(new LockedTool(
                new PinnedPackage(name, "1", "amd64", name, "1", "debian", $"pool/{name}.deb", deb.Length, Convert.ToHexStringLower(SHA256.HashData(deb))), platforms));
        }

        public void Hold(string? name) => _held = name;

        public BuildRootFolder Folder() => new(new LockedBuildRoot("amd64", [], [.. _tools]), Cache);

        public async Task<BuildRootFolder> FillAsync(params Platform[] platforms)
        {
            var folder = Folder();
            await folder.FillAsync(platforms.Length == 0 ? KnownPlatforms.Default : platforms, this, _ => Task.CompletedTask, this, 2, default);
            return folder;
        }

        public async Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation)
        {
            if (package.Name == _held)
            {
                // Not before the others are whole: a failure stops what is only begun.
                while (Folder().Missing(KnownPlatforms.Default).Any(missing => missing.Name != _held))
                {
                    await Task.Delay(5, cancellation);
                }

                throw new DebianException("held back");
            }

            lock (_fetched)
            {
                _fetched.Add(package.Name);
            }

            return _folder.File(package.Name + ".deb");
        }

        public IProgressLine Begin(string label, long? total, ProgressUnit unit) => new SilentProgressBoard().Begin(label, total, unit);

        public void Note(string text)
        {
        }

        public void Warn(string text) => Warnings.Add(text);

        public void Dispose() => _folder.Dispose();
    }
}
