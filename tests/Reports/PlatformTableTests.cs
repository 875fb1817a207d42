using BusyboxGlibc.Reports;

namespace BusyboxGlibc.Tests.Reports;

[Category(Categories.Unit)]
[Parallelizable]
internal sealed class PlatformTableTests
{
    private static readonly string _hex = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    private static readonly PlatformRow[] _rows =
    [
        new("linux/amd64", 52, 17, 11_074_321, 4_700_009, "sha256:" + _hex),
        new("linux/riscv64", 1234, 9, 999, 123_456_789, "sha256:" + _hex),
    ];

    [Test]
    public void ColumnsLineUpAndDigestsAreWholeWhereProgramsRead() =>
        Assert.That(PlatformTable.Lines(_rows, null), Is.EqualTo([
            "platform       files  libraries  unpacked  compressed  digest",
            $"linux/amd64       52         17  11.07 MB     4.70 MB  sha256:{_hex}",
            $"linux/riscv64   1234          9   0.00 MB   123.46 MB  sha256:{_hex}"]));

    [TestCase(200, 71)]
    [TestCase(100, 45)]
    [TestCase(80, 25)]
    [TestCase(10, 19)]
    public void DigestsAreShortenedToTheTerminalButNotBelowTwelveDigits(int width, int length)
    {
        var lines = PlatformTable.Lines(_rows, width);
        Assert.That(lines[1].Split(' ')[^1], Has.Length.EqualTo(length));
        Assert.That(lines.Max(line => line.Length), Is.LessThanOrEqualTo(Math.Max(width, 74)));
    }

    [Test]
    public void ATableWithoutRowsIsItsHeadings() => Assert.That(PlatformTable.Lines([], 80), Has.Count.EqualTo(1));

    [TestCase(0, "0 B")]
    [TestCase(999, "999 B")]
    [TestCase(1000, "1.0 kB")]
    [TestCase(999_960, "1.0 MB")]
    [TestCase(12_345_678, "12.3 MB")]
    [TestCase(5_000_000_000, "5.0 GB")]
    [TestCase(long.MaxValue, "9223372.0 TB")]
    public void BytesAreShownInDecimalUnits(long bytes, string text) => Assert.That(HumanReadable.Bytes(bytes), Is.EqualTo(text));
}
