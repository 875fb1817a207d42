using System.Text;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ConsoleProgressBoardTests : IDisposable
{
    private static readonly Terminal _terminal = new(true, false, () => (80, 10));

    private readonly ManualTime _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    private Screen Screen => new(_output.ToString());

    private ConsoleProgressBoard Board(Terminal terminal) => new(_output, _error, terminal, _time);

    [Test]
    public void AShortPlainLineIsSaidOnceWhenDone()
    {
        using var board = Board(Terminal.Plain);
        using (var line = board.Begin("linux/arm64", 3, ProgressUnit.Files))
        {
            line.Add(3);
            line.Done("1.03 MB");
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_output.ToString(), Is.EqualTo("linux/arm64: 1.03 MB (3 files)\n"));
    }

    [Test]
    public void ALongPlainLineIsSaidSparsely()
    {
        using var board = Board(Terminal.Plain);
        using var packages = board.Begin("packages", 20_000_000, ProgressUnit.Bytes);
        using var platform = board.Begin("linux/amd64", null, ProgressUnit.Files);
        for (var second = 0; second < 12; second++)
        {
            packages.Add(1_000_000);
            platform.Add(1);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        packages.Done();
        Assert.That(_output.ToString(), Is.EqualTo(
            "in progress: packages 10 % (2.0 MB of 20.0 MB), linux/amd64 2 files\n"
            + "in progress: packages 35 % (7.0 MB of 20.0 MB), linux/amd64 7 files\n"
            + "in progress: packages 60 % (12.0 MB of 20.0 MB), linux/amd64 12 files\n"
            + "packages: done (12.0 MB)\n"));
    }

    [Test]
    public void ALineThatMakesNoProgressIsNotRepeated()
    {
        using var board = Board(Terminal.Plain);
        using var line = board.Begin("packages", 10, ProgressUnit.Files);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(_output.ToString(), Is.EqualTo("in progress: packages 0 of 10 files\n"));
    }

    [Test]
    public void PlainOutputHoldsNoControlCharacters()
    {
        using var board = Board(Terminal.Plain);
        board.Note("name \e[2Jwith\aescapes");
        board.Warn("look\r out");
        board.Error("Error: \e]0;x");
        using (var line = board.Begin("evil\e[1A", 2, ProgressUnit.Files))
        {
            line.Add(1);
        }

        Assert.That(_output.ToString(), Is.EqualTo("name ?[2Jwith?escapes\nevil?[1A: stopped at 1 of 2 files\n"));
        Assert.That(_error.ToString(), Is.EqualTo("warning: look? out\nError: ?]0;x\n"));
    }

    [Test]
    public void ALineDisposedOfWithoutItsEndIsSaidToHaveStopped()
    {
        using var board = Board(Terminal.Plain);
        using (var line = board.Begin("packages", 5000, ProgressUnit.Bytes))
        {
            line.Add(1200);
        }

        Assert.That(_output.ToString(), Is.EqualTo("packages: stopped at 1.2 kB of 5.0 kB\n"));
    }

    [Test]
    public void AnAttemptThatReachedNothingLeavesNoLine()
    {
        using var board = Board(Terminal.Plain);
        using (board.Begin("contents amd64", 5000, ProgressUnit.Bytes))
        {
        }

        Assert.That(_output.ToString(), Is.Empty);
    }

    [Test]
    public void PhasesAreNamedAndCountWhatTheyCount()
    {
        using var board = Board(Terminal.Plain);
        using var line = board.Begin("busybox linux/amd64", null, ProgressUnit.Files);
        _time.Advance(TimeSpan.FromSeconds(6));
        line.Enter("configuring");
        _time.Advance(TimeSpan.FromSeconds(6));
        line.SetTotal(587);
        line.Enter("compiling", counts: true);
        line.Add(214);
        _time.Advance(TimeSpan.FromSeconds(6));
        line.Add(373);
        line.Enter("linking");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(_output.ToString().TrimEnd().Split('\n'), Is.EqualTo(new[]
        {
            "in progress: busybox linux/amd64",
            "in progress: busybox linux/amd64 configuring",
            "in progress: busybox linux/amd64 compiling 214 of 587 files",
            "in progress: busybox linux/amd64 linking",
        }));
    }

    [Test]
    public void AfterSomeSecondsABarShowsTheTimeThatIsLeft()
    {
        using var board = Board(_terminal);
        using var line = board.Begin("packages", 1000, ProgressUnit.Files);
        line.Add(250);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.That(Screen.Lines[0], Does.Not.Contain("left"));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(Screen.Lines[0], Does.EndWith("250 of 1000 files  30 s left"));
    }

    /// <summary>The longest line of a build, which shows for minutes: the bar gives way to the time that is left.</summary>
    [TestCase(80, "busybox linux/riscv64  ##......  25 %  compiling 147 of 587 files  30 s left")]
    [TestCase(100, "busybox linux/riscv64  ######..................  25 %  compiling 147 of 587 files  30 s left")]
    public void TheTimeThatIsLeftHasRoomInAnOrdinaryTerminal(int columns, string expected)
    {
        using var board = Board(new Terminal(true, false, () => (columns, 10)));
        using var line = board.Begin("busybox linux/riscv64", 587, ProgressUnit.Files);
        line.Enter("compiling", counts: true);
        line.Add(147);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(Screen.Lines.Single(), Is.EqualTo(expected));
    }

    // Eight platforms, and each stage, ask for the same Release file.
    [Test]
    public void AWarningIsSaidOnceARunHoweverManyRunIntoIt()
    {
        using var board = Board(Terminal.Plain);
        Parallel.For(0, 64, number => board.Warn(number % 2 == 0 ? "InRelease was valid until yesterday" : "another"));
        Assert.That(_error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(new[] { "warning: InRelease was valid until yesterday", "warning: another" }));
    }

    [Test]
    public void AQuietBoardSaysOnlyWarningsAndErrors()
    {
        using var board = Board(Terminal.Plain);
        board.Quiet = true;
        board.Note("note");
        board.Warn("warning");
        using (var line = board.Begin("packages", 5, ProgressUnit.Files))
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            line.Done();
        }

        Assert.That(_output.ToString(), Is.Empty);
        Assert.That(_error.ToString(), Is.EqualTo("warning: warning\n"));
    }

    [Test]
    public void ATerminalShowsBarsThatMove()
    {
        using var board = Board(_terminal);
        using var packages = board.Begin("packages", 20_000_000, ProgressUnit.Bytes);
        using var platform = board.Begin("linux/amd64", null, ProgressUnit.Files);
        packages.Add(5_000_000);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines, Is.EqualTo([
            "packages     ##......  25 %  5.0 MB of 20.0 MB",
            "linux/amd64"]));
        Assert.That(Screen.CursorShown, Is.False);
        packages.Add(15_000_000);
        platform.SetTotal(2);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines, Is.EqualTo([
            "packages     ######## 100 %  20.0 MB  10.0 MB/s",
            "linux/amd64  ........   0 %  0 of 2 files"]));
    }

    [Test]
    public void WhatIsSaidScrollsAboveTheBars()
    {
        using var board = Board(_terminal);
        using var packages = board.Begin("packages", 4, ProgressUnit.Files);
        using var platform = board.Begin("linux/386", 4, ProgressUnit.Files);
        _time.Advance(TimeSpan.FromSeconds(1));
        board.Note("mirror: from apt");
        packages.Done("4 files");
        board.Above(() => board.Above(() => _output.WriteLine("a log line")));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines, Is.EqualTo([
            "mirror: from apt",
            "packages: 4 files",
            "a log line",
            "linux/386  ........   0 %  0 of 4 files"]));
        platform.Done();
        Assert.That(Screen.Lines, Is.EqualTo(["mirror: from apt", "packages: 4 files", "a log line", "linux/386: done"]));
        Assert.That(Screen.CursorShown, Is.True);
        Assert.That(Screen.Wraps, Is.True);
    }

    [Test]
    public void MoreLinesThanRowsAreCounted()
    {
        using var board = Board(_terminal);
        var lines = Enumerable.Range(0, 20).Select(index => board.Begin($"line {index}", 1, ProgressUnit.Files)).ToList();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines, Has.Length.EqualTo(8));
        Assert.That(Screen.Lines[^1], Is.EqualTo("and 13 more"));
        lines.ForEach(line => line.Dispose());
        Assert.That(Screen.Lines, Is.Empty);
    }

    [Test]
    public void NoLineIsWiderThanTheTerminal()
    {
        using var board = Board(new Terminal(true, true, () => (30, 10)));
        using var line = board.Begin(new string('x', 100), 10, ProgressUnit.Bytes);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines.Single(), Has.Length.LessThan(30));
    }

    /// <summary>A character of Chinese takes two columns, and what is cut shows that it is.</summary>
    [TestCase(20, true)]
    [TestCase(8, false)]
    [TestCase(2, true)]
    public void ATinyTerminalShowsWhereALineIsCut(int columns, bool blocks)
    {
        using var board = Board(new Terminal(true, blocks, () => (columns, 10)));
        using var line = board.Begin("镜像仓库/基础镜像/软件包", 10, ProgressUnit.Bytes);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(TerminalText.Columns(Screen.Lines.Single()), Is.LessThan(columns));
        Assert.That(Screen.Lines.Single(), Does.EndWith(blocks ? "…" : "..."));
    }

    /// <summary>Each frame has the width of its moment, and leaves nothing of the one before.</summary>
    [Test]
    public void AWindowThatIsResizedIsDrawnInItsNewSize()
    {
        var size = (Columns: 80, Rows: 10);
        using var board = Board(new Terminal(true, true, () => size));
        using var one = board.Begin("packages of the build root", 10, ProgressUnit.Files);
        using var two = board.Begin("contents", 10, ProgressUnit.Files);
        _time.Advance(TimeSpan.FromSeconds(1));
        var wide = Screen.Lines;
        size = (20, 3);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines, Is.EqualTo(["and 2 more"]), "one row is the cursor's, one for what scrolls");
        size = (20, 10);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines, Is.EqualTo(["packages of the bu…", "contents          …"]));
        size = (80, 10);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Screen.Lines, Is.EqualTo(wide));
    }

    [Test]
    public void NotesWarningsErrorsAndOutcomesAreWrappedForATerminal()
    {
        using var board = Board(new Terminal(true, true, () => (40, 10)));
        board.Note("docker: Loaded image: busybox:glibc; Loaded image: busybox:1-glibc");
        board.Warn("the build root arm64 remains unchanged in the lock");
        board.Error("Error: the image is not complete: 1 finding\n  why    linux/amd64 /lib/libanswer.so.1: needs libquestion.so.3\n  next   ./build.sh --target=Lock --platforms=linux/amd64");
        using (var line = board.Begin("check registries", 1, ProgressUnit.Registries))
        {
            line.Add(1);
            line.Done("every tag may move, and the account may push");
        }

        Assert.That(Screen.Lines, Is.EqualTo([
            "docker: Loaded image: busybox:glibc;",
            "  Loaded image: busybox:1-glibc",
            "check registries: every tag may move,",
            "  and the account may push (1 registry)"]));
        Assert.That(new Screen(_error.ToString()).Lines, Is.EqualTo([
            "warning: the build root arm64 remains",
            "  unchanged in the lock",
            "Error: the image is not complete: 1",
            "  finding",
            "  why    linux/amd64",
            "         /lib/libanswer.so.1: needs",
            "         libquestion.so.3",
            "  next   ./build.sh --target=Lock --platforms=linux/amd64"]));
    }

    [Test]
    public void DigestsAreShortInATerminalAndWholeElsewhere()
    {
        var digest = $"sha256:{new string('a', 64)}";
        foreach (var (terminal, shown) in ((Terminal, string)[])[(_terminal, $"sha256:{new string('a', 12)}..."), (Terminal.Plain, digest)])
        {
            using var board = Board(terminal);
            board.Begin("pack", 1, ProgressUnit.Platforms).Done(digest);
            Assert.That(Screen.Lines[^1], Is.EqualTo($"pack: {shown}"));
        }
    }

    [Test]
    public void DisposingTheBoardClearsBarsAndShowsTheCursor()
    {
        using (var board = Board(_terminal))
        {
            board.Begin("packages", 10, ProgressUnit.Files);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(Screen.Lines, Is.Empty);
        Assert.That(Screen.CursorShown, Is.True);
    }

    [Test]
    public void ManyThreadsMayUseItAtOnce()
    {
        using var board = new ConsoleProgressBoard(_output, _error, _terminal);
        Parallel.For(0, 64, index =>
        {
            using var line = board.Begin($"line {index}", 1000, ProgressUnit.Files);
            for (var step = 0; step < 1000; step++)
            {
                line.Add(1);
            }

            board.Note($"note {index}");
            line.Done();
        });
        Assert.That(Screen.Lines, Has.Length.EqualTo(128));
        Assert.That(Screen.Lines.Where(line => line.EndsWith(": done (1000 files)", StringComparison.Ordinal)).ToArray(), Has.Length.EqualTo(64));
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Test]
    public void Utf8IsKnownByItsCodePage()
    {
        Assert.That(Terminal.IsUtf8(new ConsoleLike(Encoding.UTF8)) && Terminal.IsUtf8(new UTF8Encoding(false)), Is.True);
        Assert.That(Terminal.IsUtf8(new ConsoleLike(Encoding.Latin1)), Is.False);
    }

    [TestCase(false, "xterm-256color", null, null, true)]
    [TestCase(true, "xterm-256color", null, null, false)]
    [TestCase(false, "dumb", null, null, false)]
    [TestCase(false, null, null, null, false)]
    [TestCase(false, "xterm", "1", null, false)]
    [TestCase(false, "xterm", null, "true", false)]
    [TestCase(false, "xterm", null, "false", true)]
    public void BarsAreForInteractiveTerminals(bool redirected, string? term, string? noColor, string? ci, bool interactive) =>
        Assert.That(
            Terminal.IsInteractive(redirected, name => name switch { "TERM" => term, "NO_COLOR" => noColor, "CI" => ci, _ => null }),
            Is.EqualTo(interactive));

    // As the console does with an encoding that has a preamble.
    private sealed class ConsoleLike(Encoding encoding) : Encoding(encoding.CodePage)
    {
        public override int GetByteCount(char[] chars, int index, int count) => encoding.GetByteCount(chars, index, count);

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => encoding.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

        public override int GetCharCount(byte[] bytes, int index, int count) => encoding.GetCharCount(bytes, index, count);

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => encoding.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

        public override int GetMaxByteCount(int charCount) => encoding.GetMaxByteCount(charCount);

        public override int GetMaxCharCount(int byteCount) => encoding.GetMaxCharCount(byteCount);
    }
}
