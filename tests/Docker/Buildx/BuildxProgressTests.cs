using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Docker.Buildx;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BuildxProgressTests
{
    // As the client prints it: two platforms side by side, one of them another machine's.
    private const string Printed = """
        #0 building with "default" instance using docker driver
        #9 [linux/amd64 tools 2/2] RUN sh /steps/tools.sh
        #9 0.412 tools.sh: 51 packages
        #9 DONE 20.1s
        #10 [linux/amd64->arm/v7 builder 1/2] RUN sh /steps/busybox.sh
        #11 [linux/amd64 builder 1/2] RUN sh /steps/busybox.sh
        #11 1.100 @phase unpack
        #10 1.200 @phase unpack
        #11 2.000 @total 3
        #11 2.100   CC      applets/applets.o
        #10 2.200 @total 2
        #11 2.300   CC      libbb/xfuncs.o
        #10 2.400   CC      applets/applets.o
        #11 3.000 @phase done
        #11 DONE 3.1s
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void EachPlatformHasALineAndALogOfItsOwn()
    {
        var board = new Board();
        using (var progress = new BuildxProgress([KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm/v7")!], _folder.Path, "buildx.log", board))
        {
            Feed(progress, Printed);
            progress.Done();
        }

        Assert.That(board.Said, Is.EqualTo(new[]
        {
            "busybox linux/amd64 begins", "busybox linux/arm/v7 begins", "busybox linux/amd64 of 3", "busybox linux/amd64 +1", "busybox linux/arm/v7 of 2",
            "busybox linux/amd64 +1", "busybox linux/arm/v7 +1", "busybox linux/amd64 done", "busybox linux/arm/v7 done",
        }));
        Assert.That(File.ReadAllText(Path.Combine(_folder.Path, "busybox-linux-arm-v7.log")), Is.EqualTo("@phase unpack\n@total 2\n  CC      applets/applets.o\n"));
        Assert.That(File.ReadAllLines(Path.Combine(_folder.Path, "buildx.log")), Is.EqualTo(Printed.Split('\n').Select(line => line.TrimEnd('\r'))));
    }

    [Test]
    public void AFailureShowsTheStepItsLastLinesAndItsLog()
    {
        using var progress = new BuildxProgress([KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm/v7")!], _folder.Path, "buildx.log", new Board());
        Feed(progress, Printed);
        Feed(progress, "#10 4.000 libbb/x.c:1: error: \u001b[31mno\n#10 ERROR: process did not complete\n#12 [linux/amd64 builder 2/2] RUN x\n#12 CANCELED\nERROR: failed to solve");
        var error = progress.Failure(new InvalidOperationException("exit code 1"));
        Assert.That(error.What, Is.EqualTo("a step of the Dockerfile failed: [linux/amd64->arm/v7 builder 1/2] RUN sh /steps/busybox.sh"));
        Assert.That(error.Where, Does.EndWith("busybox-linux-arm-v7.log"));
        Assert.That(error.Why, Does.Contain("libbb/x.c:1: error: ").And.Not.Contain("\u001b").And.Not.Contain("@phase done"));
    }

    [Test]
    public void AStepAfterTheCompilationIsNoneOfItsLog()
    {
        using var progress = new BuildxProgress([KnownPlatforms.Amd64], _folder.Path, "buildx.log", new Board());
        Feed(progress, Printed);
        Feed(progress, "#13 [linux/amd64 builder 3/3] RUN mine\n#13 0.1 about to fail\n#13 ERROR: exit code: 3");
        var error = progress.Failure(new InvalidOperationException("exit code 1"));
        Assert.That((Path.GetFileName(error.Where), error.Why), Is.EqualTo(("buildx.log", "its last lines:\nabout to fail")));
        Assert.That(File.ReadAllText(Path.Combine(_folder.Path, "busybox-linux-amd64.log")), Does.Not.Contain("about to fail"));
    }

    [Test]
    public void WithoutAFailedStepTheClientsLastLinesAreShown()
    {
        using var progress = new BuildxProgress([KnownPlatforms.Amd64], _folder.Path, "buildx.log", new Board());
        Feed(progress, "ERROR: no builder \"x\" found");
        var error = progress.Failure(new InvalidOperationException("exit code 1"));
        Assert.That((error.What, error.Why), Is.EqualTo(("docker buildx build failed", "its last lines:\nERROR: no builder \"x\" found")));
        Assert.That(error.Where, Does.EndWith("buildx.log"));
    }

    [Test]
    public void AFullDiskIsToldAtTheEndAndNotOnTheThreadThatReads()
    {
        Requires.That(File.Exists("/dev/full"), "/dev/full");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "buildx.log"), "/dev/full");
        using var progress = new BuildxProgress([KnownPlatforms.Amd64], _folder.Path, "buildx.log", new Board());
        Assert.That(() => Feed(progress, Printed), Throws.Nothing);
        Assert.That(() => progress.Done(), Throws.InstanceOf<BuildException>().With.Message.Contains("buildx.log"));
        Assert.That(progress.Failure(new InvalidOperationException("exit code 1")).Message, Does.Contain("buildx.log").And.Not.Contain("docker buildx build failed"));
    }

    [Test]
    public void WhereOnePlatformIsBuiltItsStepsCarryNoName()
    {
        var board = new Board();
        using var progress = new BuildxProgress([KnownPlatforms.Find("linux/s390x")!], _folder.Path, "buildx.log", board);
        Feed(progress, "#5 [builder 1/2] RUN x\n#5 0.1 @phase unpack\n#6 [internal] load build context\n#6 0.2 @phase unpack");
        Assert.That(board.Said, Is.EqualTo(new[] { "busybox linux/s390x begins" }));
    }

    [Test]
    public void AnyLinesAreTaken()
    {
        using var progress = new BuildxProgress([KnownPlatforms.Amd64], _folder.Path, "buildx.log", new Board());
        var random = new Random(11);
        string[] pieces = ["#1 ", "#99999999999999999999 ", "[linux/amd64 x] ", "[", "]", "0.1 ", "@total ", "-1", "ERROR", "\u001b[2J", "  CC ", "->", "linux/", "é"];
        for (var round = 0; round < 3000; round++)
        {
            progress.Add(string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)])));
        }

        progress.Add(null);
        Assert.That(progress.Failure(new InvalidOperationException()).Message.Any(character => character == '\u001b'), Is.False);
    }

    private static void Feed(BuildxProgress progress, string text)
    {
        foreach (var line in text.Split('\n'))
        {
            progress.Add(line.TrimEnd('\r'));
        }
    }

    private sealed class Board : IProgressBoard
    {
        public List<string> Said { get; } = [];

        public IProgressLine Begin(string label, long? total, ProgressUnit unit)
        {
            Said.Add($"{label} begins");
            return new Line(label, Said);
        }

        public void Note(string text) => Said.Add(text);

        public void Warn(string text) => Said.Add(text);

        private sealed class Line(string label, List<string> said) : IProgressLine
        {
            public void Enter(string phase, bool counts = false)
            {
            }

            public void Add(long amount) => said.Add($"{label} +{amount}");

            public void SetTotal(long total) => said.Add($"{label} of {total}");

            public void Done(string? outcome = null) => said.Add($"{label} done");

            public void Dispose()
            {
            }
        }
    }
}
