using System.IO.Compression;
using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>What the changelogs of packages name between two versions, and why it is not known.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ChangelogReaderTests
{
    private const string Before = "2.41-12+deb13u4";
    private const string After = "2.41-12+deb13u5";

    private static readonly string[] _fixed =
    [
        "CVE-2026-5435", "CVE-2026-6238", "CVE-2026-6368", "CVE-2026-6791", "CVE-2026-8674", "CVE-2026-18374", "CVE-2026-19499", "CVE-2026-19542",
        "CVE-2026-77117", "CVE-2026-80489", "CVE-2026-86805", "CVE-2026-89092", "CVE-2026-95818", "CVE-2026-97399",
    ];

    private readonly Dictionary<string, byte[]> _debs = new(StringComparer.Ordinal);
    private TemporaryFolder _folder = null!;

    private static string Glibc => File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", "Debian", "glibc_2.41-12+deb13u5.changelog"));

    [SetUp]
    public void Make() => _folder = new TemporaryFolder();

    [TearDown]
    public void Drop() => _folder.Dispose();

    [Test]
    public async Task TheFourteenIdsThatGlibcFixedAreNamed()
    {
        var fixes = await OfLibcAsync(Gzip(Glibc));
        Assert.That(fixes.Cves, Is.EqualTo(_fixed));
        Assert.That((fixes.Urgency, fixes.Bugs.Count, fixes.Unknown, fixes.IsBack), Is.EqualTo(("medium", 12, (string?)null, false)));
        Assert.That(fixes.Lines(), Is.EqualTo(new[]
        {
            "glibc 2.41-12+deb13u4 → 2.41-12+deb13u5: 14 CVEs fixed, 12 bugs closed, urgency medium",
            "  CVE-2026-5435, CVE-2026-6238, CVE-2026-6368, CVE-2026-6791",
            "  CVE-2026-8674, CVE-2026-18374, CVE-2026-19499, CVE-2026-19542",
            "  CVE-2026-77117, CVE-2026-80489, CVE-2026-86805, CVE-2026-89092",
            "  CVE-2026-95818, CVE-2026-97399",
        }));
    }

    [Test]
    public async Task AVersionThatGoesBackLosesThem()
    {
        var package = Libc().File("/usr/share/doc/libc6/changelog.Debian.gz", Gzip(Glibc));
        var fixes = await ReadAsync(Step(package, After, Before));
        Assert.That((fixes.IsBack, fixes.Cves.Count), Is.EqualTo((true, 14)));
        Assert.That(fixes.Summary(), Is.EqualTo("14 CVEs no longer fixed, 12 bugs open again, urgency medium"));
    }

    [Test]
    public async Task TheNamesThatPolicyAllowsAreFound()
    {
        foreach (var (name, content) in new (string, byte[])[] { ("changelog.Debian", Encoding.UTF8.GetBytes(Glibc)), ("changelog.gz", Gzip(Glibc)), ("changelog", Encoding.UTF8.GetBytes(Glibc)) })
        {
            Assert.That((await ReadAsync(Step(Libc().File($"/usr/share/doc/libc6/{name}", content)))).Cves, Is.EqualTo(_fixed), name);
        }
    }

    [Test]
    public async Task LinksAreFollowedWithinThePackageAndIntoOthersOfItsSource()
    {
        var sibling = new FakePackage("libc-data", After, Locks.Amd64) { Source = "glibc" }.File("/usr/share/doc/libc-data/changelog.Debian.gz", Gzip(Glibc));
        foreach (var package in new[]
        {
            Libc().Link("/usr/share/doc/libc6", "libc-data"),
            Libc().Link("/usr/share/doc/libc6", "/usr/share/doc/libc-data"),
            Libc().Link("/usr/share/doc/libc6/changelog.Debian.gz", "../libc-data/changelog.Debian.gz"),
            Libc().File("/usr/share/doc/libc6/NEWS.gz", Gzip(Glibc)).Link("/usr/share/doc/libc6/changelog.Debian.gz", "../libc-data/./../libc-data/changelog.Debian.gz"),
            Libc().File("/usr/share/doc/libc6/changelog.real.gz", Gzip(Glibc)).Link("/usr/share/doc/libc6/changelog.Debian.gz", "changelog.real.gz"),
            Libc().File("/usr/share/doc/libc6/changelog.real.gz", Gzip(Glibc)).HardLink("/usr/share/doc/libc6/changelog.Debian.gz", "/usr/share/doc/libc6/changelog.real.gz"),
        })
        {
            Assert.That((await ReadAsync(Step(package, siblings: Pin(sibling)))).Cves, Is.EqualTo(_fixed));
        }
    }

    [Test]
    public async Task LinksThatLeadElsewhereAreNotFollowed()
    {
        var stranger = new FakePackage("stranger", After, Locks.Amd64).File("/usr/share/doc/stranger/changelog.Debian.gz", Gzip(Glibc));
        Assert.That(await UnknownAsync(Libc().Link("/usr/share/doc/libc6", "stranger"), stranger), Does.EndWith("it is a link into the package stranger, which is not at hand with the same source"));
        Assert.That(await UnknownAsync(Libc().Link("/usr/share/doc/libc6", "absent")), Does.EndWith("it is a link into the package absent, which is not at hand with the same source"));
        Assert.That(await UnknownAsync(Libc().Link("/usr/share/doc/libc6/changelog.gz", "/etc/shadow")), Does.EndWith("it is a link to /etc/shadow"));
        Assert.That(
            await UnknownAsync(Libc().Link("/usr/share/doc/libc6/changelog.gz", "changelog.Debian.gz").Link("/usr/share/doc/libc6/changelog.Debian.gz", "changelog.gz")),
            Does.EndWith("it is a link that leads nowhere"));
        Assert.That(await UnknownAsync(Libc().Link("/usr/share/doc/libc6", ".")), Does.StartWith("the changelog of libc6 cannot be read: "));
    }

    [Test]
    public async Task ARebuildHasAChangelogOfItsOwn()
    {
        const string rebuild = "glibc (2.41-12+deb13u5+b2) trixie; urgency=low, binary-only=yes\n\n  * Binary-only rebuild; fixes CVE-2026-99999.\n\n -- A <a@b>  Sat, 10 Oct 2026 19:56:39 +0200\n\n";
        var package = Libc().File("/usr/share/doc/libc6/changelog.Debian.gz", Gzip(Glibc)).File("/usr/share/doc/libc6/changelog.Debian.amd64.gz", Gzip(rebuild));
        Assert.That((await ReadAsync(Step(package, After, PackageStep.Of($"{After}+b2", After)))).Cves, Is.EqualTo(new[] { "CVE-2026-99999" }));
        Assert.That((await ReadAsync(Step(package, Before, $"{After}+b2"))).Cves, Has.Count.EqualTo(15));
        Assert.That(PackageStep.Of("1:1.5.0-3+b12", "1.5.0-3"), Is.EqualTo("1.5.0-3+b12"));
        Assert.That(PackageStep.Of("1:1.5.0-3", "1.5.0-3"), Is.EqualTo("1.5.0-3"));
        Assert.That(PackageStep.Of("2.0+beta", "2.0+beta"), Is.EqualTo("2.0+beta"));
    }

    [Test]
    public async Task WhatCannotBeReadSaysWhy()
    {
        Assert.That(await UnknownAsync(Libc()), Does.EndWith("the package has none"));
        Assert.That(await UnknownAsync(WithChangelog(Gzip(Glibc)[..^200])), Does.EndWith("its compressed data is damaged or cut short"));
        Assert.That(await UnknownAsync(WithChangelog([0x1F, 0x8B, 1, 2, 3])), Does.EndWith("its compressed data is damaged or cut short"));
        Assert.That(await UnknownAsync(WithChangelog(Encoding.Unicode.GetBytes(Glibc))), Does.EndWith("it has no entry in the form of deb-changelog(5)"));
        Assert.That(await UnknownAsync(WithChangelog([])), Does.EndWith("it has no entry in the form of deb-changelog(5)"));
        Assert.That(await UnknownAsync(WithChangelog(new byte[PackageDocuments.Largest + 1])), Does.EndWith("it has more than 8 MiB"));
        Assert.That(await UnknownAsync(WithChangelog(Gzip(new string('x', 65 << 20)))), Does.EndWith("it unpacks to more than 64 MiB"));
        Assert.That(await UnknownAsync(Libc().Link("/usr/share/doc/libc6/changelog.gz", "more").File("/usr/share/doc/libc6/more/file")), Does.EndWith("the package has none"));
        Assert.That((await ReadAsync(new PackageStep("glibc", "libc6", Before, After, null, []))).Unknown, Is.EqualTo("its package is not at hand"));
        var absent = Pin(Libc());
        _debs.Remove(absent.Sha256);
        Assert.That((await ReadAsync(new PackageStep("glibc", "libc6", Before, After, absent, []))).Unknown, Does.StartWith("the changelog of libc6 cannot be read: "));
    }

    [Test]
    public async Task WhatEndsTooEarlyIsTold()
    {
        var fixes = await OfLibcAsync(Gzip(Glibc[..Glibc.IndexOf("glibc (2.41-12+deb13u4)", StringComparison.Ordinal)] + "# For older changelog entries, run 'apt-get changelog libc6'\n"));
        Assert.That(fixes.Cves, Is.EqualTo(_fixed));
        Assert.That(fixes.Unknown, Is.EqualTo("the changelog of libc6 begins with 2.41-12+deb13u5: there may be more"));
        Assert.That((await ReadAsync(Step(WithChangelog(Gzip(Glibc)), After, "2.41-12+deb13u6"))).Unknown, Is.EqualTo("the changelog of libc6 has no entry between 2.41-12+deb13u5 and 2.41-12+deb13u6"));
    }

    [Test]
    public void OldEncodingsAndFormsAreRead()
    {
        byte[] text =
        [
            .. "x (2) sid; urgency=HIGH\r\n\n  * cve-2019-12345, CVE-2019-1234567 and CVE-2019-123. Closes: Bug#1, #22,\n    bug#333\n\n -- J"u8, 0xF6, .. "rg <j@x>  Mon, 1 Jan 2019 00:00:00 +0000\n"u8,
            .. "x (1-0.1~a) sid experimental; urgency=low\n\n  * CVE-2019-2000\n\nLocal variables:\n  CVE-2019-3000\nx (bad version!) sid; urgency=low\n  * CVE-2019-4000\n"u8,
        ];
        var entries = Changelog.Read(text);
        Assert.That(entries.Select(entry => (entry.Version, entry.Urgency, string.Join(' ', entry.Cves), string.Join(' ', entry.Bugs))), Is.EqualTo(new[]
        {
            ("2", "high", "CVE-2019-12345 CVE-2019-1234567", "1 22 333"),
            ("1-0.1~a", "low", "CVE-2019-2000 CVE-2019-3000 CVE-2019-4000", string.Empty),
        }));
        Assert.That(Changelog.Read("terraform (1.0.10) ; urgency=medium\n\n  * Package created with FPM.\n\n -- <ubuntu@JackPC>  Sun, 23 Nov 2025 11:11:06 +0100\n"u8).Select(entry => entry.Version), Is.EqualTo(new[] { "1.0.10" }), "jordansissel/fpm 2126");
        Assert.That(Changelog.Highest(["low", "critical", "unheard"]), Is.EqualTo("critical"));
        Assert.That(Changelog.Highest(["unheard"]), Is.Null);
    }

    [Test]
    public async Task TheFirstPlatformWhosePackageCanBeReadTellsForAll()
    {
        var (broken, whole) = (WithChangelog([0x1F, 0x8B]), WithChangelog(Gzip(Glibc)));
        var other = new FakePackage("libc-bin", After, Locks.Amd64) { Source = "glibc" };
        var fixes = await Reader().ReadAsync([Step(broken), Step(whole), Step(other, name: "libc-bin"), Step(other, After, After)], default);
        Assert.That(fixes.Select(source => (source.Unknown, string.Join(' ', source.Packages), source.Cves.Count)), Is.EqualTo(new[] { ((string?)null, "libc-bin libc6", 14) }));
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task APackageOfDebianIsReadFromItsFile()
    {
        var path = RealPackages.Fetch("libc6", "amd64");
        var pin = new PinnedPackage("libc6", After, "amd64", "glibc", After, "debian", "libc6.deb", 0, new string('0', 64));
        var fixes = (await new ChangelogReader((_, _) => Task.FromResult(path)).ReadAsync([new PackageStep("glibc", "libc6", Before, After, pin, [])], default))[0];
        Assert.That((fixes.Unknown, fixes.Cves), Is.EqualTo(((string?)null, _fixed)));
    }

    private static FakePackage Libc() => new("libc6", After, Locks.Amd64) { Source = "glibc" };

    private static FakePackage WithChangelog(byte[] content) => Libc().File("/usr/share/doc/libc6/changelog.Debian.gz", content);

    private async Task<SourceFixes> OfLibcAsync(byte[] changelog) => await ReadAsync(Step(WithChangelog(changelog)));

    private async Task<string?> UnknownAsync(FakePackage package, params FakePackage[] siblings)
    {
        var fixes = await ReadAsync(Step(package, siblings: [.. siblings.Select(Pin)]));
        Assert.That(fixes.Cves, Is.Empty);
        Assert.That(fixes.Summary(), Is.EqualTo("CVEs not known"));
        return fixes.Unknown;
    }

    private async Task<SourceFixes> ReadAsync(PackageStep step) => (await Reader().ReadAsync([step], default)).Single();

    private PackageStep Step(FakePackage package, string before = Before, string after = After, string name = "libc6", params PinnedPackage[] siblings) =>
        new("glibc", name, before, after, Pin(package), siblings);

    private PinnedPackage Pin(FakePackage package)
    {
        var deb = package.Deb();
        var pin = package.Indexed(deb).Pin;
        _debs[pin.Sha256] = deb;
        return pin;
    }

    private ChangelogReader Reader() => new(async (pin, cancellation) =>
    {
        var path = _folder[pin.Sha256];
        await File.WriteAllBytesAsync(path, _debs.GetValueOrDefault(pin.Sha256) ?? throw new DebianException("it is gone"), cancellation);
        return path;
    });

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
