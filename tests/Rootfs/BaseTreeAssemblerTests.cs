using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Integration)]
internal sealed class BaseTreeAssemblerTests
{
    private const ImageFeatures Shipped = ImageFeatures.Certificates | ImageFeatures.Locale | ImageFeatures.Netbase;

    private static readonly string[] _architectures = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    [TestCaseSource(nameof(_architectures))]
    public async Task EveryPlatformHasItsLoaderLibrariesCommandsAndRecords(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        var (tree, locked) = await AssembleAsync("trixie", platform, Shipped);
        Check(tree, locked, platform);
        Assert.That(tree.TryGet("usr/bin/ip", out var ip) && ip.Type == RootfsEntryType.File && ip.Mode == 0x1ED);
        Assert.That(tree.Resolve("usr/sbin/ip"), Is.EqualTo("usr/bin/ip"));
    }

    [Test]
    public async Task ASuiteThatIsNotMergedGivesTheSameShape()
    {
        var (tree, locked) = await AssembleAsync("bookworm", KnownPlatforms.Amd64, Shipped | ImageFeatures.Tzdata);
        Check(tree, locked, KnownPlatforms.Amd64);
        Assert.That(tree.TryGet("bin/ip", out var ip) && ip.Type == RootfsEntryType.File);
        Assert.That(tree.Resolve("sbin/ip"), Is.EqualTo("bin/ip"));
        Assert.That(tree.Resolve("etc/localtime"), Is.EqualTo("usr/share/zoneinfo/Etc/UTC"));
        Assert.That(tree.Paths().Where(path => path.StartsWith("usr/share/zoneinfo/right", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task WithTimeZonesLocalTimeIsALinkToUtcAndWithoutItIsTheSameZone()
    {
        var (with, _) = await AssembleAsync("trixie", KnownPlatforms.Amd64, ImageFeatures.Tzdata);
        var (without, _) = await AssembleAsync("trixie", KnownPlatforms.Amd64, ImageFeatures.None);
        Assert.That(with.TryGet("etc/localtime", out var link) && link.LinkTarget == "../usr/share/zoneinfo/Etc/UTC");
        Assert.That(without.TryGet("etc/localtime", out var file) && file.Type == RootfsEntryType.File && file.Mode == 0x1A4);
        Assert.That(without.Text("etc/localtime"), Is.EqualTo(with.Text("etc/localtime")), "byte for byte Debian's own");
        Assert.That(with.Resolve("usr/share/zoneinfo/Europe/Berlin"), Is.Not.Null);
    }

    [TestCase("trixie")]
    [TestCase("bookworm")]
    public async Task OldNamesOfZonesAreAFeatureOfTheirOwnAndBringTheZonesAlong(string suite)
    {
        var (without, _) = await AssembleAsync(suite, KnownPlatforms.Amd64, ImageFeatures.Tzdata);
        var (with, locked) = await AssembleAsync(suite, KnownPlatforms.Amd64, ImageFeatures.TzdataLegacy);
        Assert.That((without.Resolve("usr/share/zoneinfo/US/Eastern"), without.Resolve("usr/share/zoneinfo/Canada/Pacific")), Is.EqualTo(((string?)null, (string?)null)));
        foreach (var zone in new[] { "US/Eastern", "Canada/Pacific", "Brazil/East", "Asia/Calcutta", "GB", "Europe/Berlin", "Etc/UTC" })
        {
            Assert.That(with.Text($"usr/share/zoneinfo/{zone}"), Does.StartWith("TZif"), zone);
        }

        Assert.That(with.Paths().Where(path => path.Contains("zoneinfo/right", StringComparison.Ordinal)), Is.Empty);
        Assert.That(locked.Packages.Any(package => package.Pin.Name == "tzdata-legacy"), Is.EqualTo(suite == "trixie"));
    }

    [Test]
    public async Task FeaturesThatAreOffLeaveNothing()
    {
        var (tree, _) = await AssembleAsync("trixie", KnownPlatforms.Amd64, ImageFeatures.None);
        Assert.That(tree.Paths(), Has.None.StartsWith("etc/ssl").And.None.StartsWith("usr/lib/locale").And.None.EqualTo("etc/services"));
        Assert.That(tree.Paths(), Has.None.EqualTo("var/lib/dpkg/status.d/netbase"));
    }

    [Test]
    public async Task TwoRunsGiveTheSameTarWhateverTheOrderOfTheLockAndTheCulture()
    {
        var archive = RealArchive.Of("trixie");
        var locked = await archive.LockAsync(KnownPlatforms.Amd64, Shipped);
        var options = new AssembleOptions(Shipped, [], "nowhere");
        var once = await BaseTreeAssembler.AssembleAsync(locked, options, archive, default);
        CultureInfo.CurrentCulture = new CultureInfo(string.Empty) { NumberFormat = { NegativeSign = "~", NumberGroupSeparator = "_" } };
        var again = await BaseTreeAssembler.AssembleAsync(
            locked with { Packages = [.. locked.Packages.Reverse().Select(package => package with { Files = [.. package.Files.Reverse()] })] }, options, archive, default);
        Assert.That(SHA256.HashData(again.Tar()), Is.EqualTo(SHA256.HashData(once.Tar())));
    }

    [Test]
    public async Task ALockedFileThatIsNotInItsPackageAsksForANewLock()
    {
        var archive = RealArchive.Of("trixie");
        var locked = await archive.LockAsync(KnownPlatforms.Amd64);
        async Task<RootfsTree> With(string package, Func<LockedPackage, LockedPackage> change) => await BaseTreeAssembler.AssembleAsync(
            locked with { Packages = [.. locked.Packages.Select(one => one.Pin.Name == package ? change(one) : one)] }, new AssembleOptions(ImageFeatures.None, [], "nowhere"), archive, default);

        Assert.That(
            async () => await With("zlib1g", one => one with { Files = [.. one.Files, "/usr/lib/x86_64-linux-gnu/libz.so.9"] }),
            Throws.TypeOf<RootfsException>().With.Message.Contains("libz.so.9").And.Message.Contains("zlib1g").And.Message.Contains("--target=Lock"));
        Assert.That(
            async () => await With("zlib1g", one => one with { Files = [.. one.Files.Where(path => !path.Contains("libz.so.1.", StringComparison.Ordinal))] }),
            Throws.TypeOf<RootfsException>().With.Message.Contains("points to"));
        Assert.That(
            async () => await With("zlib1g", one => one with { Files = [.. one.Files.Where(path => !path.Contains("copyright", StringComparison.Ordinal))] }),
            Throws.TypeOf<RootfsException>().With.Message.Contains("copyright"));
        Assert.That(
            async () => await With("zlib1g", one => one with { Pin = one.Pin with { Version = "1:0" } }),
            Throws.TypeOf<RootfsException>().With.Message.Contains("not zlib1g 1:0"));
        Assert.That(
            async () => await With("base-passwd", one => one with { Files = [.. one.Files.Where(path => !path.Contains("master", StringComparison.Ordinal))] }),
            Throws.TypeOf<RootfsException>().With.Message.Contains("passwd.master"));
    }

    [Test]
    public async Task AFeatureTheLockWasMadeWithoutAsksForANewLock()
    {
        var archive = RealArchive.Of("trixie");
        var locked = await archive.LockAsync(KnownPlatforms.Amd64);
        Assert.That(
            async () => await BaseTreeAssembler.AssembleAsync(locked, new AssembleOptions(ImageFeatures.Netbase, [], "nowhere"), archive, default),
            Throws.TypeOf<RootfsException>().With.Message.Contains("netbase").And.Message.Contains("--target=Lock"));
    }

    [Test]
    public async Task AnOverlayReplacesAPackagesFileAndItsChecksum()
    {
        var archive = RealArchive.Of("trixie");
        var folder = Directory.CreateTempSubdirectory("overlay-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "overlay/all/etc"));
            await File.WriteAllTextAsync(Path.Combine(folder, "overlay/all/etc/debian_version"), "mine\n");
            Directory.CreateDirectory(Path.Combine(folder, "overlay/all/lib"));
            await File.WriteAllTextAsync(Path.Combine(folder, "overlay/all/lib/libmnl.so.0.2.0"), "mine\n");
            var locked = await archive.LockAsync(KnownPlatforms.Amd64);
            var requirement = new Requirement(RequirementKind.Overlay, "/**", null, null, KnownPlatforms.Default, false, "lib-requires.txt", 1, "/**");
            var tree = await BaseTreeAssembler.AssembleAsync(locked, new AssembleOptions(ImageFeatures.None, [requirement], folder), archive, default);
            Assert.That(tree.Text("etc/debian_version"), Is.EqualTo("mine\n"));
            Assert.That(tree.Text("var/lib/dpkg/status.d/libmnl0.md5sums"), Does.Not.Contain("libmnl.so").And.Contain("copyright"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(RootfsTree Tree, LockedPlatform Locked)> AssembleAsync(string suite, Platform platform, ImageFeatures features)
    {
        var archive = RealArchive.Of(suite);
        var locked = await archive.LockAsync(platform, features);
        return (await BaseTreeAssembler.AssembleAsync(locked, new AssembleOptions(features, [], "nowhere") { Suite = suite }, archive, default), locked);
    }

    private static void Check(RootfsTree tree, LockedPlatform locked, Platform platform)
    {
        Assert.That(tree.Resolve(platform.Loader), Does.StartWith("lib/ld"));
        Assert.That(tree.TryGet("lib64", out var lib64) && lib64.LinkTarget == "lib");
        foreach (var folder in new[] { "bin", "sbin", "lib", "usr", "usr/bin", "usr/sbin", "etc", "var", "run", "proc", "sys", "dev", "home" })
        {
            Assert.That(tree.TryGet(folder, out var entry) && entry is { Type: RootfsEntryType.Directory, Mode: 0x1ED, UserId: 0 }, folder);
        }

        foreach (var folder in new[] { "opt", "srv", "mnt", "media", "usr/local/bin", "usr/local/lib", "var/log", "var/cache", "var/lib/misc", "var/spool/cron/crontabs" })
        {
            Assert.That(tree.TryGet(folder, out var entry) && entry is { Type: RootfsEntryType.Directory, Mode: 0x1ED, UserId: 0 }, folder);
        }

        Assert.That((tree.Resolve("var/run"), tree.Resolve("var/lock")), Is.EqualTo(("run", "run/lock")));
        Assert.That(tree.TryGet("run/lock", out var locks) && locks.Mode == 0x3FF);
        Assert.That(tree.Text("etc/host.conf"), Is.EqualTo("multi on\n"));
        foreach (var terminal in new[] { "dumb", "linux", "vt100", "xterm", "xterm-256color", "screen", "screen-256color", "tmux", "tmux-256color" })
        {
            var found = new[] { "etc/terminfo", "lib/terminfo", "usr/share/terminfo" }.Select(folder => tree.Resolve($"{folder}/{terminal[0]}/{terminal}")).FirstOrDefault(path => path is not null);
            Assert.That(found, Is.Not.Null, $"{terminal} where ncurses looks");
        }

        Assert.That(tree.TryGet("tmp", out var tmp) && tmp.Mode == 0x3FF);
        Assert.That(tree.TryGet("var/tmp", out var varTmp) && varTmp.Mode == 0x3FF);
        Assert.That(tree.TryGet("root", out var root) && root.Mode == 0x1C0);
        Assert.That(tree.TryGet("home/nonroot", out var home) && home is { Mode: 0x1C0, UserId: 65532, GroupId: 65532 });
        foreach (var library in new[] { "lib/libc.so.6", "lib/libz.so.1", "lib/libstdc++.so.6", "lib/libgcc_s.so.1", "lib/libelf.so.1", "lib/libnss_dns.so.2", "lib/libpthread.so.0" })
        {
            Assert.That(tree.Resolve(library), Does.StartWith("lib/").And.Not.Null, library);
        }

        Assert.That(tree.Entries.Where(entry => entry.Type == RootfsEntryType.SymbolicLink && tree.Resolve(entry.Path) is null), Is.Empty, "dangling links");
        Assert.That(tree.Entries.Where(entry => entry.Path.StartsWith("lib/", StringComparison.Ordinal) && entry.LinkTarget is { } target && target.Contains('/', StringComparison.Ordinal)), Is.Empty, "links out of /lib");
        Assert.That(tree.Paths(), Has.None.EqualTo("etc/resolv.conf").And.None.EqualTo("etc/hosts").And.None.EqualTo("etc/hostname").And.None.StartsWith("usr/lib/" + platform.Triplet).And.None.StartsWith("usr/share/ca-certificates"));
        Assert.That(tree.Entries.Where(entry => (entry.Mode & 0xC00) != 0), Is.Empty, "setuid or setgid");

        CheckAccounts(tree);
        CheckIdentity(tree, locked);
        CheckCertificates(tree);
        CheckRecords(tree, locked);
    }

    private static void CheckAccounts(RootfsTree tree)
    {
        var passwd = tree.Text("etc/passwd").Split('\n');
        Assert.That(passwd[0], Is.EqualTo("root:x:0:0:root:/root:/bin/sh"));
        Assert.That(passwd, Has.Some.StartsWith("nobody:x:65534:65534:").And.Some.EqualTo("nonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin").And.Some.StartsWith("www-data:x:33:33:"));
        var locks = tree.Text("etc/shadow").TrimEnd('\n').Split('\n');
        Assert.That(locks, Has.All.Match("^[a-z_-]+:\\*::0:99999:7:::$"));
        Assert.That(locks, Has.Length.EqualTo(passwd.Length - 1));
        Assert.That(tree.TryGet("etc/shadow", out var shadow) && shadow is { Mode: 0x1A0, UserId: 0, GroupId: 42 });
        Assert.That(tree.Text("etc/group").Split('\n'), Has.Some.EqualTo("shadow:*:42:").And.Some.EqualTo("nonroot:*:65532:").And.Some.EqualTo("tty:*:5:"));
        Assert.That(tree.Text("etc/nsswitch.conf"), Does.Match("(?m)^hosts: +files dns$").And.Match("(?m)^shadow: +files$").And.EndWith("\n").And.Not.Contain("\r"));
    }

    private static void CheckIdentity(RootfsTree tree, LockedPlatform locked)
    {
        var text = tree.Text("etc/os-release");
        var version = locked.Packages.Any(package => package.Pin.Name == "gcc-14-base") ? ("13", "trixie") : ("12", "bookworm");
        Assert.That(text, Does.Match("(?m)^ID=debian$").And.Contain($"VERSION_ID=\"{version.Item1}\"\n").And.Contain($"VERSION_CODENAME={version.Item2}\n"));
        Assert.That(text, Does.StartWith($"PRETTY_NAME=\"BusyBox with glibc on Debian GNU/Linux {version.Item1} ({version.Item2})\"\n").And.EndWith("VARIANT_ID=busybox-glibc\n"));
        Assert.That(tree.Text("etc/debian_version"), Does.StartWith(version.Item1));
        Assert.That(tree.TryGet("etc/os-release", out var link) && link.LinkTarget == "../usr/lib/os-release");
    }

    private static void CheckCertificates(RootfsTree tree)
    {
        var bundle = tree.Text("etc/ssl/certs/ca-certificates.crt");
        Assert.That((tree.Resolve("usr/lib/ssl/cert.pem"), tree.Resolve("usr/lib/ssl/certs")), Is.EqualTo(("etc/ssl/certs/ca-certificates.crt", "etc/ssl/certs")));
        var certificates = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        certificates.ImportFromPem(bundle);
        Assert.That(certificates, Has.Count.GreaterThan(100));
        Assert.That(bundle, Does.EndWith("-----END CERTIFICATE-----\n").And.Not.Contain("\n\n"));
        Assert.That(tree.TryGet("etc/ssl/certs/ca-certificates.crt", out var entry) && entry is { Mode: 0x1A4, UserId: 0 });
    }

    private static void CheckRecords(RootfsTree tree, LockedPlatform locked)
    {
        foreach (var package in locked.Packages.Where(package => package.Pin.Name != "busybox"))
        {
            var name = package.Pin.Name;
            Assert.That(tree.Text("var/lib/dpkg/status.d/" + name), Does.StartWith("Package: " + name + "\n").And.Contain("\nVersion: " + package.Pin.Version + "\n"));
            Assert.That(tree.TryGet($"usr/share/doc/{name}/copyright", out var copyright) && copyright.Type == RootfsEntryType.File, name);
            Assert.That(tree.Text($"usr/share/doc/{name}/copyright"), Is.Not.Empty);
            foreach (var line in tree.Text($"var/lib/dpkg/status.d/{name}.md5sums").Split('\n').SkipLast(1))
            {
                var path = line[34..];
                Assert.That(tree.TryGet(tree.Resolve(path)!, out var file), path);
#pragma warning disable CA5351 // dpkg's own checksum
                Assert.That(Convert.ToHexStringLower(MD5.HashData(file!.Content.Span)), Is.EqualTo(line[..32]), path);
#pragma warning restore CA5351
            }
        }

        Assert.That(tree.Paths(), Has.None.EqualTo("var/lib/dpkg/status").And.None.StartsWith("var/lib/dpkg/info").And.None.EqualTo("var/lib/dpkg/status.d/busybox"));
        Assert.That(tree.Text("var/lib/dpkg/status.d/zlib1g.md5sums"), Does.Match("(?m)^[0-9a-f]{32}  lib/libz\\.so\\.1\\.[0-9.]+$"));
        Assert.That(tree.Text("var/lib/dpkg/status.d/ca-certificates.md5sums"), Does.Not.Contain(".crt").And.Contain("copyright"));
        Assert.That(tree.Text("var/lib/dpkg/status.d/base-files.md5sums"), Does.Not.Contain("os-release").And.Contain("usr/share/common-licenses/GPL-3"));
        Assert.That(tree.Text("usr/share/doc/libstdc++6/copyright"), Is.EqualTo(tree.Text("usr/share/doc/libgcc-s1/copyright")));
        Assert.That(tree.Resolve("usr/share/common-licenses/GPL"), Is.EqualTo("usr/share/common-licenses/GPL-3"));
        Assert.That(Encoding.UTF8.GetBytes(string.Concat(tree.Paths())), Has.None.EqualTo((byte)'\\'));
    }
}
