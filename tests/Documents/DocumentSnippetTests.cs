using System.Text.RegularExpressions;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>What else the pages show is read by what reads it when a user has written it: settings, lines, Dockerfiles, workflows, tables; and what they name is there.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed partial class DocumentSnippetTests
{
    // Texts that are neither lines of lib-requires.txt nor what a command prints.
    private static readonly string[] _pictures = ["images/app/"];

    private static IEnumerable<(DocumentBlock Block, string Language)> Blocks => DocumentPage.All.Where(page => page.Name != "docs/design.md").SelectMany(page => page.Blocks).Select(block => (block, block.Language));

    private static IEnumerable<DocumentWord> Words => DocumentPage.All.SelectMany(page => page.Words);

    /// <summary>A block of another kind needs a check of its own here.</summary>
    [Test]
    public void EveryBlockIsOfAKindThatIsChecked() =>
        Assert.That(Blocks.Where(one => one.Language is not ("sh" or "text" or "yaml" or "json" or "ini" or "dockerfile")).Select(one => $"{one.Block.Where}: {one.Language}"), Is.Empty);

    [Test]
    public void SettingsAreReadByTheRealReader() => Each("ini", block =>
    {
        var config = CakeConfigFile.Parse(block.Text, block.Where);
        Assert.That(config.Entries, Is.Not.Empty, block.Where);
        new FakeOptions().Config(block.Text).Read();
    });

    /// <summary>Within sentences: <c>Charsets=utf,western</c>, or <c>[Image] Repository=NAME</c>.</summary>
    [Test]
    public void ASettingInASentenceIsOne()
    {
        var settings = Words.Select(word => (Word: word, Match: Setting().Match(word.Text))).Where(one => one.Match.Success)
            .Select(one => (one.Word, Key: one.Match.Groups["key"].Value, Section: one.Match.Groups["section"].Value, Value: one.Match.Groups["value"].Value))
            .Select(one => (one.Word, one.Value, Option: OptionTable.All.FirstOrDefault(option => option.Section is not null && option.Name == one.Key && (one.Section.Length == 0 || option.Section == one.Section)), one.Section))
            .Where(one => one.Option is not null || one.Section.Length > 0).ToList();
        Assert.That(settings, Has.Count.AtLeast(10));
        Assert.Multiple(() =>
        {
            foreach (var (word, value, option, _) in settings)
            {
                Assert.That(option, Is.Not.Null, $"{word.Where}: {word.Text}");
                if (option is not null && value.Length > 0 && !value.Any(char.IsUpper) && !value.Contains("...", StringComparison.Ordinal))
                {
                    // Alone, or of a variant, which takes lists as changes.
                    var platforms = option == OptionTable.Platforms ? string.Empty : "[Image]\nPlatforms=linux/amd64\n";
                    string[] sections = VariantSection.Takes(option) ? [option.Section!, "Variant.one"] : [option.Section!];
                    Assert.That(sections.Any(section => IsRead($"{platforms}[{section}]\n{option.Name}={value}\n")), Is.True, $"{word.Where}: {word.Text}");
                }
            }
        });
    }

    [Test]
    public void AVariableOfAnOptionIsOne() =>
        Assert.That(
            DocumentPage.All.SelectMany(page => page.Words.Select(word => (word.Where, word.Text)).Concat(page.Blocks.Select(block => (block.Where, block.Text))))
                .SelectMany(one => Variable().Matches(one.Text).Select(match => (one.Where, match.Value)))
                .Where(one => OptionTable.All.All(option => option.EnvironmentVariable != one.Value)),
            Is.Empty);

    [Test]
    public void LinesOfLibRequiresAreReadByTheRealParser()
    {
        var blocks = Blocks.Where(one => one.Language == "text" && IsRequirements(one.Block)).Select(one => one.Block).ToList();
        Assert.That(blocks, Is.Not.Empty);
        var lines = Words.Where(word => RequirementLine().IsMatch(word.Text)).ToList();
        Assert.That(lines, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var block in blocks)
            {
                Assert.That(() => RequirementFile.Parse(block.Text, block.Where, KnownPlatforms.Default), Has.Count.AtLeast(block.Lines.Count - 1));
            }

            foreach (var word in lines)
            {
                Assert.That(() => RequirementFile.Parse(word.Text, word.Where, KnownPlatforms.All), Has.Count.AtLeast(1), word.Where);
            }
        });
    }

    /// <summary>By the reader of the engine: each stage is from an image or a stage before it.</summary>
    [Test]
    public void DockerfilesAreReadAndTheirStagesAreThere() => Each("dockerfile", block =>
    {
        var file = DockerfileText.Parse(block.Where, block.Text + "\n");
        Assert.That(file.Instructions, Has.Count.EqualTo(block.Lines.Count(line => line.Length > 0)), block.Where);
        var stages = Stage().Matches(block.Text).Select(match => match.Groups[1].Value).ToList();
        Assert.That(FromStage().Matches(block.Text).Select(match => match.Groups[1].Value), Is.SubsetOf(stages), block.Where);
        Assert.That(block.Text, Does.StartWith("FROM "), block.Where);
    });

    /// <summary>The steps of a workflow give the action what it takes, use what it gives, and name the versions of others that this project's workflows use.</summary>
    [Test]
    public void WorkflowsUseTheActionAsItIs() => Each("yaml", block =>
    {
        var action = File.ReadAllText(ProjectFiles.Path("action.yml"));
        var (inputs, outputs) = (Members(action, "inputs"), Members(action, "outputs"));
        var own = block.Lines.Select(line => line.TrimEnd()).SkipWhile(line => !line.Contains("OWNER/busybox-glibc@", StringComparison.Ordinal)).ToList();
        var with = own.SkipWhile(line => line.Trim() != "with:").Skip(1).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim().Split(':')[0]).ToList();
        Assert.That(with, Is.Not.Empty.And.SubsetOf(inputs), block.Where);
        Assert.That(StepOutput().Matches(block.Text).Select(match => match.Groups[1].Value), Is.SubsetOf(outputs), block.Where);
        var workflows = string.Concat(Directory.EnumerateFiles(ProjectFiles.Path(".github/workflows")).Select(File.ReadAllText));
        foreach (var match in OtherAction().Matches(block.Text).Where(match => !match.Value.Contains("OWNER/", StringComparison.Ordinal)))
        {
            Assert.That(workflows, Does.Match($"{match.Groups[1].Value}@[0-9a-f]{{40}} # {match.Groups[2].Value}\\."), $"{block.Where}: {match.Value}");
        }
    });

    [Test]
    public void VulnerabilitiesAreReadByTheRealReader() => Each("json", block =>
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File(VexTable.FolderName));
        File.WriteAllText(folder.File($"{VexTable.FolderName}/glibc.json"), block.Text);
        Assert.That(VexTable.Read(folder.Path), Is.Not.Empty, block.Where);
    });

    /// <summary>A path of the project that a page names is there; capital letters stand for a name.</summary>
    [Test]
    public void PathsOfTheProjectAreThere()
    {
        var paths = Words.Select(word => (word.Where, word.Text)).Concat(DocumentPage.All.SelectMany(DocumentCommand.Of).SelectMany(command => command.Call.Words.Select(word => (command.Where, Text: word))))
            .SelectMany(one => ProjectPath().Matches(one.Text).Select(match => (one.Where, match.Value)))
            .Where(one => !one.Value.Split('/').Any(part => part is "bin" or "obj" or "app")).Distinct().ToList();
        Assert.That(paths, Has.Count.AtLeast(50));
        Assert.That(paths.Where(path => !IsThere(path.Value) && !(path.Where.StartsWith("template/", StringComparison.Ordinal) && IsThere($"template/{path.Value}"))), Is.Empty);
    }

    /// <summary>A file of artifacts that a page names is one that the program writes: its name is in the source.</summary>
    [Test]
    public void FilesOfArtifactsAreThoseThatTheProgramWrites()
    {
        var paths = Words.Select(word => (word.Where, word.Text)).Concat(Blocks.Where(one => one.Language != "text").Select(one => (one.Block.Where, one.Block.Text)))
            .SelectMany(one => Artifact().Matches(one.Text).Select(match => (one.Where, match.Groups["rest"].Value)))
            .SelectMany(one => one.Value.Split('/').SelectMany(part => Placeholder().Split(part)).Where(part => part.Trim('.', '-').Length > 1).Select(part => (one.Where, Part: part.Trim('-')))).Distinct().ToList();
        Assert.That(paths, Has.Count.AtLeast(20));
        Assert.That(paths.Where(path => !ProgramSource.Text.Contains(path.Part, StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>What pages show as printed by a command has the words of the program: of every phrase, three words in a row are in its source.</summary>
    [Test]
    public void WhatCommandsPrintHasTheWordsOfTheProgram()
    {
        var phrases = Blocks.Where(one => one.Language == "text" && !IsRequirements(one.Block) && !_pictures.Contains(one.Block.Lines[0]))
            .SelectMany(one => one.Block.Lines.Where(line => !line.StartsWith("$ ", StringComparison.Ordinal)).SelectMany(line => Phrase().Matches(line).Select(match => (one.Block.Where, Words: match.Value.Split(' ')))))
            .ToList();
        Assert.That(phrases, Has.Count.AtLeast(20));
        Assert.That(
            phrases.Where(phrase => !Enumerable.Range(0, phrase.Words.Length - 2).Any(at => ProgramSource.Text.Contains(string.Join(' ', phrase.Words[at..(at + 3)]), StringComparison.Ordinal))).Select(phrase => $"{phrase.Where}: {string.Join(' ', phrase.Words)}"),
            Is.Empty);
    }

    private static bool IsRequirements(DocumentBlock block) => LibraryWithComment().IsMatch(block.Lines[0]);

    private static void Each(string language, Action<DocumentBlock> check)
    {
        var blocks = Blocks.Where(one => one.Language == language).Select(one => one.Block).ToList();
        Assert.That(blocks, Is.Not.Empty);
        Assert.Multiple(() => blocks.ForEach(check));
    }

    private static bool IsRead(string config)
    {
        try
        {
            new FakeOptions().Config(config).Read();
            return true;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static List<string> Members(string text, string of) =>
        [.. text.Split('\n').SkipWhile(line => line != $"{of}:").Skip(1).TakeWhile(line => line.Length == 0 || line[0] == ' ').Where(line => Member().IsMatch(line)).Select(line => line.Trim().TrimEnd(':'))];

    private static bool IsThere(string path)
    {
        IEnumerable<string> folders = [ProjectFiles.Path(".")];
        var parts = path.TrimEnd('/', '.').Split('/');
        foreach (var (index, part) in parts.Index())
        {
            var pattern = Name().Replace(part, "*");
            folders = [.. folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, pattern, new EnumerationOptions { AttributesToSkip = FileAttributes.None, MatchType = MatchType.Simple }))];
        }

        return folders.Any();
    }

    [GeneratedRegex(@"^(\[(?<section>[A-Z][a-z]+)\] )?(?<key>[A-Z][A-Za-z]+)=(?<value>\S*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();

    [GeneratedRegex("^lib[a-z0-9]+ +#")]
    private static partial Regex LibraryWithComment();

    [GeneratedRegex(@"CAKE_[A-Z]+_[A-Z]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(lib[A-Za-z0-9.+_-]+|/[A-Za-z0-9.+_/{}*-]+)( \?| = [a-z0-9.+-]+| \([a-z-]+\)| \[[^\]A-Z]+\])+$")]
    private static partial Regex RequirementLine();

    [GeneratedRegex("(?m)^FROM .* AS (\\S+)$")]
    private static partial Regex Stage();

    [GeneratedRegex("--from=(\\S+)")]
    private static partial Regex FromStage();

    [GeneratedRegex(@"steps\.[a-z-]+\.outputs\.([a-z-]+)")]
    private static partial Regex StepOutput();

    [GeneratedRegex(@"uses: ([A-Za-z-]+/[a-z-]+)@(\S+)")]
    private static partial Regex OtherAction();

    [GeneratedRegex("^  [a-z]+:$")]
    private static partial Regex Member();

    [GeneratedRegex(@"(?<![\w./<-])(build|tests|docs|bench|images|template|vex|\.github|\.ci|\.devcontainer)(/[A-Za-z0-9_.*-]+)+/?")]
    private static partial Regex ProjectPath();

    [GeneratedRegex(@"(?<![\w./-])artifacts/(?<rest>[\w./<>-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Artifact();

    [GeneratedRegex("<[a-z]+>|linux[-/](amd64|arm64)|linux|amd64|arm64|-(debug|nonroot)|^tool$|^oci(?=[.])")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(?<![\w/.-])[A-Za-z][a-z']*( [a-z']+){2,}(?![\w/.-])")]
    private static partial Regex Phrase();

    [GeneratedRegex("[A-Z][A-Z]+")]
    private static partial Regex Name();
}
