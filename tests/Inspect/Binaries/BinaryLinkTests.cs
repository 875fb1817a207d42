using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Formats.Elf;
using BusyboxGlibc.Tests.Lock.Resolve;
using BusyboxGlibc.Tests.Verify;

namespace BusyboxGlibc.Tests.Inspect.Binaries;

/// <summary>Programs made by gcc, checked against a whole image of Debian 13.</summary>
[Category(Categories.Integration)]
internal sealed class BinaryLinkTests
{
    private BinaryChecks _checks = null!;
    private Workshop _shop = null!;

    [SetUp]
    public async Task Start()
    {
        Requires.Tool("gcc");
        (_checks, _shop) = (new BinaryChecks { Platforms = [KnownPlatforms.Amd64] }, new Workshop());
        _checks.Image = await RealImages.OfAsync(KnownPlatforms.Amd64);
    }

    [TearDown]
    public void Drop()
    {
        _checks.Dispose();
        _shop.Dispose();
    }

    [TestCase("static program", "-static")]
    [TestCase("static-pie program", "-static-pie")]
    [TestCase("program")]
    public async Task EachWayOfLinkingHasItsWord(string kind, params string[] arguments)
    {
        _shop.Program("int main(void) { return 0; }", arguments);
        var file = (await _checks.AnswerAsync(_shop.Path("prog"))).Files.Single();
        Assert.That((file.Kind, file.Findings[0].Id), Is.EqualTo((kind, "fine")));
    }

    [Test]
    public async Task ANewerGlibcIsSaidWithTheSuiteThatHasIt()
    {
        // A library that the linker takes for glibc.
        _shop.Library("c", "int newer(void) { return 1; }", "GLIBC_2.99 { global: newer; };", "-Wl,-soname,libc.so.6");
        _shop.Program("int newer(void); int main(void) { return newer(); }", "-nostartfiles", "-nodefaultlibs", "-Wl,-e,main", "-lc");
        var finding = (await _checks.AnswerAsync(_shop.Path("prog"))).Files.Single().Findings.Single(finding => finding.Id == "missing-version");
        Assert.That((finding.Name, finding.Package), Is.EqualTo(("GLIBC_2.99", "libc6")));
        Assert.That(finding.Next, Does.Contain("newer glibc than any supported suite has (forky has GLIBC_2.43)"));
    }

    [TestCase("GLIBC_2.38", "bookworm", "trixie has it (--suite=trixie)")]
    [TestCase("GLIBCXX_3.4.32", "bookworm", "newer libstdc++: trixie has it")]
    [TestCase("GLIBC_2.43", "trixie", "forky has it, which is not released yet (--suite=forky)")]
    [TestCase("GLIBC_2.43", "forky", null)]
    [TestCase("GLIBC_2.44", "forky", "than any supported suite has (forky has GLIBC_2.43): build it on forky")]
    [TestCase("GLIBC_2.34", "bookworm", null)]
    [TestCase("GLIBC_ABI_DT_RELR", "bookworm", "packed relocations")]
    [TestCase("GLIBC_2.x", "trixie", null)]
    public void TheVersionsOfTheSuitesAreKnown(string version, string suite, string? said) =>
        Assert.That(SuiteVersions.Advice(version, suite), said is null ? Is.Null : Does.Contain(said));

    [Test]
    public async Task ASymbolThatNoLibraryHasIsMissing()
    {
        _shop.Library("own", "int there(void) { return 1; } int gone(void) { return 1; }");
        _shop.Program("int gone(void); int there(void); int main(void) { return gone() + there(); }", "-lown", "-Wl,-rpath,$ORIGIN");
        _shop.Library("own", "int there(void) { return 1; }");
        _shop.Remove("prog.c");
        Assert.That(await _checks.CheckAsync(Path.GetDirectoryName(_shop.Path("prog"))!), Has.One.EqualTo("missing-symbol: undefined symbol gone"));
    }

    [Test]
    public async Task APluginTakesSymbolsFromTheProgramBesideIt()
    {
        _shop.Program("int offered(void) { return 1; } int main(void) { return 0; }", "-rdynamic");
        _shop.Library("plug", "int offered(void); int p(void) { return offered(); }");
        var plugin = await _checks.CheckAsync(_shop.Path("libplug.so"));
        Assert.That(plugin, Has.One.EqualTo("missing-symbol: undefined symbol offered"));
        var both = await _checks.AnswerAsync(Path.GetDirectoryName(_shop.Path("prog"))!);
        Assert.That(both.ExitCode, Is.Zero);
        Assert.That(both.Files.SelectMany(file => file.Findings).Select(finding => finding.Id), Has.One.EqualTo("plugin-symbol"));
    }

    [TestCase("required", 1)]
    [TestCase("suggested", 0)]
    public async Task LibrariesOfDlopenNotesAreSearched(string priority, int code)
    {
        _checks.Archive.Add(new FakePackage("libplug1", "1", KnownPlatforms.Amd64).Library("libplug.so.1"));
        var json = $"[{{\\\"soname\\\":[\\\"libplug.so.1\\\"],\\\"feature\\\":\\\"plug\\\",\\\"priority\\\":\\\"{priority}\\\"}},{{\\\"soname\\\":[\\\"libz.so.1\\\"]}}]";
        _shop.Program($$"""
            __asm__(".section .note.dlopen,\"a\",@note\n.balign 4\n.long 4\n.long 2f-1f\n.long 0x407c0c0a\n.asciz \"FDO\"\n1: .asciz \"{{json.Replace("\\\"", "\\\\\\\"")}}\"\n2: .balign 4\n.previous");
            int main(void) { return 0; }
            """);
        var answer = await _checks.AnswerAsync(_shop.Path("prog"));
        var finding = answer.Files.Single().Findings.Single(finding => finding.Id == "missing-dlopen");
        Assert.That((finding.Name, finding.Package, answer.ExitCode), Is.EqualTo(("libplug.so.1", "libplug1", code)));
        Assert.That(answer.Lines, Is.EqualTo(code == 1 ? ["libplug.so.1"] : (string[])[]));
    }

    [Test]
    public async Task AStaticProgramSaysWhatItReadsByThePathsInIt()
    {
        const string reading = "int main(void) { return open(\"/usr/share/zoneinfo/Asia/Tokyo\", 0) + open(\"/etc/ssl/certs/own.pem\", 0); }";
        _shop.Program($"#include <fcntl.h>\n{reading}", "-static");
        var found = await _checks.CheckAsync(_shop.Path("prog"));
        Assert.That(found, Has.One.StartsWith("hint-tzdata").And.None.StartsWith("hint-certificates"), "the image has certificates");
        _checks.Image = BinaryChecks.Small(KnownPlatforms.Amd64);
        Assert.That(await _checks.CheckAsync(_shop.Path("prog")), Has.One.StartsWith("hint-certificates"));
    }

    [Test]
    public async Task TheSuitesHaveTheVersionsOfTheirPackages()
    {
        foreach (var (suite, glibc, cxx, abi) in new[] { ("bookworm", "2.36", "3.4.30", "1.3.13"), ("trixie", "2.41", "3.4.33", "1.3.15") })
        {
            Assert.That(new[] { "GLIBC_", "GLIBCXX_", "CXXABI_" }.Select(prefix => SuiteVersions.Newest(prefix, suite).ToString()), Is.EqualTo(new[] { glibc, cxx, abi }));
        }

        // What trixie's own libraries define, of the numbered versions.
        foreach (var (file, prefix) in new[] { ("libc.so.6", "GLIBC_"), ("libstdc++.so.6", "GLIBCXX_"), ("libstdc++.so.6", "CXXABI_"), ("libgcc_s.so.1", "GCC_") })
        {
            var versions = BusyboxGlibc.Verify.PlatformAbi.Of(KnownPlatforms.Amd64, await RealImages.OfAsync(KnownPlatforms.Amd64)).Libraries[file]
                .Where(version => version.StartsWith(prefix, StringComparison.Ordinal)).Select(version => Version.TryParse(version[prefix.Length..], out var number) ? number : new Version(0, 0));
            Assert.That(versions.Max(), Is.EqualTo(SuiteVersions.Newest(prefix, "trixie")), prefix);
        }
    }

    [Test]
    public async Task HintsComeFromWhatAProgramCalls()
    {
        _checks.Archive.Add(new FakePackage("libguess7", "1", KnownPlatforms.Amd64).Library("libguess.so.7"));
        _shop.Program("""
            #include <time.h>
            #include <iconv.h>
            #include <dlfcn.h>
            int main(void) { time_t now = 0; return localtime(&now) == 0 || iconv_open("a", "b") == 0 || dlopen("libguess.so.7", RTLD_NOW) != 0 || dlopen("/opt/jre/lib/server/libjvm.so", RTLD_NOW) != 0; }
            """);
        var found = await _checks.CheckAsync(_shop.Path("prog"));
        Assert.That(found, Has.One.StartsWith("hint-tzdata").And.One.StartsWith("hint-charsets").And.One.EndsWith(": libguess.so.7 (libguess7)").And.None.StartsWith("hint-netbase").And.One.StartsWith("hint-java: starts Java (libjvm.so)"));
    }

    [Test]
    public async Task WithoutSectionHeadersTheAnswerIsTheSame()
    {
        _shop.Library("own", "int f(void) { return 1; }");
        _shop.Program("int f(void); int main(void) { return f(); }", "-lown");
        var elf = File.ReadAllBytes(_shop.Path("prog"));
        new byte[8].CopyTo(elf, 0x28);
        new byte[6].CopyTo(elf, 0x3a);
        File.WriteAllBytes(_shop.Path("prog"), elf);
        Assert.That(await _checks.CheckAsync(_shop.Path("prog")), Has.One.EqualTo("missing-library: needs libown.so: not found").And.One.StartsWith("no-sections"));
    }
}
