using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Tests.Formats.Elf;

[Category(Categories.Integration)]
internal sealed class LinkCheckTests
{
    private const string CallsFoo = "extern int foo(void); int main(void) { return foo(); }";
    private const string HasFoo = "int foo(void) { return 1; }";

    private Workshop _shop = null!;

    [SetUp]
    public void Open() => _shop = new Workshop();

    [TearDown]
    public void Close() => _shop.Dispose();

    [TestCase("gnu")]
    [TestCase("sysv")]
    [TestCase("both")]
    public void AProgramWithAllItNeedsHasNoProblemWhateverTheHashTable(string style)
    {
        _shop.Library("foo", HasFoo + " int unused;", null, "-Wl,--hash-style=" + style);
        _shop.Program(CallsFoo, "-lfoo");
        Assert.That(_shop.Check(), Is.Empty);
        Assert.That(_shop.Read("libfoo.so").Exports.Defines("foo"));
        Assert.That(_shop.Read("libfoo.so").Exports.Defines("fob"), Is.False);
        Assert.That(_shop.Read("libfoo.so").Exports.List().Select(export => export.Name), Is.SupersetOf(new[] { "foo", "unused" }));
    }

    [Test]
    public void AMissingLibraryIsNamedWithWhoNeedsIt()
    {
        _shop.Library("foo", HasFoo);
        _shop.Library("bar", "extern int foo(void); int bar(void) { return foo(); }", null, "-lfoo");
        _shop.Program("extern int bar(void); int main(void) { return bar(); }", "-lbar");
        _shop.Remove("libfoo.so");
        Assert.That(_shop.Check(), Is.EqualTo(new[]
        {
            "/libbar.so: needs libfoo.so: not found, required by /prog",
            "/libbar.so: undefined symbol foo, required by /prog",
        }));
        Assert.That(_shop.Check("libbar.so"), Is.EqualTo(new[] { "/libbar.so: needs libfoo.so: not found", "/libbar.so: undefined symbol foo" }));
    }

    [Test]
    public void EveryoneWhoNeedsAMissingLibraryIsNamed()
    {
        _shop.Library("foo", HasFoo);
        _shop.Library("bar", "extern int foo(void); int bar(void) { return foo(); }", null, "-lfoo");
        _shop.Program("extern int bar(void); extern int foo(void); int main(void) { return bar() + foo(); }", "-lbar", "-lfoo");
        _shop.Remove("libfoo.so");
        Assert.That(_shop.Check().Where(problem => problem.Contains("not found", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "/prog: needs libfoo.so: not found",
            "/libbar.so: needs libfoo.so: not found, required by /prog",
        }));
    }

    [Test]
    public void ASymbolThatALibraryLostIsUndefined()
    {
        _shop.Library("foo", HasFoo);
        _shop.Program(CallsFoo, "-lfoo");
        _shop.Library("foo", "int other;");
        Assert.That(_shop.Check(), Is.EqualTo(new[] { "/prog: undefined symbol foo" }));
    }

    [Test]
    public void AWeakSymbolMayBeMissing()
    {
        _shop.Program("__attribute__((weak)) extern int foo(void); int main(void) { return foo ? foo() : 0; }", "-Wl,-z,nodynamic-undefined-weak", "-Wl,--unresolved-symbols=ignore-all");
        _shop.Library("weak", "__attribute__((weak)) extern int foo(void); int weak(void) { return foo ? foo() : 0; }");
        Assert.That(_shop.Check(), Is.Empty);
        Assert.That(_shop.Read("libweak.so").UndefinedSymbols, Has.Some.Matches<ElfSymbol>(symbol => symbol is { Name: "foo", IsWeak: true, Version: null }));
        Assert.That(_shop.Check("libweak.so"), Is.Empty);
    }

    [Test]
    public void AnOlderLibraryLacksTheVersion()
    {
        _shop.Library("foo", HasFoo + " int old(void) { return 2; }", "V1 { global: old; local: *; }; V2 { global: foo; } V1;");
        _shop.Program(CallsFoo, "-lfoo");
        Assert.That(_shop.Check(), Is.Empty);
        Assert.That(_shop.Read("prog").VersionNeeds, Has.Some.EqualTo(new ElfVersionNeed("libfoo.so", "V2", false)));
        Assert.That(_shop.Read("libfoo.so").VersionDefinitions, Is.EqualTo(new[] { "V1", "V2" }));
        _shop.Library("foo", "int old(void) { return 2; }", "V1 { global: old; local: *; };");
        Assert.That(_shop.Check(), Is.EqualTo(new[] { "/prog: needs version V2 of libfoo.so: /libfoo.so does not define it", "/prog: undefined symbol foo@V2" }));
    }

    [Test]
    public void TheRightNameWithAnotherVersionIsNotTheSymbol()
    {
        _shop.Library("foo", HasFoo + " int old(void) { return 2; }", "V1 { global: old; }; V2 { global: foo; } V1;");
        _shop.Program(CallsFoo, "-lfoo");
        _shop.Library("foo", HasFoo + " int old(void) { return 2; }", "V1 { global: foo; }; V2 { global: old; } V1;");
        Assert.That(_shop.Check(), Is.EqualTo(new[] { "/prog: undefined symbol foo@V2" }));
    }

    [Test]
    public void ALibraryThatLostAllItsVersionsIsAProblem()
    {
        _shop.Library("foo", HasFoo, "V1 { global: foo; };");
        _shop.Program(CallsFoo, "-lfoo");
        _shop.Library("foo", HasFoo);

        // ldd warns, and then its loader ends in an assertion.
        Assert.That(_shop.Check(compare: false), Is.EqualTo(new[] { "/prog: needs version V1 of libfoo.so: /libfoo.so has no versions" }));
    }

    [Test]
    public void AHiddenVersionIsFoundOnlyByThoseWhoAskForIt()
    {
        const string Both = "int foo1(void) { return 1; } int foo2(void) { return 2; } __asm__(\".symver foo1,foo@V1\"); __asm__(\".symver foo2,foo@@V2\");";
        _shop.Library("foo", HasFoo, "V1 { global: foo; };");
        _shop.Program(CallsFoo, "-lfoo");
        _shop.Library("foo", Both, "V1 { }; V2 { } V1;");
        Assert.That(_shop.Check(), Is.Empty, "the old program");
        var exports = _shop.Read("libfoo.so").Exports;
        Assert.That(exports.Defines("foo", "V1"));
        Assert.That(exports.Defines("foo", "V2"));
        Assert.That(exports.Defines("foo"));
        Assert.That(exports.Defines("foo", "V3"), Is.False);
        Assert.That(exports.List().Where(export => export.Name == "foo"), Is.EquivalentTo(new[] { new ElfExport("foo", "V1", false), new ElfExport("foo", "V2", true) }));
    }

    [Test]
    public void AnUnversionedReferenceTakesTheFirstVersionOrTheOnlyOne()
    {
        _shop.Library("foo", HasFoo);
        _shop.Program(CallsFoo, "-lfoo");
        _shop.Library("foo", HasFoo, "V1 { global: foo; };");
        Assert.That(_shop.Check(), Is.Empty);

        _shop.Library("foo", "int foo2(void) { return 2; } int foo3(void) { return 3; } __asm__(\".symver foo2,foo@V2\"); __asm__(\".symver foo3,foo@V3\");", "V1 { }; V2 { } V1; V3 { } V2;");
        Assert.That(_shop.Check(), Is.EqualTo(new[] { "/prog: undefined symbol foo" }), "only hidden ones, none the first");
    }

    [Test]
    public void AVersionedReferenceTakesAnUnversionedDefinitionOfAnotherObject()
    {
        _shop.Library("foo", HasFoo, "V1 { global: foo; };");
        _shop.Library("bar", HasFoo);
        _shop.Program(CallsFoo, "-lfoo", "-Wl,--no-as-needed", "-lbar");
        _shop.Library("foo", "int other;", "V1 { global: other; };");
        Assert.That(_shop.Check(), Is.Empty);
    }

    [Test]
    public void DataCopiedIntoAProgramMustStillBeInALibrary()
    {
        _shop.Library("foo", "int foo = 3;");
        _shop.Program("extern int foo; int main(void) { return foo; }", "-lfoo", "-no-pie", "-fno-pic");
        Assert.That(_shop.Check(), Is.Empty);
        Assert.That(_shop.Read("prog").UndefinedSymbols, Has.Some.EqualTo(new ElfSymbol("foo", null, null, false, true)));
        _shop.Library("foo", "int other;");
        Assert.That(_shop.Check(), Is.EqualTo(new[] { "/prog: undefined symbol foo" }));
    }

    [Test]
    public void AHiddenSymbolIsNotGiven()
    {
        _shop.Library("foo", HasFoo);
        _shop.Program(CallsFoo, "-lfoo");
        _shop.Library("foo", "__attribute__((visibility(\"hidden\"))) int foo(void) { return 1; } int other(void) { return foo(); }");
        Assert.That(_shop.Check(), Is.EqualTo(new[] { "/prog: undefined symbol foo" }));
    }

    [Test]
    public void TheProgramItselfMayGiveWhatItsLibrariesAskFor()
    {
        _shop.Library("foo", "extern int callback(void); int foo(void) { return callback(); }");
        _shop.Program("extern int foo(void); int callback(void) { return 1; } int main(void) { return foo(); }", "-lfoo");
        Assert.That(_shop.Check(), Is.Empty);
        Assert.That(_shop.Check("libfoo.so"), Is.EqualTo(new[] { "/libfoo.so: undefined symbol callback" }));
    }

    [Test]
    public void LibrariesThatNeedEachOtherAreLoadedOnce()
    {
        _shop.Library("b", "int b(void) { return 1; }");
        _shop.Library("a", "extern int b(void); int a(void) { return b(); }", null, "-lb");
        _shop.Library("b", "extern int a(void); int b(void) { return a(); }", null, "-la");
        Assert.That(_shop.Check("libb.so"), Is.Empty);
    }

    [Test]
    public void WithoutSectionHeadersNothingChanges()
    {
        _shop.Library("foo", HasFoo, "V1 { global: foo; };");
        _shop.Program(CallsFoo, "-lfoo");
        var whole = _shop.Read("prog");
        var bytes = File.ReadAllBytes(_shop.Path("prog"));
        bytes.AsSpan(40, 8).Clear();
        bytes.AsSpan(60, 4).Clear();
        var stripped = ElfFile.Read(bytes, "/prog");
        Assert.That(stripped.UndefinedSymbols, Is.EqualTo(whole.UndefinedSymbols).And.Not.Empty);
        Assert.That(stripped.VersionNeeds, Is.EqualTo(whole.VersionNeeds));
        Assert.That(stripped.Needed, Is.EqualTo(new[] { "libfoo.so", "libc.so.6" }));
    }

    [Test]
    public void AStaticProgramAndARelocatableObjectHaveNothingToLink()
    {
        _shop.Program("void _start(void) { for (;;); }", "-static", "-nostdlib");
        var program = _shop.Read("prog");
        Assert.That(program.IsDynamic, Is.False);
        Assert.That(LinkCheck.Check(program, _ => null), Is.Empty);

        Tools.Compile(System.IO.Path.GetDirectoryName(_shop.Path("x"))!, "foo.o", "extern int bar(void); int foo(void) { return bar(); }", "-c");
        Assert.That(_shop.Read("foo.o"), Has.Property("IsDynamic").False.And.Property("Identity").Property("Type").EqualTo(ElfIdentity.Relocatable));
    }

    [Test]
    public void ALibraryOfAnotherMachineIsNotTaken()
    {
        _shop.Library("foo", HasFoo);
        _shop.Program(CallsFoo, "-lfoo");
        var bytes = File.ReadAllBytes(_shop.Path("libfoo.so"));
        bytes[18] = 183;
        File.WriteAllBytes(_shop.Path("libfoo.so"), bytes);
        Assert.That(_shop.Check(compare: false), Is.EqualTo(new[]
        {
            "/prog: needs libfoo.so: /libfoo.so is 64-bit AArch64, not 64-bit x86-64",
            "/prog: undefined symbol foo",
        }));
    }

    [Test]
    public void AProgramIsNoLibrary()
    {
        _shop.Library("foo", HasFoo);
        _shop.Program(CallsFoo, "-lfoo");
        Tools.Compile(System.IO.Path.GetDirectoryName(_shop.Path("x"))!, "libfoo.so", "void _start(void) { for (;;); }", "-static", "-nostdlib");
        Assert.That(_shop.Check(compare: false), Has.Some.EqualTo("/prog: needs libfoo.so: /libfoo.so is not a shared library"));
    }

    [Test]
    public void ARunPathIsShownAsWritten()
    {
        _shop.Program("int main(void) { return 0; }", "-Wl,-rpath,$ORIGIN/../lib:/opt/x");
        Assert.That(_shop.Read("prog").RunPath, Is.EqualTo(new[] { "$ORIGIN/../lib", "/opt/x" }));
    }

    [Test]
    public void AWeakNeedOfAVersionMayGoUnanswered()
    {
        _shop.Library("foo", HasFoo, "V1 { global: foo; };");
        _shop.Program(CallsFoo, "-lfoo");
        var bytes = File.ReadAllBytes(_shop.Path("prog"));
        var name = ElfFile.Read(bytes, "prog").VersionNeeds.Single(need => need.Version == "V1");
        Assert.That(name.IsWeak, Is.False);

        // The record of V1 is the one with the hash of its name; its flags follow.
        byte[] record = [.. BitConverter.GetBytes(ElfHash("V1")), 0, 0];
        var at = bytes.AsSpan().IndexOf(record);
        bytes[at + 4] = 2;
        File.WriteAllBytes(_shop.Path("prog"), bytes);
        _shop.Library("foo", HasFoo + " int other;", "V2 { global: other; }; ");
        Assert.That(_shop.Read("prog").VersionNeeds, Has.Some.EqualTo(new ElfVersionNeed("libfoo.so", "V1", true)));
        Assert.That(_shop.Check(), Has.None.Contains("needs version"));
    }

    [Test]
    public void ManyChecksWithOneCheckerSayTheSameAsSingleOnes()
    {
        var checker = new LinkChecker(LinkCheck.Flat(HostFiles.Finder()));
        foreach (var file in HostFiles.Some(60).Select(HostFiles.Read))
        {
            Assert.That(checker.Check(file), Is.EqualTo(LinkCheck.Check(file, HostFiles.Finder())), file.Name);
        }
    }

    private static uint ElfHash(string name)
    {
        var hash = 0u;
        foreach (var letter in name)
        {
            hash = (hash << 4) + letter;
            hash ^= (hash & 0xf0000000) >> 24;
            hash &= 0x0fffffff;
        }

        return hash;
    }
}
