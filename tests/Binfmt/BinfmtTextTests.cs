using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Platforms;
using CsCheck;

namespace BusyboxGlibc.Tests.Binfmt;

/// <summary>What the kernel says of a handler, and lines that register one.</summary>
[Category(Categories.Unit)]
[Parallelizable]
internal sealed class BinfmtTextTests
{
    private static readonly Gen<BinfmtHandler> _handlers =
        from name in Gen.Char["abcXYZ019-_.:;' \u00e9"].Array[1, 20]
        from interpreter in Gen.Char["abc/ -._:,|"].Array[0, 40]
        from flags in Gen.Char["POCF"].Array[0, 4]
        from isEnabled in Gen.Bool
        from magic in Gen.Byte.Array[1, 60]
        from mask in Gen.OneOf(Gen.Const(Array.Empty<byte>()), Gen.Byte.Array[magic.Length])
        from offset in Gen.Int[0, 256 - magic.Length]
        where offset < 256
        select new BinfmtHandler("n" + new string(name), isEnabled, "/" + new string(interpreter), new string(flags), offset, magic, mask);

    [Test]
    public void TheKernelsTextIsUnderstood()
    {
        Assert.That(BinfmtText.TryRead("qemu-aarch64", BinfmtSamples.Aarch64, out var handler));
        Assert.That(handler, Has.Property("Name").EqualTo("qemu-aarch64").And.Property("IsEnabled").True.And.Property("Interpreter").EqualTo(BinfmtSamples.Interpreter).And.Property("Flags").EqualTo("POF"));
        Assert.That(handler!.IsForContainers);
        Assert.That(KnownPlatforms.Default.Where(platform => handler.Takes(TinyProgram.For(platform))), Is.EqualTo(new[] { BinfmtSamples.Arm64 }));
    }

    [Test]
    public void ALineOfDebiansPackageIsUnderstoodAndWrittenAgain()
    {
        Assert.That(BinfmtText.TryReadLine(BinfmtSamples.Aarch64Line + "\n", out var handler));
        Assert.That(BinfmtSamples.Text(handler! with { Flags = "POF" }), Is.EqualTo(BinfmtSamples.Aarch64.ReplaceLineEndings("\n")));
        Assert.That(BinfmtText.Line(handler!), Is.EqualTo(BinfmtSamples.Aarch64Line.Replace(":M::", ":M:0:", StringComparison.Ordinal)));
    }

    // The shipped file is real where the package is installed.
    [TestCaseSource(typeof(KnownPlatforms), nameof(KnownPlatforms.Default))]
    public void ALineOfTheInstalledPackageTakesItsPlatformAlone(Platform platform)
    {
        const string folder = "/usr/lib/binfmt.d";
        Requires.That(File.Exists(folder + "/qemu-s390x.conf"), "qemu-user-static");
        var name = platform.Triplet.Split('-')[0] switch { "powerpc64le" => "ppc64le", var other => other };
        if (!File.Exists($"{folder}/qemu-{name}.conf"))
        {
            Assert.That(platform.Architecture, Is.AnyOf("amd64", "386"), "the package has none for what its own machine runs");
            return;
        }

        Assert.That(BinfmtText.TryReadLine(File.ReadAllText($"{folder}/qemu-{name}.conf"), out var handler));
        Assert.That(KnownPlatforms.Default.Where(other => handler!.Takes(TinyProgram.For(other))).Select(other => other.Architecture).Distinct(), Is.EqualTo(new[] { platform.Architecture }));
    }

    [TestCase("")]
    [TestCase("enabled\n")]
    [TestCase("enabled\ninterpreter /x\nflags: \nextension .py\n")]
    [TestCase("interpreter /x\nflags: \noffset 0\nmagic 41\n")]
    [TestCase("enabled\ninterpreter x\nflags: \noffset 0\nmagic 41\n")]
    [TestCase("enabled\ninterpreter /x\nflags: X\noffset 0\nmagic 41\n")]
    [TestCase("enabled\ninterpreter /x\nflags: \noffset -1\nmagic 41\n")]
    [TestCase("enabled\ninterpreter /x\nflags: \noffset 99999999999\nmagic 41\n")]
    [TestCase("enabled\ninterpreter /x\nflags: \noffset 256\nmagic 41\n")]
    [TestCase("enabled\ninterpreter /x\nflags: \noffset 0\nmagic 4\n")]
    [TestCase("enabled\ninterpreter /x\nflags: \noffset 0\nmagic zz\n")]
    [TestCase("enabled\ninterpreter /x\nflags: \noffset 0\nmagic 41\nmask ffff\n")]
    public void WhatIsNoHandlerByMagicIsNone(string text) => Assert.That(BinfmtText.TryRead("name", text, out _), Is.False);

    [TestCase("")]
    [TestCase(":")]
    [TestCase(":name:M::A::/x")]
    [TestCase(":name:E::py::/x:")]
    [TestCase(":na/me:M::A::/x:")]
    [TestCase(":..:M::A::/x:")]
    [TestCase(":name:M::A:BC:/x:")]
    [TestCase(":name:M:300:A::/x:")]
    [TestCase(":name:M::A::x:")]
    [TestCase(":name:M::A::/x:Z")]
    [TestCase("# comment")]
    public void WhatIsNoLineIsNone(string line) => Assert.That(BinfmtText.TryReadLine(line, out _), Is.False);

    [Test]
    public void WhatIsReadIsWhatTheKernelWasTold() => _handlers.Sample(handler =>
    {
        Assert.That(BinfmtText.TryRead(handler.Name, BinfmtSamples.Text(handler), out var read));
        Assert.That(BinfmtSamples.Text(read!), Is.EqualTo(BinfmtSamples.Text(handler)));
    });

    [Test]
    public void ALineReadsBackAsItsHandler() => _handlers.Sample(handler =>
    {
        var line = BinfmtText.Line(handler);
        Assert.That(line, Is.Not.Null);
        Assert.That(BinfmtText.TryReadLine(line!, out var read));
        Assert.That((read!.Name, BinfmtSamples.Text(read)), Is.EqualTo((handler.Name, BinfmtSamples.Text(handler with { IsEnabled = true }))));
    });

    [Test]
    public void NoLineHidesAnotherOrIsTooLong()
    {
        var handler = BinfmtSamples.Handler(BinfmtSamples.Arm64);
        Assert.That(BinfmtText.Line(handler with { Interpreter = "/x\n:evil:M::A::/y:" }), Is.Null);
        Assert.That(BinfmtText.Line(handler with { Interpreter = "/" + new string('x', 2000) }), Is.Null);
        Assert.That(BinfmtText.Line(handler with { Name = ":;,|!#%@" }), Is.Null, "nothing is left to separate the fields");
    }

    [Test]
    public void DamagedTextIsReadOrNotAndTakesNoTime()
    {
        var pieces = new[] { "\n", " ", "magic ", "mask ", "offset ", "interpreter /", "flags: ", "7f", "\0", "\u202e", new string('f', 600), "-1", "999999999999" };
        Gen.Select(Gen.Int[0, BinfmtSamples.Aarch64.Length - 1], Gen.Int[0, 40], Gen.Int[0, pieces.Length - 1]).Array[1, 4].Sample(cuts =>
        {
            var text = BinfmtSamples.Aarch64;
            foreach (var (at, length, piece) in cuts)
            {
                var from = Math.Min(at, text.Length);
                text = text[..from] + pieces[piece] + text[Math.Min(text.Length, from + length)..];
            }

            if (BinfmtText.TryRead("name", text, out var handler))
            {
                _ = handler.Takes(TinyProgram.For(BinfmtSamples.Arm64));
                Assert.That(handler.ShownInterpreter, Has.Length.LessThanOrEqualTo(121).And.Not.Contain('\0'));
                Assert.That(handler.Offset + handler.Magic.Length, Is.LessThanOrEqualTo(BinfmtHandler.LookedAt));
            }

            _ = BinfmtText.TryReadLine(text, out _);
        });
        Assert.That(BinfmtText.TryRead("name", new string('x', 1 << 20), out _), Is.False);
        Assert.That(BinfmtText.TryReadLine(new string(':', 1 << 20), out _), Is.False);
    }

    // binfmt-misc.rst: the file, masked, is compared; a file that is shorter counts as filled up with zeros.
    [TestCase(0, "41", "", "A", true)]
    [TestCase(0, "41", "", "B", false)]
    [TestCase(1, "41", "", "xA", true)]
    [TestCase(1, "41", "", "A", false)]
    [TestCase(0, "4142", "ff00", "Ax", true)]
    [TestCase(0, "4100", "", "A", true)]
    [TestCase(0, "4101", "", "A", false)]
    public void AHandlerTakesWhatItsMaskLeaves(int offset, string magic, string mask, string file, bool takes) => Assert.That(
        new BinfmtHandler("x", true, "/x", string.Empty, offset, Convert.FromHexString(magic), Convert.FromHexString(mask)).Takes(System.Text.Encoding.ASCII.GetBytes(file)), Is.EqualTo(takes));
}
