using System.Diagnostics;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Reports.Completion;
using BusyboxGlibc.Reports.Help;
using BusyboxGlibc.Setup;

namespace BusyboxGlibc.Tests.Reports.Completion;

/// <summary>The shells themselves complete command lines with the scripts.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class CompletionScriptTests
{
    private static readonly TaskList _tasks = TaskList.Of(typeof(BuildContext).Assembly);

    [Test]
    public void EveryShellGetsEveryTargetArgumentAndWordInAscii([Values("bash", "zsh", "fish", "powershell")] string shell)
    {
        var script = CompletionScript.Of(shell, _tasks);
        Assert.Multiple(() =>
        {
            foreach (var word in _tasks.Names.Concat(OptionTable.All.Select(option => option.Argument)).Concat(OptionTable.All.SelectMany(option => option.Suggestions)).Append("verbosity"))
            {
                Assert.That(script, Does.Contain(word));
            }

            Assert.That(script.All(char.IsAscii), "a terminal of any encoding can show it");
            Assert.That(script, Does.EndWith("\n").And.Not.Contain('\r').And.Not.Contain("@CASES").And.Not.Contain("@TABLE").And.Not.Contain("@ARGUMENTS"));
        });
    }

    [Test]
    public void WithoutAShellTheErrorNamesThem() =>
        Assert.That(() => CompletionScript.Of(string.Empty, _tasks), Throws.TypeOf<ConfigurationException>().With.Message.Contains("no shell").And.Message.Contains("--shell=bash"));

    [TestCase("Pushes it, reads it back; exit code 1 if not", "Pushes it, reads it back")]
    [TestCase("One. Two", "One")]
    [TestCase("Renews image.lock.json with the newest (all of them)", "Renews image.lock.json with the newest")]
    [TestCase("A word that goes on and on until there is no room left for anything else at all", "A word that goes on and on until there is no room left for anything else ...")]
    public void DescriptionsFitALine(string description, string shown) => Assert.That(CompletionWord.Short(description), Is.EqualTo(shown));

    [TestCase("./build.sh --tar", "--target=")]
    [TestCase("./build.sh --no-old", "--no-older-release ")]
    [TestCase("./build.sh --target=Publ", "Publish ")]
    [TestCase("./build.sh --help=Publ", "Publish ")]
    [TestCase("./build.sh --locked --platforms=linux/amd64,linux/arm/v", "linux/amd64,linux/arm/v7|linux/amd64,linux/arm/v6|linux/amd64,linux/arm/v5")]
    [TestCase("./build.sh --charsets=+chi", "+chinese")]
    [TestCase("./build.sh --mirror=tun", "tuna")]
    [TestCase("./build.sh --binary=a", @"a\ b |a.tar ")]
    [TestCase("./build.sh --binary=a.tar,su", "a.tar,sub/")]
    [TestCase("./build.sh --jobs=", "")]
    [TestCase("./build.sh --bin --off", "--offline ")]
    [Category(Categories.Integration)]
    public void BashCompletes(string line, string replies)
    {
        const string Ask = """
            COMP_LINE=$2 COMP_POINT=${#2}
            _busybox_glibc
            IFS='|'; printf %s "${COMPREPLY[*]}"
            """;
        Assert.That(Run("bash", script => ["-c", $". {script}\n{Ask}", "bash", script, line]).Split('|'), Is.EquivalentTo(replies.Split('|')));
    }

    // Without the equals sign among what breaks words, readline replaces all of the argument.
    [Test]
    [Category(Categories.Integration)]
    public void BashCompletesWhereTheEqualsSignBreaksNoWords() =>
        Assert.That(
            Run("bash", script => ["-c", $"COMP_WORDBREAKS=' '; . {script}; COMP_LINE='build.sh --target=Publ' COMP_POINT=22; _busybox_glibc; printf %s \"${{COMPREPLY[*]}}\""]),
            Is.EqualTo("--target=Publish "));

    [TestCase("./build.sh --no-old", "--no-older-release\tFail if")]
    [TestCase("./build.sh --target=Verif", "--target=Verify\tVerifies the finished layout|--target=VerifyBinfmt\tRuns|--target=VerifyPublished\tChecks")]
    [TestCase("./build.sh --platforms=linux/amd64,linux/ri", "--platforms=linux/amd64,linux/riscv64")]
    [TestCase("./build.sh --binary=su", "--binary=sub/")]
    [Category(Categories.Integration)]
    public void FishCompletes(string line, string beginnings)
    {
        var lines = Run("fish", script => ["-c", $"source {script}; complete -C '{line}'"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(beginnings.Split('|').Length));
        Assert.Multiple(() =>
        {
            foreach (var (shown, beginning) in lines.Zip(beginnings.Split('|')))
            {
                Assert.That(shown, Does.StartWith(beginning[..Math.Min(beginning.Length, 30)]));
            }
        });
    }

    [TestCase("--no-old", "--no-older-release")]
    [TestCase("--target=Publ", "--target=Publish")]
    [TestCase("--platforms=linux/amd64,linux/ri", "--platforms=linux/amd64,linux/riscv64")]
    // The slash after it is drawn in bold, with an escape sequence before it.
    [TestCase("--binary=a.tar,su", "--binary=a.tar,sub")]
    [Category(Categories.Integration)]
    public void ZshCompletes(string typed, string completed)
    {
        // Its completion works only where its line editor does: on a terminal, here one of its own.
        const string Ask = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "autoload -U compinit; compinit -D -u; PS1=; source $1; echo REA''DY"
            zpty -r shell out '*READY*'
            zpty -w -n shell "./build.sh $2"$'\t'
            for i in {1..100}; do
                zpty -r -t shell out && all+=$out
                [[ $all == *"$3"* ]] && { print -r -- yes; break; }
                sleep 0.1
            done
            zpty -d shell
            """;
        Assert.That(Run("zsh", script => ["-f", "-c", Ask, "zsh", script, typed, completed]).Trim(), Is.EqualTo("yes"));
    }

    private static string Run(string shell, Func<string, string[]> arguments)
    {
        Requires.Tool(shell);
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("here/sub"));
        File.WriteAllText(folder.File("here/a b"), string.Empty);
        File.WriteAllText(folder.File("here/a.tar"), string.Empty);
        File.WriteAllText(folder.File("script"), CompletionScript.Of(shell, _tasks));
        using var process = Process.Start(new ProcessStartInfo(shell, arguments(folder.File("script")))
        {
            WorkingDirectory = folder.File("here"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C", ["HOME"] = folder.Path },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(error.Result, Is.Empty);
        return output;
    }
}
