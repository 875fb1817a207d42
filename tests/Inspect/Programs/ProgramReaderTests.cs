using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Inspect.Programs;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Programs;

/// <summary>Programs that the image is built for: where they are for each platform, and what is wrong with them.</summary>
[Category(Categories.Unit)]
internal sealed class ProgramReaderTests
{
    private static readonly Platform _armhf = KnownPlatforms.Default.Single(platform => platform.Name == "linux/arm/v7");
    private static readonly Platform _arm64 = KnownPlatforms.Default.Single(platform => platform.Name == "linux/arm64");
    private static readonly Platform[] _two = [KnownPlatforms.Amd64, _armhf];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Drop() => _folder.Dispose();

    [TestCase("out/{platform}/app", "out/linux/arm/v7/app", TestName = "TARGETPLATFORM, as GoReleaser's folders")]
    [TestCase("out/app-{platform}", "out/app-linux-arm-v7", TestName = "dashes in a file's name")]
    [TestCase("out/{platform}/app", "out/linux_arm_v7/app", TestName = "buildx --output=type=local")]
    [TestCase("dist/app_{os}_{arch}{variant}", "dist/app_linux_armv7", TestName = "parts of a platform")]
    [TestCase("dist/{os}-{arch}-{variant}/app", "dist/linux-arm-v7/app", TestName = "parts of a platform in a folder's name")]
    public void APlaceholderTakesOneProgramForEachPlatform(string path, string armhf)
    {
        Write(armhf, TinyElf.Program(_armhf, "libc.so.6"));
        var program = Read([_armhf], path)[0];
        Assert.That((program.Name, program.Files.Keys.Single()), Is.EqualTo(("app", _armhf)));
        Assert.That(program.Files[_armhf].Input.Files.Single().Path, Is.EqualTo("/usr/local/bin/app"));
    }

    [TestCase("app", "app")]
    [TestCase("./out/{platform}/app", "app")]
    [TestCase("app-{os}-{arch}{variant}.tar.gz", "app")]
    [TestCase("{arch}-app", "app")]
    [TestCase("bin/{platform}", "bin")]
    [TestCase("tool_1.0_{arch}.deb", "tool_1.0")]
    [TestCase("dist/", "dist")]
    public void AProgramHasTheSameNameOnAllPlatforms(string path, string name) => Assert.That(ProgramPaths.NameOf(path), Is.EqualTo(name));

    [Test]
    public void TheNeedsOfProgramsAreRequirementsWithTheirName()
    {
        Write("out/linux/amd64/app", TinyElf.Program(KnownPlatforms.Amd64, "libz.so.1", "libc.so.6"));
        Write("out/linux/arm64/app", TinyElf.Program(_arm64, "libc.so.6", "libz.so.1"));
        Write("out/linux/arm/v7/app", TinyElf.Program(_armhf, "libc.so.6"));
        var needs = Read([KnownPlatforms.Amd64, _arm64, _armhf], "out/{platform}/app")[0].Requirements.ToList();
        Assert.That(needs.Select(need => (need.Kind, need.Text, need.Where, string.Join(' ', need.OnlyOn))), Is.EqualTo(new[]
        {
            (RequirementKind.Program, "program app: libc.so.6 libz.so.1", "program app", "linux/amd64 linux/arm64"),
            (RequirementKind.Program, "program app: libc.so.6", "program app", "linux/arm/v7"),
        }));
    }

    [Test]
    public void WhatAFolderHasItselfIsNotNeededOfTheImage()
    {
        Write("dist/bin/app", TinyElf.Make(KnownPlatforms.Amd64, null, KnownPlatforms.Amd64.Loader, "$ORIGIN/../lib:/opt/vendor", ["libown.so.1", "libc.so.6"]));
        Write("dist/lib/libown.so.1", TinyElf.Library(KnownPlatforms.Amd64, "libown.so.1", "libz.so.1"));
        Write("dist/obj/app.o", File.ReadAllBytes(Path.Combine(_folder.Path, "dist/lib/libown.so.1")).Select((value, at) => at == 16 ? (byte)1 : value).ToArray());
        Write("dist/arm/app", TinyElf.Program(_armhf, "libonlyarm.so.1"));
        var program = Read([KnownPlatforms.Amd64], "dist").Single();
        Assert.That(program.Requirements.Single().Text, Is.EqualTo("program dist: libc.so.6 libz.so.1 /opt/vendor"));
        Assert.That(program.OverlayFiles(KnownPlatforms.Amd64).Select(file => file.Path), Is.EqualTo(new[] { "/opt/dist/bin/app", "/opt/dist/lib/libown.so.1" }));
    }

    [Test]
    public void AProgramWithoutLibrariesNeedsNothing()
    {
        Write("script", "#!/bin/sh\n"u8.ToArray());
        Write("static", TinyElf.Make(KnownPlatforms.Amd64, null, null, null, []));
        Assert.That(Read([KnownPlatforms.Amd64], "script", "static").SelectMany(program => program.Requirements), Is.Empty);
    }

    [Test]
    public void EverythingThatIsMissingIsInOneError()
    {
        Write("out/linux/amd64/app", TinyElf.Program(KnownPlatforms.Amd64));
        Assert.That(Refused(KnownPlatforms.Default, "out/{platform}/app", "nowhere"), Does.Contain("8 problems with programs\n  where  --with-binary\n")
            .And.Contain("linux/arm/v7: there is no out/linux/arm/v7/app, nor out/linux-arm-v7/app, nor out/linux_arm_v7/app\n")
            .And.Contain("linux/s390x: there is no").And.Contain("nowhere does not exist").And.Contain("leave platforms out: --platforms=linux/amd64"));
    }

    [Test]
    public void WhatCannotRunInTheImageIsRefused()
    {
        Write("out/linux/amd64/app", TinyElf.Program(KnownPlatforms.Amd64));
        Write("out/linux/arm/v7/app", TinyElf.Program(KnownPlatforms.Amd64));
        Assert.That(Refused(_two, "out/{platform}/app"), Does.Contain("linux/arm/v7: out/linux/arm/v7/app is for linux/amd64").And.Contain("copy each platform's own program to its place"));

        Write("musl", TinyElf.Make(KnownPlatforms.Amd64, null, "/lib/ld-musl-x86_64.so.1", null, ["libc.musl-x86_64.so.1"]));
        Assert.That(Refused(_two, "musl"), Does.Contain("musl was built for musl, not for glibc").And.Contain("link it statically"));

        Write("alien", TinyElf.Program(_arm64));
        Assert.That(Refused(_two, "alien"), Does.Contain("alien is for linux/arm64, which the image is not built for").And.Contain("--platforms=linux/arm64"));

        Write("cut", TinyElf.Program(KnownPlatforms.Amd64)[..60]);
        Write("app.exe", "MZ program"u8.ToArray());
        Assert.That(Refused(_two, "cut", "app.exe", "{abi}/app"), Does.Contain("cut is cut short or damaged").And.Contain("it is a program for Windows").And.Contain("{abi} is not a placeholder"));
    }

    [Test]
    public void TwoProgramsMayHaveOneNameOnDifferentPlatformsOnly()
    {
        Write("amd64/app", TinyElf.Program(KnownPlatforms.Amd64));
        Write("armhf/app", TinyElf.Program(_armhf));
        Write("other/app", TinyElf.Program(_armhf));
        Assert.That(Read(_two, "amd64/app", "armhf/app", "armhf/app").Select(program => program.Files.Keys.Single()), Is.EqualTo(_two));
        Assert.That(Refused(_two, "armhf/app", "other/app"), Does.Contain("armhf/app and other/app have the same name, app, on linux/arm/v7").And.Contain("rename one of them"));
    }

    [Test]
    public void AnImageForTheProgramNeedsItOnEveryPlatform()
    {
        Write("app", TinyElf.Program(KnownPlatforms.Amd64));
        Assert.That(Read(_two, "app"), Has.Count.EqualTo(1));
        var error = Assert.Throws<BuildException>(() => new ProgramReader(_folder.Path, _two, "--program").Read(["app"], isOnAll: true))!;
        Assert.That(error.Message, Does.Contain("app is for linux/amd64, and the image for linux/arm/v7 too").And.Contain("--platforms=linux/amd64"));
    }

    [Test]
    public void AProgramMayBeAPackage()
    {
        var package = new FakePackage("tool", "1", KnownPlatforms.Amd64).File("/usr/bin/tool", TinyElf.Program(KnownPlatforms.Amd64, "libtool.so.1", "libz.so.1", "libc.so.6"))
            .File($"/usr/lib/{KnownPlatforms.Amd64.Triplet}/libtool.so.1", TinyElf.Library(KnownPlatforms.Amd64, "libtool.so.1"));
        Write("tool_1_amd64.deb", package.Deb());
        var program = Read([KnownPlatforms.Amd64], "tool_1_amd64.deb").Single();
        Assert.That(program.Requirements.Single().Text, Is.EqualTo("program tool_1_amd64: libc.so.6 libz.so.1"));
        Assert.That(program.PathsOn(KnownPlatforms.Amd64), Is.EqualTo(new[] { "/usr/bin/tool", "/usr/lib/x86_64-linux-gnu/libtool.so.1" }));
    }

    [TestCase("dist")]
    [TestCase("dist.tar")]
    [TestCase("dist.tar.gz")]
    public void EmptyFoldersOfAProgramAreInTheImage(string given)
    {
        Write("dist/bin/app", TinyElf.Program(KnownPlatforms.Amd64, "libc.so.6"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "dist/data"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "dist/var/cache"));
        using (var tar = new MemoryStream())
        {
            System.Formats.Tar.TarFile.CreateFromDirectory(Path.Combine(_folder.Path, "dist"), tar, includeBaseDirectory: false);
            Write("dist.tar", tar.ToArray());
            using var packed = new MemoryStream();
            using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(tar.ToArray());
            }

            Write("dist.tar.gz", packed.ToArray());
        }

        var program = Read([KnownPlatforms.Amd64], given);
        var tree = GivenProgram.TreeOf(program, KnownPlatforms.Amd64);
        Assert.That(tree.Entries.Where(entry => !tree.IsImplied(entry.Path)).Select(entry => $"{entry.Path} {entry.Mode:x}"), Is.EqualTo(new[] { "opt/dist/bin/app 1ed", "opt/dist/data 1ed", "opt/dist/var/cache 1ed" }));
        Assert.That(program[0].OverlayFiles(KnownPlatforms.Amd64).Select(file => file.Path), Is.EqualTo(new[] { "/opt/dist/bin/app" }));
    }

    [Test]
    public void EverythingThatTheImageHasOfAProgramIsItsIdentity()
    {
        Write("dist/app", TinyElf.Program(KnownPlatforms.Amd64, "libc.so.6"));
        Write("dist/page.html", "one"u8.ToArray());
        string Identity() => Read([KnownPlatforms.Amd64], "dist")[0].Identity;
        List<string> seen = [Identity()];
        Assert.That(Identity(), Is.EqualTo(seen[0]));
        Write("dist/page.html", "two"u8.ToArray());
        seen.Add(Identity());
        Directory.CreateDirectory(Path.Combine(_folder.Path, "dist/data"));
        seen.Add(Identity());
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "dist/link"), "app");
        seen.Add(Identity());
        File.Move(Path.Combine(_folder.Path, "dist/page.html"), Path.Combine(_folder.Path, "dist/index.html"));
        seen.Add(Identity());
        Assert.That(seen, Is.Unique);
    }

    [Test]
    public void AnyChangeOfAFileChangesTheIdentity()
    {
        Write("app", TinyElf.Program(KnownPlatforms.Amd64, "libc.so.6"));
        var before = Read(_two, "app")[0].Identity;
        Write("app", [.. TinyElf.Program(KnownPlatforms.Amd64, "libc.so.6"), 0]);
        Assert.That(Read(_two, "app")[0].Identity, Is.Not.EqualTo(before));
    }

    [Test]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void AProgramInTheImageHasAllItsFilesAndIsExecutable()
    {
        Requires.That(!OperatingSystem.IsWindows(), "a Unix");
        Write("dist/bin/app", TinyElf.Program(KnownPlatforms.Amd64));
        Write("dist/bin/run", "#!/bin/sh\n"u8.ToArray());
        Write("dist/bin/tool", "#"u8.ToArray());
        Write("dist/lib/libown.so.1", TinyElf.Library(KnownPlatforms.Amd64, "libown.so.1"));
        Write("dist/lib/__init__.py", []);
        File.SetUnixFileMode(_folder["dist/bin/app"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_folder["dist/bin/tool"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_folder["dist/lib/libown.so"], "libown.so.1");
        Formats.Elf.Tools.Run("mkfifo", _folder["dist/pipe"]);
        var tree = GivenProgram.TreeOf(Read([KnownPlatforms.Amd64], "dist"), KnownPlatforms.Amd64);
        Assert.That(tree.Entries.Where(entry => entry.Type != BusyboxGlibc.Rootfs.RootfsEntryType.Directory).Select(entry => $"{entry.Path} {Convert.ToString(entry.Mode, 8)} {entry.UserId}"), Is.EqualTo(new[]
        {
            "opt/dist/bin/app 755 0", "opt/dist/bin/run 755 0", "opt/dist/bin/tool 755 0", "opt/dist/lib/__init__.py 644 0", "opt/dist/lib/libown.so 777 0", "opt/dist/lib/libown.so.1 644 0",
        }));
    }

    [Test]
    public void AFolderWithUsrIsLaidOverTheRoot()
    {
        Write("root/usr/bin/app", TinyElf.Program(KnownPlatforms.Amd64));
        Write("root/etc/app.conf", "x"u8.ToArray());
        Assert.That(GivenProgram.TreeOf(Read([KnownPlatforms.Amd64], "root"), KnownPlatforms.Amd64).Entries.Select(entry => entry.Path), Does.Contain("usr/bin/app").And.Contain("etc/app.conf"));
    }

    private IReadOnlyList<GivenProgram> Read(IReadOnlyList<Platform> platforms, params string[] paths) => new ProgramReader(_folder.Path, platforms, "--with-binary").Read(paths, isOnAll: false);

    private string Refused(IReadOnlyList<Platform> platforms, params string[] paths) => Assert.Throws<BuildException>(() => Read(platforms, paths))!.Message;

    private void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllBytes(_folder[name], content);
    }
}
