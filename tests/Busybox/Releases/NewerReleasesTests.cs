using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Tests.Configuration;
using ICSharpCode.SharpZipLib.BZip2;

namespace BusyboxGlibc.Tests.Busybox.Releases;

/// <summary>Which of Debian's source packages are releases that the table does not have, and how the table gets them.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class NewerReleasesTests
{
    private static readonly string _text = File.ReadAllText(ProjectFiles.Path(BusyboxReleases.FileName));
    private static readonly BusyboxReleases _known = BusyboxReleases.Read(ProjectFiles.Path(BusyboxReleases.FileName));

    // As Debian names its versions: with an epoch, repacked, of a release candidate, of a bug fix by others.
    [TestCase("1:1.38.0-3", null)]
    [TestCase("1:1.37.0-10.1", null)]
    [TestCase("1:1.38.1-1", "1.38.1")]
    [TestCase("1:1.38.1-1+b2", "1.38.1")]
    [TestCase("1.38.10-1~deb13u1", "1.38.10")]
    [TestCase("1:1.39.0-1", "1.39.0")]
    [TestCase("2:1.4.0-1", null)]
    [TestCase("1:1.38.1+dfsg-1", null)]
    [TestCase("1:1.38.1+ds1-1", null)]
    [TestCase("1:1.39.0~rc1-1", null)]
    [TestCase("1:1.39.0+git20270101-1", null)]
    [TestCase("1:1.39-1", null)]
    [TestCase("1.39.0", null)]
    public void ASourcePackageIsOfARelease(string debian, string? version) =>
        Assert.That(NewerReleases.Of([Source(debian)], _known).Select(found => found.Version), Is.EqualTo(version is null ? Array.Empty<string>() : [version]));

    [Test]
    public void TheyAreInOrderAndEachIsThereOnce() => Assert.That(
        NewerReleases.Of([Source("1:1.39.0-1"), Source("1:1.38.10-1"), Source("1:1.38.2-1"), Source("1:1.39.0-4"), Source("1:1.40.0-1", name: "busybox-static")], _known).Select(found => (found.Version, NewerReleases.IsUnstable(found.Version))),
        Is.EqualTo(new[] { ("1.38.2", false), ("1.38.10", false), ("1.39.0", true) }));

    [Test]
    public void TwoTarballsOfOneVersionAreNone() =>
        Assert.That(NewerReleases.Of([Source("1:1.38.1-1"), Source("1:1.38.1-2", sha256: new string('b', 64))], _known), Is.Empty);

    [TestCase("busybox_1.38.1.orig.tar.xz")]
    [TestCase("busybox_1.38.1.orig-extra.tar.bz2")]
    [TestCase("busybox_1.38.1-1.debian.tar.xz")]
    public void AnotherFileIsNotTheTarball(string file) => Assert.That(NewerReleases.Of([Source("1:1.38.1-1", file: file)], _known), Is.Empty);

    [Test]
    public void TheTableHasItFirstAndEverythingElseAsItWas()
    {
        var entry = NewerReleases.EntryOf(NewerReleases.Of([Source("1:1.38.1-1")], _known)[0], "2026-12-01", _known);
        Assert.That(entry.Sources, Is.EqualTo(new[] { "https://busybox.net/downloads/busybox-1.38.1.tar.bz2", "pool/main/b/busybox/busybox_1.38.1.orig.tar.bz2" }));
        var text = ReleaseTable.Add(_text, entry);
        var read = Read(text);
        Assert.That(read.Default, Is.EqualTo(_known.Default));
        Assert.That(read.Releases.Select(release => release.Version), Is.EqualTo(new[] { "1.38.1", "1.38.0", "1.37.0" }));
        Assert.That((read.Releases[0].Date, read.Releases[0].Sha256, read.Releases[0].Size, string.Join(' ', read.Releases[0].Patches), read.Releases[0].Options.Count), Is.EqualTo(("2026-12-01", entry.Sha256, entry.Size, "build/Busybox/patches/all", 0)));
        var lines = text.Split('\n');
        var own = _text.Split('\n');
        Assert.That(lines.Length - own.Length, Is.EqualTo(12));
        Assert.That(lines[..3].Concat(lines[15..]), Is.EqualTo(own));

        // In the form of the entries there are, of which the next is.
        Assert.That(lines[3..15].Select(line => line.Replace("1.38.1", "1.38.0", StringComparison.Ordinal)).Where(line => !line.Contains("date", StringComparison.Ordinal) && !line.Contains("sha256", StringComparison.Ordinal) && !line.Contains("size", StringComparison.Ordinal)), Is.SubsetOf(own));
    }

    [Test]
    public void OptionsOfPlatformsAreKept()
    {
        var entry = _known.Find("1.37.0", "here") with { Version = "1.37.1" };
        Assert.That(Read(ReleaseTable.Add(_text, entry)).Releases[0].Options, Is.EqualTo(entry.Options));
    }

    [Test]
    public void TheDefaultIsChangedAlone()
    {
        var text = ReleaseTable.WithDefault(_text, "1.37.0");
        Assert.That(Read(text).Default, Is.EqualTo("1.37.0"));
        Assert.That(ReleaseTable.WithDefault(text, "1.38.0"), Is.EqualTo(_text));
    }

    [TestCase("{}")]
    [TestCase("{\"releases\": [], \"default\": \"1\"}")]
    public void AFileInAnotherFormIsLeftToAPerson(string text)
    {
        Assert.That(() => ReleaseTable.WithDefault(text, "1.38.0"), Throws.TypeOf<BusyboxException>().With.Property("Next").Contains("CONTRIBUTING.md"));
        Assert.That(() => ReleaseTable.Add(text, _known.Releases[0]), Throws.TypeOf<BusyboxException>());
    }

    [Test]
    public void ThePlainDockerfileFollows()
    {
        var text = File.ReadAllText(ProjectFiles.Path("Dockerfile.builder"));
        Assert.That(ReleaseTable.InDockerfile(text, _known.Find(null, "here")), Is.EqualTo(text), "it has the default");
        var other = ReleaseTable.InDockerfile(text, _known.Find("1.37.0", "here"));
        Assert.That(other.Split('\n').Except(text.Split('\n')), Is.EqualTo(new[] { "ARG BUSYBOX_VERSION=1.37.0", $"ARG BUSYBOX_SHA256={_known.Find("1.37.0", "here").Sha256}", "ARG BUSYBOX_DATE=2024-09-27" }));
        Assert.That(ReleaseTable.InDockerfile("FROM mine\n", _known.Releases[0]), Is.EqualTo("FROM mine\n"));
    }

    [Test]
    public void SeveralFoldersOfPatchesAreOneValue()
    {
        var text = ReleaseTable.InDockerfile(File.ReadAllText(ProjectFiles.Path("Dockerfile.builder")), _known.Find("1.37.0", "here") with { Patches = ["build/Busybox/patches/all", "build/Busybox/patches/1.37"] });
        Assert.That(text, Does.Contain("\nARG BUSYBOX_VERSION=1.37.0\n").And.Contain("\nARG BUSYBOX_PATCHES=\"build/Busybox/patches/all build/Busybox/patches/1.37\"\n"));
        var file = DockerfileText.Parse("Dockerfile.builder", text);
        var argument = file.Instructions.Single(line => line.Arguments.StartsWith("BUSYBOX_PATCHES=", StringComparison.Ordinal));
        Assert.That(DockerfileWords.Quoted(argument.Arguments, file.Escape), Has.Count.EqualTo(1), "a second word would be a second argument");
        Assert.That(ShippedBuilder.CompilesAsShipped(file), Is.True);
        Assert.That(ReleaseTable.InDockerfile(text, _known.Find(null, "here")), Is.EqualTo(File.ReadAllText(ProjectFiles.Path("Dockerfile.builder"))), "and back");
    }

    [Test]
    public void TheDateIsThatOfTheNewestFile()
    {
        Assert.That(NewerReleases.DateOf(new MemoryStream(Tarball(new DateTime(2026, 12, 1, 23, 59, 0, DateTimeKind.Utc)))), Is.EqualTo("2026-12-01"));
        Assert.That(() => NewerReleases.DateOf(new MemoryStream(Tarball(null))), Throws.TypeOf<InvalidDataException>());
    }

    /// <summary>A tarball with one older file, and one of that time.</summary>
    internal static byte[] Tarball(DateTime? time)
    {
        using var bytes = new MemoryStream();
        using (var content = new BZip2OutputStream(bytes) { IsStreamOwner = false })
        using (var tar = new System.Formats.Tar.TarWriter(content))
        {
            if (time is { } newest)
            {
                tar.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "busybox/Makefile") { ModificationTime = new DateTimeOffset(newest) });
                tar.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "busybox/README") { ModificationTime = new DateTimeOffset(newest).AddDays(-9) });
            }
        }

        return bytes.ToArray();
    }

    internal static IndexedSource Source(string version, string name = "busybox", string? sha256 = null, string? file = null, long size = 2_700_000) => new(
        name, version, "debian",
        [new IndexedSourceFile($"pool/main/b/busybox/{file ?? $"busybox_{version.Split(':')[^1].Split('-')[0]}.orig.tar.bz2"}", size, sha256 ?? new string('a', 64)), new IndexedSourceFile("pool/main/b/busybox/x.dsc", 9, new string('c', 64))]);

    private static BusyboxReleases Read(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(BusyboxReleases.FileName), text);
        return BusyboxReleases.Read(folder.File(BusyboxReleases.FileName));
    }
}
