using System.Text;
using System.Text.RegularExpressions;
using BusyboxGlibc.Setup;
using BusyboxGlibc.Tests.Configuration;
using Mono.Cecil;

namespace BusyboxGlibc.Tests.Rooms;

/// <summary>The order of rooms that <c>docs/design.md</c> tells, held against the compiled program and its sources.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed partial class RoomTests
{
    private const int LongestFile = 400;
    private const int LongestTask = 40;

    // From the top; rooms of one line are beside each other, and use each other as little as they use those above.
    private static readonly string[][] _levels =
    [
        ["Tasks"], ["Setup"], ["Reports"], ["Doctor", "Smoke"], ["Docker", "Inspect", "Supply"], ["Attestations"], ["Image"], ["Busybox"], ["Verify"], ["Rootfs"], ["Lock"],
        ["Registry", "Binfmt", "Debian"], ["Oci", "Formats", "Configuration"], ["Platforms"], ["Foundation"],
    ];

    private static readonly Lazy<IReadOnlySet<(TypeDefinition From, TypeDefinition To)>> _references = new(() => RoomReferences.Of(typeof(BuildContext).Assembly.Location));

    private static IEnumerable<string> Sources =>
        new[] { "build", "tests" }.SelectMany(top => Directory.EnumerateFiles(ProjectFiles.Path(top), "*.cs", SearchOption.AllDirectories)).Where(path => !OutputFolder().IsMatch(path));

    [Test]
    public void ARoomUsesOnlyRoomsBelowIt() =>
        Assert.That(
            _references.Value.Where(pair => LevelOf(pair.From) >= LevelOf(pair.To)).Select(pair => $"{pair.From.FullName} uses {pair.To.FullName}").Order(StringComparer.Ordinal),
            Is.Empty);

    [Test]
    public void StandInsUseNothingOfTheBuild() =>
        Assert.That(_references.Value.Where(pair => RoomReferences.RoomOf(pair.From) == "Addins").Select(pair => $"{pair.From.FullName} uses {pair.To.FullName}"), Is.Empty);

    [Test]
    public void EveryRoomIsAFolderWithAReadme()
    {
        var folders = Directory.EnumerateDirectories(ProjectFiles.Path("build")).Select(path => Path.GetFileName(path)).Except(["bin", "obj", "Addins"]);
        Assert.That(folders, Is.EquivalentTo(_levels.SelectMany(level => level)));
        foreach (var room in _levels.SelectMany(level => level))
        {
            Assert.That(File.ReadAllLines(ProjectFiles.Path($"build/{room}/README.md")), Has.Length.InRange(5, 15), room);
        }
    }

    [Test]
    public void ANamespaceIsItsFolder()
    {
        Assert.Multiple(() =>
        {
            foreach (var path in Sources)
            {
                var folder = Path.GetRelativePath(ProjectFiles.Path("."), Path.GetDirectoryName(path)!).Replace('\\', '/');
                var expected = folder.StartsWith("build/Addins/", StringComparison.Ordinal)
                    ? folder["build/Addins/".Length..].Replace('/', '.')
                    : (folder.StartsWith("tests", StringComparison.Ordinal) ? "BusyboxGlibc.Tests" : "BusyboxGlibc") + folder[(folder + "/").IndexOf('/')..].Replace('/', '.');
                var found = Namespace().Match(File.ReadAllText(path));
                Assert.That(!found.Success || found.Groups[1].Value == expected, $"{path}: {found.Groups[1].Value}, the folder is {expected}");
            }
        });
    }

    [Test]
    public void FilesAreShort() =>
        Assert.That(Sources.Select(path => (path, File.ReadLines(path).Count())).Where(file => file.Item2 > LongestFile), Is.Empty);

    [Test]
    public void TasksAreShort()
    {
        foreach (var path in Directory.EnumerateFiles(ProjectFiles.Path("build/Tasks"), "*.cs"))
        {
            Assert.That(File.ReadLines(path).SkipWhile(line => !line.StartsWith("public", StringComparison.Ordinal)).Count(), Is.AtMost(LongestTask), path);
        }

        Assert.That(File.ReadLines(ProjectFiles.Path("build/Setup/BuildContext.cs")).Count(), Is.LessThan(LongestTask));
    }

    [Test]
    public void TheDesignShowsWhichRoomUsesWhich()
    {
        var design = File.ReadAllText(ProjectFiles.Path("docs/design.md")).ReplaceLineEndings("\n");
        var matrix = Matrix();
        Assert.That(design, Does.Contain(matrix), $"what to write into docs/design.md:\n{matrix}");
    }

    // A row uses the columns that are marked; so nothing is left of the diagonal.
    private static string Matrix()
    {
        var rooms = _levels.SelectMany(level => level).ToList();
        var used = _references.Value.Select(pair => (RoomReferences.RoomOf(pair.From), RoomReferences.RoomOf(pair.To))).ToHashSet();
        var text = new StringBuilder();
        text.Append("                ").AppendJoin(string.Empty, rooms.Select(room => room[..Math.Min(4, room.Length)].PadRight(5))).Append('\n');
        foreach (var from in rooms)
        {
            text.Append($"    {from,-12}").AppendJoin(string.Empty, rooms.Select(to => (from == to ? "\\" : used.Contains((from, to)) ? "x" : ".").PadLeft(3).PadRight(5))).Append('\n');
        }

        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }

    private static int LevelOf(TypeDefinition type) => RoomReferences.RoomOf(type) is not ("Addins" or null) and var room
        ? Array.FindIndex(_levels, level => level.Contains(room)) is >= 0 and var at ? at : throw new InvalidOperationException($"{room} has no place among the rooms")
        : int.MaxValue;

    [GeneratedRegex(@"[/\\](obj|bin)[/\\]")]
    private static partial Regex OutputFolder();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
