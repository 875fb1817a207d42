using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;

namespace BusyboxGlibc.Tests.Debian.Package;

/// <summary>Short forms of reading a package file, for the tests.</summary>
internal static class DebReading
{
    public static List<DebEntry> Entries(byte[] deb, DebLimits? limits = null)
    {
        using var file = DebFile.Open(new MemoryStream(deb), "test.deb", limits);
        var entries = new List<DebEntry>();
        file.ReadData((entry, _) =>
        {
            entries.Add(entry);
            return true;
        });
        return entries;
    }

    /// <summary>Reads every byte of every file.</summary>
    public static long Drain(byte[] deb)
    {
        using var file = DebFile.Open(new MemoryStream(deb), "test.deb");
        var buffer = new byte[1 << 14];
        var total = 0L;
        file.ReadData((_, content) =>
        {
            for (int count; content is not null && (count = content.Read(buffer)) > 0;)
            {
                total += count;
            }

            return true;
        });
        return total;
    }

    /// <summary>Asserts the refusal and that it names the file, the path and the reason.</summary>
    public static void Refused(byte[] deb, string reason, string? path = null, DebLimits? limits = null)
    {
        var error = Assert.Throws<DebianException>(() => Entries(deb, limits))!;
        Assert.That(error.Message, Does.Contain("test.deb").And.Contain(reason));
        if (path is not null)
        {
            Assert.That(error.Where, Does.EndWith(path));
        }
    }
}
