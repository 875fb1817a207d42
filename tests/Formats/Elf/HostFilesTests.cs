using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>The files of this machine, held against what its own ldd and readelf say.</summary>
[Category(Categories.Integration)]
internal sealed class HostFilesTests
{
    // Set to check every file of the machine instead of a sample.
    private static readonly bool _all = Environment.GetEnvironmentVariable("ELF_ALL") == "1";
    private static readonly int _count = _all ? int.MaxValue : 40;

    [Test]
    public void TheClosureAndTheUndefinedSymbolsAreThoseOfLdd()
    {
        Requires.Tool("ldd");
        var find = HostFiles.Finder();
        var checker = new LinkChecker(LinkCheck.Flat(find));
        var compared = 0;
        Assert.Multiple(() =>
        {
            foreach (var path in HostFiles.Some(_all ? _count : 120))
            {
                var file = HostFiles.Read(path);
                var loads = checker.Loads(file);
                if (!file.IsDynamic || loads.Any(one => one.RunPath.Count + one.RPath.Count > 0))
                {
                    continue;
                }

                var output = Tools.Output("ldd", "-r", path);
                if (output.Contains("statically linked", StringComparison.Ordinal))
                {
                    Assert.That(file.Needed, Is.Empty, path);
                    continue;
                }

                compared++;
                var libraries = Regex.Matches(output, @"^\t(\S+) (?:=> |\(0x)", RegexOptions.Multiline).Select(match => match.Groups[1].Value)
                    .Where(name => name is not ("linux-vdso.so.1" or "/lib64/ld-linux-x86-64.so.2"));
                var missing = Regex.Matches(output, @"^\t(\S+) => not found", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
                var problems = checker.Check(file);
                Assert.That(
                    loads.Skip(1).Select(one => one.Soname).Concat(missing).Where(name => name != "ld-linux-x86-64.so.2"),
                    Is.EquivalentTo(libraries),
                    path);
                Assert.That(Symbols(problems), Is.EquivalentTo(Undefined(output)), path);
            }
        });
        Assert.That(compared, Is.GreaterThan(50));
    }

    [Test]
    public void NeededSonameAndRunPathAreThoseOfReadelf()
    {
        foreach (var path in HostFiles.Some(_count))
        {
            var file = HostFiles.Read(path);
            var output = Tools.Output("readelf", "-dlW", path);
            Assert.That(file.Needed, Is.EqualTo(Bracketed(output, "NEEDED")), path);
            Assert.That(file.Soname, Is.EqualTo(Bracketed(output, "SONAME").SingleOrDefault()), path);
            Assert.That(string.Join(':', file.RPath.Concat(file.RunPath)), Is.EqualTo(string.Join(':', Bracketed(output, "RUNPATH").Any() ? Bracketed(output, "RUNPATH") : Bracketed(output, "RPATH"))), path);
            Assert.That(file.Interpreter, Is.EqualTo(Regex.Match(output, @"program interpreter: (.*)\]") is { Success: true } match ? match.Groups[1].Value : null), path);
        }
    }

    [Test]
    public void VersionsAreThoseOfReadelf()
    {
        foreach (var path in HostFiles.Some(_count))
        {
            ReadelfOracle.CompareVersions(HostFiles.Read(path), path);
        }
    }

    [Test]
    public void SymbolsAreThoseOfReadelf()
    {
        foreach (var path in HostFiles.Some(_count))
        {
            ReadelfOracle.CompareSymbols(HostFiles.Read(path), path);
        }
    }

    private static IEnumerable<string> Bracketed(string output, string tag) =>
        Regex.Matches(output, $@"\({tag}\).*\[(.*)\]$", RegexOptions.Multiline).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Symbols(IEnumerable<LinkProblem> problems) =>
        problems.Where(problem => problem.Symbol is not null).Select(problem => $"{problem.Symbol} ({Path.GetFileName(problem.File)})").Distinct();

    private static IEnumerable<string> Undefined(string output) => Regex
        .Matches(output, @"^undefined symbol: ([^\s,]+)(?:, version (\S+))?\t\((.*)\)$", RegexOptions.Multiline)
        .Select(match => $"{match.Groups[1].Value}{(match.Groups[2].Success ? "@" + match.Groups[2].Value : string.Empty)} ({RealName(match.Groups[3].Value)})")
        .Distinct();

    private static string RealName(string path) => Path.GetFileName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
}
