using BusyboxGlibc.Image.Dockerfiles;

namespace BusyboxGlibc.Tests.Image.Dockerfiles;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DockerfileTextTests
{
    [Test]
    public void AnInstructionGoesOnOverContinuedLinesCommentsAndEmptyOnes()
    {
        var file = DockerfileText.Parse("D", "\uFEFFfrom scratch\r\n\r\nRUN a \\\r\n  # why\r\n\r\n  && b\\\n && c\nCMD x\n");
        Assert.That(file.Instructions, Is.EqualTo(new[]
        {
            new DockerfileInstruction(1, 1, "FROM", "scratch"), new DockerfileInstruction(3, 5, "RUN", "a   && b && c"), new DockerfileInstruction(8, 1, "CMD", "x"),
        }));
        Assert.That(file.Lines, Has.Count.EqualTo(8));
    }

    [Test]
    public void AHereDocumentIsPartOfItsInstruction()
    {
        var file = DockerfileText.Parse("D", "FROM x\nRUN <<A <<-'B'\nFROM not a stage\nA\nCOPY\n\tB\nUSER 1\n");
        Assert.That(file.Instructions.Select(instruction => $"{instruction.Line} {instruction.Count} {instruction.Name}"), Is.EqualTo(new[] { "1 1 FROM", "2 5 RUN", "7 1 USER" }));
    }

    [TestCase("FROM x\n!bang\n", "D:2", "not a Dockerfile instruction")]
    [TestCase("FROM x\nENTRYPIONT y\n", "D:2", "ENTRYPIONT")]
    [TestCase("FROM x\n\\\n", "D:2", "empty continued line")]
    [TestCase("FROM x\nRUN <<E\na\n", "D:2", "not closed")]
    [TestCase("FROM x\nCOPY <<A <<-B /x/\nA\nb\n", "D:2", "not closed")]
    [TestCase("# escape=x\nFROM x\n", "D:1", "not valid")]
    [TestCase("# escape=`\n# escape=`\nFROM x\n", "D:2", "not valid")]
    public void AWrongLineIsNamed(string text, string where, string what)
    {
        var error = Assert.Throws<DockerfileException>(() => DockerfileText.Parse("D", text))!;
        Assert.That(error.Where, Is.EqualTo(where));
        Assert.That(error.What, Does.Contain(what));
    }

    /// <summary>What BuildKit takes for the end of an instruction would go on in a longer file.</summary>
    [TestCase("FROM x\nRUN a \\\n", "RUN a ")]
    [TestCase("FROM x\nRUN a \\  \n# b\n\n", "RUN a ")]
    public void TheEndOfTheFileEndsALineThatGoesOn(string text, string line)
    {
        var file = DockerfileText.Parse("D", text);
        Assert.That((file.Instructions[1].Name, file.Instructions[1].Arguments), Is.EqualTo(("RUN", "a")));
        Assert.That(file.Lines[1], Is.EqualTo(line));
    }

    [TestCase("# syntax=docker/dockerfile:1.7-labs\n#escape = `\n# check=skip=all\nFROM x", "docker/dockerfile:1.7-labs", '`')]
    [TestCase("\uFEFF# SYNTAX=a/b\r\nFROM x", "a/b", '\\')]
    [TestCase("# a comment\n# syntax=a/b\nFROM x", null, '\\')]
    [TestCase("\n# escape=`\nFROM x", null, '\\')]
    [TestCase("# other=1\n# escape=`\nFROM x", null, '\\')]
    public void DirectivesStandBeforeAllElse(string text, string? syntax, char escape)
    {
        var file = DockerfileText.Parse("D", text);
        Assert.That((file.Syntax, file.Escape), Is.EqualTo((syntax, escape)));
    }

    [TestCase("CMD a \\\\\nUSER b", 2)]
    [TestCase("CMD a \\ \t\nUSER b", 1)]
    [TestCase("# escape=`\nCMD a \\\nUSER b", 2)]
    [TestCase("# escape=`\nCMD a `\nUSER b", 1)]
    [TestCase("CMD a \\\r\n\r\n  # comment\r\nUSER b", 1)]
    [TestCase("CMD [\"<<E\"]\nUSER b", 2)]
    [TestCase("RUN [\"<<E\"]\nUSER b", 2)]
    [TestCase("RUN echo '<<E'\nUSER b", 2)]
    [TestCase("RUN 3<<\"E\"\nUSER b\nE", 1)]
    [TestCase("ONBUILD RUN <<E\nUSER b\nE", 1)]
    [TestCase("ENV A=<<E\nUSER b", 2)]
    public void LinesAreJoinedAsBuildKitJoinsThem(string text, int count) =>
        Assert.That(DockerfileText.Parse("D", text).Instructions, Has.Count.EqualTo(count));

    [Test]
    public void AnyTextIsTakenOrRefusedWithALine()
    {
        var pieces = new[] { "FROM", " ", "\n", "\\", "`", "#", "<<E", "<< -E", "E", "ONBUILD ", "# escape=`\n", "[\"a\"]", "\t", "RUN x", "\r\n", "\"", "'", "=", "\0", "é", "ARG A=1", "# syntax=" };
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
            catch (DockerfileException error)
            {
                Assert.That(error.Where, Does.Match(@"^D:\d+$"), text);
            }
        }
    }

    [Test]
    public void AFileThatIsNotThereSaysSo() =>
        Assert.That(Assert.Throws<DockerfileException>(() => DockerfileText.Read("/nowhere/Dockerfile.run"))!.Where, Is.EqualTo("/nowhere/Dockerfile.run"));
}
