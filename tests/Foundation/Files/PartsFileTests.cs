using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Tests.Foundation.Files;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PartsFileTests
{
    private static readonly byte[][] _parts = [[1, 2, 3], [], [.. Enumerable.Range(0, 5000).Select(number => (byte)number)]];

    [Test]
    public void PartsAndHeadComeBack()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder);
        var file = PartsFile.Open(path)!;
        Assert.That(file.Count, Is.EqualTo(3));
        Assert.That(Enumerable.Range(0, 3).Select(file.Read), Is.EqualTo(_parts));
        Assert.That(Enumerable.Range(0, 3).Select(file.LengthOf), Is.EqualTo(_parts.Select(part => part.Length)));
        Assert.That(System.Text.Encoding.ASCII.GetString(file.Head)[1..], Is.EqualTo("what they are"));
    }

    [Test]
    public void EveryCutAndEveryFlippedBitIsNoticed()
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder);
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at += at < 100 || at > whole.Length - 300 ? 1 : 61)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.That(IsNoticed(path), $"bit at {at}");
            File.WriteAllBytes(path, whole[..at]);
            Assert.That(IsNoticed(path), $"cut at {at}");
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.That(IsNoticed(path), "longer");
    }

    [Test]
    public void NoiseIsNoFile()
    {
        using var folder = new TemporaryFolder();
        var begin = File.ReadAllBytes(Write(folder))[..12];
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var noise = new byte[12 + random.Next(200)];
            random.NextBytes(noise);
            begin.AsSpan(..(round % 13)).CopyTo(noise);
            File.WriteAllBytes(folder.File("noise"), noise);
            Assert.That(PartsFile.Open(folder.File("noise")), Is.Null);
        }

        Assert.That(PartsFile.Open(folder.File("absent")), Is.Null);
        Assert.That(PartsFile.Open(folder.Path), Is.Null, "a folder");
    }

    [Test]
    public void WhatIsNotCompletedLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new PartsFileWriter(folder.File("parts"), 1 << 20))
        {
            writer.Add([1, 2, 3]);
            Assert.That(folder.Names, Has.Exactly(1).Items, "a temporary file");
        }

        Assert.That(folder.Names, Is.Empty);
    }

    [Test]
    public void MoreThanTheLimitIsNotKept()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new PartsFileWriter(folder.File("parts"), 10))
        {
            Assert.That(writer.Add(new byte[11]), Is.Zero);
            Assert.That(writer.Add([1]), Is.EqualTo(1));
            writer.Complete(_ => { });
        }

        Assert.That(folder.Names, Is.Empty);
    }

    [Test]
    public void AFolderThatCannotBeMadeIsNoError()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), string.Empty);
        using var writer = new PartsFileWriter(folder.File("file/parts"), 10);
        writer.Add([1]);
        writer.Complete(_ => { });
        Assert.That(folder.Names, Is.EqualTo(new[] { "file" }));
    }

    private static bool IsNoticed(string path) =>
        PartsFile.Open(path) is not { } file || Enumerable.Range(0, file.Count).Any(part => file.Read(part) is null);

    private static string Write(TemporaryFolder folder)
    {
        var path = folder.File("parts");
        using var writer = new PartsFileWriter(path, 1 << 20);
        Assert.That(_parts.Select(part => writer.Add(part)), Is.EqualTo(Enumerable.Range(0, _parts.Length)));
        writer.Complete(head => head.Write("what they are"));
        return path;
    }
}
