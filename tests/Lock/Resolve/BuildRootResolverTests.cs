using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Lock.Resolve;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildRootResolverTests
{
    [Test]
    public void WhatDependsOnEachOtherIsTakenOnce() =>
        Assert.That(Names(Resolve(["a"], "a 1: b", "b 1: c", "c 1: a, b", "d 1:")), Is.EqualTo(new[] { "a", "b", "c" }));

    [Test]
    public void AnAlternativeAlreadyChosenIsPreferredToTheFirst() =>
        Assert.That(Names(Resolve(["a", "z"], "a 1: x | z", "x 1:", "z 1:")), Is.EqualTo(new[] { "a", "z" }));

    [Test]
    public void TheFirstAlternativeThatCanBeIsTaken() =>
        Assert.That(Names(Resolve(["a"], "a 1: gone | x (>= 2) | y", "x 1:", "y 1:")), Is.EqualTo(new[] { "a", "y" }));

    [Test]
    public void AVirtualPackageIsItsProviderAlreadyChosenElseTheFirstByName()
    {
        Assert.That(Names(Resolve(["a"], "a 1: awk", "mawk 1: ; awk", "gawk 1: ; awk")), Is.EqualTo(new[] { "a", "gawk" }));
        Assert.That(Names(Resolve(["a", "mawk"], "a 1: awk", "mawk 1: ; awk", "gawk 1: ; awk")), Is.EqualTo(new[] { "a", "mawk" }));
    }

    [Test]
    public void WhatIsAskedForMayBeVirtual() => Assert.That(Names(Resolve(["awk"], "gawk 1: lib ; awk", "lib 1:")), Is.EqualTo(new[] { "gawk", "lib" }));

    [Test]
    public void ADependencyThatCannotBeMetIsToldWithTheChainToIt() =>
        Assert.That(
            () => Resolve(["a"], "a 1: b", "b 2: c (>= 3) | d", "c 2.9:"),
            Throws.TypeOf<LockException>().With.Message.Contains("c (>= 3) | d").And.Message.Contains("build root amd64: a 1 needs b 2").And.Message.Contains("there is c 2.9"));

    [Test]
    public void AToolThatIsNotThereIsTold() =>
        Assert.That(() => Resolve(["a"], "b 1:"), Throws.TypeOf<LockException>().With.Message.Contains("there is no package a").And.Message.Contains("amd64"));

    [Test]
    public void WhatOnlyACompilerNeedsIsMarkedWithItsPlatforms()
    {
        var root = Resolve(
            new BuildRootRequest(["make"], new Dictionary<Platform, IReadOnlyList<string>> { [Locks.Arm64] = ["gcc-arm"], [Locks.Riscv64] = ["gcc-riscv"], [Locks.Amd64] = ["none"] }),
            null, null, "make 1: libc", "libc 1:", "gcc-arm 1: cc, libc", "gcc-riscv 1: cc, own", "cc 1: libc", "own 1:");
        Assert.That(
            root.Packages.Select(tool => $"{tool.Pin.Name} [{string.Join(' ', tool.Platforms)}]"),
            Is.EqualTo(new[] { "cc [linux/arm64 linux/riscv64]", "gcc-arm [linux/arm64]", "gcc-riscv [linux/riscv64]", "libc []", "make []", "own [linux/riscv64]" }));
        Assert.That(root.Asked, Is.EqualTo(new[] { "linux/arm64: gcc-arm", "linux/riscv64: gcc-riscv", "make" }), "the host's own platform takes the host's compiler");
        Assert.That(root.For([Locks.Arm64]).Select(tool => tool.Pin.Name), Is.EqualTo(new[] { "cc", "gcc-arm", "libc", "make" }));
    }

    [Test]
    public void WhatOnlyTheEmulatorsNeedIsKeptApart()
    {
        var request = new BuildRootRequest(["make"], new Dictionary<Platform, IReadOnlyList<string>>()) { Emulators = ["qemu"] };
        var root = Resolve(request, null, null, "make 1: libc", "libc 1:", "qemu 1: libc, roms", "roms 1:");
        Assert.That(root.Packages.Where(tool => tool.IsEmulator).Select(tool => tool.Pin.Name), Is.EqualTo(new[] { "qemu", "roms" }));
        Assert.That(root.For([]).Select(tool => tool.Pin.Name), Is.EqualTo(new[] { "libc", "make" }));
        Assert.That(root.Asked, Is.EqualTo(new[] { "emulators: qemu", "make" }));
    }

    [Test]
    public void WhatOnlyCxxNeedsIsKeptApart()
    {
        var request = new BuildRootRequest(["make"], new Dictionary<Platform, IReadOnlyList<string>> { [Locks.Arm64] = ["gcc-arm"] })
        {
            CxxCompilers = (host, platform) => platform == Locks.Amd64 ? ["g++"] : platform == Locks.Arm64 ? ["g++-arm"] : [],
        };
        string[] packages = ["make 1: libc", "libc 1:", "gcc-arm 1: cc, libc", "cc 1:", "g++-arm 1: gcc-arm, std-arm", "std-arm 1: libc", "g++ 1: std, cc", "std 1:"];
        var root = Resolve(request, null, null, packages);
        Assert.That(
            root.Packages.Select(tool => $"{tool.Pin.Name} [{string.Join(' ', tool.Platforms)}] [{string.Join(' ', tool.CxxPlatforms)}]"),
            Is.EqualTo(new[]
            {
                "cc [linux/arm64] [linux/amd64]", "g++ [] [linux/amd64]", "g++-arm [] [linux/arm64]", "gcc-arm [linux/arm64] []", "libc [] []", "make [] []",
                "std [] [linux/amd64]", "std-arm [] [linux/arm64]",
            }));
        Assert.That(root.Asked, Is.EqualTo(new[] { "linux/amd64 c++: g++", "linux/arm64 c++: g++-arm", "linux/arm64: gcc-arm", "make" }));
        Assert.That(root.For([Locks.Amd64, Locks.Arm64]).Select(tool => tool.Pin.Name), Is.EqualTo(new[] { "cc", "gcc-arm", "libc", "make" }), "BusyBox takes no C++ compiler");
        Assert.That(root.WithCxx().For([Locks.Amd64]).Select(tool => tool.Pin.Name), Is.EqualTo(new[] { "cc", "g++", "libc", "make", "std" }));
        Assert.That(root.WithCxx().For([Locks.Arm64]).Select(tool => tool.Pin.Name), Is.EqualTo(new[] { "cc", "g++-arm", "gcc-arm", "libc", "make", "std-arm" }));
    }

    [Test]
    public void PinsAreKeptWhereTheyFitAndLetGoWithTheirSourceWhereNot()
    {
        string[] before = ["a 1: b", "b 1:", "c 1:"];
        string[] after = ["a 2: b (= 2)", "b 2:", "c 2:", "d 1: c (>= 2)"];
        var old = Resolve(Wish("a", "c"), null, null, before);
        Assert.That(Versions(Resolve(Wish("a", "c"), old, null, after)), Is.EqualTo(new[] { "a 1", "b 1", "c 1" }), "what was locked together stays together");
        Assert.That(Versions(Resolve(Wish("a", "c", "d"), old, null, after)), Is.EqualTo(new[] { "a 1", "b 1", "c 2", "d 1" }));
        var gone = old.Packages.Single(tool => tool.Pin.Name == "a").Pin;
        Assert.That(Versions(Resolve(Wish("a", "c"), old, new HashSet<PinnedPackage> { gone }, after)), Is.EqualTo(new[] { "a 2", "b 2", "c 1" }));
        Assert.That(Versions(Resolve(Wish("a", "c"), null, null, after)), Is.EqualTo(new[] { "a 2", "b 2", "c 2" }), "a renewal keeps none");
    }

    [Test]
    public void AnAnsweredRootNeedsNoIndex()
    {
        var root = Resolve(["a"], "a 1:");
        Assert.That(BuildRootResolver.Answers(root, Wish("a"), "amd64", null), Is.True);
        Assert.That(BuildRootResolver.Answers(root, Wish("a", "b"), "amd64", null), Is.False);
        Assert.That(BuildRootResolver.Answers(root, Wish("a"), "amd64", new HashSet<PinnedPackage> { root.Packages[0].Pin }), Is.False);
        Assert.That(BuildRootResolver.Answers(null, Wish("a"), "amd64", null), Is.False);
    }

    [Test]
    public async Task TheResolverLocksBothHostsAndLeavesWhatIsNotAskedFor()
    {
        using var archive = new FakeArchive();
        archive.Add([Locks.Amd64, Locks.Arm64], platform => new FakePackage("zlib1g", "1", platform).Library("libz.so.1").Copyright());
        archive.Add([Locks.Amd64, Locks.Arm64], platform => new FakePackage("make", "4", platform) { Depends = "zlib1g (>= 1)" });
        var request = new ResolveRequest(
            "trixie", [Locks.Library("libz")], [], [Locks.Amd64], null, true, null, archive.Folder, Wish("make"), new LockedBusyboxRelease("1.38.0", Locks.Sha("busybox")));
        var first = await new Resolver(archive, archive, archive, 2).ResolveAsync(request, default);
        Assert.That(first.BuildRoots.Select(root => $"{root.Host} {string.Join(' ', Names(root))}"), Is.EqualTo(new[] { "amd64 make zlib1g", "arm64 make zlib1g" }));
        Assert.That(first.Busybox!.Version, Is.EqualTo("1.38.0"));

        var kept = await new Resolver(archive, archive, archive, 2).ResolveAsync(request with { Previous = first, BuildRoot = null, Busybox = null, KeepPins = false }, default);
        Assert.That(LockFile.Serialize(kept), Is.EqualTo(LockFile.Serialize(first)), "with Debian's BusyBox they stay as they are");
        Assert.That(LockAnswer.Find(first, "trixie", [Locks.Library("libz")], [], [Locks.Amd64], null, Wish("make"), first.Busybox), Is.Null);
        Assert.That(
            LockAnswer.Find(first, "trixie", [Locks.Library("libz")], [], [Locks.Amd64], null, Wish("make", "sed"), new LockedBusyboxRelease("1.37.0", Locks.Sha("x")))!.Lines,
            Is.EqualTo(new[] { "build root amd64: sed is not in the lock", "build root arm64: sed is not in the lock", "busybox is 1.37.0, the lock is for 1.38.0" }));
        Assert.That(LockAnswer.Find(Locks.Small(), "trixie", [Locks.Library("libz")], [], [Locks.Amd64]), Is.Null, "no build root is wanted");
    }

    private static BuildRootRequest Wish(params string[] tools) => new(tools, new Dictionary<Platform, IReadOnlyList<string>>());

    private static LockedBuildRoot Resolve(string[] tools, params string[] packages) => Resolve(Wish(tools), null, null, packages);

    private static LockedBuildRoot Resolve(BuildRootRequest request, LockedBuildRoot? previous, IReadOnlySet<PinnedPackage>? dropped, params string[] packages) =>
        new BuildRootResolver("amd64", new TextIndex(packages), request, previous, dropped).Resolve();

    private static IEnumerable<string> Names(LockedBuildRoot root) => root.Packages.Select(tool => tool.Pin.Name);

    private static IEnumerable<string> Versions(LockedBuildRoot root) => root.Packages.Select(tool => $"{tool.Pin.Name} {tool.Pin.Version}");

    /// <summary>Packages as <c>name version: depends ; provides</c>; a and b have one source.</summary>
    private sealed class TextIndex(string[] packages) : IPackageIndex
    {
        private readonly Dictionary<string, (IndexedPackage Package, string Provides)> _packages = packages.Select(Parse).ToDictionary(parsed => parsed.Package.Pin.Name);

        public string Architecture => "amd64";

        public IEnumerable<string> Names => _packages.Keys.Order(StringComparer.Ordinal);

        public IndexedPackage? Find(string name) => _packages.TryGetValue(name, out var found) ? found.Package : null;

        public IReadOnlyList<IndexedPackage> Providers(string virtualName) =>
            [.. _packages.Values.Where(parsed => parsed.Provides == virtualName).Select(parsed => parsed.Package).OrderBy(package => package.Pin.Name, StringComparer.Ordinal)];

        private static (IndexedPackage Package, string Provides) Parse(string text)
        {
            var (head, rest) = (text.Split(':')[0].Split(' '), text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';'));
            var pin = Locks.Pin(head[0], head[1], Locks.Amd64);
            return (
                new IndexedPackage(head[0] is "a" or "b" ? pin with { Source = "ab" } : pin, "devel", DependencyField.Parse(rest[0])),
                rest.Length > 1 ? rest[1].Trim() : string.Empty);
        }
    }
}
