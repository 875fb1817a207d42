using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Docker.Buildx;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Tests.Configuration;

namespace BusyboxGlibc.Tests.Docker.Buildx;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class DockerfileRendererTests
{
    private static readonly DockerfileValues _values = new(
        "mirror.lan/debian@sha256:" + new string('a', 64),
        new DockerfileRelease("1.99.0", new string('b', 64), "2030-01-02", ["build/Busybox/patches/all", "more"]),
        ["PATH=/bin", "SSL_CERT_FILE=/etc/ssl/x"],
        new Dictionary<string, string> { ["z.last"] = "with \"quotes\", a $ and a \\", ["a.first"] = "two words" },
        1234567890);

    private static DockerfileText Builder => DockerfileText.Read(ProjectFiles.Path("Dockerfile.builder"));

    private static DockerfileText Run => DockerfileText.Read(ProjectFiles.Path("Dockerfile.run"));

    [Test]
    public void EveryValueIsFilledInAndAllElseStays()
    {
        var text = Render(Builder, Run, _values);
        var lines = text.Split('\n');
        string[] filled =
        [
            "ARG SOURCE_DATE_EPOCH=1234567890",
            $"ARG BASE={_values.Base}",
            "ARG BUSYBOX_VERSION=\"1.99.0\"",
            $"ARG BUSYBOX_SHA256=\"{new string('b', 64)}\"",
            "ARG BUSYBOX_DATE=\"2030-01-02\"",
            "ARG BUSYBOX_PATCHES=\"build/Busybox/patches/all more\"",
            "COPY --from=builder /rootfs/ /",
            "ENV PATH=\"/bin\"",
            "ENV SSL_CERT_FILE=\"/etc/ssl/x\"",
            "LABEL a.first=\"two words\"",
            "LABEL z.last=\"with \\\"quotes\\\", a \\$ and a \\\\\"",
        ];
        Assert.That(filled.Where(line => !lines.Contains(line)), Is.Empty, text);
        var changed = new[] { "ARG BASE=", "ARG BUSYBOX_", "COPY --from=busybox:glibc-builder " };
        var kept = Builder.Lines.Concat(Run.Lines).Where(line => !changed.Any(start => line.StartsWith(start, StringComparison.Ordinal)));
        Assert.That(kept.Where(line => !lines.Contains(line)), Is.Empty);
        Assert.That(text, Does.Not.Contain("glibc-builder /rootfs"));
        Assert.That(DockerfileText.Parse("joined", text).Instructions.Count(instruction => instruction.Name == "FROM"), Is.EqualTo(8));
    }

    [Test]
    public void WhatPeopleAddStaysInItsPlace()
    {
        var builder = DockerfileText.Parse("b", string.Join('\n', Builder.Lines) + "\nRUN . /etc/platform && \\\n    $CC -o /rootfs/bin/x x.c\n");
        var run = DockerfileText.Parse("r", string.Join('\n', Run.Lines) + "\nUSER nonroot\nENV PATH=/own\n");
        var instructions = DockerfileText.Parse("joined", Render(builder, run, _values)).Instructions;
        Assert.That(instructions.Select(instruction => instruction.Arguments), Does.Contain(". /etc/platform &&     $CC -o /rootfs/bin/x x.c"));
        Assert.That(instructions[^1].Arguments, Is.EqualTo("PATH=/own"), "theirs comes after ours, and wins");
        Assert.That(instructions[^2], Is.EqualTo(instructions[^2] with { Name = "USER", Arguments = "nonroot" }));
    }

    [Test]
    public void WithoutACompilationTheReleaseStaysAsWritten() => Assert.That(
        Render(Builder, Run, _values with { Release = null }), Does.Contain(Builder.Lines.Single(line => line.StartsWith("ARG BUSYBOX_VERSION=", StringComparison.Ordinal))));

    [TestCase("ARG BASE=debian:trixie-slim", "", "ARG BASE=")]
    [TestCase("ARG BUSYBOX_SHA256=", "ARG BUSYBOX_SHA=", "ARG BUSYBOX_SHA256=")]
    [TestCase("AS builder", "AS maker", "stage builder")]
    [TestCase("FROM scratch AS release", "FROM debian AS release", "stage release")]
    [TestCase("FROM scratch AS packages\n", "", "stage packages")]
    [TestCase("FROM scratch AS busybox\n", "", "stage busybox")]
    public void ABrokenBuilderIsAnErrorWithItsLine(string old, string instead, string why)
    {
        var text = string.Join('\n', Builder.Lines).Replace(old, instead, StringComparison.Ordinal);
        var error = Assert.Throws<DockerfileException>(() => Render(DockerfileText.Parse("Dockerfile.builder", text), Run, _values))!;
        Assert.That(error.Why, Does.Contain(why));
        Assert.That(error.Where, Does.Match(@"^Dockerfile\.builder:\d+$"));
    }

    [TestCase("FROM scratch\nCMD sh\n", 2, "COPY --from=busybox:glibc-builder")]
    [TestCase("FROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\nCOPY --from=busybox:glibc-builder /rootfs/ /\n", 3, "once")]
    [TestCase("FROM debian\nCOPY --from=busybox:glibc-builder /rootfs/ /\n", 1, "last stage must be FROM scratch")]
    [TestCase("FROM --platform=linux/amd64 scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\n", 1, "last stage must be FROM scratch")]
    [TestCase("FROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\nFROM scratch\n", 3, "COPY --from=busybox:glibc-builder")]
    [TestCase("ENV A=1\nFROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\n", 1, "before the first FROM")]
    [TestCase("CMD sh\n", 1, "last stage must be FROM scratch")]
    public void ABrokenImageFileIsAnErrorWithItsLine(string text, int line, string why)
    {
        var error = Assert.Throws<DockerfileException>(() => Render(Builder, DockerfileText.Parse("Dockerfile.run", text), _values))!;
        Assert.That((error.Where, error.Why!.Contains(why, StringComparison.Ordinal)), Is.EqualTo(($"Dockerfile.run:{line}", true)), error.Message);
    }

    [Test]
    public void AValueThatWouldEndItsLineIsRefused() => Assert.That(
        () => Render(Builder, Run, _values with { Labels = new Dictionary<string, string> { ["a"] = "b\nRUN c" } }), Throws.TypeOf<BuildxException>());

    [Test]
    public void WhatStandsBeforeTheFirstStageGoesToTheTopOfAll()
    {
        var run = DockerfileText.Parse("Dockerfile.run", "# syntax=docker/dockerfile:1\nARG TAG=\\\n7\nFROM scratch AS image\nCOPY --from=busybox:glibc-builder /rootfs/ /\nARG TAG\nLABEL tag=$TAG\n");
        var text = Render(Builder, run, _values);
        Assert.That(text, Does.StartWith("# syntax=docker/dockerfile:1\n# Made by"));
        var instructions = DockerfileText.Parse("joined", text).Instructions;
        Assert.That(instructions.TakeWhile(instruction => instruction.Name != "FROM").Select(instruction => instruction.Arguments), Does.Contain("TAG=7"));
        Assert.That(instructions.Count(instruction => instruction.Arguments == "TAG=7"), Is.EqualTo(1));
    }

    [Test]
    public void LinesThatGoOnByAnotherCharacterAreJoined()
    {
        var run = DockerfileText.Parse("Dockerfile.run", "# escape=`\nFROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\nLABEL a=b `\n  c=d\n");
        var text = Render(Builder, run, _values);
        Assert.That(text.Split('\n'), Does.Contain("LABEL a=b   c=d"));
        Assert.That(text.Split('\n').Count(line => line.Contains("--from=builder", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [TestCase("# escape=`\nFROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\nENV A=C:\\x\n", "Dockerfile.run:4", "use two escape characters")]
    [TestCase("# syntax=one\nFROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\n", "Dockerfile.run:3", "two frontends")]
    [TestCase("ARG BASE=x\nFROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\n", "Dockerfile.run:1", "ARG BASE")]
    public void FilesThatContradictEachOtherAreAnError(string text, string where, string what)
    {
        var builder = DockerfileText.Parse("Dockerfile.builder", "# syntax=other\n" + string.Join('\n', Builder.Lines));
        var error = Assert.Throws<DockerfileException>(() => Render(builder, DockerfileText.Parse("Dockerfile.run", text), _values))!;
        Assert.That((error.Where, error.What.Contains(what, StringComparison.Ordinal)), Is.EqualTo((where, true)), error.Message);
    }

    private static string Render(DockerfileText builder, DockerfileText run, DockerfileValues values) =>
        DockerfileRenderer.Render(ProjectDockerfiles.Of(builder, RunDockerfile.Of(run)), values, ProgramFiles.None);

    /// <summary>A plain <c>docker build</c> compiles what ./build.sh compiles.</summary>
    [Test]
    public void TheCommittedFileNamesTheDefaultRelease()
    {
        var release = BusyboxReleases.Read(ProjectFiles.Path("busybox-releases.json")).Find(null, "the default");
        string[] expected =
        [
            $"BUSYBOX_VERSION={release.Version}", $"BUSYBOX_SHA256={release.Sha256}", $"BUSYBOX_DATE={release.Date}", $"BUSYBOX_PATCHES={string.Join(' ', release.Patches)}",
        ];
        Assert.That(Builder.Instructions.Where(instruction => instruction.Name == "ARG").Select(instruction => instruction.Arguments), Is.SupersetOf(expected));
    }
}
