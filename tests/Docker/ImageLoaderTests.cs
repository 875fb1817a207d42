using System.Diagnostics;
using BusyboxGlibc.Docker;
using BusyboxGlibc.Foundation.Processes;
using NSubstitute;

namespace BusyboxGlibc.Tests.Docker;

[Category(Categories.Integration)]
internal sealed class ImageLoaderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        Directory.CreateDirectory(_folder["bin"]);
        File.WriteAllText(_folder["image file.tar"], "archive");
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task TheArchiveIsLoadedAndWhatTheClientSaidIsReported()
    {
        Client("docker", $"""
            if [ "$1" = info ]; then exit 0; fi
            printf '%s\n' "$@" > '{_folder["arguments"]}'
            echo 'some layer noise'
            echo 'Loaded image: busybox:glibc'
            """);
        var loaded = await Loader().LoadAsync(_folder["image file.tar"], _ => { }, CancellationToken.None);
        Assert.That((loaded.Client, string.Join('|', loaded.Names)), Is.EqualTo(("docker", "busybox:glibc")));
        Assert.That(await File.ReadAllLinesAsync(_folder["arguments"]), Is.EqualTo(new[] { "load", "--input", _folder["image file.tar"] }));
    }

    [Test]
    public async Task PodmanIsTakenWhereDockerHasNoEngine()
    {
        Client("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
        Client("podman", "[ \"$1\" = info ] || echo 'Loaded image: localhost/busybox:glibc'");
        Assert.That((await Loader().LoadAsync(_folder["image file.tar"], _ => { }, CancellationToken.None)).Client, Is.EqualTo("podman"));
    }

    [Test]
    public async Task NoClientIsSaid() =>
        Assert.That(await Error(), Does.StartWith("no engine to load the image into").And.Contain("neither docker nor podman"));

    [Test]
    public async Task AClientWithoutEngineIsSaidWithItsOwnReason()
    {
        Client("docker", "echo 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?' >&2; exit 1");
        Assert.That(await Error(), Does.StartWith("no engine responds: docker is installed").And.Contain("Is the docker daemon running?").And.Contain("systemctl start docker"));
    }

    [Test]
    public async Task ASocketThatIsForbiddenIsSaid()
    {
        Client("docker", "echo 'permission denied while trying to connect to the Docker daemon socket' >&2; exit 1");
        Assert.That(await Error(), Does.StartWith("this user is not allowed to use docker").And.Contain("usermod -aG docker"));
    }

    [Test]
    public async Task ARefusedLoadShowsTheLastLines()
    {
        Client("docker", "[ \"$1\" = info ] && exit 0\nfor n in $(seq 1 500); do echo \"line $n\" >&2; done; echo 'no space left on device' >&2; exit 3");
        var message = await Error();
        Assert.That(message, Does.StartWith("docker did not load the image").And.Contain("exit code 3").And.Contain("no space left on device").And.Contain("line 500"));
        Assert.That(message, Does.Not.Contain("line 400"));
    }

    [Test]
    public async Task AnEngineThatNeverAnswersIsGivenUp()
    {
        Client("docker", "sleep 60");
        var clock = Stopwatch.StartNew();
        var loader = new ImageLoader(new CommandRunner(Search)) { AnswerLimit = TimeSpan.FromSeconds(1) };
        var error = (await Assert.ThrowsAsync<CommandException>(() => loader.LoadAsync(_folder["image file.tar"], _ => { }, CancellationToken.None)))!;
        Assert.That(error.Message, Does.Contain("did not finish within 1 s"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task CancellingEndsTheClient()
    {
        Client("docker", $"[ \"$1\" = info ] && exit 0\necho $$ > '{_folder["pid"]}'\nexec sleep 60");
        using var cancel = new CancellationTokenSource();
        var load = Loader().LoadAsync(_folder["image file.tar"], _ => { }, cancel.Token);
        Assert.That(() => File.Exists(_folder["pid"]) && new FileInfo(_folder["pid"]).Length > 1, Is.True.After(10_000, 20));
        await cancel.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => load);
        var process = (await File.ReadAllTextAsync(_folder["pid"])).Trim();
        Assert.That(() => Directory.Exists($"/proc/{process}"), Is.False.After(5_000, 20));
    }

    [Test]
    public async Task AFileThatCannotBeStartedIsSaid()
    {
        Client("docker", string.Empty);
        File.WriteAllText(Path.Combine(_folder["bin"], "docker"), "\u007fnot a program");
        Assert.That(await Error(), Does.Contain("cannot be started"));
    }

    [Test]
    public async Task AnArchiveThatIsNotThereIsSaidBeforeAnythingRuns()
    {
        var runner = Substitute.For<ICommandRunner>();
        await Assert.ThrowsAsync<CommandException>(() => new ImageLoader(runner).LoadAsync(_folder["none.tar"], _ => { }, CancellationToken.None));
        Assert.That(runner.ReceivedCalls(), Is.Empty);
    }

    [Test]
    public async Task TheRealDockerClientWithoutEngineIsRecognised()
    {
        Requires.Tool("docker");
        // Where an engine runs here, the client is sent to a socket that nobody listens on.
        Client("docker", $"DOCKER_HOST='unix://{_folder["none.sock"]}' exec '{new CommandRunner().Find("docker")}' \"$@\"");
        Assert.That(await Error(), Does.StartWith("no engine responds: docker is installed").And.Contain("Cannot connect to the Docker daemon"));
    }

    private string Search => _folder["bin"];

    private ImageLoader Loader() => new(new CommandRunner(Search));

    private async Task<string> Error() =>
        (await Assert.ThrowsAsync<CommandException>(() => Loader().LoadAsync(_folder["image file.tar"], _ => { }, CancellationToken.None)))!.Message;

    private void Client(string name, string script)
    {
        var path = Path.Combine(_folder["bin"], name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
