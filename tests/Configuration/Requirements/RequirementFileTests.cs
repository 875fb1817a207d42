using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Configuration.Requirements;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class RequirementFileTests
{
    private static IReadOnlyList<Requirement> Parse(string text) => RequirementFile.Parse(text, "lib-requires.txt", KnownPlatforms.Default);

    private static Requirement One(string text) => Parse(text).Single();

    private static ConfigurationException Error(string text) => Assert.Throws<ConfigurationException>(() => Parse(text))!;

    [Test]
    public void TheShippedFileHoldsTheFourteenLibrariesOfTheOldToolAndLibmvec()
    {
        var requirements = RequirementFile.Read(ProjectFiles.Path("lib-requires.txt"), KnownPlatforms.Default);
        Assert.That(
            requirements.Select(requirement => requirement.Text),
            Is.EqualTo(new[]
            {
                "libnss", "libc", "libstdc++ = libstdc++6", "libpthread", "libgcc_s", "libz", "libdl", "librt", "libm",
                "libmvec [linux/amd64 linux/arm64] ?", "libnuma", "libelf", "libmnl", "libcap", "libpcre2-8",
            }));
        Assert.That(requirements.Where(requirement => requirement.Name != "libmvec"), Is.All.Matches<Requirement>(requirement => requirement is { Kind: RequirementKind.Library, IsOptional: false } && requirement.OnlyOn.Count == 8));
    }

    [Test]
    public void TheExamplesInTheHeaderOfTheShippedFileAllParse()
    {
        var examples = File.ReadLines(ProjectFiles.Path("lib-requires.txt"))
            .Where(line => line.StartsWith("#   ", StringComparison.Ordinal))
            .Select(line => line[4..].Split("  ")[0]);
        Assert.That(Parse(string.Join('\n', examples)), Has.Count.EqualTo(7));
    }

    [Test]
    public void ANameStandsForEveryVersionAndASonameForItself()
    {
        Assert.That(One("libz").IsExactSoname, Is.False);
        Assert.That(One("libssl.so.3").IsExactSoname, Is.True);
        Assert.That(One("libfoo.so").IsExactSoname, Is.True);
        Assert.That(One("ld-linux-x86-64.so.2").IsExactSoname, Is.True);
        Assert.That(One("libstdc++.so.6.0.33").Name, Is.EqualTo("libstdc++.so.6.0.33"));
    }

    [TestCase("libz,")]
    [TestCase("\tlibz\r")]
    [TestCase("| libz |")]
    [TestCase(";:, libz :;")]
    [TestCase("libz # the compressor")]
    [TestCase("libz#x")]
    [TestCase("\uFEFFlibz")]
    [TestCase("\r\n#x\r\nlibz\r\r\n\r\n")]
    public void StrayPunctuationBlanksAndCommentsDoNotMatter(string text) => Assert.That(One(text).Text, Is.EqualTo("libz"));

    [Test]
    public void PlatformsAreOnlyTheseOrAllButThese()
    {
        var not = One("libnuma [ !linux/s390x !linux/arm/v6 ]");
        Assert.That(not.Text, Is.EqualTo("libnuma [!linux/arm/v6 !linux/s390x]"));
        Assert.That(not.OnlyOn.Select(platform => platform.DebianArchitecture), Is.EqualTo(new[] { "amd64", "arm64", "armhf", "i386", "ppc64el", "riscv64" }));
        var only = One("libnuma[linux/arm64/v8, linux/amd64]");
        Assert.That(only.Text, Is.EqualTo("libnuma [linux/amd64 linux/arm64]"));
        Assert.That(only.AppliesTo(KnownPlatforms.Amd64), Is.True);
        Assert.That(only.OnlyOn, Has.Count.EqualTo(2));
    }

    [Test]
    public void OnlyOnKnowsThePlatformsOfTheImageButTheTextKeepsWhatWasWritten()
    {
        var one = RequirementFile.Parse("libnuma [!linux/arm/v6]\nlibelf [linux/386]", "f", [KnownPlatforms.Amd64]);
        Assert.That(one[0].OnlyOn, Is.EqualTo(new[] { KnownPlatforms.Amd64 }));
        Assert.That(one[0].Text, Is.EqualTo("libnuma [!linux/arm/v6]"));
        Assert.That(one[1].OnlyOn, Is.Empty);
    }

    [Test]
    public void APackageAPackageFileAnOverlayAndTheQuestionMarkAreRead()
    {
        var package = One("libfoo [linux/amd64] ? = libfoo-extra1");
        Assert.That((package.Package, package.IsOptional, package.Text), Is.EqualTo(("libfoo-extra1", true, "libfoo = libfoo-extra1 [linux/amd64] ?")));
        var file = One("libvendor=./debs//./vendor_1.0_{arch}.deb");
        Assert.That((file.PackageFile, file.Package, file.Text), Is.EqualTo(("./debs/vendor_1.0_{arch}.deb", (string?)null, "libvendor = ./debs/vendor_1.0_{arch}.deb")));
        var overlay = One("//usr/./local/lib/libbar*.so.* ?");
        Assert.That((overlay.Kind, overlay.Name, overlay.IsOptional), Is.EqualTo((RequirementKind.Overlay, "/usr/local/lib/libbar*.so.*", true)));
        Assert.That(One("libextra?").Text, Is.EqualTo("libextra ?"));
    }

    [Test]
    public void APathWithAPackageMeansFilesOfThatPackage()
    {
        var one = One("//lib/{triplet}/sasl2/*.so*(plugin)=libsasl2-modules [linux/amd64]?");
        Assert.That((one.Kind, one.Name, one.Package, one.IsPlugin), Is.EqualTo((RequirementKind.Files, "/usr/lib/{triplet}/sasl2/*.so*", "libsasl2-modules", true)));
        Assert.That(one.Text, Is.EqualTo("/usr/lib/{triplet}/sasl2/*.so* = libsasl2-modules [linux/amd64] (plugin) ?"));
        Assert.That(one.PathOn(KnownPlatforms.Find("linux/arm/v7")!), Is.EqualTo("/usr/lib/arm-linux-gnueabihf/sasl2/*.so*"));
        Assert.That(One("/usr/lib/jvm/java-21-openjdk-{arch}/lib/*.so = ./debs/jre_{arch}.deb").PathOn(KnownPlatforms.Find("linux/arm/v7")!), Is.EqualTo("/usr/lib/jvm/java-21-openjdk-armhf/lib/*.so"));
    }

    [Test]
    public void OnePathMayNameFilesOfSeveralPackages() =>
        Assert.That(Parse("/usr/lib/{triplet}/sasl2/*.so = libsasl2-modules\n/usr/lib/{triplet}/sasl2/*.so = libsasl2-modules-ldap"), Has.Count.EqualTo(2));

    [Test]
    public void LinesAreCountedFromOneThroughCommentsAndBlanks()
    {
        var requirements = Parse("\uFEFF# head\r\n\r\nlibz\r\n  # more\r\nlibm");
        Assert.That(requirements.Select(requirement => requirement.Where), Is.EqualTo(new[] { "lib-requires.txt:3", "lib-requires.txt:5" }));
    }

    [TestCase("libz [arm64]", "libz [linux/arm64]")]
    [TestCase("libz [!armel !i386]", "libz [!linux/arm/v6 !linux/386]")]
    [TestCase("libz [aarch64 linux/arm64/v8 amd64]", "libz [linux/amd64 linux/arm64]")]
    public void APlatformIsNamedAsInOtherProgramsWhereThatIsOnePlatform(string line, string canonical) => Assert.That(One(line).Text, Is.EqualTo(canonical));

    // text | where | what | next
    [TestCase("libz [arm]", "lib-requires.txt:1:7", "unknown platform arm", "did you mean linux/arm/v7 or linux/arm/v6?")]
    [TestCase("\nlibz libm", "lib-requires.txt:2:6", "two names on one line: libz and libm", "libz\nlibm")]
    [TestCase("libz, libm", "lib-requires.txt:1:7", "two names on one line", "one per line")]
    [TestCase("libz [linux/arm/v8]", "lib-requires.txt:1:7", "unknown platform linux/arm/v8", "did you mean linux/arm/v6")]
    [TestCase("libz [linux/amd64 !linux/386]", "lib-requires.txt:1:20", "mixes", "[!linux/arm/v6 !linux/386]")]
    [TestCase("libz [!linux/amd64 linux/386]", "lib-requires.txt:1:20", "mixes", "[linux/amd64 linux/arm64]")]
    [TestCase("libz []", "lib-requires.txt:1:6", "empty", "remove the brackets")]
    [TestCase("libz [linux/amd64", "lib-requires.txt:1:6", "not closed", "write ]")]
    [TestCase("libz [!", "lib-requires.txt:1:6", "not closed", "write ]")]
    [TestCase("libz [!]", "lib-requires.txt:1:8", "platform is missing", "[linux/amd64 linux/arm64]")]
    [TestCase("libz [linux/386] [linux/amd64]", "lib-requires.txt:1:18", "two lists", "one pair")]
    [TestCase("libz ]", "lib-requires.txt:1:6", "] is not allowed here", "[!linux/arm/v6]")]
    [TestCase("libz !linux/arm/v6", "lib-requires.txt:1:6", "! is not allowed here", "[!linux/arm/v6]")]
    [TestCase("[linux/amd64] libz", "lib-requires.txt:1:1", "starts with a name", "libnuma")]
    [TestCase("libz [!linux/amd64 !linux/arm64 !linux/arm/v7 !linux/arm/v6 !linux/386 !linux/ppc64le !linux/riscv64 !linux/s390x !linux/arm/v5 !linux/loong64]", "lib-requires.txt:1:6", "excludes every platform", "remove")]
    [TestCase("libz ? ?", "lib-requires.txt:1:8", "twice", "once")]
    [TestCase("libz =", "lib-requires.txt:1:6", "not followed by a package", "= PACKAGE")]
    [TestCase("libz = ?", "lib-requires.txt:1:8", "not followed by a package", "= PACKAGE")]
    [TestCase("libz = a1 = b1", "lib-requires.txt:1:11", "two packages", "one")]
    [TestCase("libz = Zlib", "lib-requires.txt:1:8", "Zlib is not a valid package", "zlib1g")]
    [TestCase("libz = zlib1g:amd64", "lib-requires.txt:1:15", "two names", "")]
    [TestCase("libz = /tmp/x.deb", "lib-requires.txt:1:8", "not a valid package file", "./debs/")]
    [TestCase("libz = ~/x.deb", "lib-requires.txt:1:8", "not a valid package file", "./debs/")]
    [TestCase("libz = ./../x.deb", "lib-requires.txt:1:8", "not a valid package file", "./debs/")]
    [TestCase("libz = ../x.deb", "lib-requires.txt:1:8", "not a valid package file", "./debs/")]
    [TestCase("libz = debs/x.deb", "lib-requires.txt:1:8", "not a valid package file", "write ./debs/x.deb")]
    [TestCase("libz = x.deb", "lib-requires.txt:1:8", "not a valid package file", "write ./x.deb")]
    [TestCase("libz = ./debs/x.rpm", "lib-requires.txt:1:8", "not a valid package file", "./debs/")]
    [TestCase("libz = ./debs/x_{architecture}.deb", "lib-requires.txt:1:8", "not a valid package file", "{arch}")]
    [TestCase("libz = ./debs/*.deb", "lib-requires.txt:1:8", "not a valid package file", "{arch}")]
    [TestCase("/usr/lib/../../etc/passwd", "lib-requires.txt:1:1", "not a valid overlay pattern", "/usr/local/lib")]
    [TestCase("/usr/lib/", "lib-requires.txt:1:1", "not a valid overlay pattern", "/usr/local/lib")]
    [TestCase("/", "lib-requires.txt:1:1", "not a valid overlay pattern", "/usr/local/lib")]
    [TestCase("/usr/**/x", "lib-requires.txt:1:1", "not a valid overlay pattern", "/usr/local/lib")]
    [TestCase("/usr/lib/libx.so?", "lib-requires.txt:1:17", "? is not a wildcard", "*")]
    [TestCase("/usr/lib/{triplet}/x.so", "lib-requires.txt:1:1", "not a valid overlay pattern", "= PACKAGE")]
    [TestCase("/usr/lib/{triple}/x.so = foo", "lib-requires.txt:1:1", "not a valid path in a package", "/usr/lib/{triplet}/sasl2/")]
    [TestCase("/usr/lib/**/x.so = foo", "lib-requires.txt:1:1", "not a valid path in a package", "/usr/lib/{triplet}/sasl2/")]
    [TestCase("/usr/lib/**/** = foo", "lib-requires.txt:1:1", "not a valid path in a package", "/usr/lib/{triplet}/sasl2/")]
    [TestCase("/usr/lib/x** = foo", "lib-requires.txt:1:1", "not a valid path in a package", "/usr/lib/{triplet}/sasl2/")]
    [TestCase("/usr/lib/../x.so = foo", "lib-requires.txt:1:1", "not a valid path in a package", "/usr/lib/{triplet}/sasl2/")]
    [TestCase("/lib/{triplet}/sasl2/ = foo", "lib-requires.txt:1:1", "not a valid path in a package", "write /usr/lib/{triplet}/sasl2/** ")]
    [TestCase("/ = foo", "lib-requires.txt:1:1", "not a valid path in a package", "/usr/lib/{triplet}/sasl2/")]
    [TestCase("/usr/share/doc/foo/README = foo", "lib-requires.txt:1:1", "not a valid path in a package", "remove")]
    [TestCase("/usr/lib/x = foo\n/lib/./x = foo ?", "lib-requires.txt:2", "/usr/lib/x is required twice", "line 1 or line 2")]
    [TestCase("pam_unix.so", "lib-requires.txt:1:1", "not a valid library", "apt-file search pam_unix.so")]
    [TestCase("libz*", "lib-requires.txt:1:1", "libz* is not a valid library", "write libz,")]
    [TestCase("libz.so*", "lib-requires.txt:1:1", "libz.so* is not a valid library", "write libz,")]
    [TestCase("z", "lib-requires.txt:1:1", "z is not a valid library", "did you mean libz?")]
    [TestCase("LibZ", "lib-requires.txt:1:1", "LibZ is not a valid library", "did you mean libz?")]
    [TestCase("lib", "lib-requires.txt:1:1", "lib is not a valid library", "libz")]
    [TestCase("libz.", "lib-requires.txt:1:1", "libz. is not a valid library", "libz")]
    [TestCase("libz..so", "lib-requires.txt:1:1", "not a valid library", "libz")]
    [TestCase("libfoo.software", "lib-requires.txt:1:1", "not a valid library", "libz")]
    [TestCase("usr/lib/libz.so", "lib-requires.txt:1:1", "not a valid library", "/usr/local/lib/libbar.so*")]
    [TestCase("libz $x", "lib-requires.txt:1:6", "'$' is not allowed here", "remove")]
    [TestCase("libz\uFF0C", "lib-requires.txt:1:5", "U+FF0C is not allowed here", "one per line")]
    [TestCase("libz\u00A0", "lib-requires.txt:1:5", "U+00A0 is not allowed here", "remove")]
    [TestCase("libz\nlib\uFEFFm", "lib-requires.txt:2:4", "U+FEFF is not allowed here", "remove")]
    [TestCase("libz # \0", "lib-requires.txt:1:8", "control character U+0000", "remove")]
    [TestCase("# old\rlibz\n", "lib-requires.txt:1:6", "hides what follows a CR", "LF")]
    [TestCase("libz\rlibm", "lib-requires.txt:1:6", "two names", "one per line")]
    [TestCase("libz\nlibm\nlibz", "lib-requires.txt:3", "libz is required twice", "line 1 or line 3")]
    [TestCase("libz\nlibz ?", "lib-requires.txt:2", "libz is required twice", "line 1 or line 2")]
    [TestCase("libz\nlibz = zlib1g", "lib-requires.txt:2", "libz is required twice", "line 1 or line 2")]
    [TestCase("libz [linux/amd64 linux/386]\nlibz [!linux/amd64]", "lib-requires.txt:2", "twice on linux/386", "line 1 or line 2")]
    [TestCase("/usr/lib/x\n/usr//lib/./x", "lib-requires.txt:2", "twice", "line 1 or line 2")]
    [TestCase("", "lib-requires.txt", "nothing is required", "libz")]
    [TestCase("\uFEFF# only this\r\n , ; \n", "lib-requires.txt", "nothing is required", "libz")]
    public void AWrongLineSaysWhereWhatAndWhatToWrite(string text, string where, string what, string next)
    {
        var error = Error(text);
        Assert.Multiple(() =>
        {
            Assert.That(error.Where, Is.EqualTo(where));
            Assert.That(error.What, Does.Contain(what));
            Assert.That(error.Next, Does.Contain(next));
        });
    }

    [Test]
    public void ADuplicateErrorNamesTheFirstLineAsItMeans() =>
        Assert.That(Error("libz,\nlibz").Why, Is.EqualTo("lib-requires.txt:1 already contains it: libz"));

    [Test]
    public void ADuplicateDoesNotDependOnThePlatformsOfTheRun() =>
        Assert.That(
            () => RequirementFile.Parse("libz [linux/386]\nlibz [linux/386]", "f", [KnownPlatforms.Amd64]),
            Throws.TypeOf<ConfigurationException>());

    [Test]
    public void OneNameMayComeFromDifferentPackagesOnDifferentPlatforms() =>
        Assert.That(Parse("libz = zlib1g [linux/amd64]\nlibz = zlib-ng [!linux/amd64]"), Has.Count.EqualTo(2));

    [Test]
    public void LongLinesLongNamesAndLongFilesAreRefused()
    {
        Assert.That(Error("libz " + new string('#', 2000)).What, Does.Contain("too long"));
        Assert.That(Error("lib" + new string('z', 200)).What, Does.Contain("is not a valid library"));
        Assert.That(Error("lib" + new string('z', 200)).What, Has.Length.LessThan(100));
        Assert.That(Error(string.Concat(Enumerable.Repeat("# x\n", 100_000))).What, Does.Contain("too large"));
    }

    [Test]
    public void AFileThatIsNotUtf8IsRefusedWithItsLine()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. "libz\n# "u8, 0xC3, 0x28, .. "\n"u8]);
            var error = Assert.Throws<ConfigurationException>(() => RequirementFile.Read(path, KnownPlatforms.Default))!;
            Assert.That(error.Where, Is.EqualTo($"{Path.GetFileName(path)}:2"));
            Assert.That(error.Next, Does.Contain("UTF-8"));
            File.WriteAllBytes(path, new byte[Bound + 1]);
            Assert.That(() => RequirementFile.Read(path, KnownPlatforms.Default), Throws.TypeOf<ConfigurationException>().With.Message.Contains("too large"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void AFileThatIsAbsentOrAFolderIsRefused()
    {
        var absent = Assert.Throws<ConfigurationException>(() => RequirementFile.Read("/nowhere/lib-requires.txt", KnownPlatforms.Default))!;
        Assert.That(absent.What, Is.EqualTo("there is no lib-requires.txt"));
        Assert.That(absent.Next, Does.Contain("libz"));
        Assert.That(() => RequirementFile.Read("/proc", KnownPlatforms.Default), Throws.TypeOf<ConfigurationException>().With.Message.Contains("cannot read"));
    }

    private const int Bound = 256 * 1024;
}
