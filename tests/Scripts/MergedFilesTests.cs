using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Scripts;

/// <summary>No file of the project has a conflict that a merge left in it, which many readers of text would accept.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class MergedFilesTests
{
    private static readonly string[] _endings = [".c", ".config", ".cpp", ".cs", ".csproj", ".css", ".html", ".js", ".json", ".md", ".props", ".ps1", ".sh", ".txt", ".xml", ".yml"];

    // Those are made, or an editor's and git's.
    private static readonly string[] _others = ["/bin/", "/obj/", "/artifacts/", "/node_modules/", "/.git/"];

    private static readonly string[] _marks = [new('<', 7), new('>', 7)];

    [Test]
    public void NoFileHasAConflict() => Assert.That(
        Directory.EnumerateFiles(ProjectFiles.Path("."), "*", SearchOption.AllDirectories)
            .Where(path => _endings.Contains(Path.GetExtension(path)) && !_others.Any(path.Contains))
            .Where(path => File.ReadLines(path).Any(line => _marks.Any(mark => line.StartsWith(mark + ' ', StringComparison.Ordinal)))),
        Is.Empty);
}
