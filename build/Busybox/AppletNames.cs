using System.Text;

namespace BusyboxGlibc.Busybox;

/// <summary>
/// Finds the applet names in a BusyBox binary without running it: its read-only data contains them as one array of NUL-terminated names, sorted
/// bytewise, starting with <c>[</c> and ending with an empty one (<c>applet_names</c> in BusyBox's <c>applet_tables.h</c>), independent of the
/// target's word size and byte order.
/// </summary>
internal static class AppletNames
{
    private const int MaxNameBytes = 32;
    private const int MaxNames = 2000;

    // Other occurrences of "[" in a program are not followed by these.
    private static readonly string[] _expected = ["[", "ash", "cat", "ls", "sh"];

    /// <summary>Returns the names in the order of the array, which is ordinal.</summary>
    /// <param name="binary">The program's bytes.</param>
    /// <param name="name">Name for error messages.</param>
    /// <exception cref="BusyboxException">There is no such array, or there are two different ones.</exception>
    public static IReadOnlyList<string> Find(ReadOnlySpan<byte> binary, string name)
    {
        IReadOnlyList<string>? found = null;
        var at = 0;
        while (true)
        {
            var next = binary[at..].IndexOf("\0[\0"u8);
            if (next < 0)
            {
                break;
            }

            at += next + 1;
            if (Run(binary[at..]) is { } names)
            {
                if (found is not null && !found.SequenceEqual(names, StringComparer.Ordinal))
                {
                    throw new BusyboxException($"{name} contains two different lists of applets", why: $"one of {found.Count} and one of {names.Count} names");
                }

                found = names;
            }
        }

        return found ?? throw new BusyboxException($"{name} is not a BusyBox with a shell", why: "its data contains no list of applet names with ash, cat, ls and sh");
    }

    private static List<string>? Run(ReadOnlySpan<byte> data)
    {
        var names = new List<string>();
        while (names.Count < MaxNames)
        {
            var end = data[..Math.Min(data.Length, MaxNameBytes + 1)].IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            if (end == 0)
            {
                return _expected.All(names.Contains) ? names : null;
            }

            if (!data[..end].ContainsAnyExcept(Allowed))
            {
                var name = Encoding.ASCII.GetString(data[..end]);
                if (names.Count == 0 || string.CompareOrdinal(names[^1], name) < 0)
                {
                    names.Add(name);
                    data = data[(end + 1)..];
                    continue;
                }
            }

            return null;
        }

        return null;
    }

    private static System.Buffers.SearchValues<byte> Allowed { get; } =
        System.Buffers.SearchValues.Create("[abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-"u8);
}
