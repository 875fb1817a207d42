using BusyboxGlibc.Attestations;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Attestations.Vex;

/// <summary>What the folder vex may say, and what is wrong with files that people write.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class VexTableTests
{
    private const string Good = """{"cve": "CVE-2023-45853", "absent": {"packages": ["minizip"], "files": ["**/libminizip.so*", "/usr/bin/minizip"], "symbols": ["libz.so.1:zipOpen4@V_1"], "modules": ["EUC_JISX0213"], "platforms": ["linux/ppc64le"]}, "advisory": "https://a.test/x", "why": "It is not there."}""";

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Drop() => _folder.Dispose();

    [Test]
    public void TheShippedTableIsValidAndAssertsNothing()
    {
        var entries = VexTable.Read(ProjectFiles.Path("."));
        Assert.Multiple(() =>
        {
            Assert.That(entries, Has.Count.GreaterThan(50));
            Assert.That(entries.Select(entry => (entry.File, entry.IsAsserted)), Is.All.Matches<(string File, bool IsAsserted)>(entry => !entry.IsAsserted));
            Assert.That(entries.Where(entry => entry.File != $"vex/{entry.Source}.json"), Is.Empty, "each file has the name of its source package");
            Assert.That(VexTable.MayAssert(ProjectFiles.Path(".")), Is.False, "no build may pay for what the project does not use");
            Assert.That(entries, Is.Ordered.By(nameof(VexEntry.Source)).Using((IComparer<string>)StringComparer.Ordinal));
        });
    }

    [Test]
    public void EveryKindOfFactIsRead()
    {
        var entry = Read(Good, out var faults).Single();
        Assert.That(faults, Is.Empty);
        Assert.That(entry.Absent.Select(fact => $"{fact.Kind} {fact.Name}"), Is.EqualTo(new[]
        {
            "Package minizip", "File **/libminizip.so*", "File /usr/bin/minizip", "Symbol libz.so.1:zipOpen4@V_1", "Module EUC_JISX0213", "Platform linux/ppc64le",
        }));
        var busybox = Read("""{"cve": "CVE-2021-42376", "absent": {"options": ["CONFIG_HUSH"], "applets": ["hush"]}, "fixed": "1.34.0", "assert": true, "advisory": "https://a.test/", "why": "x"}""", out _, "busybox").Single();
        Assert.That((busybox.Fixed, busybox.IsAsserted, busybox.Absent.Count), Is.EqualTo(("1.34.0", true, 2)));
    }

    [TestCase("{\n  \"schema\": 1, \"source\": \"zlib\",\n  \"entrees\": []\n}", "vex/x.json:3: 'entrees' is not known here")]
    [TestCase("{\n  \"schema\": 1, \"source\": \"zlib\", \"entries\": [\n    {\"cve\": \"CVE-2023-45853\", \"absent\": {\n      \"binaries\": [\"x\"]}, \"advisory\": \"https://a.test/\", \"why\": \"x\"}]}", "vex/x.json:4: 'binaries' is not known here")]
    [TestCase("{\n  \"schema\": 1,\n  \"schema\": 1, \"source\": \"zlib\", \"entries\": []}", "vex/x.json:3: ")]
    [TestCase("[]", "vex/x.json:1: ")]
    [TestCase("<html>", "vex/x.json:1: '<' is an invalid start of a value")]
    [TestCase("{\"schema\": 1, \"source\": \"zlib\", \"entries\": [", "vex/x.json:1: ")]
    [TestCase("", "vex/x.json:1: ")]
    [TestCase("null", "vex/x.json: it is null")]
    [TestCase("{\"schema\": 2, \"source\": \"zlib\", \"entries\": []}", "vex/x.json: schema must be 1")]
    [TestCase("{\"schema\": 1, \"source\": \"Zlib/..\", \"entries\": []}", "vex/x.json: source Zlib/.. is not the name of a source package")]
    [TestCase("{\"schema\": 1, \"source\": \"zlib\", \"entries\": [null]}", "vex/x.json: an entry is null")]
    [TestCase("{\"schema\": 1, \"source\": \"zlib\", \"entries\": [{\"cve\": \"CVE-2023-45853\", \"absent\": {\"files\": [null]}, \"advisory\": \"https://a.test/\", \"why\": \"x\"}]}", "null is not a path")]
    public void AFileOfAnotherFormIsAFaultWithItsLine(string text, string expected)
    {
        var faults = new List<string>();
        Assert.That(VexTable.Read(text, "vex/x.json", faults), Is.Empty);
        Assert.That(faults, Has.Count.EqualTo(1).And.Some.Contains(expected));
    }

    [TestCase("\"cve\": \"cve-2023-1\", \"absent\": {\"files\": [\"/a\"]}", "cve must be CVE-YEAR-NUMBER")]
    [TestCase("\"cve\": \"CVE-2023-45853\"", "nothing says what its code is in")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {}", "nothing says what its code is in")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"fixed\": \"1:1.3-1\"", "fixed 1:1.3-1 is not an upstream version")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {\"files\": [\"../nscd\"]}", "../nscd is not a path")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {\"files\": [\"nscd\"]}", "nscd is not a path such as /usr/sbin/nscd or **/nscd")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {\"symbols\": [\"zipOpen\"]}", "zipOpen is not a symbol of a library")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {\"modules\": [\"../x\"]}", "../x is not a module of iconv")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {\"platforms\": [\"ppc64el\"]}", "ppc64el is not a platform such as linux/ppc64le")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {\"options\": [\"CONFIG_HUSH\"]}", "in a file with \"source\": \"busybox\"")]
    [TestCase("\"cve\": \"CVE-2023-45853\", \"absent\": {\"packages\": [\"a b\"]}", "a b is not the name of a package")]
    public void AnEntryThatSaysNothingUsefulIsAFault(string members, string expected)
    {
        Assert.That(Read($$"""{{{members}}, "advisory": "https://a.test/", "why": "x"}""", out var faults), Is.Empty);
        Assert.That(faults, Has.Count.EqualTo(1).And.Some.Contains(expected));
    }

    [TestCase("http://a.test/", "x", "advisory must be an https address")]
    [TestCase("https://user:secret@a.test/", "x", "advisory must be an https address")]
    [TestCase("https://a.test/", "", "why must be a sentence")]
    [TestCase("https://a.test/", "a\\u001b[31m", "why must be a sentence")]
    public void WhatIsShownToOthersIsChecked(string advisory, string why, string expected)
    {
        Assert.That(Read($$"""{"cve": "CVE-2023-45853", "fixed": "1.3", "advisory": "{{advisory}}", "why": "{{why}}"}""", out var faults), Is.Empty);
        Assert.That(faults, Has.Count.EqualTo(1).And.Some.Contains(expected).And.None.Contains("secret"));
    }

    [Test]
    public void AllFaultsOfAllFilesAreToldAtOnce()
    {
        var folder = Directory.CreateDirectory(_folder["all/vex"]).FullName;
        File.WriteAllText(Path.Combine(folder, "a.json"), File_(Good));
        File.WriteAllText(Path.Combine(folder, "b.json"), File_(Good + "," + Good.Replace("https", "http", StringComparison.Ordinal)));
        File.WriteAllText(Path.Combine(folder, "c.json"), "{\n\"scheme\": 1}");
        File.WriteAllBytes(Path.Combine(folder, "d.json"), [0xff, 0xfe]);
        File.WriteAllBytes(Path.Combine(folder, "e.json"), new byte[300 * 1024]);
        File.WriteAllText(Path.Combine(folder, "read.txt"), "not a table");
        var error = Assert.Throws<AttestationException>(() => VexTable.Read(_folder["all"]));
        Assert.That(error.Why!.Split('\n'), Has.Length.EqualTo(5).And.Some.StartsWith("vex/b.json: CVE-2023-45853: advisory").And.Some.StartsWith("vex/c.json:2: 'scheme'").And.Some.StartsWith("vex/d.json")
            .And.Some.StartsWith("vex/e.json").And.Some.EqualTo("vex/a.json and vex/b.json: CVE-2023-45853 of zlib is there 2 times"));
    }

    [Test]
    public void WithoutTheFolderNothingIsKnown()
    {
        Assert.That(VexTable.Read(_folder["none"]), Is.Empty);
        Assert.That(VexTable.MayAssert(_folder["none"]), Is.False);
    }

    private static IReadOnlyList<VexEntry> Read(string entry, out List<string> faults, string source = "zlib") => VexTable.Read(File_(entry, source), "vex/x.json", faults = []);

    private static string File_(string entries, string source = "zlib") => $$"""{"schema": 1, "source": "{{source}}", "entries": [{{entries}}]}""";
}
