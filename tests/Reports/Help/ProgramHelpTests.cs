using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;

namespace BusyboxGlibc.Tests.Reports.Help;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProgramHelpTests
{
    private static readonly TaskList _tasks = TaskList.Of(typeof(BuildContext).Assembly);

    [Test]
    public void EveryTextIsPlainAsciiAtMost80ColumnsWideWithoutBlankEndsOrTwoBlankLines()
    {
        foreach (var text in _tasks.Names.Select(name => Answer($"--help={name}")).Prepend(Answer("--help")))
        {
            Assert.That(text, Does.Match("\\A[\\x20-\\x7e\\n]+\\z").And.Not.Contain(" \n").And.Not.Contain("\n\n\n").And.EndsWith("\n"));
            Assert.That(text.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
        }
    }

    [Test]
    public void EveryOptionIsListedOnceWithDefaultValuesAndExampleUnderItsGroup()
    {
        var text = Answer("--help");
        var flat = Flat(text) + " ";
        foreach (var option in OptionTable.All)
        {
            Assert.That(text.Split('\n').Count(line => line.TrimEnd() == $"  --{option.Argument}" || line.StartsWith($"  --{option.Argument} ", StringComparison.Ordinal)), Is.EqualTo(1), option.Argument);
            Assert.That(text, Does.Contain($"                example  {option.ExampleArgument}\n"), "an example is not wrapped: people copy it");
            Assert.That(flat, Does.Contain($" default {Flat(option.DefaultText ?? option.Default)} example {Flat(option.ExampleArgument)} "));
            Assert.That(flat, Does.Contain($" {Flat(option.Description)} values {Flat(option.Allowed)}"));
        }

        var headings = text.Split('\n').Where(line => OptionTable.All.Any(option => option.Group == line));
        Assert.That(headings, Is.EqualTo(new[] { "Image", "Debian", "Busybox", "Publish", "Builder", "Run", "Inspect", "Housekeeping" }));
    }

    [Test]
    public void EveryOptionTakesEffectInATaskThatIsOne()
    {
        foreach (var option in OptionTable.All)
        {
            Assert.That(option.Tasks, Is.Not.Empty.And.Unique, option.Key);
            Assert.That(option.Tasks, Is.SubsetOf(_tasks.Names), option.Key);
        }
    }

    [TestCase("Clean", "project artifacts")]
    [TestCase("Test", "cache category")]
    [TestCase("VerifyBinfmt", "platforms install-binfmt project artifacts require-platforms")]
    public void ATargetShowsTheOptionsItTakes(string target, string options) => Assert.That(OptionsOf(target), Is.EqualTo(options));

    [Test]
    public void ATargetShowsWhatItsDependenciesTakeToo()
    {
        Assert.That(OptionsOf("Assemble").Split(' '), Does.Contain("mirror").And.Contain("locked").And.Not.Contain("engine").And.Not.Contain("force-tag"));
        Assert.That(OptionsOf("Load").Split(' '), Does.Contain("mirror").And.Contain("engine").And.Contain("tag").And.Not.Contain("dry-run"));
        Assert.That(OptionsOf("Publish").Split(' '), Is.EquivalentTo(OptionTable.ArgumentNames.Except(["category", "shell", .. OptionTable.All.Where(option => option.Group is "Inspect" or "Housekeeping").Select(option => option.Argument)])));
    }

    [Test]
    public void ATargetSaysWhatItDoesAndWhatRunsBeforeIt()
    {
        var text = Answer("--help", "assemble");
        Assert.That(text, Does.StartWith("Usage: ./build.sh --target=Assemble [OPTION...]\n\nCreates the base tree of every platform"));
        Assert.That(text, Does.Contain("\nDepends on              Restore\nRuns, in order          Restore, Assemble\n"));
    }

    [Test]
    public void EachTargetRunsAfterWhatItDependsOn()
    {
        foreach (var task in _tasks.Names.Select(name => _tasks.Find(name)!))
        {
            var order = _tasks.OrderOf(task).ToList();
            Assert.That(order, Is.Unique);
            Assert.That(order[^1], Is.EqualTo(task.Name));
            Assert.That(order.All(name => _tasks.Find(name)!.Dependencies.All(before => order.IndexOf(before) is >= 0 and var index && index < order.IndexOf(name))), Is.True, task.Name);
        }
    }

    [TestCase("--help=Publsh", "there is no task Publsh: did you mean Publish?")]
    [TestCase("--help Smoke Test", "the word 'Test' is not part of any argument")]
    [TestCase("--help --platfroms=linux/386", "unknown argument --platfroms: did you mean --platforms?")]
    [TestCase("--version --target=Nothing", "there is no task Nothing")]
    public void ASlipIsAnErrorAndNothingIsWritten(string line, string message)
    {
        var output = new StringWriter();
        Assert.That(() => ProgramHelp.Answer(line.Split(' '), typeof(BuildContext).Assembly, () => ".", output), Throws.TypeOf<BuildException>().With.Message.Contain(message));
        Assert.That(output.ToString(), Is.Empty);
    }

    [Test]
    public void OtherCommandLinesAreLeftToTheHost()
    {
        var output = new StringWriter();
        foreach (string[] line in (string[][])[[], ["--tree"], ["--no-such-argument"], ["--help=false"]])
        {
            Assert.That(ProgramHelp.Answer(line, typeof(BuildContext).Assembly, () => throw new InvalidOperationException("not asked for"), output), Is.False);
        }

        Assert.That(output.ToString(), Is.Empty);
    }

    // Without line breaks, and with a blank after each comma: long lists are broken there.
    private static string Flat(string text) =>
        string.Join(' ', text.Replace(",", ", ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string OptionsOf(string target) => string.Join(' ', Answer("--help", target).Split('\n')
        .Where(line => line.StartsWith("  --", StringComparison.Ordinal))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0][2..]));

    private static string Answer(params string[] words)
    {
        var output = new StringWriter();
        Assert.That(ProgramHelp.Answer(words, typeof(BuildContext).Assembly, () => throw new InvalidOperationException("not asked for"), output), Is.True);
        return output.ToString();
    }
}
