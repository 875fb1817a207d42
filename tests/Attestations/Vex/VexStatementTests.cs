using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Attestations.Vex;

/// <summary>What an image shows about the facts of the table: only what is nowhere in it is proven.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class VexStatementTests
{
    private const string Applets = "x\0[\0ash\0awk\0cat\0ls\0sh\0\0";

    [Test]
    public void AModuleIsFoundInTheFolderOfAnyTriplet()
    {
        VexEntry[] entries = [Entry("CVE-2026-80489", new VexFact(VexFactKind.Module, "EUC_JISX0213"))];
        Assert.That(Check(entries, Glibc()).Single(), Is.EqualTo((VexStatus.CodeNotPresent, "module EUC_JISX0213 is not in the image")));
        Assert.That(Check(entries, Glibc(Trees.File("usr/lib/aarch64-linux-gnu/gconv/EUC_JISX0213.so"))).Single(), Is.EqualTo((VexStatus.Open, "/usr/lib/aarch64-linux-gnu/gconv/EUC_JISX0213.so is in the image")));
        Assert.That(Check(entries, Glibc(Trees.File("usr/lib/gconv/EUC_JISX0213.so.txt"), Trees.File("opt/EUC_JISX0213.so"))).Single().Status, Is.EqualTo(VexStatus.CodeNotPresent));
    }

    [Test]
    public void APackageAloneIsAComponentThatIsNotThere()
    {
        VexEntry[] entries = [Entry("CVE-2026-89092", new VexFact(VexFactKind.Package, "nscd"))];
        Assert.That(Check(entries, Glibc()).Single(), Is.EqualTo((VexStatus.ComponentNotPresent, "package nscd is not in the image")));
        Assert.That(Check(entries, Glibc(Record("nscd", "2.41-12", "glibc"))).Single(), Is.EqualTo((VexStatus.Open, "package nscd is in the image")));
    }

    [Test]
    public void EveryFactMustHold()
    {
        VexEntry[] entries = [Entry("CVE-2026-89092", new VexFact(VexFactKind.Package, "nscd"), new VexFact(VexFactKind.File, "**/nscd"))];
        Assert.That(Check(entries, Glibc()).Single(), Is.EqualTo((VexStatus.CodeNotPresent, "not in the image: package nscd, file nscd")));

        // One's own copy counts, and so does a link: nothing else tells where it leads when a volume is mounted.
        Assert.That(Check(entries, Glibc(Trees.File("opt/own/sbin/nscd"))).Single(), Is.EqualTo((VexStatus.Open, "/opt/own/sbin/nscd is in the image")));
        Assert.That(Check(entries, Glibc(Trees.Link("sbin/nscd", "/volume/nscd"))).Single().Status, Is.EqualTo(VexStatus.Open));
        Assert.That(Check(entries, Glibc(Trees.Folder("var/cache/nscd"))).Single().Status, Is.EqualTo(VexStatus.CodeNotPresent), "a folder is no program");
    }

    [TestCase("**/cc1", "usr/libexec/gcc/x/14/cc1", true)]
    [TestCase("**/cc1", "cc1", true)]
    [TestCase("**/cc1", "usr/bin/xcc1", false)]
    [TestCase("**/libcc1*.so*", "lib/libcc1.so.0.0.0", true)]
    [TestCase("/usr/lib/*/x", "usr/lib/a/x", true)]
    [TestCase("/usr/lib/*/x", "usr/lib/a/b/x", false)]
    [TestCase("/usr/**/x", "usr/x", true)]
    [TestCase("/usr/**/a/**/x", "usr/q/a/r/s/x", true)]
    [TestCase("/usr/x", "opt/usr/x", false)]
    public void APatternMeansNamesAndFolders(string pattern, string path, bool expected) => Assert.That(VexEvidence.Matches(pattern, path), Is.EqualTo(expected));

    [Test]
    public void ManyFoldersInAPatternTakeNoTime() =>
        Assert.That(VexEvidence.Matches(string.Concat(Enumerable.Repeat("**/a/", 6)) + "b", string.Concat(Enumerable.Repeat("a/", 24)) + "c"), Is.False);

    [Test]
    public void CodeForOnePlatformConcernsNoOther()
    {
        VexEntry[] entries = [Entry("CVE-2026-97399", new VexFact(VexFactKind.Platform, "linux/ppc64le"))];
        Assert.That(Check(entries, Glibc()).Single(), Is.EqualTo((VexStatus.CodeNotPresent, "its code is for linux/ppc64le alone")));
        Assert.That(Check(entries, Glibc(), KnownPlatforms.Find("linux/ppc64le")).Single(), Is.EqualTo((VexStatus.Open, "linux/ppc64le is concerned")));
    }

    [Test]
    public void AnOptionIsReadFromTheConfigurationInTheImage()
    {
        VexEntry[] entries = [Entry("CVE-2021-42376", "busybox", new VexFact(VexFactKind.Option, "CONFIG_HUSH"))];
        (VexStatus Status, string Text) Of(params RootfsEntry[] more) => Check(entries, [Record("busybox", "1:1.38.0"), Trees.File("bin/busybox", Applets), .. more]).Single();
        Assert.That(Of(Trees.File("usr/share/doc/busybox/config", "CONFIG_ASH=y\n# CONFIG_HUSH is not set\n")), Is.EqualTo((VexStatus.CodeNotPresent, "BusyBox is compiled without CONFIG_HUSH")));
        Assert.That(Of(Trees.File("usr/share/doc/busybox/config", "CONFIG_HUSH=y\n")), Is.EqualTo((VexStatus.Open, "BusyBox is compiled with CONFIG_HUSH")));
        Assert.That(Of(), Is.EqualTo((VexStatus.Open, "the image does not say how its BusyBox is configured")), "Debian's BusyBox does not say it");
    }

    [Test]
    public void AnAppletIsLookedForInTheProgramAndNotAmongTheLinks()
    {
        VexEntry[] entries = [Entry("CVE-2022-30065", "busybox", new VexFact(VexFactKind.Applet, "awk")), Entry("CVE-2021-42376", "busybox", new VexFact(VexFactKind.Applet, "hush"))];
        (VexStatus, string)[] Of(string binary) => [.. Check(entries, [Record("busybox", "1:1.37.0-6"), Trees.File("bin/busybox", binary)])];
        Assert.That(Of(Applets), Is.EqualTo(new[] { (VexStatus.Open, "BusyBox has the applet awk"), (VexStatus.CodeNotPresent, "BusyBox has no applet hush") }));
        Assert.That(Of("another program"), Is.All.EqualTo((VexStatus.Open, "BusyBox does not list its applets")));
    }

    [Test]
    public void AVersionWithTheFixIsFixed()
    {
        VexEntry[] entries = [Entry("CVE-2025-46394", "busybox", new VexFact(VexFactKind.Option, "CONFIG_TAR")) with { Fixed = "1.38.0" }, Entry("CVE-2022-30065", "busybox") with { Fixed = "1.36.0" }];
        Assert.That(Check(entries, [Record("busybox", "1:1.38.0")]), Is.EqualTo(new[] { (VexStatus.Fixed, "fixed in 1.38.0"), (VexStatus.Fixed, "fixed in 1.36.0") }));
        Assert.That(Check(entries, [Record("busybox", "1:1.35.0"), Trees.File("usr/share/doc/busybox/config", "CONFIG_TAR=y\n")]), Is.EqualTo(new[] { (VexStatus.Open, "BusyBox is compiled with CONFIG_TAR"), (VexStatus.Open, "only 1.36.0 fixes it") }));
        Assert.That(Check(entries, [Record("busybox", "1:1.38.0~rc1")])[0].Status, Is.Not.EqualTo(VexStatus.Fixed));
    }

    [Test]
    public void ASymbolIsLookedForInTheLibraryOfThatSoname()
    {
        var path = Directory.EnumerateFiles("/lib", "libc.so.6", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = FileAttributes.None }).FirstOrDefault();
        Requires.That(path is not null, "a system with glibc");
        var library = new RootfsEntry("lib/libc-2.41.so", RootfsEntryType.File, 0x1ED, 0, 0, null, null, File.ReadAllBytes(path!), "test");
        string[] symbols = ["libc.so.6:qsort", "libc.so.6:no_such_symbol", "libc.so.6:qsort@NONE_1.0", "libother.so.1:qsort", "libbad.so.1:x"];
        var entries = symbols.Select((symbol, number) => Entry($"CVE-2026-{10000 + number}", new VexFact(VexFactKind.Symbol, symbol)));
        var bad = new RootfsEntry("lib/libbad.so.1", RootfsEntryType.File, 0x1ED, 0, 0, null, null, "\u007fELF broken"u8.ToArray(), "test");
        Assert.That(Check(entries, Glibc(library, bad)), Is.EqualTo(new[]
        {
            (VexStatus.Open, "libc.so.6 exports qsort"), (VexStatus.CodeNotPresent, "symbol libc.so.6:no_such_symbol is not in the image"), (VexStatus.CodeNotPresent, "symbol libc.so.6:qsort@NONE_1.0 is not in the image"),
            (VexStatus.CodeNotPresent, "symbol libother.so.1:qsort is not in the image"), (VexStatus.Open, "libbad.so.1 cannot be read"),
        }));
    }

    [Test]
    public void WithoutPackagesOfTheSourceThereIsNothingToSay() =>
        Assert.That(Check([Entry("CVE-2026-89092", new VexFact(VexFactKind.Package, "nscd"))], [Record("zlib1g", "1:1.3-1", "zlib")]), Is.Empty);

    [Test]
    public void WhatTheImageContradictsIsToldAtOnce()
    {
        VexEntry[] entries =
        [
            Entry("CVE-2026-80489", new VexFact(VexFactKind.Module, "EUC_JISX0213")) with { IsAsserted = true, File = "vex/own.json" },
            Entry("CVE-2026-77117", new VexFact(VexFactKind.Module, "SHIFT_JISX0213")) with { IsAsserted = true, File = "vex/own.json" },
            Entry("CVE-2026-97399", new VexFact(VexFactKind.Platform, "linux/amd64")),
        ];
        var (good, bad) = (Trees.Of([.. Glibc()]), Trees.Of([.. Glibc(Trees.File("usr/lib/x/gconv/EUC_JISX0213.so"), Trees.File("usr/lib/x/gconv/SHIFT_JISX0213.so"))]));
        IReadOnlyList<VexStatement> Of(RootfsTree tree) => VexStatement.Check(entries, new VexEvidence(KnownPlatforms.Amd64, tree));
        Assert.That(() => VexStatement.Refuse([("linux/amd64", Of(good))]), Throws.Nothing, "what is not asserted may be open");
        var error = Assert.Throws<AttestationException>(() => VexStatement.Refuse([("linux/amd64", Of(bad)), ("linux/arm64", Of(good)), ("linux/386", Of(bad))]));
        Assert.That(error.What, Is.EqualTo("the image contradicts 4 statements about vulnerabilities"));
        Assert.That(error.Why!.Split('\n'), Has.Length.EqualTo(4).And.Some.EqualTo("vex/own.json: CVE-2026-77117 of glibc on linux/386: /usr/lib/x/gconv/SHIFT_JISX0213.so is in the image"));
    }

    private static RootfsEntry[] Glibc(params RootfsEntry[] more) => [Record("libc6", "2.41-12+deb13u4", "glibc"), .. more];

    private static RootfsEntry Record(string name, string version, string? source = null) =>
        Trees.File($"var/lib/dpkg/status.d/{name}", $"Package: {name}\nVersion: {version}\nArchitecture: amd64\n{(source is null ? string.Empty : $"Source: {source}\n")}");

    private static VexEntry Entry(string cve, params VexFact[] facts) => Entry(cve, "glibc", facts);

    private static VexEntry Entry(string cve, string source, params VexFact[] facts) => new(source, cve, facts, "https://a.test/", "Because.");

    private static IReadOnlyList<(VexStatus Status, string Text)> Check(IEnumerable<VexEntry> entries, RootfsEntry[] files, Platform? platform = null) =>
        [.. VexStatement.Check(entries, new VexEvidence(platform ?? KnownPlatforms.Amd64, Trees.Of(files))).Select(statement => (statement.Status, statement.Text))];
}
