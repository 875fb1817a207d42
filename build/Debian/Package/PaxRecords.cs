using System.Globalization;

namespace BusyboxGlibc.Debian.Package;

/// <summary>What the extended header before a member overrides: pax records of POSIX.1, or GNU's long name and long link.</summary>
internal sealed class PaxRecords
{
    /// <summary>The path, or null.</summary>
    public byte[]? Path { get; set; }

    /// <summary>The link target, or null.</summary>
    public byte[]? Link { get; set; }

    /// <summary>The size in bytes, or null.</summary>
    public long? Size { get; private set; }

    /// <summary>Seconds since 1970, fractions dropped, or null.</summary>
    public long? Time { get; private set; }

    /// <summary>The numeric owner, or null.</summary>
    public long? User { get; private set; }

    /// <summary>The numeric group, or null.</summary>
    public long? Group { get; private set; }

    /// <summary>Whether nothing is set.</summary>
    public bool IsEmpty => Path is null && Link is null && Size is null && Time is null && User is null && Group is null;

    /// <summary>Forgets everything: a member has used it.</summary>
    public void Clear()
    {
        Path = Link = null;
        Size = Time = User = Group = null;
    }

    /// <summary>Reads the records <c>LENGTH KEY=VALUE\n</c> of an extended header.</summary>
    /// <returns>Null, or why they cannot be accepted.</returns>
    public string? Read(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var blank = data.IndexOf((byte)' ');
            if (blank is < 1 or > 9
                || !int.TryParse(data[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= blank + 1 || length > data.Length || data[length - 1] != (byte)'\n')
            {
                return "a pax header is damaged";
            }

            var record = data[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                return "a pax header is damaged";
            }

            if (!Set(record[..equals], record[(equals + 1)..]))
            {
                return "a pax header has a value that is not allowed";
            }

            if (record.StartsWith("GNU.sparse."u8))
            {
                return "it is a sparse file, which no package may hold";
            }

            data = data[length..];
        }

        return null;
    }

    private bool Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8))
        {
            Path = value.ToArray();
            return !value.IsEmpty;
        }

        if (key.SequenceEqual("linkpath"u8))
        {
            Link = value.ToArray();
            return !value.IsEmpty;
        }

        if (key.SequenceEqual("mtime"u8))
        {
            // A fraction counts upwards from the whole second also before 1970, so that dropping it must round down.
            var dot = value.IndexOf((byte)'.');
            var whole = dot < 0 ? value : value[..dot];
            var parsed = long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time);
            var fraction = dot < 0 ? default : value[(dot + 1)..];
            Time = whole.StartsWith("-"u8) && fraction.ContainsAnyExcept((byte)'0') && time > long.MinValue ? time - 1 : time;
            return parsed && !fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        }

        if (key.SequenceEqual("size"u8))
        {
            Size = Natural(value);
            return Size is not null;
        }

        if (key.SequenceEqual("uid"u8))
        {
            User = Natural(value);
            return User is not null;
        }

        if (key.SequenceEqual("gid"u8))
        {
            Group = Natural(value);
            return Group is not null;
        }

        // Names of owners, access times, comments and extended attributes have no place in the image.
        return true;
    }

    private static long? Natural(ReadOnlySpan<byte> value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
