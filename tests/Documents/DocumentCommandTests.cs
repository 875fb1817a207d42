using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Tests.Documents;

/// <summary>Every command in the documentation is one: this program's are read by its own parser and checks, those of others are in the table of what runs them.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DocumentCommandTests
{
    // Options of other programs that sentences name: of docker build and buildx, dotnet test, busybox, wget, gpg.
    private static readonly string[] _foreignOptions = ["--build-arg=BASE=registry.example/me/base:glibc", "--driver-opt", "--filter", "--no-build", "--list", "--no-check-certificate", "--armor"];

    // Shown because they are refused.
    private static readonly string[] _refused = ["--registry=ghcr.io/acme/busybox"];

    private static IEnumerable<DocumentPage> Pages => DocumentPage.All;

    private static IEnumerable<DocumentCommand> Commands => Pages.SelectMany(DocumentCommand.Of);

    [Test]
    public void ThisProgramUnderstandsEachOfItsCommandLines() =>
        AssertNone(Commands.Where(command => command.OwnWords is { } words && !_foreignOptions.Contains(words.Count > 0 ? words[0] : null) && !_refused.Contains(command.Call.ToString())).SelectMany(Faults));

    [Test]
    public void WhatIsShownAsRefusedIsAndIsShown()
    {
        foreach (var refused in _refused)
        {
            Assert.That(Commands.Where(command => command.Call.ToString() == refused).SelectMany(Faults), Is.Not.Empty, refused);
        }

        Assert.That(_foreignOptions.Except(Commands.Select(command => command.Call.Words[0])), Is.Empty);
    }

    /// <summary>A new command line of another program needs a row: a test that runs it, a workflow that does, or the reason why nothing here can.</summary>
    [Test]
    public void EachCommandOfOthersIsInTheTableOfWhatRunsIt()
    {
        var written = Commands.Where(command => !command.IsOwn).ToList();
        AssertNone(written.Where(command => !ForeignCommands.All.Any(row => row.Matches(command.Call))).Select(command => $"{command.Where}: {command.Call}: add a row to ForeignCommands, with the test that runs it"));
        AssertNone(ForeignCommands.All.Where(row => !written.Exists(command => row.Matches(command.Call))).Select(row => $"no page has {row.Line} any more: remove its row"));
        Assert.That(ForeignCommands.All.Select(row => row.Line), Is.Unique);
    }

    [Test]
    public void TheRowsOfThatTableAreTrue() => AssertNone(ForeignCommands.All.SelectMany(row => row.Faults()));

    [TestCase("skopeo copy --all", null)]
    [TestCase("skopeo copy --al", "DocumentRunTests does not use --al")]
    [TestCase("skopeo copy --src-tls-verify=false --no-such=x --neither", "DocumentRunTests does not use --no-such, --neither")]
    [TestCase("podman copy", "DocumentRunTests does not run podman")]
    public void ATestThatRunsSomethingElseIsAFault(string line, string? what) =>
        Assert.That(new ForeignCommand(line) { Tests = [typeof(DocumentRunTests)] }.Faults(), Is.EqualTo(what is null ? Array.Empty<string>() : [$"{line}: {what}"]));

    [TestCase("./build.sh --platfroms=linux/amd64", "--platfroms")]
    [TestCase("./build.sh --target=CheckBinaries --binary=./prog", "CheckBinaries")]
    [TestCase("./build.sh --engine=podman", "podman")]
    [TestCase("./build.sh --target=FindLibrary --name=libz --all", "no task of FindLibrary uses --all")]
    [TestCase("./build.sh --target=Why", "Why is not told")]
    [TestCase("./build.sh --target=Diff", "not told")]
    [TestCase("./build.sh --target=VerifyPublished --image=HOST/Name:TAG", "not told")]
    [TestCase("./build.sh --project=recipes/*", "recipes")]
    [TestCase("./build.sh --cmd=sh -l", "-l")]
    [TestCase("--zone=Asia/Shanghi", "Shanghi")]
    public void WhatIsWrongIsFound(string line, string what)
    {
        var page = DocumentPage.Read("page.md", line.StartsWith("--", StringComparison.Ordinal) ? $"text `{line}`\n" : $"```sh\n{line}   # why\n```\n");
        Assert.That(DocumentCommand.Of(page).SelectMany(Faults), Has.Exactly(1).Items.And.All.Contains(what));
    }

    [TestCase("a && b 'c d' \"e $(f g) h\" | i > j # k", "a|f;g|b;c d;e $(f g) h|i")]
    [TestCase("X=1 Y= a --b=\"$PWD/c:/d\"", "a;--b=$PWD/c:/d")]
    [TestCase("a \\\n  b#c '#d'; e", "a;b#c;#d|e")]
    [TestCase("eval \"$(./build.sh --shell=bash)\"", "./build.sh;--shell=bash|eval;$(./build.sh --shell=bash)")]
    public void ALineIsReadAsAShellDoes(string line, string calls) =>
        Assert.That(string.Join('|', ShellLine.Calls(line).Select(call => string.Join(';', call.Words))), Is.EqualTo(calls));

    [TestCase("a 'b")]
    [TestCase("a \"b")]
    [TestCase("a $(b")]
    public void WhatIsNotClosedIsAnError(string line) => Assert.That(() => ShellLine.Calls(line), Throws.TypeOf<FormatException>());

    private static IEnumerable<string> Faults(DocumentCommand command)
    {
        try
        {
            return [.. OwnCommand.Read(command.OwnWords!, command.IsWhole)?.Faults().Select(fault => $"{command.Where}: {command.Call}: {fault}") ?? []];
        }
        catch (BuildException error)
        {
            return [$"{command.Where}: {command.Call}: {error.What}{(error.Why is { } why && why.Length < 200 ? $": {why}" : string.Empty)}"];
        }
    }

    // All of them: a list of NUnit's ends after ten.
    private static void AssertNone(IEnumerable<string> faults) => Assert.That(string.Join('\n', faults.Distinct(StringComparer.Ordinal)), Is.Empty);
}
