using System.Text;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Verify;

/// <summary>What is wrong in a tree is found, and only that: each test spoils the real amd64 image in one way.</summary>
[Category(Categories.Integration)]
[Parallelizable]
internal sealed class RootfsVerifierTests
{
    private const int Executable = 0x1ED;

    [Test]
    public async Task AMissingLibraryIsToldOnceWithAllWhoAskForIt()
    {
        var findings = await Without(entry => entry.Path.StartsWith("lib/libz.so", StringComparison.Ordinal) || entry.Path.EndsWith("md5sums", StringComparison.Ordinal));
        Assert.That(findings, Has.Some.Match("^linux/amd64 /lib/libelf-0.192.so: needs libz.so.1: not found, required by /.* and [0-9]+ more$"));
        Assert.That(findings.Count(text => text.Contains("libz.so.1: not found", StringComparison.Ordinal)), Is.EqualTo(findings.Where(text => text.Contains("libz.so.1: not found", StringComparison.Ordinal)).Distinct().Count()));
        Assert.That(findings, Has.Some.Contains("undefined symbol deflate, required by"));
    }

    [Test]
    public async Task AMissingLoaderIsFound()
    {
        var findings = await Without(entry => entry.Path.Contains("ld-linux", StringComparison.Ordinal));
        Assert.That(findings, Has.Some.EqualTo("linux/amd64 /lib64/ld-linux-x86-64.so.2: is missing: no program can start without the loader"));
    }

    [Test]
    public async Task FilesOfAnotherPlatformAreFound()
    {
        var other = await RealImages.OfAsync(KnownPlatforms.Find("linux/arm64")!);
        Assert.That(other.TryGet("bin/busybox", out var foreign));
        var findings = await Changed(entry => entry.Path == "bin/busybox" ? foreign : entry);
        Assert.That(findings, Does.Contain("linux/amd64 /bin/busybox: is 64-bit AArch64, not 64-bit x86-64"));

        var all = RootfsVerifier.Verify(KnownPlatforms.Amd64, other);
        Assert.That(all.Select(finding => finding.File), Has.Some.EqualTo("/lib/libc.so.6"));
    }

    [Test]
    public async Task AnOlderLibcIsFoundByItsVersions()
    {
        // The host's own libc, older than the image's.
        Requires.That(File.Exists("/lib/x86_64-linux-gnu/libc.so.6"), "a libc of amd64");
        var host = await File.ReadAllBytesAsync("/lib/x86_64-linux-gnu/libc.so.6");
        var own = await RealImages.OfAsync(KnownPlatforms.Amd64);
        Requires.That(!Encoding.Latin1.GetString(host).Contains("GLIBC_2.38\0", StringComparison.Ordinal), "a libc older than 2.38");
        Assert.That(own.TryGet("lib/libc.so.6", out _));
        var findings = await Changed(entry => entry.Path == "lib/libc.so.6" ? entry with { Content = host } : entry);
        Assert.That(findings, Has.Some.Match(@"^linux/amd64 /usr/bin/ip: needs version GLIBC_2\.38 of libc\.so\.6: /lib/libc\.so\.6 does not define it"));
        Assert.That(findings, Does.Contain("linux/amd64 /lib/libc.so.6: is not the file that its package ships, required by /var/lib/dpkg/status.d/libc6.md5sums"));
    }

    [Test]
    public async Task ADamagedLibraryIsFound()
    {
        var findings = await Changed(entry => entry.Path.StartsWith("lib/libz.so.1.", StringComparison.Ordinal) ? entry with { Content = entry.Content[..5000] } : entry);
        Assert.That(findings, Has.Some.Match("^linux/amd64 /lib/libz.so.1.*: is not a valid ELF file: "));
        Assert.That(findings, Has.Some.Contains("needs libz.so.1: not found"));
    }

    [Test]
    public async Task AnotherLoaderAndASearchPathAreFound()
    {
        using var shop = new Formats.Elf.Workshop();
        shop.Program("int main(void) { return 0; }", "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1", "-Wl,-rpath,/home/me/lib");
        var program = new RootfsEntry("usr/bin/prog", RootfsEntryType.File, Executable, 0, 0, null, null, await File.ReadAllBytesAsync(shop.Path("prog")), "test");
        var findings = await Changed(entry => entry, program);
        Assert.That(findings, Is.EqualTo(new[]
        {
            "linux/amd64 /usr/bin/prog: requires the loader /lib/ld-musl-x86_64.so.1, not /lib64/ld-linux-x86-64.so.2",
            "linux/amd64 /usr/bin/prog: searches for libraries in /home/me/lib (RPATH or RUNPATH), which is not a folder in the image",
        }));
    }

    [Test]
    public async Task LibrariesAreFoundWhereTheLoaderLooksAndNowhereElse()
    {
        using var shop = new Formats.Elf.Workshop();
        shop.Library("foo", "int foo(void) { return 1; }");
        shop.Program("extern int foo(void); int main(void) { return foo(); }", "-lfoo");
        RootfsEntry At(string path, string file) => new(path, RootfsEntryType.File, Executable, 0, 0, null, null, File.ReadAllBytes(shop.Path(file)), "test");
        foreach (var folder in new[] { "lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "lib", "usr/lib", "usr/local/lib", "usr/local/lib/x86_64-linux-gnu" })
        {
            Assert.That(await Changed(entry => entry, At("usr/bin/prog", "prog"), At(folder + "/libfoo.so", "libfoo.so")), Is.Empty, folder);
        }

        Assert.That(await Changed(entry => entry, At("usr/bin/prog", "prog"), At("opt/lib/libfoo.so", "libfoo.so")), Is.EqualTo(new[]
        {
            "linux/amd64 /usr/bin/prog: needs libfoo.so: not found",
            "linux/amd64 /usr/bin/prog: undefined symbol foo",
        }));
    }

    [Test]
    public async Task ManyUndefinedSymbolsAreCounted()
    {
        using var shop = new Formats.Elf.Workshop();
        var names = Enumerable.Range(10, 30).Select(number => $"f{number}").ToList();
        shop.Library("many", string.Concat(names.Select(name => $"extern int {name}(void);")) + "int all(void) { return " + string.Join('+', names.Select(name => name + "()")) + "; }");
        var findings = await Changed(entry => entry, new RootfsEntry("lib/libmany.so", RootfsEntryType.File, Executable, 0, 0, null, null, await File.ReadAllBytesAsync(shop.Path("libmany.so")), "test"));
        Assert.That(findings, Has.Length.EqualTo(11));
        Assert.That(findings[^1], Is.EqualTo("linux/amd64 /lib/libmany.so: 20 more undefined symbols"));
    }

    [TestCase(0x9ED, "is setuid or setgid, mode 4755")]
    [TestCase(0x5ED, "is setuid or setgid, mode 2755")]
    [TestCase(0x1B6, "can be written by everyone, mode 0666")]
    [TestCase(0x3ED, "is a sticky file, mode 1755")]
    [TestCase(0x049, "cannot be used by its owner, mode 0111")]
    public async Task ModesOfFilesMustBeSane(int mode, string what)
    {
        Assert.That(await Changed(entry => entry, Trees.File("usr/bin/x", "#!/bin/sh\n", mode)), Is.EqualTo(new[] { "linux/amd64 /usr/bin/x: " + what }));
    }

    [Test]
    public async Task OnlyTemporaryFoldersMayBeWrittenByEveryone()
    {
        Assert.That(await Changed(entry => entry.Path == "tmp" ? entry with { Mode = 0x1FF } : entry), Is.EqualTo(new[] { "linux/amd64 /tmp: can be written by everyone, mode 0777" }));
        Assert.That(await Changed(entry => entry, Trees.Folder("data", 0x3FF)), Is.EqualTo(new[] { "linux/amd64 /data: can be written by everyone, mode 1777" }));
        Assert.That(await Changed(entry => entry, Trees.Folder("data", 0x16D)), Is.EqualTo(new[] { "linux/amd64 /data: cannot be used by its owner, mode 0555" }));
    }

    [Test]
    public async Task LinksMustLeadSomewhereInside()
    {
        Assert.That(await Changed(entry => entry, Trees.Link("usr/lib/a", "nowhere"), Trees.Link("usr/lib/b", "../../../etc/passwd"), Trees.Link("usr/lib/c", "c"), Trees.Link("usr/lib/d", "/etc/passwd")), Is.EqualTo(new[]
        {
            "linux/amd64 /usr/lib/a: is a link to nowhere, which points to nothing",
            "linux/amd64 /usr/lib/c: is a link to c, which points to nothing",
            "linux/amd64 /usr/lib/b: is a link to ../../../etc/passwd, which goes above the root",
        }));
    }

    [Test]
    public async Task ManyLinksToAMissingFileAreOneFinding()
    {
        var links = Enumerable.Range(0, 40).Select(number => Trees.Link($"usr/lib/x{number:00}", "../share/gone")).ToArray();
        Assert.That(await Changed(entry => entry, links), Is.EqualTo(new[] { "linux/amd64 /usr/share/gone: is missing: 40 links point to it, such as /usr/lib/x00" }));
    }

    [TestCase("etc/passwd", "is missing")]
    [TestCase("etc/group", "is missing")]
    [TestCase("etc/shadow", "is missing")]
    [TestCase("etc/nsswitch.conf", "is missing")]
    [TestCase("etc/localtime", "is missing")]
    [TestCase("etc/os-release", "is missing")]
    [TestCase("bin/sh", "is missing")]
    public async Task WhatEveryImageHasMustBeThere(string path, string what)
    {
        Assert.That(await Without(entry => entry.Path == path), Does.Contain($"linux/amd64 /{path}: {what}"));
    }

    [TestCase("etc/shadow", "root:*:", "root::", "does not lock root")]
    [TestCase("etc/shadow", "nobody:*:", "nobody:$6$x$y:", "does not lock nobody")]
    [TestCase("etc/passwd", "nobody:x:", "nobody::", "allows nobody to log in without a password")]
    [TestCase("etc/passwd", "daemon:x:1:", "daemon:x:0:", "gives daemon the user ID of root")]
    [TestCase("etc/passwd", "root:/root:/bin/sh", "root:/root:/bin/bash", "gives root the shell /bin/bash, which does not exist")]
    [TestCase("etc/passwd", "root:x:0:0:", "toor:x:0:0:", "has no user root with ID 0")]
    [TestCase("etc/passwd", "nobody:x:65534:", "nobody:x:65534;", "has a malformed line")]
    [TestCase("etc/group", "root:*:0:", "root:*:1:", "has no group root with ID 0")]
    [TestCase("etc/nsswitch.conf", "hosts:", "guests:", "does not define where host names are looked up")]
    [TestCase("usr/lib/os-release", "VERSION_ID=", "X=", "has no VERSION_ID")]
    [TestCase("etc/localtime", "TZif", "TZxx", "is not a time zone")]
    public async Task AccountsAndIdentityMustBeSound(string path, string old, string @new, string what)
    {
        var findings = await Changed(entry => entry.Path == path
            ? entry with { Content = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(entry.Content.Span).Replace(old, @new, StringComparison.Ordinal)) }
            : entry);
        Assert.That(findings, Has.Some.Contains(what));
        Assert.That(findings, Has.All.StartWith("linux/amd64 /etc/"));
    }

    [Test]
    public async Task ASuiteThatIsNotReleasedHasNoNumberYet() =>
        Assert.That(
            await Changed(entry => entry.Path == "usr/lib/os-release"
                ? entry with { Content = Encoding.UTF8.GetBytes("PRETTY_NAME=\"Debian GNU/Linux forky/sid\"\nNAME=\"Debian GNU/Linux\"\nVERSION_CODENAME=forky\nID=debian\n") }
                : entry),
            Is.Empty);

    [Test]
    public async Task TheShadowFileIsNotForEveryone()
    {
        Assert.That(await Changed(entry => entry.Path == "etc/shadow" ? entry with { Mode = 0x1A4 } : entry), Is.EqualTo(new[] { "linux/amd64 /etc/shadow: has mode 0644 and owner 0, not 0640 and root" }));
    }

    [Test]
    public async Task RecordsOfPackagesMustAgreeWithTheTree()
    {
        const string Zlib = "var/lib/dpkg/status.d/zlib1g";
        Assert.That(await Without(entry => entry.Path == Zlib), Is.EqualTo(new[] { $"linux/amd64 /{Zlib}.md5sums: belongs to no package" }));
        Assert.That(await Without(entry => entry.Path == Zlib + ".md5sums"), Is.EqualTo(new[] { $"linux/amd64 /{Zlib}: has no md5sums file" }));
        Assert.That(await Without(entry => entry.Path == "usr/share/doc/netbase/copyright"), Is.EqualTo(new[]
        {
            "linux/amd64 /usr/share/doc/netbase/copyright: is missing, required by /var/lib/dpkg/status.d/netbase.md5sums",
            "linux/amd64 /usr/share/doc/netbase/copyright: is missing, required by /var/lib/dpkg/status.d/netbase",
        }));
        Assert.That(await Changed(entry => entry.Path == "etc/services" ? entry with { Content = "x"u8.ToArray() } : entry), Is.Empty, "a conffile has no md5sum");
        Assert.That(await Changed(entry => entry.Path == Zlib ? entry with { Content = "Package: other\nVersion: 1\n"u8.ToArray() } : entry), Is.EqualTo(new[] { $"linux/amd64 /{Zlib}: is not the control file of a package zlib1g" }));
        Assert.That(await Changed(entry => entry.Path == Zlib + ".md5sums" ? entry with { Content = "xyz\n"u8.ToArray() } : entry), Is.EqualTo(new[] { $"linux/amd64 /{Zlib}.md5sums: has a malformed line: xyz" }));
        Assert.That(await Without(entry => entry.Path.StartsWith("var/lib/dpkg", StringComparison.Ordinal)), Is.EqualTo(new[] { "linux/amd64 /var/lib/dpkg/status.d: contains no package" }));
    }

    [Test]
    public async Task TheSizeMayBeLimited()
    {
        var tree = await RealImages.OfAsync(KnownPlatforms.Amd64);
        Assert.That(Texts(tree, new VerifyLimits(100_000_000)), Is.Empty);
        Assert.That(Texts(tree, new VerifyLimits(1_000_000)).Single(), Does.Match("^linux/amd64 /: the files have [0-9]+ bytes in total, more than the 1000000 allowed$"));
    }

    [Test]
    public void AnEmptyTreeHasFindingsAndNoCrash()
    {
        foreach (var platform in KnownPlatforms.Default)
        {
            Assert.That(RootfsVerifier.Verify(platform, new RootfsTree()), Has.Count.GreaterThan(7));
        }
    }

    [Test]
    public void FindingsAreOneLineWithoutControlCharacters()
    {
        var finding = new Finding(KnownPlatforms.Amd64, "/lib/x\n", "undefined symbol foo\u001b[0m", "/usr/bin/y");
        Assert.That(finding.Text, Is.EqualTo("linux/amd64 /lib/x?: undefined symbol foo?[0m, required by /usr/bin/y"));
    }

    private static Task<string[]> Without(Func<RootfsEntry, bool> gone) => Changed(entry => gone(entry) ? null : entry);

    // What is added is found like anything else of an image: the tree is completed as both engines complete theirs.
    private static async Task<string[]> Changed(Func<RootfsEntry, RootfsEntry?> change, params RootfsEntry[] more)
    {
        var tree = await RealImages.ChangedAsync(KnownPlatforms.Amd64, change, more);
        return Texts(more.Length == 0 ? tree : RootfsMerge.Complete(KnownPlatforms.Amd64, tree), null);
    }

    private static string[] Texts(RootfsTree tree, VerifyLimits? limits) =>
        [.. RootfsVerifier.Verify(KnownPlatforms.Amd64, tree, limits).Where(finding => finding.File != "/lib/libthread_db.so.1").Select(finding => finding.Text)];
}
