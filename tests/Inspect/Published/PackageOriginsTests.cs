using System.Text;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Inspect.Published;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Inspect.Published;

/// <summary>The packages that an SBOM lists are found in signed indices of now and then, or said not to be.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PackageOriginsTests
{
    private const string Sum = "b59b0625cd1a791375d40dab23a4d5d3d0641e3d0a773501becdc3725b7f99cf";

    private static readonly DateTimeOffset _day = new(2026, 11, 21, 9, 15, 44, TimeSpan.Zero);
    private static readonly ListedDeb _libc = new("libc6", "2.41-12+deb13u5", "amd64", Sum);
    private static readonly ListedDeb _tzdata = new("tzdata", "2026b-1", "all", Sum);
    private static readonly ListedDeb _make = new("make", "4.4.1-2", "arm64", Sum);

    [Test]
    public void ADocumentListsPackagesCompilersAndPackageFilesOfOnesOwn()
    {
        var listed = ListedPackages.Read(Encoding.UTF8.GetBytes($$"""
            {"packages": [
              {"name": "libc6", "versionInfo": "2.41-12+deb13u5", "supplier": "Organization: Debian", "checksums": [{"algorithm": "SHA256", "checksumValue": "{{Sum.ToUpperInvariant()}}"}],
               "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch=amd64&distro=debian-13&upstream=glibc"}]},
              {"name": "mine", "versionInfo": "1", "supplier": "NOASSERTION", "checksums": [{"algorithm": "SHA256", "checksumValue": "{{Sum}}"}],
               "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:deb/debian/mine@1?arch=amd64&distro=debian-13"}]},
              {"name": "make", "versionInfo": "4.4.1-2", "supplier": "Organization: Debian", "downloadLocation": "http://ftp.debian.org/debian/pool/main/m/make-dfsg/make_4.4.1-2_arm64.deb", "checksums": [{"algorithm": "SHA256", "checksumValue": "{{Sum}}"}]},
              {"name": "glibc", "versionInfo": "2.41-12+deb13u5", "supplier": "Organization: Debian", "primaryPackagePurpose": "SOURCE"},
              {"name": "busybox", "versionInfo": "1.38.0", "supplier": "Organization: busybox-glibc", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:generic/busybox@1.38.0"}]}
            ]}
            """));
        Assert.That((listed.Shipped.Single(), listed.Tools.Single(), listed.Own.Single(), listed.Release), Is.EqualTo((_libc, _make, "mine", "13")));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("""{"packages": [{"name": 5}]}""")]
    [TestCase("""{"packages": [{"name": "a", "versionInfo": "1", "supplier": "Organization: Debian", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:deb/debian/a@1?arch=amd64"}]}]}""")]
    [TestCase("""{"packages": [{"name": "a", "versionInfo": "1", "supplier": "Organization: Debian", "checksums": [{"algorithm": "SHA256", "checksumValue": "x"}], "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:deb/debian/a@1"}]}]}""")]
    public void AMalformedDocumentIsAnError(string document) => Assert.Throws<AttestationException>(() => ListedPackages.Read(Encoding.UTF8.GetBytes(document)));

    [Test]
    public async Task WhatAnyStateOfTheArchiveSignedIsProvenAndNoFurtherOneIsOpened()
    {
        var opened = new List<string>();
        var findings = await CheckAsync(
            [_libc, _tzdata],
            State("cache", opened, false, ("amd64", _libc)),
            State("mirrors", opened, true, ("amd64", _tzdata)),
            State("snapshot", opened, false));
        Assert.That((findings.State, findings.Text), Is.EqualTo((ProofState.Proven, "2 packages and 1 of compilers as Debian signed them")));
        Assert.That(opened, Is.EqualTo(new[] { "cache", "mirrors" }));
    }

    [Test]
    public async Task AnotherChecksumIsRefuted()
    {
        var finding = await CheckAsync([_libc], State("cache", [], false, ("amd64", _libc with { Sha256 = new string('0', 64) })));
        Assert.That((finding.State, finding.Text), Is.EqualTo((ProofState.Refuted, "libc6 2.41-12+deb13u5 (amd64) has another checksum than Debian's")));
    }

    // Who invents a version invents a new one; but a mirror may be behind the one that the image was made from, and an old version may have left the archive.
    [TestCase("2.41-12+deb13u99", 0, ProofState.Refuted)]
    [TestCase("2.41-12+deb13u99", -1, ProofState.NotChecked)]
    [TestCase("2.41-12+deb13u1", 0, ProofState.NotChecked)]
    public async Task AVersionThatDebianDoesNotHave(string version, int days, ProofState state)
    {
        var finding = await CheckAsync([_libc with { Version = version }], new ArchiveState(true, _ => Task.FromResult<ISuite?>(new FakeSuite(_day.AddDays(days), ("amd64", _libc), ("arm64", _make)))));
        Assert.That(finding.State, Is.EqualTo(state), finding.Text);
        Assert.That(finding.Text, Does.Contain($"libc6 {version} (amd64)"));
    }

    [Test]
    public async Task AnArchiveThatCannotBeHadIsSaid()
    {
        var finding = await CheckAsync([_libc], new ArchiveState(true, _ => throw new DebianException("no mirror has trixie")), new ArchiveState(false, _ => Task.FromResult<ISuite?>(null)));
        Assert.That((finding.State, finding.Text), Is.EqualTo((ProofState.NotChecked, "no signed index of trixie that can be had lists 2 of 2: libc6 2.41-12+deb13u5 (amd64), make 4.4.1-2 (arm64) (no mirror has trixie)")));
    }

    [Test]
    public async Task AReleaseThatIsNotKnownIsSaid()
    {
        var findings = await new PackageOrigins((_, _) => []).CheckAsync([(KnownPlatforms.Amd64, new ListedPackages([_libc], [], [], "99"))], [], CancellationToken.None);
        Assert.That((findings[0].State, findings[0].Text), Is.EqualTo((ProofState.NotChecked, "Debian 99 is not known to this version, which has no keys of it")));
    }

    private static async Task<ProofFinding> CheckAsync(IReadOnlyList<ListedDeb> shipped, params ArchiveState[] states)
    {
        // Tools are of other machines: their indices are those of their own architecture.
        var first = states.Length > 0 && states[0] is { IsCurrent: false } ? State("tools", [], false, ("arm64", _make)) : null;
        var findings = await new PackageOrigins((suite, dates) =>
        {
            Assert.That((suite.Codename, dates.Single()), Is.EqualTo(("trixie", _day)));
            return first is null ? states : [first, .. states];
        }).CheckAsync([(KnownPlatforms.Amd64, new ListedPackages(shipped, [_make], [], "13"))], [_day], CancellationToken.None);
        return findings.Single();
    }

    private static ArchiveState State(string name, List<string> opened, bool isCurrent, params (string Architecture, ListedDeb Deb)[] packages) => new(isCurrent, _ =>
    {
        opened.Add(name);
        return Task.FromResult<ISuite?>(new FakeSuite(_day, packages));
    });

    private sealed class FakeSuite(DateTimeOffset date, params (string Architecture, ListedDeb Deb)[] packages) : ISuite
    {
        public string Codename => "trixie";

        public IReadOnlyList<ReleaseIdentity> Releases => [new ReleaseIdentity("trixie", date, Sum, "key")];

        public Task<IPackageIndex> PackagesAsync(string architecture, CancellationToken cancellation) =>
            Task.FromResult<IPackageIndex>(new FakeIndex(architecture, [.. packages.Where(package => package.Architecture == architecture).Select(package => package.Deb)]));

        public Task<IContentsIndex> ContentsAsync(string architecture, CancellationToken cancellation) => throw new NotSupportedException();
    }

    private sealed class FakeIndex(string architecture, IReadOnlyList<ListedDeb> debs) : IPackageIndex
    {
        public string Architecture => architecture;

        public IEnumerable<string> Names => debs.Select(deb => deb.Name);

        public IndexedPackage? Find(string name) => debs.Where(deb => deb.Name == name)
            .Select(deb => new IndexedPackage(new PinnedPackage(deb.Name, deb.Version, deb.Architecture, deb.Name, deb.Version, "debian", "pool/x.deb", 1, deb.Sha256), "libs", [])).FirstOrDefault();

        public IReadOnlyList<IndexedPackage> Providers(string virtualName) => [];
    }
}
