using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

/// <summary>What later steps of a job on GitHub read.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class StepOutputsTests
{
    [Test]
    public void ValuesOfSeveralLinesAndOnesThatLookLikeOutputsStayValues()
    {
        using var folder = new TemporaryFolder();
        StepOutputs.Append([("tags", "a:1\r\na:2"), ("changed", "true\nend-\ndigest<<x")], name => name == "GITHUB_OUTPUT" ? folder.File("output") : null);
        Assert.That(Read(File.ReadAllLines(folder.File("output"))), Is.EqualTo(new Dictionary<string, string> { ["tags"] = "a:1\na:2", ["changed"] = "true\nend-\ndigest<<x" }));
    }

    [Test]
    public void ElsewhereNothingIsWritten() => Assert.That(() => StepOutputs.Append([("tags", "a")], _ => null), Throws.Nothing);

    // As the runner reads it.
    private static Dictionary<string, string> Read(string[] lines)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < lines.Length; at++)
        {
            var (name, end) = (lines[at].Split("<<")[0], lines[at].Split("<<")[1]);
            var value = lines.Skip(at + 1).TakeWhile(line => line != end).ToList();
            read[name] = string.Join('\n', value);
            at += value.Count + 1;
        }

        return read;
    }
}
