using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.LoaderCache;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.EndToEnd;
using BusyboxGlibc.Tests.Smoke;
using BusyboxGlibc.Tests.Verify;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Rootfs;

/// <summary>The loader's cache of whole images, against what the platform's own ldconfig makes of the same files under qemu.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.Integration)]
internal sealed class LoaderCacheTests
{
    private static IEnumerable<TestCaseData> Images() =>
        Suites.Released.SelectMany(suite => suite.Platforms.Where(KnownPlatforms.Default.Contains).Select(platform => new TestCaseData(suite.Codename, platform.Name)))
            .Append(new TestCaseData(Suites.Forky.Codename, "linux/loong64"));

    [TestCaseSource(nameof(Images))]
    public async Task ItIsByteForByteWhatLdconfigOfThePlatformMakes(string suite, string name)
    {
        Requires.That(Environment.UserName == "root", "root, for ldconfig -r calls chroot(2)");
        var platform = KnownPlatforms.Find(name)!;

        // The emulator of Debian 12 runs no program of loong64.
        var isLocked = name == "linux/loong64";
        var emulator = isLocked ? null : Emulators.For(platform);
        Requires.Tool(emulator ?? "true");
        var archive = RealArchive.Of(suite, "libbpf1", "libcap2", "libnuma1", "libpcre2-8-0", "libselinux1", "libzstd1");
        var locked = await archive.LockAsync(platform);
        var tree = WithLibraries(platform, await BaseTreeAssembler.AssembleAsync(locked, new AssembleOptions(ImageFeatures.None, [], "nowhere") { Suite = suite }, archive, default));
        var ldconfig = await LdconfigAsync(archive, locked);
        var folder = Directory.CreateTempSubdirectory("ldconfig-").FullName;
        try
        {
            var root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(folder, "root.tar"), tree.Tar());
            Shell.Run("tar", "-C", root, "-xf", Path.Combine(folder, "root.tar")).Succeeded();
            var program = Path.Combine(folder, "ldconfig");
            await File.WriteAllBytesAsync(program, ldconfig);
            File.SetUnixFileMode(program, (UnixFileMode)0x1ED);
            var ownEmulator = Path.Combine(folder, "emulator");
            if (isLocked)
            {
                using var emulators = RealEmulators.Open();
                await File.WriteAllBytesAsync(ownEmulator, (await emulators.FindAsync(platform, default)).Content);
                File.SetUnixFileMode(ownEmulator, (UnixFileMode)0x1ED);
            }

            string[] command = [.. isLocked ? [ownEmulator] : emulator is null ? Array.Empty<string>() : [Requires.Find(emulator)!], program, "-c", "new", "-r", root];
            Shell.Run(command[0], command[1..]).Succeeded();

            var complete = RootfsMerge.Complete(platform, tree);
            Assert.That(complete.TryGet("etc/ld.so.cache", out var cache));
            var expected = await File.ReadAllBytesAsync(Path.Combine(root, "etc/ld.so.cache"));
            if (suite == "bookworm" && name == "linux/386")
            {
                // ldconfig of glibc 2.36 on i386 takes a file that needs no C library, the loader, for one of any; loaders take both.
                expected[LastEntry(expected)] = 3;
            }

            Assert.That(
                LoaderCacheFile.Read(cache!.Content.Span, platform.IsBigEndian), Is.EqualTo(LoaderCacheFile.Read(expected, platform.IsBigEndian)).AsCollection, "entry by entry");
            Assert.That(cache.Content.ToArray(), Is.EqualTo(expected), "byte by byte");
            Assert.That(
                complete.Entries.Where(entry => !tree.TryGet(entry.Path, out _) && entry.Type == RootfsEntryType.SymbolicLink && entry.Path.Contains("lib/", StringComparison.Ordinal))
                    .Select(entry => (entry.Path, entry.LinkTarget)),
                Is.EquivalentTo(Links(root).Where(link => !link.Path.StartsWith("lib64/", StringComparison.Ordinal) && !tree.TryGet(link.Path, out _)).Select(link => (link.Path, (string?)link.Target))),
                "the links by soname");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void IncludedFilesAreReadInTheirOrderAndWhereTheirLineIs()
    {
        var tree = Trees.Of(
            Trees.File("etc/ld.so.conf", "/first # comment\n\n  include  /etc/ld.so.conf.d/*.conf\tmore.conf\n/last/\nhwcap 0 nothing\n"),
            Trees.File("etc/ld.so.conf.d/b.conf", "/b\r\n"), Trees.File("etc/ld.so.conf.d/a.conf", "/a\n/first\n/gone\n"), Trees.File("etc/ld.so.conf.d/c", "/c\n"),
            Trees.File("etc/more.conf", "relative\n/more\n"), Trees.Folder("usr/lib"));
        foreach (var folder in (string[])["first", "a", "b", "c", "more", "last", "relative", "lib"])
        {
            tree.Add(Trees.Folder(folder));
            tree.Add(Library($"{folder}/lib{folder}.so.1"));
        }

        Assert.That(
            Entries(tree).Select(entry => entry.Path), Is.EquivalentTo((string[])["/first/libfirst.so.1", "/a/liba.so.1", "/b/libb.so.1", "/more/libmore.so.1", "/last/liblast.so.1", "/lib/liblib.so.1"]));
        tree.Add(Library("first/libsame.so.1"));
        tree.Add(Library("b/libsame.so.1"));
        tree.Add(Library("lib/libsame.so.1"));
        Assert.That(
            Entries(tree).Where(entry => entry.Name == "libsame.so.1").Select(entry => entry.Path),
            Is.EqualTo((string[])["/first/libsame.so.1", "/b/libsame.so.1", "/lib/libsame.so.1"]).AsCollection, "the first folder wins");
    }

    [Test]
    public void FilesThatIncludeEachOtherAreAnError()
    {
        var tree = Trees.Of(Trees.File("etc/ld.so.conf", "include /etc/other.conf\n"), Trees.File("etc/other.conf", "include ld.so.conf\n"));
        Assert.That(() => Entries(tree), Throws.TypeOf<RootfsException>().With.Message.Contains("cycle"));
    }

    [Test]
    public async Task VerifyFindsACacheThatIsGoneOrOlderThanTheLibraries()
    {
        var gone = await RealImages.ChangedAsync(KnownPlatforms.Amd64, entry => entry.Path == "etc/ld.so.cache" ? null : entry);
        Assert.That(RootfsVerifier.Verify(KnownPlatforms.Amd64, gone).Select(finding => finding.Text), Does.Contain("linux/amd64 /etc/ld.so.cache: is missing"));
        var zlib = await RealImages.OfAsync(KnownPlatforms.Amd64);
        zlib.TryGet(zlib.Resolve("lib/libz.so.1")!, out var library);
        var old = await RealImages.ChangedAsync(KnownPlatforms.Amd64, entry => entry, library! with { Path = "usr/local/lib/libz.so.1" });
        Assert.That(
            RootfsVerifier.Verify(KnownPlatforms.Amd64, old).Select(finding => finding.Text), Does.Contain("linux/amd64 /etc/ld.so.cache: does not match the libraries of the image"));
    }

    // Names fall from entry to entry, so the loader's own is the last one.
    private static int LastEntry(byte[] cache) => 48 + (24 * (BitConverter.ToInt32(cache, 20) - 1));

    private static IReadOnlyList<LoaderCacheEntry> Entries(RootfsTree tree) =>
        RootfsMerge.Complete(KnownPlatforms.Amd64, tree).TryGet("etc/ld.so.cache", out var cache) ? LoaderCacheFile.Read(cache.Content.Span, isBigEndian: false) : [];

    // A library of no soname: the real one of the machine that runs the tests would do as well.
    private static RootfsEntry Library(string path) => new(
        path, RootfsEntryType.File, 0x1A4, 0, 0, null, null, BusyboxGlibc.Tests.Lock.Resolve.TinyElf.Library(KnownPlatforms.Amd64, null), "one");

    // What people put into an image by overlays and RUN lines, in every folder that ldconfig looks into.
    private static RootfsTree WithLibraries(Platform platform, RootfsTree tree)
    {
        RootfsEntry File(string library, string path) =>
            tree.TryGet(tree.Resolve("lib/" + library)!, out var entry) ? entry with { Path = path, Origin = "overlay/all" } : throw new AssertionException(library);

        var local = $"usr/local/lib/{platform.Triplet}";
        return tree.Overlay(Trees.Of(
            File("libz.so.1", "usr/local/lib/libz.so.1.9"), File("libz.so.1", "usr/local/lib/libz.so.1.10"),
            File("libmnl.so.0", "usr/local/lib/libmnl.so.0.2.0"), Trees.Link("usr/local/lib/libmnl.so.0", "libmnl.so.0.2.0"), Trees.Link("usr/local/lib/libmnl.so", "libmnl.so.0"),
            File("libcap.so.2", local + "/libcap-mine.so"), File("libelf.so.1", local + "/libelf.so.1"), Trees.Link(local + "/libother.so", "../libz.so.1.9"),
            File("libnuma.so.1", "usr/local/lib/glibc-hwcaps/some-cpu/libnuma.so.1.0.0"), File("libnuma.so.1", "usr/local/lib/glibc-hwcaps/any/libnuma.so.1"),
            File("libpcre2-8.so.0", "lib/glibc-hwcaps/some-cpu/libpcre2-8.so.0"), File("libnuma.so.1", "lib/glibc-hwcaps/some-cpu/libnuma.so.1"),
            File("libz.so.1", "opt/mine/lib/libz.so.1"), File("libz.so.1", "opt/mine/lib/plugin.so"), Trees.File("etc/ld.so.conf.d/mine.conf", "/opt/mine/lib\n/opt/gone\n"),
            Trees.File("usr/local/lib/libscript.so", "/* GNU ld script */\nINPUT(libz.so.1)\n"), Trees.File("usr/local/lib/libtext.so.1", "not ELF at all, and longer than a header of either class"),
            Trees.Link("usr/lib/libagain.so.1", "../../lib/libz.so.1")));
    }

    private static async Task<byte[]> LdconfigAsync(RealArchive archive, LockedPlatform locked)
    {
        byte[]? found = null;
        using var deb = DebFile.Open(File.OpenRead(await archive.FetchAsync(locked.Packages.Single(package => package.Pin.Name == "libc-bin").Pin, default)), "libc-bin");
        deb.ReadData((entry, content) =>
        {
            if (entry.Path is "/sbin/ldconfig" or "/usr/sbin/ldconfig")
            {
                using var copy = new MemoryStream();
                content!.CopyTo(copy);
                found = copy.ToArray();
            }

            return found is null;
        });
        return found ?? throw new AssertionException("libc-bin has no ldconfig");
    }

    private static IEnumerable<(string Path, string Target)> Links(string root) =>
        Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(path => new FileInfo(path)).Where(info => info.LinkTarget is not null)
            .Select(info => (Path.GetRelativePath(root, info.FullName), info.LinkTarget!));
}
