using System.Text.RegularExpressions;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Tests.Formats.Elf;

/// <summary>A folder of small libraries and programs made with gcc, checked by us and by ldd.</summary>
internal sealed class Workshop : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elf-").FullName;

    public string Path(string file) => System.IO.Path.Combine(_folder, file);

    /// <summary>Makes <c>libNAME.so</c>; a version script may be given.</summary>
    public void Library(string name, string source, string? versions = null, params string[] arguments)
    {
        List<string> all = ["-shared", $"-Wl,-soname,lib{name}.so", .. arguments];
        if (versions is not null)
        {
            File.WriteAllText(Path(name + ".map"), versions);
            all.Add("-Wl,--version-script=" + Path(name + ".map"));
        }

        Tools.Compile(_folder, $"lib{name}.so", source, [.. all]);
    }

    /// <summary>Makes the program <c>prog</c>.</summary>
    public void Program(string source, params string[] arguments) => Tools.Compile(_folder, "prog", source, arguments);

    public void Remove(string file) => File.Delete(Path(file));

    public ElfFile Read(string file) => ElfFile.Read(File.ReadAllBytes(Path(file)), "/" + file);

    /// <summary>Our problems with a file, as lines; what ldd says of the same must be the same.</summary>
    public string[] Check(string file = "prog", bool compare = true)
    {
        var host = HostFiles.Finder();
        var problems = LinkCheck.Check(Read(file), soname => File.Exists(Path(soname)) ? Read(soname) : host(soname));
        if (compare)
        {
            Requires.Tool("ldd");
            var output = Tools.Output("env", "LD_LIBRARY_PATH=" + _folder, "ldd", "-r", Path(file));
            Assert.That(
                problems.Where(problem => problem.Symbol is not null).Select(problem => problem.Symbol),
                Is.EquivalentTo(Regex.Matches(output, @"undefined symbol: ([^\s,]+)(?:, version (\S+))?\t").Select(match => match.Groups[1].Value + (match.Groups[2].Success ? "@" + match.Groups[2].Value : string.Empty))),
                output);
            Assert.That(
                problems.Where(problem => problem.What.EndsWith(": not found", StringComparison.Ordinal)).Select(problem => problem.What.Split(' ')[1].TrimEnd(':')),
                Is.EquivalentTo(Regex.Matches(output, @"^\t(\S+) => not found", RegexOptions.Multiline).Select(match => match.Groups[1].Value)),
                output);
            Assert.That(
                problems.Where(problem => problem.What.Contains("does not define it", StringComparison.Ordinal)).Select(problem => problem.What.Split(' ')[2]),
                Is.EquivalentTo(Regex.Matches(output, @"(?<!weak )version `(\S+)' not found").Select(match => match.Groups[1].Value)),
                output);
        }

        return [.. problems.Select(problem => problem.ToString())];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
