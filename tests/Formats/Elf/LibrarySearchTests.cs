using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>Where libraries are found, compared with what ldd lists for the same files on this machine.</summary>
[Category(Categories.Integration)]
internal sealed partial class LibrarySearchTests
{
    private const string CallsA = "int a(void); int main(void) { return a(); }";

    private readonly Dictionary<string, ElfFile?> _opened = new(StringComparer.Ordinal);
    private string _folder = string.Empty;

    [SetUp]
    public void MakeFolder()
    {
        Requires.That(Directory.Exists("/lib/x86_64-linux-gnu"), "an amd64 Debian system");
        Requires.Tool("ldd");
        _folder = Directory.CreateTempSubdirectory("search-").FullName;
        _opened.Clear();
        foreach (var name in new[] { "one", "two", "one/deep" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
        }
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ARPathCountsForWhatItsLibrariesNeed()
    {
        Library("two/libb.so", "int b(void) { return 0; }");
        Library("one/liba.so", "int b(void); int a(void) { return b(); }", "-L" + _folder + "/two", "-lb");
        Program(CallsA, "one/liba.so", $"-Wl,--disable-new-dtags,-rpath,{_folder}/one:{_folder}/two");
        AssertSame(found: ["liba.so", "libb.so"]);
    }

    [Test]
    public void ARunPathDoesNot()
    {
        Library("two/libb.so", "int b(void) { return 0; }");
        Library("one/liba.so", "int b(void); int a(void) { return b(); }", "-L" + _folder + "/two", "-lb");
        Program(CallsA, "one/liba.so", $"-Wl,--enable-new-dtags,-rpath,{_folder}/one:{_folder}/two");
        AssertSame(found: ["liba.so"], missing: ["libb.so"]);
    }

    [Test]
    public void WhatIsLoadedAlreadyIsNotSearched()
    {
        Library("two/libb.so", "int b(void) { return 0; }");
        Library("one/liba.so", "int b(void); int a(void) { return b(); }", "-L" + _folder + "/two", "-lb");
        Program("int a(void); int b(void); int main(void) { return a() + b(); }", "one/liba.so", "two/libb.so", $"-Wl,--enable-new-dtags,-rpath,{_folder}/one:{_folder}/two");
        AssertSame(found: ["liba.so", "libb.so"]);
    }

    [Test]
    public void ALibraryWithARunPathLooksAtNobodysRPath()
    {
        Library("two/libb.so", "int b(void) { return 0; }");
        Library("one/liba.so", "int b(void); int a(void) { return b(); }", "-L" + _folder + "/two", "-lb", "-Wl,--enable-new-dtags,-rpath,/nowhere");
        Program(CallsA, "one/liba.so", $"-Wl,--disable-new-dtags,-rpath,{_folder}/one:{_folder}/two");
        AssertSame(found: ["liba.so"], missing: ["libb.so"]);
    }

    [Test]
    public void ARunPathCountsThoughTheProgramHasARPath()
    {
        Library("two/libb.so", "int b(void) { return 0; }");
        Library("one/liba.so", "int b(void); int a(void) { return b(); }", "-L" + _folder + "/two", "-lb", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../two/");
        Program(CallsA, "one/liba.so", "-Wl,--disable-new-dtags,-rpath,${ORIGIN}/one");
        AssertSame(found: ["liba.so", "libb.so"]);
    }

    [TestCase("$ORIGIN/x/$LIB", "x/lib/x86_64-linux-gnu")]
    [TestCase("$ORIGIN/x/${LIB}", "x/lib/x86_64-linux-gnu")]
    [TestCase("$ORIGIN/x/$PLATFORM", "x/x86_64")]
    [TestCase("$ORIGINS", "$ORIGINS")]
    [TestCase("$ORIGIN/$OTHER", "$OTHER")]
    public void TokensMeanWhatTheLoaderTakesThemFor(string text, string place)
    {
        Directory.CreateDirectory(Path.Combine(_folder, place));
        Library(place + "/liba.so", "int a(void) { return 0; }");
        foreach (var cpu in new[] { "haswell", "xeon_phi" }.Where(_ => place == "x/x86_64"))
        {
            // A machine that the kernel calls x86_64 may be called by its CPU in glibc.
            Directory.CreateDirectory(Path.Combine(_folder, "x", cpu));
            File.Copy(Path.Combine(_folder, place, "liba.so"), Path.Combine(_folder, "x", cpu, "liba.so"));
        }

        Program(CallsA, place + "/liba.so", "-Wl,--enable-new-dtags,-rpath," + text);
        // What is no token stays as it is: then the first of the two is a relative path.
        var isFound = text.StartsWith("$ORIGIN/", StringComparison.Ordinal);
        AssertSame(found: isFound ? ["liba.so"] : [], missing: isFound ? [] : ["liba.so"], comparePaths: place != "x/x86_64");
    }

    [Test]
    public void TheFolderOfALinkIsTheOneItWasOpenedBy()
    {
        Library("one/deep/libb.so", "int b(void) { return 0; }");
        Library("two/liba.so", "int b(void); int a(void) { return b(); }", "-L" + _folder + "/one/deep", "-lb", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/deep");
        File.CreateSymbolicLink(Path.Combine(_folder, "one/liba.so"), "../two/liba.so");
        Program(CallsA, "two/liba.so", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/one");
        AssertSame(found: ["liba.so", "libb.so"]);
    }

    [Test]
    public void ANameWithASlashIsAPath()
    {
        Tools.Compile(_folder, "one/liba.so", "int a(void) { return 0; }", "-shared");
        Program(CallsA, "one/liba.so");
        Assert.That(Read(Path.Combine(_folder, "prog"))!.Needed, Has.Some.EqualTo(Path.Combine(_folder, "one/liba.so")));
        AssertSame(found: [Path.Combine(_folder, "one/liba.so")]);
    }

    [Test]
    public void DefaultFoldersAreLeftOutWhereTheFileSaysSo()
    {
        Library("one/liba.so", "int a(void) { return 0; }");
        Program(CallsA, "one/liba.so", $"-Wl,-z,nodefaultlib,-rpath,{_folder}/one");
        Assert.That(Read(Path.Combine(_folder, "prog"))!.SkipsDefaultFolders, Is.True);
        AssertSame(found: ["liba.so"], missing: ["libc.so.6"]);
    }

    [Test]
    public void FoldersForBetterCpusComeFirst()
    {
        var levels = LevelLine().Matches(Tools.Output("/lib64/ld-linux-x86-64.so.2", "--help")).Select(match => match.Groups[1].Value).ToList();
        Requires.That(levels.Count > 0, "a CPU of x86-64-v2 or better");
        Library("one/liba.so", "int a(void) { return 0; }");
        var better = Path.Combine(_folder, "one/glibc-hwcaps", levels[^1]);
        Directory.CreateDirectory(better);
        File.Copy(Path.Combine(_folder, "one/liba.so"), Path.Combine(better, "liba.so"));
        Program(CallsA, "one/liba.so", $"-Wl,-rpath,{_folder}/one");
        AssertSame(found: ["liba.so"], levels: levels);
        Assert.That(Loads([]), Does.Contain(("liba.so", Path.Combine(_folder, "one/liba.so"))), "on the least CPU");
        Assert.That(levels, Is.SubsetOf(LoaderFolders.For(KnownPlatforms.Amd64).Levels));
    }

    [Test]
    public void TheDefaultFoldersAreThoseOfTheLoader() => Assert.That(
        LoaderFolders.For(KnownPlatforms.Amd64).Default,
        Is.EqualTo(SystemFolder().Matches(Tools.Output("/lib64/ld-linux-x86-64.so.2", "--help")).Select(match => match.Groups[1].Value)));

    private void Library(string path, string source, params string[] arguments)
    {
        var name = Path.GetFileName(path);
        Tools.Compile(_folder, path, source, ["-shared", "-Wl,-soname," + name, .. arguments]);
    }

    private void Program(string source, params string[] arguments) =>
        Tools.Compile(_folder, "prog", source, [.. arguments.Select(argument => argument.StartsWith('-') ? argument : Path.Combine(_folder, argument))]);

    private ElfFile? Read(string path)
    {
        var real = Path.GetFullPath(path);
        if (!_opened.TryGetValue(real, out var file))
        {
            _opened.Add(real, file = File.Exists(real) && ElfFile.IsElf(File.ReadAllBytes(real)) ? ElfFile.Read(File.ReadAllBytes(real), real) : null);
        }

        return file;
    }

    private List<(string Name, string? Path)> Loads(IReadOnlyList<string> levels)
    {
        var found = new List<(string Name, string? Path)>();
        var search = new LibrarySearch(KnownPlatforms.Amd64, Read, levels: levels);
        var result = new LinkChecker((name, asking) =>
        {
            var library = search.Find(name, asking);
            found.Add((name, library?.Path));
            return library;
        }).CheckAll(Read(Path.Combine(_folder, "prog"))!);
        Assert.That(result.Objects, Is.Not.Empty);
        return found;
    }

    private void AssertSame(string[]? found = null, string[]? missing = null, bool comparePaths = true, IReadOnlyList<string>? levels = null)
    {
        var ours = Loads(levels ?? []).Where(pair => !pair.Name.StartsWith("ld-linux", StringComparison.Ordinal)).ToList();
        var output = Tools.Output("ldd", Path.Combine(_folder, "prog"));
        foreach (var name in found ?? [])
        {
            var path = ours.Single(pair => pair.Name == name).Path;
            Assert.That(path, Is.Not.Null, name);
            var listed = Regex.Match(output, $@"^\t{Regex.Escape(name)} (?:=> (\S+) )?\(0x", RegexOptions.Multiline);
            Assert.That(listed.Success, Is.True, output);
            if (comparePaths && listed.Groups[1].Success)
            {
                Assert.That(Path.GetFullPath(path!), Is.EqualTo(Path.GetFullPath(listed.Groups[1].Value)), name);
            }
        }

        foreach (var name in missing ?? [])
        {
            Assert.That(ours.Single(pair => pair.Name == name).Path, Is.Null, name);
            Assert.That(output, Does.Contain($"{name} => not found"));
        }
    }

    [GeneratedRegex(@"^\s+(x86-64-v\d) \(supported, searched\)", RegexOptions.Multiline)]
    private static partial Regex LevelLine();

    [GeneratedRegex(@"^\s+(/\S+) \(system search path\)", RegexOptions.Multiline)]
    private static partial Regex SystemFolder();
}
