using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Image.Dockerfiles;

/// <summary>What settings mean. That BuildKit means the same, <c>EndToEnd/DockerfileSettingsTests</c> shows.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class ImageSettingsTests
{
    private const string Image = "FROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\n";

    [TestCase("ENV A=1 B=$A C=${A:-x} D=\"a b\"", "A=1", "B=", "C=x", "D=a b")]
    [TestCase("ENV A=1\nENV B=$A-${A}_ C=${A:+y} D=${Z+y} E=${A-n}", "A=1", "B=1-1_", "C=y", "D=", "E=1")]
    [TestCase("ENV A one  two \"three\"", "A=one  two three")]
    [TestCase("ENV A='$X' B=\\$X C=\"\\$X\" D='a'\"b\"c E=a\\ b F=\"x\\ny\"", "A=$X", "B=$X", "C=$X", "D=abc", "E=a b", "F=x\\ny")]
    [TestCase("ARG V=1\nENV A=$V", "A=1")]
    [TestCase("ENV V=1\nARG V=2\nENV A=$V", "V=1", "A=2")]
    [TestCase("ARG V\nENV A=${V:-none}", "A=none")]
    [TestCase("ARG TARGETARCH TARGETVARIANT TARGETPLATFORM\nENV A=$TARGETARCH-$TARGETVARIANT-$TARGETPLATFORM", "A=arm-v7-linux/arm/v7")]
    [TestCase("ARG SOURCE_DATE_EPOCH=1\nENV A=$SOURCE_DATE_EPOCH", "A=1234567890")]
    [TestCase("ENV A=x.tar.gz\nENV B=${A%.*} C=${A%%.*} D=${A#*.} E=${A##*.} F=${A/tar/zip} G=${A//./_} H=${A/\\//x}", "A=x.tar.gz", "B=x.tar", "C=x", "D=tar.gz", "E=gz", "F=x.zip.gz", "G=x_tar_gz", "H=x.tar.gz")]
    [TestCase("ENV A=${X:-${Y:-deep}} B=${X:-\"a b\"} C=$$ D=$", "A=deep", "B=a b", "C=", "D=$")]
    [TestCase("ENV A=1\nENV A=2 B=3", "A=2", "B=3")]
    public void Variables(string lines, params string[] environment) =>
        Assert.That(Read(lines).Run.Environment.Skip(2), Is.EqualTo(environment));

    [Test]
    public void TheBuildsOwnEnvironmentComesWithTheRootFileSystem()
    {
        var text = "FROM scratch\nENV PATH=/early B=$PATH\nCOPY --from=busybox:glibc-builder /rootfs/ /\nENV C=$PATH PATH=/late:$PATH\n";
        Assert.That(Settings(text).Run.Environment, Is.EqualTo(new[] { "PATH=/late:/bin", "B=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SSL=x", "C=/bin" }));
    }

    [Test]
    public void LabelsOfPeopleWinWhereTheyComeLater()
    {
        var labels = Settings("FROM scratch\nLABEL title=early own=1\nCOPY --from=busybox:glibc-builder /rootfs/ /\nLABEL version=\"2 b\" \"a b\"=c\n").Labels;
        Assert.That(labels, Is.EqualTo(new Dictionary<string, string> { ["a b"] = "c", ["own"] = "1", ["title"] = "ours", ["version"] = "2 b" }));
    }

    [TestCase("CMD [\"a\", \"b c\"]", "a", "b c")]
    [TestCase("CMD a  'b'  $C", "/bin/sh", "-c", "a  'b'  $C")]
    [TestCase("SHELL [\"/bin/ash\", \"-ec\"]\nCMD a", "/bin/ash", "-ec", "a")]
    [TestCase("CMD [a]", "/bin/sh", "-c", "[a]")]
    [TestCase("CMD []")]
    [TestCase("CMD a\nCMD [\"b\"]", "b")]
    public void Commands(string lines, params string[] words)
    {
        Assert.That(Read(lines).Run.Command, Is.EqualTo(words));
        var entry = Read(lines.Replace("CMD", "ENTRYPOINT", StringComparison.Ordinal)).Run;
        Assert.That((entry.EntryPoint, entry.Command), Is.EqualTo((words, Array.Empty<string>())));
    }

    [TestCase("EXPOSE 80", "80/tcp")]
    [TestCase("EXPOSE 443/tcp 53/UDP 9/sctp", "443/tcp", "53/udp", "9/sctp")]
    [TestCase("EXPOSE 7000-7002/udp 80/tcp 80", "7000/udp", "7001/udp", "7002/udp", "80/tcp")]
    [TestCase("ARG P=\"1 2\"\nEXPOSE $P ${Q:-3}", "1/tcp", "2/tcp", "3/tcp")]
    [TestCase("EXPOSE 127.0.0.1:80:8080", "8080/tcp")]
    public void Ports(string lines, params string[] ports) => Assert.That(Read(lines).Run.ExposedPorts, Is.EqualTo(ports));

    [TestCase("VOLUME /a /b", "/a", "/b")]
    [TestCase("VOLUME [\"/a b\", \"$HOME/x\"]", "/a b", "/x")]
    [TestCase("VOLUME /a\nVOLUME /a /c", "/a", "/c")]
    public void Volumes(string lines, params string[] volumes) => Assert.That(Read(lines).Run.Volumes, Is.EqualTo(volumes));

    [TestCase("WORKDIR /data", "/data")]
    [TestCase("WORKDIR data\nWORKDIR ../x/./y/", "/x/y")]
    [TestCase("ENV D=/srv\nWORKDIR ${D}/app", "/srv/app")]
    [TestCase("WORKDIR /", null)]
    [TestCase("WORKDIR /a b", "/a b")]
    [TestCase("WORKDIR /a\nWORKDIR \"\"", "/a")]
    [TestCase("WORKDIR ../..", null)]
    public void WorkingFolders(string lines, string? folder)
    {
        var settings = Read(lines);
        Assert.That(settings.Run.WorkingDirectory, Is.EqualTo(folder));
        Assert.That(settings.Folders.Select(made => made.Path).LastOrDefault(), Is.EqualTo(folder));
    }

    [Test]
    public void AFolderBelongsToTheUserOfItsLine() => Assert.That(
        Read("WORKDIR /a\nUSER nonroot:daemon\nWORKDIR b\nUSER 5\nWORKDIR /c").Folders,
        Is.EqualTo(new[] { new WorkingFolder("/a", null, "Dockerfile.run:3"), new WorkingFolder("/a/b", "nonroot:daemon", "Dockerfile.run:5"), new WorkingFolder("/c", "5", "Dockerfile.run:7") }));

    [Test]
    public void TheRest()
    {
        var run = Read("HEALTHCHECK --interval=1m30s --timeout=500ms --retries=3 CMD [\"a\", \"b\"]\nONBUILD   RUN echo  x\nSTOPSIGNAL sigint\nMAINTAINER Me <me@x>\nSHELL [\"/bin/sh\"]\nUSER ${U:-a}:b").Run;
        Assert.That((run.HealthCheck!.Interval, run.HealthCheck.Timeout, run.HealthCheck.StartPeriod, run.HealthCheck.Retries), Is.EqualTo((90_000_000_000, 500_000_000, 0, 3)));
        Assert.That(run.HealthCheck.Test, Is.EqualTo(new[] { "CMD", "a", "b" }));
        Assert.That((run.OnBuild.Single(), run.StopSignal, run.Author, run.Shell.Single(), run.User), Is.EqualTo(("RUN echo  x", "sigint", "Me <me@x>", "/bin/sh", "a:b")));
    }

    // The time must grow with the length, not with its square: this took minutes.
    [Test]
    public void ALongDurationIsRefusedAtOnce() =>
        Assert.That(Assert.Throws<DockerfileException>(() => Read($"HEALTHCHECK --interval={new string('9', 400_000)} CMD x"))!.Why, Does.Contain("not a duration"));

    [TestCase("ENV", "needs at least one")]
    [TestCase("ENV A", "needs a name and a value")]
    [TestCase("ENV A=1 B", "has no =")]
    [TestCase("ENV =1", "name is empty")]
    [TestCase("ENV A=\"x", "double quote")]
    [TestCase("ENV A='x", "single quote")]
    [TestCase("ENV A=${B", "} is missing")]
    [TestCase("ENV A=${}", "no name")]
    [TestCase("ENV A=\"${B:?it is needed}\"", "B: it is needed")]
    [TestCase("ENV A=${B^}", "not a substitution")]
    [TestCase("ENV --x=1 A=1", "does not accept the flag --x=1")]
    [TestCase("LABEL a", "needs a name and a value")]
    [TestCase("EXPOSE", "needs a value")]
    [TestCase("EXPOSE eighty", "not a port")]
    [TestCase("EXPOSE 80/http", "tcp, udp or sctp")]
    [TestCase("EXPOSE 9-8", "ends before it starts")]
    [TestCase("EXPOSE 65536", "not a port")]
    [TestCase("VOLUME []", "needs a value")]
    [TestCase("VOLUME [\"\"]", "no name")]
    [TestCase("CMD [1]", "only strings")]
    [TestCase("SHELL /bin/sh", "write a list")]
    [TestCase("STOPSIGNAL SIGNOPE", "not a Linux signal")]
    [TestCase("STOPSIGNAL 0", "not a Linux signal")]
    [TestCase("HEALTHCHECK true", "CMD COMMAND")]
    [TestCase("HEALTHCHECK CMD", "no command")]
    [TestCase("HEALTHCHECK NONE x", "accepts no arguments")]
    [TestCase("HEALTHCHECK --interval=5 CMD x", "not a duration")]
    [TestCase("HEALTHCHECK --interval=1us CMD x", "shorter")]
    [TestCase("HEALTHCHECK --retries=-1 CMD x", "0 or greater")]
    [TestCase("HEALTHCHECK --every=1s CMD x", "no flag")]
    [TestCase("ONBUILD", "needs a value")]
    [TestCase("ONBUILD FROM x", "not allowed")]
    [TestCase("USER", "needs a value")]
    [TestCase("ARG", "needs a value")]
    [TestCase("ARG A=1 $B", "not a variable name")]
    public void WhatIsMalformedIsNamedByItsLine(string line, string why)
    {
        var error = Assert.Throws<DockerfileException>(() => Read("\n" + line))!;
        Assert.That((error.Where, error.What), Is.EqualTo(("Dockerfile.run:4", $"{line.Split(' ')[0]} is malformed")));
        Assert.That(error.Why, Does.Contain(why));
    }

    [Test]
    public void ArgumentsBeforeTheFirstStageAreSeenWhereTheyAreDeclared()
    {
        var settings = Settings("ARG A=1 B=$A-2\nFROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\nENV X=$A\nARG A\nARG B\nENV Y=$A Z=$B\n");
        Assert.That(settings.Run.Environment.Skip(2), Is.EqualTo(new[] { "X=", "Y=1", "Z=1-2" }));
    }

    /// <summary>Whatever stands there: it is understood or refused with a line, soon.</summary>
    [Test]
    public void AnySettingIsTakenOrRefusedWithALine()
    {
        string[] words = ["ENV ", "LABEL ", "ARG ", "EXPOSE ", "VOLUME ", "CMD ", "USER ", "WORKDIR ", "HEALTHCHECK ", "ONBUILD ", "A", "=", "$A", "${", "}", ":-", "#", "%", "/", "\"", "'", "\\", "[", "]", ",", " ", "80", "-", "*", "?", "é", "😀", "\t", "<<E", "--x=1"];
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var line = words[random.Next(10)] + string.Concat(Enumerable.Range(0, random.Next(0, 14)).Select(_ => words[random.Next(words.Length)]));
            try
            {
                _ = Read(line);
            }
            catch (DockerfileException error)
            {
                Assert.That(error.Where, Does.Match(@"^Dockerfile\.run:[0-9]+$"), line);
            }
        }
    }

    [Test]
    public void DeepNestingEnds() =>
        Assert.That(Assert.Throws<DockerfileException>(() => Read("ENV A=" + string.Concat(Enumerable.Repeat("${A:-", 5000)) + new string('}', 5000)))!.Why, Does.Contain("too deeply"));

    private static ImageSettings Read(string lines) => Settings(Image + lines + "\n");

    private static ImageSettings Settings(string text) => ProjectDockerfiles.Of(null, RunDockerfile.Of(DockerfileText.Parse("Dockerfile.run", text))).SettingsOf(
        KnownPlatforms.Find("linux/arm/v7")!, ["PATH=/bin", "SSL=x"], new Dictionary<string, string> { ["title"] = "ours", ["version"] = "1" }, 1234567890);
}
