using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Image.Dockerfiles;

/// <summary>Which lines of people's own take Docker.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ProjectDockerfilesTests
{
    private const string Image = "FROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\n";

    private static string Builder => File.ReadAllText(ProjectFiles.Path("Dockerfile.builder"));

    private static string Run => File.ReadAllText(ProjectFiles.Path("Dockerfile.run"));

    [Test]
    public void TheCommittedFilesTakeNoDocker()
    {
        var shipped = DockerfileText.Read(ProjectFiles.Path("Dockerfile.builder")).Instructions.Select(ShippedBuilder.Digest);
        Assert.That(ShippedBuilder.Digests, Is.EqualTo(shipped), $"what to write into ShippedBuilder:\n{string.Join(", ", shipped.Select(digest => $"\"{digest}\""))}");
        Assert.That(Of(Builder, Run).FirstForDocker(), Is.Null);
    }

    /// <summary>Lines above the stage builder may change what Docker compiles, so it is not taken from the cache.</summary>
    [TestCase("FROM tools AS compiler\n", "FROM tools AS compiler\nENV CFLAGS=-O3\n", false)]
    [TestCase("sh /steps/busybox.sh", "sh -x /steps/busybox.sh", false)]
    [TestCase("COPY --from=compiler /busybox/ /", "COPY --from=compiler /mine/ /", false)]
    [TestCase("FROM compiler AS builder\n", "FROM compiler AS builder\nRUN true\n", true)]
    [TestCase("ARG BUSYBOX_VERSION=1.38.0", "ARG BUSYBOX_VERSION=1.37.0", true)]
    public void OnlyLinesBeforeTheRootFileSystemMayChangeBusybox(string line, string instead, bool isShipped)
    {
        Assert.That(Builder, Does.Contain(line));
        Assert.That(Of(Builder.Replace(line, instead, StringComparison.Ordinal), Run).CompilesAsShipped, Is.EqualTo(isShipped));
    }

    [TestCase("RUN true")]
    [TestCase("COPY hello.c /src/")]
    [TestCase("ADD --checksum=sha256:aa https://x.example/y /rootfs/")]
    [TestCase("run . /etc/platform && \\\n    # why\n  $CC -o /rootfs/bin/x x.c")]
    [TestCase("RUN <<E\ntrue\nE")]
    [TestCase("WORKDIR /rootfs/data")]
    [TestCase("FROM builder AS more")]
    public void WhatMakesFilesInTheBuilderTakesDocker(string line)
    {
        var own = Of(Builder + line + "\n", Run).FirstForDocker();
        Assert.That(own?.Where, Is.EqualTo($"Dockerfile.builder:{Builder.Split('\n').Length}"));
        Assert.That(own!.What, Does.StartWith(line.Split(' ')[0].ToUpperInvariant()));
    }

    [TestCase("LABEL a=b")]
    [TestCase("ENV A=1")]
    [TestCase("ARG A=1")]
    [TestCase("USER nobody")]
    [TestCase("SHELL [\"/bin/bash\", \"-c\"]")]
    [TestCase("EXPOSE 80")]
    [TestCase("CMD x")]
    [TestCase("# a comment")]
    public void ASettingAfterAllStepsOfTheBuilderMakesNoDifference(string line) =>
        Assert.That(Of(Builder + line + "\n", Run).FirstForDocker(), Is.Null);

    [TestCase("ENV CFLAGS=-O3", true)]
    [TestCase("ARG CFLAGS=-O3", true)]
    [TestCase("USER nobody", true)]
    [TestCase("SHELL [\"/bin/bash\", \"-c\"]", true)]
    [TestCase("RUN apt-get install -y python3", true)]
    [TestCase("LABEL a=b", false)]
    [TestCase("EXPOSE 80", false)]
    public void ASettingBeforeAStepMayChangeWhatItMakes(string line, bool takesDocker)
    {
        var own = Of(Builder.Replace("FROM tools AS compiler\n", $"FROM tools AS compiler\n{line}\n", StringComparison.Ordinal), Run).FirstForDocker();
        Assert.That(own is not null, Is.EqualTo(takesDocker), own?.Where);
    }

    [TestCase("--mount=type=bind,source=busybox.config,target", "--mount=type=bind,source=my.config,target")]
    [TestCase("FROM --platform=$BUILDPLATFORM ${BASE} AS tools", "FROM alpine AS tools")]
    [TestCase("    sh /steps/rootfs.sh", "    sh /steps/rootfs.sh && touch /rootfs/x")]
    public void AChangedStepTakesDocker(string old, string instead)
    {
        Assert.That(Builder, Does.Contain(old));
        Assert.That(Of(Builder.Replace(old, instead, StringComparison.Ordinal), Run).FirstForDocker(), Is.Not.Null);
    }

    [Test]
    public void AStepThatIsTakenAwayTakesDocker()
    {
        var lines = Builder.Split('\n').ToList();
        var last = lines.FindLastIndex(line => line.StartsWith("RUN ", StringComparison.Ordinal));
        Assert.That(Of(string.Join('\n', lines[..last]), Run).FirstForDocker()?.What, Does.Contain("removed"));
        lines.RemoveAt(lines.FindIndex(line => line == "FROM scratch AS release"));
        Assert.That(Of(string.Join('\n', lines), Run).FirstForDocker()?.What, Does.Contain("removed"));
    }

    /// <summary>White space, comments and the values that the build fills in are no difference.</summary>
    [Test]
    public void ValuesAndWhiteSpaceOfTheBuilderMakeNoDifference()
    {
        var text = Builder.Replace("ARG BASE=debian:trixie-slim", "ARG   BASE=mirror.lan/debian:13", StringComparison.Ordinal)
            .Replace("ARG BUSYBOX_VERSION=1.38.0", "arg BUSYBOX_VERSION=1.37.0", StringComparison.Ordinal)
            .Replace("\\\n    ", "\\\n  # why\n\t\t", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.That(Of(text, Run).FirstForDocker(), Is.Null);
    }

    [TestCase("COPY x /\n", 3)]
    [TestCase("USER x\nRUN true\n", 4)]
    public void WhatMakesFilesInTheImageTakesDocker(string lines, int line) =>
        Assert.That(Of(Builder, Image + lines).FirstForDocker()?.Where, Is.EqualTo($"Dockerfile.run:{line}"));

    [Test]
    public void AStageBeforeTheImageTakesDocker() =>
        Assert.That(Of(Builder, "ARG A\nFROM debian AS mine\nRUN true\n" + Image).FirstForDocker()?.Where, Is.EqualTo("Dockerfile.run:2"));

    [TestCase("ONBUILD RUN true")]
    [TestCase("HEALTHCHECK CMD true")]
    [TestCase("WORKDIR /data")]
    [TestCase("MAINTAINER me")]
    public void SettingsOfTheImageTakeNone(string line) => Assert.That(Of(Builder, Image + line).FirstForDocker(), Is.Null);

    [TestCase("docker/dockerfile:1", false)]
    [TestCase("docker.io/docker/dockerfile:1.7-labs", false)]
    [TestCase("docker/dockerfile@sha256:aa", false)]
    [TestCase("ghcr.io/acme/frontend", true)]
    [TestCase("docker/dockerfile-upstream:master", true)]
    public void AFrontendOfAnotherKindTakesDocker(string syntax, bool takesDocker) =>
        Assert.That(Of(Builder, $"# syntax={syntax}\n{Image}").FirstForDocker() is not null, Is.EqualTo(takesDocker));

    private static ProjectDockerfiles Of(string builder, string run) =>
        ProjectDockerfiles.Of(DockerfileText.Parse("Dockerfile.builder", builder), RunDockerfile.Of(DockerfileText.Parse("Dockerfile.run", run)));
}
