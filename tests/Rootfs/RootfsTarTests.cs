using System.Diagnostics;
using System.Text;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Rootfs;
using CsCheck;

namespace BusyboxGlibc.Tests.Rootfs;

[Category(Categories.Unit)]
internal sealed class RootfsTarTests
{
    private static readonly string[] _parts = ["a", "b", "é", "long-" + new string('x', 90), "\U0001F600"];

    private static readonly Gen<RootfsTree> _anyTree =
        Gen.Select(Gen.Int[0, _parts.Length - 1].Select(index => _parts[index]).Array[1, 5], Gen.Int[0, 2], Gen.Byte.Array[0, 700], Gen.Long[0, 9_000_000_000], Gen.Int[0, 3_000_000])
            .Array[0, 12]
            .Select(specs =>
            {
                var tree = new RootfsTree();
                foreach (var (parts, kind, content, time, owner) in specs)
                {
                    var path = string.Join('/', parts);
                    try
                    {
                        tree.Add(kind switch
                        {
                            0 => new RootfsEntry(path, RootfsEntryType.File, 0x1A4, owner, owner, time, null, content, "any"),
                            1 => new RootfsEntry(path, RootfsEntryType.SymbolicLink, 0x1FF, 0, 0, time, path + "/../é", default, "any"),
                            _ => new RootfsEntry(path + ".2", RootfsEntryType.HardLink, 0x1A4, 0, 0, null, tree.Entries.First(entry => entry.Type == RootfsEntryType.File).Path, default, "any"),
                        });
                    }
                    catch (Exception fault) when (fault is RootfsException or InvalidOperationException)
                    {
                        // Two specs at one path, or no file yet: the tree simply has one entry less.
                    }
                }

                return tree;
            });

    [Test]
    public void WritingReadingAndWritingAgainGivesTheSameBytes() =>
        _anyTree.Sample(tree =>
        {
            var once = tree.Tar(9_000_000_000);
            return RootfsTar.Read(new MemoryStream(once), "it").Tar(9_000_000_000).AsSpan().SequenceEqual(once);
        }, iter: 300);

    [Test]
    public void ATarReadsBackAsTheTreeItWas()
    {
        var tree = Trees.Of(
            Trees.File("bin/busybox", "elf", 0x1ED, time: 1_600_000_000), Trees.Link("bin/sh", "busybox"), Trees.Hard("a", "bin/busybox"),
            Trees.Folder("tmp", 0x3FF), Trees.File("var/late", time: 1_800_000_000), Trees.File("var/none"));
        var back = RootfsTar.Read(new MemoryStream(tree.Tar()), "it");
        Assert.That(back.Paths(), Is.EqualTo(tree.Paths()));
        Assert.That(back.TryGet("a", out var first) && first.Type == RootfsEntryType.File && first.Mode == 0x1ED && first.ModificationTime == 1_600_000_000, "the first name is the file");
        Assert.That(back.TryGet("bin/busybox", out var second) && second.LinkTarget == "a", "the later name is the link");
        Assert.That(back.TryGet("var/late", out var late) && late.ModificationTime == 1_700_000_000, "no time after the epoch");
        Assert.That(back.TryGet("var/none", out var none) && none.ModificationTime == 1_700_000_000);
        Assert.That(back.TryGet("tmp", out var tmp) && tmp.Mode == 0x3FF);
    }

    [Test]
    public void HeadersHoldNothingOfTheMachine()
    {
        var tar = Trees.Of(Trees.File("etc/passwd", "root", 0x1A4, time: 1)).Tar(100);
        Assert.That(tar, Has.Length.EqualTo(RootfsTar.RecordSize));
        Assert.That(Encoding.ASCII.GetString(tar, 0, 5), Is.EqualTo("etc/\0"));
        Assert.That(Encoding.ASCII.GetString(tar, 512, 11), Is.EqualTo("etc/passwd\0"));
        Assert.That(Encoding.ASCII.GetString(tar, 512 + 100, 57), Is.EqualTo("0000644\00000000\00000000\000000000004\000000000001\0" + Encoding.ASCII.GetString(tar, 512 + 148, 8) + "0"));
        Assert.That(tar.AsSpan(512 + 265, 64).IndexOfAnyExcept((byte)0), Is.EqualTo(-1), "owner names");
        Assert.That(Encoding.ASCII.GetString(tar, 512 + 257, 8), Is.EqualTo("ustar\000"));
    }

    [Test]
    public void PaxHeadersAppearOnlyWhereANameNeedsThem()
    {
        var folder = new string('d', 99);
        Assert.That(Count(Trees.Of(Trees.File(folder + "/" + new string('f', 100)))), Is.Zero);
        Assert.That(Count(Trees.Of(Trees.File(folder + "/" + new string('f', 101)))), Is.EqualTo(1));
        Assert.That(Count(Trees.Of(Trees.File("Főtanúsítvány.crt"))), Is.EqualTo(1));
        Assert.That(Count(Trees.Of(Trees.Link("a", new string('t', 101)))), Is.EqualTo(1));

        static int Count(RootfsTree tree)
        {
            var bytes = tree.Tar();
            return Enumerable.Range(0, bytes.Length / 512).Count(block => bytes[(block * 512) + 156] == 'x' && bytes.AsSpan((block * 512) + 257, 5).SequenceEqual("ustar"u8));
        }
    }

    [Test]
    [Category(Categories.Integration)]
    public void GnuTarListsAndExtractsWhatWasWritten()
    {
        Requires.Tool("tar");
        var name = string.Join('/', Enumerable.Repeat(new string('n', 60), 4)) + "/é";
        var tree = Trees.Of(Trees.File(name, "deep", 0x1ED), Trees.Link("link", name), Trees.Hard("zz", name), Trees.Folder("tmp", 0x3FF));
        var folder = Directory.CreateTempSubdirectory("rootfs-tar-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "it.tar"), tree.Tar());
            Run("tar", ["--warning=no-timestamp", "-xpf", "it.tar", "--no-same-owner"], folder);
            Assert.That(File.ReadAllText(Path.Combine(folder, "zz")), Is.EqualTo("deep"));
            Assert.That(new FileInfo(Path.Combine(folder, "link")).LinkTarget, Is.EqualTo(name));

            // And back: an archive that GNU tar made of the same files, in its own format and in pax.
            foreach (var format in new[] { "gnu", "pax" })
            {
                Run("tar", ["--format=" + format, "--exclude=./it.tar", "--exclude=./back.tar", "-cf", "back.tar", "."], folder);
                using var back = File.OpenRead(Path.Combine(folder, "back.tar"));
                Assert.That(RootfsTar.Read(back, "back.tar").Paths(), Is.EqualTo(tree.Paths()), format);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void DotNetsReaderAgrees()
    {
        var tree = Trees.Of(Trees.File("é/" + new string('f', 150), "x"), Trees.Link("l", "é"), Trees.Folder("tmp", 0x3FF));
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(tree.Tar()));
        var names = new List<string>();
        while (reader.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name.TrimEnd('/'));
        }

        Assert.That(names, Is.EqualTo(tree.Paths()));
    }

    [TestCase("../x", '0')]
    [TestCase("/etc/passwd", '0')]
    [TestCase("a/../../x", '5')]
    [TestCase("a", '3')]
    [TestCase("a", '4')]
    [TestCase("a", '6')]
    [TestCase("a", 'S')]
    [TestCase("a", '7')]
    public void AMemberThatNoImageMayHaveIsRefused(string name, char type) => Refused(Member(name, type, ""));

    [Test]
    public void LiesAboutSizesAndLinksAreRefused()
    {
        Refused(Member("a", '0', "", size: "77777777777"));
        Refused(Member("a", '0', "", size: "00077777777"));
        Refused(Member("a", '1', "", link: "../../etc/passwd"));
        Refused(Member("a", '1', "", link: "later"));
        Refused([.. Member("a", '0', "1"), .. Member("a", '0', "2")]);
        Refused([.. Member("a", '2', "", link: "/etc"), .. Member("a/passwd", '0', "2")]);
        Refused([.. Member("x", 'x', "30 mtime=-5.5\n30 path=/etc/x\n"), .. Member("a", '0', "")]);
        Refused([.. Member("x", 'x', "19 path=/etc/xxxx\n"), .. Member("a", '0', "")]);
        Refused([.. Member("x", 'x', "22 GNU.sparse.major=1\n"), .. Member("a", '0', "")]);
        Refused([.. Member("x", 'g', "10 path=b\n"), .. Member("a", '0', "")]);
        Refused(Member("x", 'x', "10 path=b\n"));
        Refused([.. Enumerable.Repeat(Member("x", 'g', "12 comment=\n"), 9).SelectMany(header => header), .. Member("a", '0', "")]);
    }

    [Test]
    public void ItsFilesMayHoldAsMuchAsALayerMayAndNoMore()
    {
        byte[] Half(string name) => Member(name, '0', new string('x', 1 << 19));
        RootfsTree Read(params byte[][] members) => new RootfsTarReader(new MemoryStream([.. members.SelectMany(member => member), .. new byte[1024]]), "big.tar", 1 << 20).Read();
        Assert.That(LayoutLimits.Default.MaximumLayerSize, Is.EqualTo(RootfsTarReader.MostContent));
        Assert.That(Read(Half("a"), Half("b")).Count, Is.EqualTo(2));
        Assert.That(
            () => Read(Half("a"), Half("b"), Member("c", '0', "1")),
            Throws.TypeOf<RootfsException>().With.Property(nameof(RootfsException.Why)).EqualTo("its files contain more than 1 MiB in total, the maximum for an image"));
    }

    [Test]
    public void AnArchiveCutAnywhereIsRefused()
    {
        var whole = Trees.Of(Trees.File("etc/é", new string('c', 600)), Trees.Link("a", "b")).Tar();
        var end = whole.AsSpan().LastIndexOfAnyExcept((byte)0);
        for (var length = 0; length < end; length += 97)
        {
            Refused(whole[..length], ended: true);
        }
    }

    [Test]
    public void AnArchiveOfDeepPathsCannotFillTheMemory()
    {
        using var bomb = new MemoryStream();
        for (var member = 0; member < 9000; member++)
        {
            var path = $"{member}/" + string.Join('/', Enumerable.Repeat(new string('d', 60), 62));
            bomb.Write(Member("x", 'x', $"{path.Length + 11} path={path}\n"));
            bomb.Write(Member("a", '0', ""));
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        Refused(bomb.ToArray());
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before - (2 * bomb.Length), Is.LessThan(400L << 20));
    }

    [Test]
    public void AMutatedArchiveGivesATreeOrTheRoomsOwnError()
    {
        var seeds = new[]
        {
            Trees.Of(Trees.File("bin/busybox", new string('b', 2000), 0x1ED), Trees.Link("bin/sh", "busybox"), Trees.Hard("z", "bin/busybox"), Trees.File("é/" + new string('n', 200), "x")).Tar(),
            [.. Member("L", 'L', "long/name\0"), .. Member("a", '0', "abc"), .. Member("K", 'K', "a"), .. Member("b", '2', "", link: "x"), .. new byte[1024]],
        };
        var random = new Random(7);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 4000; round++)
        {
            var bytes = (byte[])seeds[round % seeds.Length].Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            // A checksum that is right again lets the change through to what lies behind it.
            for (var block = 0; block + 512 <= bytes.Length && round % 3 > 0; block += 512)
            {
                if (bytes.AsSpan(block + 257, 5).SequenceEqual("ustar"u8))
                {
                    Sum(bytes.AsSpan(block, 512));
                }
            }

            var length = round % 5 == 0 ? random.Next(bytes.Length) : bytes.Length;
            try
            {
                RootfsTar.Read(new MemoryStream(bytes, 0, length), "mutated", isForeign: round % 2 == 0).Tar();
            }
            catch (RootfsException)
            {
                // What it is for.
            }
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    /// <summary>Images of other programs have what this build never writes; they are only looked into.</summary>
    [Test]
    public void ALayerOfAnotherProgramIsReadAsAnEngineUnpacksIt()
    {
        byte[] members =
        [
            .. Member("./", '5', ""), .. Member("/dev/null", '3', ""), .. Member("/run/pipe", '6', ""), .. Member("/bin", '2', "", link: "usr/bin"), .. Member("usr/bin/a", '0', "old"), .. Member("usr/bin/b", '1', "", link: "usr/bin/a"),
            .. Member("usr/bin/lower", '1', "", link: "usr/bin/in-a-lower-layer"), .. Member("bin/below", '0', "x"), .. Member("x", 'x', Pax("SCHILY.xattr.security.capability", "x")),
            .. Member("usr/bin/a", '0', "new"), .. Member("old", '\0', "v7"), .. new byte[1024],
        ];
        var tree = RootfsTar.Read(new MemoryStream(members), "layer", isForeign: true);
        Assert.That(tree.Entries.Where(entry => entry.Type != RootfsEntryType.Directory).Select(entry => entry.Path), Is.EqualTo(new[] { "bin", "old", "usr/bin/a", "usr/bin/b" }));
        Assert.That(tree.TryGet("usr/bin/a", out var last) ? Encoding.UTF8.GetString(last.Content.Span) : null, Is.EqualTo("new"));
        Assert.That(() => RootfsTar.Read(new MemoryStream(members), "layer"), Throws.TypeOf<RootfsException>(), "nothing is made from such a layer");
    }

    // "LENGTH KEY=VALUE\n", pax(1p).
    private static string Pax(string key, string value)
    {
        var length = key.Length + value.Length + 3;
        length += (length + 2).ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{length} {key}={value}\n");
    }

    private static void Refused(byte[] members, bool ended = false)
    {
        using var tar = new MemoryStream(ended ? members : [.. members, .. new byte[1024]]);
        Assert.That(() => RootfsTar.Read(tar, "bad.tar"), Throws.TypeOf<RootfsException>().With.Message.Contains("bad.tar"));
    }

    private static byte[] Member(string name, char type, string content, string link = "", string? size = null)
    {
        var data = Encoding.UTF8.GetBytes(content);
        var bytes = new byte[512 + ((data.Length + 511) / 512 * 512)];
        Encoding.UTF8.GetBytes(name, bytes.AsSpan(0, 100));
        "0000644\0"u8.CopyTo(bytes.AsSpan(100));
        Encoding.ASCII.GetBytes(size ?? Convert.ToString(data.Length, 8).PadLeft(11, '0'), bytes.AsSpan(124, 11));
        bytes[156] = (byte)type;
        Encoding.UTF8.GetBytes(link, bytes.AsSpan(157, 100));
        "ustar\000"u8.CopyTo(bytes.AsSpan(257));
        Sum(bytes.AsSpan(0, 512));
        data.CopyTo(bytes, 512);
        return bytes;
    }

    private static void Sum(Span<byte> block)
    {
        block[148..156].Fill((byte)' ');
        var sum = 0;
        foreach (var part in block)
        {
            sum += part;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", block[148..156]);
    }

    private static void Run(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error);
    }
}
