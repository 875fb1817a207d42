using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>Compares what we read with the output of binutils' readelf, which reads every machine's files.</summary>
internal static class ReadelfOracle
{
    private static readonly string[] _definingTypes = ["NOTYPE", "OBJECT", "FUNC", "COMMON", "TLS", "IFUNC"];

    public static void CompareVersions(ElfFile file, string path)
    {
        var output = Tools.Output("readelf", "-VW", path);
        var needs = new List<string>();
        var soname = string.Empty;
        foreach (var line in output.Split('\n'))
        {
            if (Regex.Match(line, @"Version: 1  File: (\S+)  Cnt") is { Success: true } record)
            {
                soname = record.Groups[1].Value;
            }
            else if (Regex.Match(line, @"Name: (\S+)  Flags: (\S+)  Version: ") is { Success: true } aux && soname.Length > 0)
            {
                needs.Add($"{soname} {aux.Groups[1].Value} {aux.Groups[2].Value.Contains("WEAK", StringComparison.Ordinal)}");
            }
        }

        var defined = Regex.Matches(output, @"Flags: (\S+)\s+Index: \d+  Cnt: \d+  Name: (\S+)").Where(match => match.Groups[1].Value != "BASE").Select(match => match.Groups[2].Value);
        Assert.That(file.VersionNeeds.Select(need => $"{need.Soname} {need.Version} {need.IsWeak}"), Is.EqualTo(needs), path);
        Assert.That(file.VersionDefinitions, Is.EqualTo(defined), path);
    }

    public static void CompareSymbols(ElfFile file, string path)
    {
        var output = Tools.Output("readelf", "--dyn-syms", "-W", path);
        var exports = new List<string>();
        var undefined = new List<string>();
        foreach (Match match in Regex.Matches(output, @"^ +\d+: ([0-9a-f]+) +\S+ (\S+) +(LOCAL|GLOBAL|WEAK|UNIQUE|<OS specific>: 10) +(DEFAULT|PROTECTED|HIDDEN|INTERNAL) +(?:\[.*?\] +)?(\S+) (\S+)", RegexOptions.Multiline))
        {
            var (value, type, binding, visibility, section, name) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value, match.Groups[5].Value, match.Groups[6].Value);
            if (binding == "LOCAL" || visibility is "HIDDEN" or "INTERNAL")
            {
                continue;
            }

            if (section == "UND")
            {
                undefined.Add($"{name} {binding}");
            }
            else if (_definingTypes.Contains(type) && (value.Trim('0').Length > 0 || section == "ABS" || type == "TLS"))
            {
                // A copied symbol shows the version of the library it is copied from after a single @, as a hidden one would.
                exports.Add(name);
            }
        }

        // The absolute symbol that stands for a version itself is shown without its version.
        var ours = file.Exports.List().Select(export => export.Name == export.Version ? export with { Version = null } : export).ToList();
        Assert.That(ours.Select(export => export.Version is null ? export.Name : export.IsDefault ? $"{export.Name}@@{export.Version}" : $"{export.Name}@{export.Version}").Select(Plain),
            Is.EquivalentTo(exports.Select(Plain)), path);
        foreach (var export in ours)
        {
            Assert.That(file.Exports.Defines(export.Name, export.Version), $"{path}: {export}");
        }

        // A few undefined symbols are there without a relocation that names them: the loader never looks for those.
        var ourUndefined = file.UndefinedSymbols.Where(symbol => !symbol.IsCopied).Select(symbol => $"{symbol} {(symbol.IsWeak ? "WEAK" : "GLOBAL")}").ToHashSet();
        Assert.That(ourUndefined, Is.SubsetOf(undefined), path);
        var rest = undefined.Where(symbol => !ourUndefined.Contains(symbol)).Select(symbol => symbol.Split(' ')[0]).ToList();
        if (rest.Count > 0)
        {
            var named = Tools.Output("readelf", "-rW", path).Split([' ', '\n']).ToHashSet();
            Assert.That(rest.Where(named.Contains), Is.Empty, path);
        }
    }

    // readelf prints one @ or two by rules of its own for what an executable copies; the default version is compared by other tests.
    private static string Plain(string symbol) => symbol.Replace("@@", "@", StringComparison.Ordinal);
}
