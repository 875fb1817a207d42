using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>Damages bytes at random, the same way for the same seed.</summary>
internal static class Mutation
{
    public static byte[] Of(byte[] source, Random random)
    {
        var bytes = source.ToList();
        for (var count = random.Next(1, 6); count > 0 && bytes.Count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes[at] = (byte)" \t\n\r:-/,.~0"[random.Next(11)];
                    break;
            }
        }

        return [.. bytes];
    }
}

/// <summary>The parsers of signed and of unsigned text on damaged input: the room's own error, or an answer.</summary>
[Category(Categories.Faults)]
internal sealed class ArchiveFuzzTests
{
    private const string Release =
        "Suite: stable\nCodename: trixie\nDate: Sat, 07 Mar 2026 09:10:11 UTC\nArchitectures: all amd64\nSHA256:\n"
        + " e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 12 main/a\n e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 34 main/b.gz\n";

    [Test]
    public void ADamagedSignedFileIsRefusedOrGivesTheSignedText()
    {
        var good = TestKey.Archive.Sign(Release, TestArchive.Now.UtcDateTime);
        var keyring = TestKey.Archive.Keyring;
        Each(good, 700, bytes =>
        {
            var text = Encoding.UTF8.GetString(ClearSignedFile.Verify(bytes, "it", keyring, TestArchive.Now.UtcDateTime).Text);

            // Blanks at the ends of lines are not signed, RFC 9580 section 7.2.
            Assert.That(text.Split('\n').Select(line => line.TrimEnd()), Is.EqualTo(Release.Split('\n').Select(line => line.TrimEnd())));
        });
    }

    [Test]
    public void ADamagedReleaseFileIsRefusedOrRead() => Each(Encoding.UTF8.GetBytes(Release), 2000, bytes => ReleaseFile.Parse(bytes, "it"));

    [Test]
    public void DamagedStanzasAreRefusedOrRead() => Each(Encoding.UTF8.GetBytes(Release + "\n" + Release), 2000, bytes =>
    {
        var reader = new Deb822Reader(new MemoryStream(bytes), "it");
        while (reader.Read())
        {
        }
    });

    private static void Each(byte[] good, int rounds, Action<byte[]> read)
    {
        var random = new Random(11);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var round = 0; round < rounds; round++)
        {
            try
            {
                read(Mutation.Of(good, random));
            }
            catch (DebianException)
            {
                // Refused, as it should be.
            }
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
    }
}
