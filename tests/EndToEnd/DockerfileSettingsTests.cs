using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Settings of a Dockerfile mean to us what they mean to BuildKit: configuration and files alike, and what one refuses so does the other.</summary>
[Category(Categories.EndToEnd)]
internal sealed class DockerfileSettingsTests
{
    private SettingsOracle _oracle = null!;

    [OneTimeSetUp]
    public void Start()
    {
        RealEngine.Require();
        _oracle = new SettingsOracle();
    }

    [OneTimeTearDown]
    public void Stop() => _oracle?.Dispose();

    [TestCase("")]
    [TestCase("ENV A=1 B=$A C=${A:-x} D=\"a\\nb\" E='x\\n' F=a\\nb G=\"q\\\"q\" H=$$ I=${A+y} J=${Z-def} K=$ L=${PATH}\nENV M=$A N=\"$A\"'$A'\\$A O=${A:+yes} P=${Q:+no}")]
    [TestCase("ENV legacy some  text \"q\" $PATH\nENV  PATH  /own\nLABEL old a  b\nLABEL x=\"$PATH\" \"a b\"='c $d'")]
    [TestCase("LABEL org.example.title=\"theirs\" multi.line=\"a \\\n  b\" empty=")]
    [TestCase("ARG A=1 B\nARG A2=$A\nENV X=$A Y=${B:-unset} Z=$A2\nENV A=3\nARG A=4\nENV W=$A")]
    [TestCase("ARG TARGETPLATFORM\nARG TARGETARCH\nARG TARGETVARIANT\nARG TARGETOS\nARG SOURCE_DATE_EPOCH=5\nENV T=$TARGETPLATFORM-$TARGETOS-$TARGETARCH-$TARGETVARIANT-$SOURCE_DATE_EPOCH")]
    [TestCase("EXPOSE 80 443/UDP 1000-1002/tcp 80/tcp ${X:-90} \"91\"\nARG P=\"92 93\"\nEXPOSE $P\nEXPOSE 127.0.0.1:5:6 [::1]:7:8")]
    [TestCase("VOLUME /x [\"a\"]\nVOLUME [\"/y z\",  \"$PATH\"]\nVOLUME '/q'")]
    [TestCase("WORKDIR /a/b\nUSER nonroot\nWORKDIR c/../d\nWORKDIR e\nUSER 7\nWORKDIR /f\nUSER 8:9\nWORKDIR /g\nUSER nobody-knows:daemon\nWORKDIR /h\nUSER nonroot:daemon\nWORKDIR /i\nUSER root\nWORKDIR /j\nUSER nonroot:nope\nWORKDIR /k")]
    [TestCase("WORKDIR /var/run/app/\nWORKDIR /etc\nUSER nonroot\nWORKDIR /run/../x//y/\nWORKDIR /etc")]
    [TestCase("WORKDIR /etc/passwd")]
    [TestCase("WORKDIR /etc/passwd/x")]
    [TestCase("WORKDIR \"\"\nWORKDIR .")]
    [TestCase("USER  ${U:-nobody}:$G")]
    [TestCase("USER \"\"")]
    [TestCase("CMD")]
    [TestCase("ENTRYPOINT")]
    [TestCase("CMD []\nENTRYPOINT [\"a\", \"b c\", \"$PATH\", \"\\u00e9\"]")]
    [TestCase("ENTRYPOINT exec  /bin/app \"$@\" 'q'\nCMD [ \"a\", 'b' ]")]
    [TestCase("SHELL [\"/bin/x\",\"-y\"]\nCMD echo  $HOME   \"q\"\nENTRYPOINT a \\\n   b \\\n# why\n   c")]
    [TestCase("HEALTHCHECK --interval=1m30s --timeout=1.5s --retries=3 --start-period=10s CMD [\"a\",\"b\"]\nONBUILD RUN echo  x  \nONBUILD   copy a b\nMAINTAINER Me  <me@x>\nSTOPSIGNAL sigINT")]
    [TestCase("HEALTHCHECK --interval=0 --timeout=1h CMD curl -f http://localhost/ || exit 1\nSTOPSIGNAL RTMIN+3\nSTOPSIGNAL 9")]
    [TestCase("HEALTHCHECK NONE")]
    [TestCase("healthcheck cmd true\nHealthCheck none\nenv a=b\ncmd [\"x\"]")]
    [TestCase("ENV A=x.tar.gz\nENV B=${A%.*} C=${A%%.*} D=${A#*.} E=${A##*.} F=${A/tar/zip} G=${A//./_} H=${A#x?}")]
    [TestCase("ENV A=${B:?needed}")]
    [TestCase("ENV A=\"x")]
    [TestCase("ENV A=${B")]
    [TestCase("ENV A")]
    [TestCase("EXPOSE 80/http")]
    [TestCase("EXPOSE 70000")]
    [TestCase("STOPSIGNAL SIGNOPE")]
    [TestCase("HEALTHCHECK --interval=5 CMD x")]
    [TestCase("CMD [1]")]
    [TestCase("VOLUME []")]
    [TestCase("NOPE x")]
    [TestCase("CMD --x y")]
    [TestCase("ENV A=1 \\")]
    [TestCase("ENV A=1 \\\n\n  B=2 \\\n  # why\n\n  C=3")]
    public async Task ASettingMeansToUsWhatItMeansToTheEngine(string lines)
    {
        foreach (var platform in (string[])["linux/amd64", "linux/arm/v7"])
        {
            var (engine, ours) = await _oracle.BothAsync(SettingsOracle.Image(lines), KnownPlatforms.Find(platform)!);
            Assert.That(ours, Is.EqualTo(engine), platform);
        }
    }

    [TestCase("# syntax-free\nARG V=1\nARG W=${V}2\nFROM scratch AS image\nENV EARLY=$V PATH=/early\nLABEL quoted=early\nCOPY --from=busybox:glibc-builder /rootfs/ /\nARG V W\nENV LATE=$V$W PATH=/late:$PATH\n")]
    [TestCase("# escape=`\nFROM scratch\nCOPY --from=busybox:glibc-builder /rootfs/ /\nENV A=1 `\n    B=2\nCMD [\"x\"]\n")]
    [TestCase("\uFEFFFROM scratch\r\nCOPY --from=busybox:glibc-builder /rootfs/ /\r\nENV A=1 \\\r\n  B=2\r\nCMD [\"x\"]\r\nWORKDIR /d\r\n")]
    public async Task AWholeFileMeansToUsWhatItMeansToTheEngine(string file)
    {
        var (engine, ours) = await _oracle.BothAsync(file, KnownPlatforms.Find("linux/arm64")!);
        Assert.That(ours, Is.EqualTo(engine).And.Not.EqualTo("refused"));
    }

    /// <summary>Lines that nobody thought of, the same ones every time.</summary>
    [Test]
    public async Task LinesByChanceMeanTheSameToBoth()
    {
        string[] words = ["A", "B", "=", "=", "$A", "${A}", "${A:-", "${B+", "}", "\"", "\"", "'", "'", "\\", " ", " ", "x", "80", "/", "/d", ".", ",", "[\"", "\"]", ":", "é", "\\\n "];
        string[] starts = ["ENV A=", "LABEL A=", "ENV A ", "ARG A=", "CMD ", "ENTRYPOINT ", "USER ", "WORKDIR /w", "VOLUME ", "EXPOSE "];
        var random = new Random(5);
        var understood = 0;
        for (var round = 0; round < 80; round++)
        {
            var lines = string.Join('\n', Enumerable.Range(0, 2).Select(_ => starts[random.Next(starts.Length)] + string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => words[random.Next(words.Length)]))));
            var (engine, ours) = await _oracle.BothAsync(SettingsOracle.Image("ENV B=b\n" + lines), KnownPlatforms.Amd64);
            Assert.That(ours, Is.EqualTo(engine), lines);
            understood += ours == "refused" ? 0 : 1;
        }

        Assert.That(understood, Is.GreaterThan(10));
    }
}
