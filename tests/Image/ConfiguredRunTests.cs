using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Configuration;
using BusyboxGlibc.Tests.Rootfs;

namespace BusyboxGlibc.Tests.Image;

/// <summary>Settings of cake.config over what Dockerfile.run says, and against the image.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ConfiguredRunTests
{
    private static readonly IReadOnlyList<string> _own = ImageSpec.EnvironmentOf(hasCertificates: true);

    private static readonly ImageRunConfig _shell = new(_own, ImageSpec.Command);

    private static readonly ImageRunConfig _said = new([.. _own, "LANG=C"], ["serve"])
    {
        User = "nobody", WorkingDirectory = "/srv", StopSignal = "SIGQUIT", EntryPoint = ["/entry"], ExposedPorts = ["80/tcp"], Volumes = ["/x"],
    };

    [Test]
    public void SettingsFillWhatTheDockerfileLeavesOut()
    {
        var run = Of("User=app:0", "Env=LANG:C.UTF-8,TZ:UTC", "WorkingDirectory=/app", "Entrypoint=app -v", "Cmd=serve", "Ports=8080,53/udp", "Volumes=/data", "StopSignal=SIGINT").Apply(_shell, _own);
        Assert.That(Text(run), Is.EqualTo("app:0 | LANG=C.UTF-8 TZ=UTC | /app | app -v | serve | 53/udp 8080/tcp | /data | SIGINT"));
        Assert.That(run.Environment.Take(2), Is.EqualTo(_own));
    }

    [Test]
    public void TheDockerfileTakesPrecedenceAndAnArgumentOverBoth()
    {
        string[] lines = ["User=app", "Env=LANG:C.UTF-8,TZ:UTC", "WorkingDirectory=/app", "Entrypoint=app", "Cmd=other", "Ports=8080", "Volumes=/data", "StopSignal=SIGINT"];
        Assert.That(Text(Of(lines).Apply(_said, _own)), Is.EqualTo("nobody | LANG=C TZ=UTC | /srv | /entry | serve | 80/tcp 8080/tcp | /data /x | SIGQUIT"));
        var run = lines.Aggregate(new FakeOptions(), (options, line) => options.Environment("CAKE_IMAGE_" + line.Split('=')[0].ToUpperInvariant(), line.Split('=')[1]));
        Assert.That(Text(ConfiguredRun.Of(run.Read().Image.Run).Apply(_said, _own)), Is.EqualTo("app | LANG=C.UTF-8 TZ=UTC | /app | app | other | 80/tcp 8080/tcp | /data /x | SIGINT"));
    }

    [Test]
    public void WhatTheDockerfileReplacesIsNoted()
    {
        var dockerfile = RunDockerfile.Of(DockerfileText.Parse("Dockerfile.run", "FROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\nUSER nobody\nENV LANG=C\nCMD [\"sh\"]\n"));
        var run = new ImageRunConfig([.. _own, "LANG=C"], ImageSpec.Command) { User = "nobody" };
        Assert.That(
            Of("User=app", "Env=TZ:UTC,LANG:C.UTF-8", "Cmd=sh -l").WithoutEffect(dockerfile, run, ImageSpec.NoLabels, _own),
            Is.EqualTo(new[] { "cake.config:2: User has no effect, because of USER in Dockerfile.run:3; --user= has precedence over both", "cake.config:3: Env LANG has no effect, because of ENV in Dockerfile.run:4; --env= has precedence over both" }));
    }

    [Test]
    public void AnEntryPointReplacesTheShellAndKeepsArgumentsOfTheUser()
    {
        var run = Of("Entrypoint=app -v").Apply(_shell, _own);
        Assert.That((string.Join(' ', run.EntryPoint), string.Join(' ', run.Command)), Is.EqualTo(("app -v", string.Empty)));
        Assert.That(Of("Entrypoint=app").Apply(_shell with { Command = ["--port=80"] }, _own).Command, Is.EqualTo(new[] { "--port=80" }));
        Assert.That(Text(ConfiguredRun.None.Apply(_said, _own)), Is.EqualTo("nobody | LANG=C | /srv | /entry | serve | 80/tcp | /x | SIGQUIT"));
        Assert.That(ConfiguredRun.Of(RunSettings.None, hasShell: false).Apply(_shell, _own).Command, Is.Empty);
    }

    [TestCase("Env=PATH:/app/bin:$PATH", "PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
    [TestCase("Env=A:1,B:${A}2$A", "A=1 B=121")]
    [TestCase("Env=PS1:$ $NOBODY ${PATH:-x}", "PS1=$ $NOBODY ${PATH:-x}")]
    public void VariablesOfTheImageAreReplacedInValues(string line, string environment) =>
        Assert.That(string.Join(' ', Of(line).Apply(_shell, _own).Environment.Except(_own)), Is.EqualTo(environment));

    [Test]
    public void LabelsAreTheBuildsThenTheFilesThenTheDockerfiles()
    {
        var own = new Dictionary<string, string> { ["title"] = "busybox:glibc", ["version"] = "1" };
        var said = new Dictionary<string, string>(own) { ["vendor"] = "dockerfile" };
        var configured = Of("Labels=title:mine,vendor:file,source:https://example.org");
        var labels = configured.LabelsOf(own, said);
        Assert.That(labels, Is.EqualTo(new Dictionary<string, string> { ["source"] = "https://example.org", ["title"] = "mine", ["vendor"] = "dockerfile", ["version"] = "1" }));
        Assert.That(configured.AnnotationsOf(own, labels).Select(pair => $"{pair.Key}={pair.Value}"), Is.EqualTo(new[] { "vendor=dockerfile", "source=https://example.org" }), "the index keeps the build's own");
    }

    [TestCase("StopSignal=SIGTREM", "StopSignal is not a Linux signal: SIGTREM", "did you mean SIGTERM?")]
    [TestCase("StopSignal=0", "StopSignal is not a Linux signal: 0", "write a name such as SIGINT")]
    [TestCase("Ports=http", "Ports cannot be read", "write ports such as 80")]
    [TestCase("Ports=80/http", "Ports cannot be read", "write ports such as 80")]
    [TestCase("Ports=90-80", "Ports cannot be read", "write ports such as 80")]
    [TestCase("Ports=70000", "Ports cannot be read", "write ports such as 80")]
    public void AMalformedPortOrSignalSaysWhere(string line, string what, string next)
    {
        var error = Assert.Throws<ConfigurationException>(() => Of(line))!;
        Assert.That((error.What, error.Where), Is.EqualTo((what, "cake.config:2")));
        Assert.That(error.Next, Does.Contain(next));
    }

    [TestCase("User=nobdy", "User does not fit the image (linux/amd64)", "/etc/passwd has no user nobdy", "did you mean nobody?")]
    [TestCase("User=nobody:wheel", "User does not fit the image (linux/amd64)", "/etc/group has no group wheel", "or a number")]
    [TestCase("Volumes=/bin/busybox", "Volumes does not fit the image (linux/amd64)", "/bin/busybox is not a folder", "name a folder")]
    [TestCase("Entrypoint=/app", "the entry point /app is not a program", "there is no such file", "did you mean /usr/local/bin/app?")]
    [TestCase("Entrypoint=App", "the entry point App is not a program", "no folder of PATH has it", "did you mean /usr/local/bin/app?")]
    [TestCase("Entrypoint=/usr/local/bin", "the entry point /usr/local/bin is not a program", "it is a folder, or not executable", "did you mean /usr/local/bin/app?")]
    [TestCase("Cmd=/usr/local/bin/data", "the command /usr/local/bin/data is not a program", "it is a folder, or not executable", "did you mean /usr/local/bin/app?")]
    public void ASettingThatDoesNotFitTheImageSaysWhere(string line, string what, string why, string next)
    {
        var error = Assert.Throws<BuildException>(() => Check(line))!;
        Assert.That(error.Message, Does.Contain(what).And.Contain(why).And.Contain(next));
        Assert.That(error.Where, Is.EqualTo("cake.config:2"));
    }

    [TestCase("User=nobody:nogroup")]
    [TestCase("User=12345:54321")]
    [TestCase("Entrypoint=app")]
    [TestCase("Entrypoint=sh")]
    [TestCase("Cmd=/usr/local/bin/app --x")]
    [TestCase("Volumes=/data,/usr/local")]
    public void ASettingThatFitsTheImageIsTaken(string line) => Assert.DoesNotThrow(() => Check(line));

    [Test]
    public void ARelativeProgramStartsInTheWorkingDirectory() => Assert.DoesNotThrow(() => Check("Entrypoint=bin/app\nWorkingDirectory=/usr/local"));

    [Test]
    public void TheWorkingDirectoryIsCreatedForTheUser()
    {
        var tree = Base();
        Of("User=nobody", "WorkingDirectory=/srv/app").AddFolder(tree, _shell);
        Assert.That(tree.TryGet("srv/app", out var folder) ? (folder.Type, folder.Mode, folder.UserId, folder.GroupId) : default, Is.EqualTo((RootfsEntryType.Directory, 0x1ED, 65534, 65534)));
        Assert.That(Assert.Throws<DockerfileException>(() => Of("WorkingDirectory=/bin/busybox").AddFolder(tree, _shell))!.Message, Does.Contain("the working directory /bin/busybox cannot be created").And.Contain("cake.config:2"));
    }

    private static void Check(string line)
    {
        var (tree, configured) = (Base(), Of(line.Split('\n')));
        configured.AddFolder(tree, _shell);
        configured.Check(KnownPlatforms.Amd64, tree, configured.Apply(_shell, _own), ["usr/local/bin/app"]);
    }

    private static RootfsTree Base() => Trees.Of(
        Trees.File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"), Trees.File("etc/group", "root:*:0:\nnogroup:*:65534:\n"),
        Trees.File("bin/busybox", "elf", 0x1ED), Trees.Link("bin/sh", "busybox"), Trees.File("usr/local/bin/app", "program", 0x1ED), Trees.File("usr/local/bin/data"));

    private static ConfiguredRun Of(params string[] lines) => ConfiguredRun.Of(new FakeOptions().Config($"[Image]\n{string.Join('\n', lines)}\n").Read().Image.Run);

    private static string Text(ImageRunConfig run) => string.Join(
        " | ", run.User, string.Join(' ', run.Environment.Except(_own)), run.WorkingDirectory, string.Join(' ', run.EntryPoint), string.Join(' ', run.Command), string.Join(' ', run.ExposedPorts), string.Join(' ', run.Volumes), run.StopSignal);
}
