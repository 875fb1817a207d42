using BusyboxGlibc.Configuration;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PlacementTests
{
    private MadePackages _made = null!;

    [SetUp]
    public void Start() => _made = new MadePackages();

    [TearDown]
    public void Drop() => _made.Dispose();

    [TestCase("lib")]
    [TestCase("usr/lib")]
    [TestCase("lib/x86_64-linux-gnu")]
    [TestCase("usr/lib/x86_64-linux-gnu")]
    [TestCase("usr/lib64")]
    public async Task LibrariesOfEveryLoaderFolderLieFlatInLib(string folder)
    {
        _made.Add("libfoo1", Trees.File(folder + "/libfoo.so.1.2", "foo"), Trees.Link(folder + "/libfoo.so.1", "libfoo.so.1.2"), Trees.Link(folder + "/libfoo.so.0", "/" + folder + "/libfoo.so.1"));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.TryGet("lib/libfoo.so.1", out var link) && link.LinkTarget == "libfoo.so.1.2");
        Assert.That(tree.TryGet("lib/libfoo.so.0", out var old) && tree.Resolve("lib/libfoo.so.0") == "lib/libfoo.so.1.2" && old.LinkTarget == "libfoo.so.1");
        Assert.That(tree.Text("var/lib/dpkg/status.d/libfoo1.md5sums"), Does.Match("^[0-9a-f]{32}  lib/libfoo.so.1.2\n[0-9a-f]{32}  usr/share/doc/libfoo1/copyright\n$"));
    }

    [Test]
    public async Task ALinkBetweenFoldersThatFallTogetherIsLeftOutOrShortened()
    {
        _made.Add("libc6", Trees.File("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "ld", 0x1ED), Trees.Link("usr/lib64/ld-linux-x86-64.so.2", "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"));
        _made.Add("libbar1", Trees.File("usr/lib/x86_64-linux-gnu/libbar.so.1.0", "bar"), Trees.Link("lib/libbar.so.1", "../usr/lib/x86_64-linux-gnu/libbar.so.1.0"));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.Resolve("lib64/ld-linux-x86-64.so.2"), Is.EqualTo("lib/ld-linux-x86-64.so.2"));
        Assert.That(tree.TryGet("lib/libbar.so.1", out var link) && link.LinkTarget == "libbar.so.1.0");
    }

    [Test]
    public async Task AFileDeeperThanTheLoaderLooksStaysWhereItWas()
    {
        _made.Add("libc6", Trees.File("usr/lib/x86_64-linux-gnu/gconv/UTF-16.so", "g"), Trees.File("opt/vendor/lib/libv.so.1", "v"), Trees.Link("usr/bin/conv", "../lib/x86_64-linux-gnu/gconv/UTF-16.so"));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.Paths(), Does.Contain("usr/lib/x86_64-linux-gnu/gconv/UTF-16.so").And.Contain("opt/vendor/lib/libv.so.1"));
        Assert.That(tree.Resolve("usr/bin/conv"), Is.EqualTo("usr/lib/x86_64-linux-gnu/gconv/UTF-16.so"));
    }

    [Test]
    public async Task ACommandLinkIsMadeToResolveWhereFoldersAreNotMerged()
    {
        _made.Add("tools", Trees.File("usr/bin/tool", "t", 0x1ED), Trees.Link("usr/sbin/tool", "/bin/tool"), Trees.Link("sbin/other", "/bin/tool"), Trees.Link("usr/bin/same", "tool"));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.TryGet("usr/sbin/tool", out var link) && link.LinkTarget == "../bin/tool");
        Assert.That(tree.TryGet("sbin/other", out var other) && other.LinkTarget == "../usr/bin/tool");
        Assert.That(tree.TryGet("usr/bin/same", out var same) && same.LinkTarget == "tool");
    }

    [Test]
    public async Task SetuidIsDroppedAndHardLinksStayOneFile()
    {
        _made.Add("tools", Trees.File("usr/bin/a", "t", 0x9ED), Trees.Hard("usr/bin/b", "usr/bin/a"));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.TryGet("usr/bin/a", out var file) && file.Mode == 0x1ED);
        Assert.That(tree.TryGet("usr/bin/b", out var link) && link is { Type: RootfsEntryType.HardLink, LinkTarget: "usr/bin/a" });
        _made.Forget("tools", "/usr/bin/a");
        Assert.That(async () => await _made.AssembleAsync(), Throws.TypeOf<RootfsException>().With.Message.Contains("hard link").And.Message.Contains("--target=Lock"));
    }

    [Test]
    public async Task AFileThatIsOtherwiseOnlyReadIsPlacedWhereALineAsksForIt()
    {
        const string Certificate = "usr/share/ca-certificates/mozilla/X.crt";
        const string Accounts = "usr/share/base-passwd/passwd.master";
        _made.Add("ca-certificates", Trees.File(Certificate, "-----BEGIN CERTIFICATE-----\nMAMBAQA=\n-----END CERTIFICATE-----\n"));
        _made.Requirements.Add(new("base: ca-certificates /usr/share/ca-certificates/mozilla/*.crt", ["/" + Certificate]));
        Assert.That((await _made.AssembleAsync()).Paths(), Has.None.EqualTo(Certificate).And.None.EqualTo(Accounts));

        _made.Requirements.Add(new("/usr/share/** = ca-certificates", ["/" + Certificate]));
        _made.Requirements.Add(new($"/{Accounts} = base-passwd", ["/" + Accounts]));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.Paths(), Does.Contain(Certificate).And.Contain(Accounts).And.Contain("etc/ssl/certs/ca-certificates.crt").And.Contain("etc/passwd"));
        Assert.That(tree.Text("var/lib/dpkg/status.d/ca-certificates.md5sums"), Does.Contain(Certificate));
    }

    [Test]
    public void TwoPackagesWithDifferentFilesAtOnePlaceAreBothNamed()
    {
        _made.Add("one", Trees.File("usr/lib/libx.so.1", "1"));
        _made.Add("two", Trees.File("lib/x86_64-linux-gnu/libx.so.1", "2"));
        Assert.That(async () => await _made.AssembleAsync(), Throws.TypeOf<RootfsException>().With.Message.Contains("from one").And.Message.Contains("from two").And.Message.Contains("/lib/libx.so.1"));
    }

    [Test]
    public async Task ACopyrightBehindALinkedDocFolderBecomesARealFile()
    {
        _made.Add("gcc-base", Trees.File("usr/share/doc/gcc-base/copyright", "GPL"));
        _made.Add("libgcc", Trees.Link("usr/share/doc/libgcc", "gcc-base"));
        _made.Add("libstd", Trees.Link("usr/share/doc/libstd", "/usr/share/doc/libgcc"));
        _made.Add("other", Trees.File("usr/share/doc/other/copyright", "MIT"));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.TryGet("usr/share/doc/libstd", out var folder) && folder.Type == RootfsEntryType.Directory);
        Assert.That(tree.TryGet("usr/share/doc/libstd/copyright", out var file) && file.Type == RootfsEntryType.File);
        Assert.That(tree.Text("usr/share/doc/libstd/copyright"), Is.EqualTo("GPL"));
        Assert.That((tree.Text("usr/share/doc/libgcc/copyright"), tree.Text("usr/share/doc/other/copyright")), Is.EqualTo(("GPL", "MIT")));
        Assert.That(tree.Text("var/lib/dpkg/status.d/libgcc.md5sums"), Is.Empty);
    }

    [Test]
    public async Task APackageOfTheUsersOwnNeedsNoCopyright()
    {
        _made.Add("vendor", Trees.File("usr/lib/libvendor.so.1", "v"));
        _made.MakeLocal("vendor");
        var tree = await _made.AssembleAsync();
        Assert.That(tree.Paths(), Does.Contain("lib/libvendor.so.1").And.Contain("var/lib/dpkg/status.d/vendor").And.None.StartsWith("usr/share/doc/vendor"));
    }

    [TestCase("")]
    [TestCase("root:*:0:0:root:/root:/bin/sh\n")]
    [TestCase("root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:n:/:/bin/false\nroot:*:0:0:root:/root:/bin/sh\n")]
    [TestCase("root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:n:/:/bin/false\nx:*:65532:1:x:/:/bin/false\n")]
    [TestCase("root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:n:/:/bin/false\nx:*:+7:1:x:/:/bin/false\n")]
    [TestCase("root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:n:/:/bin/false\nmalformed\n")]
    [TestCase("root:*:1:0:root:/root:/bin/sh\nnobody:*:65534:65534:n:/:/bin/false\n")]
    public void AMasterThatIsNotOneIsRefused(string master)
    {
        _made.Add("base-passwd", Trees.File("usr/share/base-passwd/passwd.master", master), Trees.File("usr/share/base-passwd/group.master", "root:*:0:\nshadow:*:42:\nnogroup:*:65534:\n"));
        Assert.That(async () => await _made.AssembleAsync(), Throws.TypeOf<RootfsException>().With.Message.Contains("passwd.master"));
    }

    [TestCase("ID=debian\n")]
    [TestCase("PRETTY_NAME=\"x\"\n")]
    [TestCase("PRETTY_NAME=\"x\"\nID=debian\nnonsense\n")]
    [TestCase("PRETTY_NAME=\"x\"\nID=de\0bian\n")]
    public void AnOsReleaseThatIsNotOneIsRefused(string text)
    {
        _made.Add("base-files", Trees.File("usr/lib/os-release", text), Trees.File("etc/debian_version", "99\n"));
        Assert.That(async () => await _made.AssembleAsync(), Throws.TypeOf<RootfsException>().With.Message.Contains("os-release"));
    }

    [TestCase("nothing")]
    [TestCase("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\ntrailing")]
    [TestCase("leading\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")]
    [TestCase("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n")]
    [TestCase("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n")]
    [TestCase("-----BEGIN CERTIFICATE-----\nMIA\n-----END CERTIFICATE-----\n")]
    [TestCase("")]
    public void ACertificateFileThatIsNotOneIsRefused(string text)
    {
        _made.Add("ca-certificates", Trees.File("usr/share/ca-certificates/mozilla/X.crt", text));
        Assert.That(async () => await _made.AssembleAsync(ImageFeatures.Certificates), Throws.TypeOf<RootfsException>().With.Message.Contains("X.crt"));
    }

    [Test]
    public async Task CertificatesStandInOrderOfTheirNamesEachEndingInOneNewline()
    {
        const string Block = "-----BEGIN CERTIFICATE-----\n{0}\n-----END CERTIFICATE-----";
        _made.Add(
            "ca-certificates",
            Trees.File("usr/share/ca-certificates/mozilla/a.crt", string.Format(Block, "MAMBAQA=")),
            Trees.File("usr/share/ca-certificates/mozilla/Z.crt", string.Format(Block, "MAMBAf8=") + "\n\n"));
        var tree = await _made.AssembleAsync(ImageFeatures.Certificates);
        Assert.That(tree.Text("etc/ssl/certs/ca-certificates.crt"), Is.EqualTo(string.Format(Block, "MAMBAf8=") + "\n" + string.Format(Block, "MAMBAQA=") + "\n"));
    }

    [Test]
    public void ADamagedPackageIsTheArchivesErrorAndNamesIt()
    {
        _made.Add("tools", Trees.File("usr/bin/tool", new string('t', 5000)));
        var path = _made.FetchAsync(new BusyboxGlibc.Debian.PinnedPackage("tools", "1", "amd64", "tools", "1", "debian", "tools.deb", 1, ""), default).Result;
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9000]);
        Assert.That(async () => await _made.AssembleAsync(), Throws.TypeOf<BusyboxGlibc.Debian.DebianException>().With.Message.Contains("tools.deb"));
    }

    [Test]
    [Category(Categories.Integration)]
    public async Task ALibraryThatLooksBelowItsOwnFolderStaysThere()
    {
        using var shop = new Formats.Elf.Workshop();
        shop.Library("front", "int f(void) { return 1; }", null, "-Wl,-rpath,$ORIGIN/front");
        shop.Library("plain", "int p(void) { return 1; }", null, "-Wl,-rpath,$ORIGIN");
        RootfsEntry Library(string path, string file) => Trees.File(path, "x") with { Content = File.ReadAllBytes(shop.Path(file)) };
        const string Folder = "usr/lib/x86_64-linux-gnu";
        _made.Add("libfront1", Library(Folder + "/libfront.so.1.0", "libfront.so"), Trees.Link(Folder + "/libfront.so.1", "libfront.so.1.0"), Trees.File(Folder + "/front/libin.so", "in"));
        _made.Add("libplain1", Library(Folder + "/libplain.so.1", "libplain.so"));
        var tree = await _made.AssembleAsync();
        Assert.That(tree.Paths(), Does.Contain(Folder + "/libfront.so.1").And.Contain(Folder + "/front/libin.so").And.Contain("lib/libplain.so.1").And.Not.Contain("lib/libfront.so.1"));
        Assert.That(tree.Resolve(Folder + "/libfront.so.1"), Is.EqualTo(Folder + "/libfront.so.1.0"));
        Assert.That(tree.Text("var/lib/dpkg/status.d/libfront1.md5sums"), Does.Contain($"  {Folder}/libfront.so.1.0\n"));
    }

    [Test]
    public async Task ALinkThatTheBuildMakesLiesWhereTheLoaderLooks()
    {
        const string Folder = "/usr/lib/x86_64-linux-gnu";
        _made.Add("libblas3", Trees.File("usr/lib/x86_64-linux-gnu/blas/libblas.so.3.12", "b"), Trees.Link("usr/lib/x86_64-linux-gnu/blas/libblas.so.3", "libblas.so.3.12"));
        _made.Link("libblas3", Folder + "/libblas.so.3", Folder + "/blas/libblas.so.3");
        var tree = await _made.AssembleAsync();
        Assert.That(tree.TryGet("lib/libblas.so.3", out var link) && link.LinkTarget == "../usr/lib/x86_64-linux-gnu/blas/libblas.so.3");
        Assert.That(tree.Resolve("lib/libblas.so.3"), Is.EqualTo("usr/lib/x86_64-linux-gnu/blas/libblas.so.3.12"));
    }
}
