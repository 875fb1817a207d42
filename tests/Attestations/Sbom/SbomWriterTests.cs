using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Image;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layers;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Tests.Oci.Layout;

namespace BusyboxGlibc.Tests.Attestations.Sbom;

/// <summary>Documents about a small image: valid by the schemas, and the same as the image file by file.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class SbomWriterTests
{
    private const string LockDigest = "sha256:lock";
    private static readonly Platform _platform = KnownPlatforms.Amd64;
    private static readonly DocumentFacts _facts = new(ImageReference.TryParse("busybox:glibc")!, "1.38.0-glibc-debian13", Rfc3339.FromEpoch(TestImages.Epoch));
    private readonly TemporaryFolder _folder = new();
    private int _made;

    [OneTimeTearDown]
    public void Drop() => _folder.Dispose();

    [Test]
    public async Task DocumentsAreValidAndHaveEveryFileOfTheImage()
    {
        var layout = Write(Tree());
        var files = await MakeAsync(layout, Facts());
        Assert.That(files.Select(file => file.FileName), Is.EqualTo(new[] { "linux-amd64.spdx.json", "index.spdx.json", "linux-amd64.cdx.json", "index.cdx.json" }));
        var unpacked = Unpack(layout);
        Assert.Multiple(() =>
        {
            foreach (var file in files)
            {
                Assert.That(SbomSchemas.Faults(file.Content.ToArray()), Is.Empty, file.FileName);
            }

            Assert.That(SpdxFiles(files[0]), Is.EqualTo(unpacked));
            Assert.That(CycloneDxFiles(files[2]), Is.EqualTo(unpacked));
        });
        var again = await MakeAsync(layout, Facts());
        Assert.That(again.Select(file => file.Content.ToArray()), Is.EqualTo(files.Select(file => file.Content.ToArray())), "the same bytes each time");
    }

    [Test]
    public async Task EachFileBelongsToWhatItCameFrom()
    {
        var spdx = Json((await MakeAsync(Write(Tree()), Facts()))[0]);
        var names = spdx.GetProperty("packages").EnumerateArray().ToDictionary(one => Text(one, "SPDXID"), one => Text(one, "name"));
        var owners = Relations(spdx, "CONTAINS").Where(one => one.To.StartsWith("SPDXRef-File", StringComparison.Ordinal)).ToDictionary(one => PathOf(spdx, one.To), one => names[one.From]);
        Assert.Multiple(() =>
        {
            Assert.That(owners["lib/libfoo.so.1"], Is.EqualTo("libfoo1"));
            Assert.That(owners["etc/foo.conf"], Is.EqualTo("libfoo1"), "a configuration file, which no list of checksums has");
            Assert.That(owners["etc/bar.conf"], Is.EqualTo("busybox-glibc"), "the build changed what the package ships");
            Assert.That(owners["usr/local/lib/own ü.so"], Is.EqualTo("overlay/all"));
            Assert.That(owners["app/prog"], Is.EqualTo("prog"));
            Assert.That(owners["bin/busybox"], Is.EqualTo("busybox"));
            Assert.That(owners["bin/also"], Is.EqualTo("busybox-glibc"), "a hard link that no package has");
            Assert.That(owners["etc/ld.so.cache"], Is.EqualTo("busybox-glibc"));
            Assert.That(owners["var/lib/dpkg/status.d/libfoo1"], Is.EqualTo("busybox-glibc"));
        });
    }

    [Test]
    public async Task WhatBusyBoxIsMadeFromIsThere()
    {
        var spdx = Json((await MakeAsync(Write(Tree()), Facts()))[0]);
        var kinds = new[] { "BUILD_TOOL_OF", "PATCH_FOR", "GENERATES", "DYNAMIC_LINK", "DEPENDS_ON" };
        Assert.That(kinds.Select(kind => Relations(spdx, kind).Count()), Is.EqualTo(new[] { 1, 1, 1, 2, 2 }));
        var generated = Relations(spdx, "GENERATED_FROM").ToList();
        Assert.That(generated.Select(one => one.To), Has.Some.StartsWith("SPDXRef-Source-glibc-2.41-12").And.Some.EqualTo("SPDXRef-Source-busybox-1.38.0.tar.bz2").And.Some.EqualTo("SPDXRef-Authority-1"));

        // Only what is in the image has a name that scanners match: they took source packages and compilers for installed ones (grype 2707, dependency-track 6132).
        var purls = spdx.GetProperty("packages").EnumerateArray().Where(one => one.TryGetProperty("externalRefs", out _)).Select(one => Text(one, "name"));
        Assert.That(purls, Is.EqualTo(new[] { "docker.io/library/busybox", "libfoo1", "busybox" }));

        // trivy takes the source package from this text alone (trivy 2934), and finds no distribution without an operating system (obs-build 1038).
        var package = spdx.GetProperty("packages").EnumerateArray().First(one => Text(one, "name") == "libfoo1");
        Assert.That(Text(package, "sourceInfo"), Is.EqualTo("built package from: foo 1.0-1"));
        Assert.That(Text(package, "versionInfo"), Is.EqualTo("1:1.0-1+b2"), "the whole version (trivy 3892)");
        Assert.That(spdx.GetProperty("packages").EnumerateArray().Count(one => one.TryGetProperty("primaryPackagePurpose", out var purpose) && purpose.GetString() == "OPERATING_SYSTEM"), Is.EqualTo(1));
    }

    [Test]
    public async Task ACopyrightFileThatIsALinkOrAbsentSaysNoLicence()
    {
        foreach (var isLink in new[] { true, false })
        {
            var spdx = Json((await MakeAsync(Write(Tree(isLink ? "link" : null)), Facts()))[0]);
            Assert.That(Text(spdx.GetProperty("packages").EnumerateArray().First(one => Text(one, "name") == "libfoo1"), "licenseDeclared"), Is.EqualTo("NOASSERTION"));
        }
    }

    [Test]
    public async Task FilesThatLinesOfTheUserMadeAreToldFromThoseOfTheBuild()
    {
        var facts = Facts() with { HasLines = true, Made = path => path == "bin/also" ? "busybox"u8.ToArray() : null };
        var spdx = Json((await MakeAsync(Write(Tree()), facts))[0]);
        var lines = Relations(spdx, "CONTAINS").Where(one => one.From == "SPDXRef-Package-Lines-Dockerfile.run").Select(one => PathOf(spdx, one.To));
        Assert.That(lines, Does.Contain("etc/bar.conf").And.No.Member("bin/also").And.No.Member("etc/ld.so.cache"));
    }

    [Test]
    public void ATamperedLockIsRefused()
    {
        var layout = Write(Tree());
        Assert.That(async () => await MakeAsync(layout, Facts() with { LockDigest = "sha256:other" }), Throws.TypeOf<AttestationException>().With.Message.Contains("linux/amd64").And.Message.Contains("not the one that the image was made from"));
        var facts = Facts();
        var lied = facts.Locked.Packages[0] with { Pin = facts.Locked.Packages[0].Pin with { Source = "bar" } };
        Assert.That(
            async () => await MakeAsync(layout, facts with { Locked = facts.Locked with { Packages = [lied] } }),
            Throws.TypeOf<AttestationException>().With.Message.Contains("disagree about libfoo1").And.Message.Contains("built from foo 1.0-1"));
    }

    [Test]
    public async Task FilesAreKeptUntilAnInputOrAByteChanges()
    {
        var files = await MakeAsync(Write(Tree()), Facts());
        var (folder, names) = (new SbomFolder(_folder["sbom"]), SbomWriter.Names([SbomForm.Spdx, SbomForm.CycloneDx], [_platform]).ToList());
        Directory.CreateDirectory(_folder["sbom"]);
        File.WriteAllText(_folder["sbom/linux-arm64.spdx.json"], "{}");
        folder.Write("key", files);
        Assert.That(folder.Find("key", names)!.Select(file => file.FileName), Is.EqualTo(files.Select(file => file.FileName)));
        Assert.That(File.Exists(_folder["sbom/linux-arm64.spdx.json"]), Is.False, "of an earlier run");
        Assert.That(folder.Find("other", names), Is.Null);
        File.AppendAllText(_folder["sbom/index.spdx.json"], " ");
        Assert.That(folder.Find("key", names), Is.Null, "a changed file");
    }

    private static Task<IReadOnlyList<SbomFile>> MakeAsync(OciLayoutReader layout, ImageFacts facts) =>
        new SbomWriter(layout, _facts, _ => facts, 1).MakeAsync([SbomForm.Spdx, SbomForm.CycloneDx], default);

    private static ImageFacts Facts()
    {
        var pin = new PinnedPackage("libfoo1", "1:1.0-1+b2", "amd64", "foo", "1.0-1", "debian", "pool/main/f/foo/libfoo1_1.0-1+b2_amd64.deb", 1, new string('1', 64));
        var tool = new PinnedPackage("gcc-14", "14.2.0-19", "amd64", "gcc-14", "14.2.0-19", "debian", "pool/main/g/gcc-14/gcc-14.deb", 1, new string('2', 64));
        var release = new BusyboxRelease("1.38.0", "2026-01-01", new string('3', 64), 1, ["https://busybox.net/busybox-1.38.0.tar.bz2"], [], new Dictionary<string, IReadOnlyList<string>>());
        return new ImageFacts(new LockedPlatform(_platform, [], [new LockedPackage(pin, 0, ["/etc/bar.conf", "/etc/foo.conf", "/usr/lib/x86_64-linux-gnu/libfoo.so.1"])]), Suites.Trixie)
        {
            LockDigest = LockDigest,
            Busybox = new BusyboxOrigins(release, [("amd64", tool), ("arm64", tool)]),
            Overlays = new Dictionary<string, (string, ReadOnlyMemory<byte>)> { ["usr/local/lib/own ü.so"] = ("overlay/all", "own"u8.ToArray()), ["etc/bar.conf"] = ("overlay/all", "not this"u8.ToArray()) },
            Programs = new Dictionary<string, string> { ["app/prog"] = "prog" },
            Authorities = [new string('4', 64)],
            Shipped = (_, _) => Task.FromResult<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>(new Dictionary<string, ReadOnlyMemory<byte>> { ["/etc/foo.conf"] = "foo"u8.ToArray(), ["/etc/bar.conf"] = "bar"u8.ToArray() }),
        };
    }

    private static RootfsTree Tree(string? copyright = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: a\nLicense: Own\n Text.\n")
    {
        var tree = new RootfsTree();
        void File(string path, byte[] content) => tree.Add(new RootfsEntry(path, RootfsEntryType.File, 0x1ED, 0, 0, null, null, content, "test"));
        void Lines(string path, params string[] lines) => File(path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        var sum = new string('0', 32);
        File("lib/libfoo.so.1", TinyElf.Library(_platform, "libfoo.so.1"));
        File("bin/busybox", "busybox"u8.ToArray());
        tree.Add(new RootfsEntry("bin/also", RootfsEntryType.HardLink, 0x1ED, 0, 0, null, "bin/busybox", default, "test"));
        tree.Add(new RootfsEntry("bin/sh", RootfsEntryType.SymbolicLink, 0x1FF, 0, 0, null, "busybox", default, "test"));
        File("app/prog", TinyElf.Library(_platform, "prog", "libfoo.so.1"));
        File("app/more", TinyElf.Library(_platform, "more", "libfoo.so.1"));
        File("usr/local/lib/own ü.so", "own"u8.ToArray());
        File("etc/foo.conf", "foo"u8.ToArray());
        File("etc/bar.conf", "changed"u8.ToArray());
        File("etc/ld.so.cache", "cache"u8.ToArray());
        File("etc/ssl/certs/ca-certificates.crt", "certificates"u8.ToArray());
        File("usr/share/doc/busybox/config", "CONFIG=y"u8.ToArray());
        File("usr/share/doc/busybox/patches/000-a.patch", "patch"u8.ToArray());
        if (copyright == "link")
        {
            tree.Add(new RootfsEntry("usr/share/doc/libfoo1/copyright", RootfsEntryType.SymbolicLink, 0x1FF, 0, 0, null, "../busybox/config", default, "test"));
        }
        else if (copyright is not null)
        {
            Lines("usr/share/doc/libfoo1/copyright", copyright);
        }

        Lines("var/lib/dpkg/status.d/libfoo1", "Package: libfoo1", "Source: foo (1.0-1)", "Version: 1:1.0-1+b2", "Homepage: https://foo.example/", "Built-Using: glibc (= 2.41-12), broken (((");
        Lines("var/lib/dpkg/status.d/libfoo1.md5sums", $"{sum}  lib/libfoo.so.1", "short");
        Lines("var/lib/dpkg/status.d/busybox", "Package: busybox", "Version: 1:1.38.0");
        Lines("var/lib/dpkg/status.d/busybox.md5sums", $"{sum}  bin/busybox", $"{sum}  usr/share/doc/busybox/config", $"{sum}  usr/share/doc/busybox/patches/000-a.patch");
        return tree;
    }

    private OciLayoutReader Write(RootfsTree tree)
    {
        var path = _folder[$"oci-{Interlocked.Increment(ref _made)}"];
        using var writer = new OciLayoutWriter(path);
        var labels = new Dictionary<string, string> { [ImageMetadata.LockDigestKey] = LockDigest };
        var image = writer.AddImage(new ImageSpec(_platform, TestImages.Epoch, "test", labels, HasCertificates: true), new LayerCache(_folder["cache"]).GetOrAdd(stream => RootfsTar.Write(tree, stream, 0)));
        writer.Commit([image], labels, [_facts.Name]);
        return OciLayoutReader.Open(path);
    }

    // With a reader of others: every regular file, hard links under each of their names.
    private static SortedDictionary<string, string> Unpack(OciLayoutReader layout)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var file = File.OpenRead(layout.ReadImages().Single().LayerPath);
        using var tar = new TarReader(new GZipStream(file, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType == TarEntryType.HardLink)
            {
                found[entry.Name] = found[entry.LinkName];
            }
            else if (entry.EntryType is TarEntryType.RegularFile)
            {
                found[entry.Name] = Convert.ToHexStringLower(SHA256.HashData(entry.DataStream ?? Stream.Null));
            }
        }

        return found;
    }

    private static SortedDictionary<string, string> SpdxFiles(SbomFile file) => new(
        Json(file).GetProperty("files").EnumerateArray().ToDictionary(
            one => Text(one, "fileName")[2..], one => Text(one.GetProperty("checksums").EnumerateArray().Single(sum => Text(sum, "algorithm") == "SHA256"), "checksumValue")), StringComparer.Ordinal);

    private static SortedDictionary<string, string> CycloneDxFiles(SbomFile file) => new(
        Json(file).GetProperty("components").EnumerateArray().Where(one => one.TryGetProperty("components", out _)).SelectMany(one => one.GetProperty("components").EnumerateArray())
            .ToDictionary(one => Text(one, "name")[1..], one => Text(one.GetProperty("hashes")[0], "content")), StringComparer.Ordinal);

    private static string PathOf(JsonElement spdx, string id) => Text(spdx.GetProperty("files").EnumerateArray().First(one => Text(one, "SPDXID") == id), "fileName")[2..];

    private static IEnumerable<(string From, string To)> Relations(JsonElement spdx, string type) => spdx.GetProperty("relationships").EnumerateArray()
        .Where(one => Text(one, "relationshipType") == type).Select(one => (Text(one, "spdxElementId"), Text(one, "relatedSpdxElement")));

    private static JsonElement Json(SbomFile file)
    {
        using var document = JsonDocument.Parse(file.Content);
        return document.RootElement.Clone();
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;
}
