using BusyboxGlibc.Engines.Buildx;

namespace BusyboxGlibc.Tests.Engines.Buildx;

public class DockerfileTextTests
{
    [Test]
    public void AnInstructionGoesOnOverContinuedLinesCommentsAndEmptyOnes()
    {
        var file = DockerfileText.Parse("D", "\uFEFFfrom scratch\r\n\r\nRUN a \\\r\n  # why\r\n\r\n  && b\\\n && c\nCMD x\n");
        Assert.That(file.Instructions, Is.EqualTo(new[]
        {
            new DockerfileInstruction(1, 1, "FROM", "scratch"), new DockerfileInstruction(3, 5, "RUN", "a && b && c"), new DockerfileInstruction(8, 1, "CMD", "x"),
        }));
        Assert.That(file.Lines, Has.Count.EqualTo(8));
    }

    [Test]
    public void AHereDocumentIsPartOfItsInstruction()
    {
        var file = DockerfileText.Parse("D", "FROM x\nRUN <<A <<-'B'\nFROM not a stage\nA\nCOPY\n\tB\nUSER 1\n");
        Assert.That(file.Instructions.Select(instruction => $"{instruction.Line} {instruction.Count} {instruction.Name}"), Is.EqualTo(new[] { "1 1 FROM", "2 5 RUN", "7 1 USER" }));
    }

    [TestCase("FROM x\n!bang\n", "D:2", "no instruction")]
    [TestCase("FROM x\nRUN a \\\n", "D:2", "not finished")]
    [TestCase("FROM x\nRUN a \\\n# b\n\n", "D:2", "not finished")]
    [TestCase("FROM x\nRUN <<E\na\n", "D:2", "no end")]
    [TestCase("# syntax=docker/dockerfile:1\nFROM x\n", "D:1", "directive")]
    [TestCase("# Escape = `\nFROM x\n", "D:1", "directive")]
    public void AWrongLineIsNamed(string text, string where, string what)
    {
        var error = Assert.Throws<BuildxException>(() => DockerfileText.Parse("D", text))!;
        Assert.That((error.Where, error.What), Is.EqualTo((where, error.What)));
        Assert.That(error.What, Does.Contain(what));
    }

    [Test]
    public void AnyTextIsTakenOrRefusedWithALine()
    {
        var pieces = new[] { "FROM", " ", "\n", "\\", "#", "<<E", "E", "\t", "RUN x", "\r\n", "\"", "'", "=", "\0", "é", "ARG A=1", "# syntax=" };
        var random = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                var file = DockerfileText.Parse("D", text);
                Assert.That(file.Instructions.Sum(instruction => instruction.Count), Is.LessThanOrEqualTo(file.Lines.Count), text);
                Assert.That(file.Instructions.All(instruction => instruction.Line + instruction.Count - 1 <= file.Lines.Count), text);
            }
            catch (BuildxException error)
            {
                Assert.That(error.Where, Does.Match(@"^D:\d+$"), text);
            }
        }
    }

    [Test]
    public void AFileThatIsNotThereSaysSo() =>
        Assert.That(Assert.Throws<BuildxException>(() => DockerfileText.Read("/nowhere/Dockerfile.run"))!.Where, Is.EqualTo("/nowhere/Dockerfile.run"));
}
