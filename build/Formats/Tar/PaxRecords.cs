using System.Globalization;

namespace BusyboxGlibc.Formats.Tar;

/// <summary>The values that extended headers before a member override: pax records of POSIX.1, or GNU's long name and long link.</summary>
internal sealed class PaxRecords
{
    /// <summary>The path, or null.</summary>
    public byte[]? Path { get; private set; }

    /// <summary>The link target, or null.</summary>
    public byte[]? Link { get; private set; }

    /// <summary>The size in bytes, or null.</summary>
    public long? Size { get; private set; }

    /// <summary>Seconds since 1970, without fractions, or null.</summary>
    public long? Time { get; private set; }

    /// <summary>The numeric owner, or null.</summary>
    public long? User { get; private set; }

    /// <summary>The numeric group, or null.</summary>
    public long? Group { get; private set; }

    /// <summary>Whether the content is that of a sparse file, stored in parts.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>Whether the member has extended attributes, or names in another character set.</summary>
    public bool HasAttributes { get; private set; }

    /// <summary>The fields with two values; the last value counts.</summary>
    public string? Twice { get; private set; }

    /// <summary>Whether nothing is set.</summary>
    public bool IsEmpty => Path is null && Link is null && Size is null && Time is null && User is null && Group is null && !IsSparse && !HasAttributes;

    /// <summary>Resets all values after a member has used them.</summary>
    public void Clear()
    {
        Path = Link = null;
        Size = Time = User = Group = null;
        IsSparse = HasAttributes = false;
        Twice = null;
    }

    /// <summary>Reads one extended header.</summary>
    /// <param name="type">Its type flag: <c>L</c>, <c>K</c>, <c>x</c> or <c>g</c>, which may contain only comments.</param>
    /// <param name="data">Its content.</param>
    /// <returns>Null, or why it is not accepted.</returns>
    public string? Read(char type, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case 'x':
                return ReadRecords(data);
            case 'g':
                var global = new PaxRecords();
                return global.ReadRecords(data) ?? (global.IsEmpty ? null : "a global pax header changes every member after it");
            default:
                // A C string: it ends at the first NUL.
                var end = data.IndexOf((byte)0);
                var text = end < 0 ? data : data[..end];
                return Set(type == 'L' ? "path"u8 : "linkpath"u8, text) ? null : "a long name is empty";
        }
    }

    // LENGTH KEY=VALUE\n
    private string? ReadRecords(ReadOnlySpan<byte> data)
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

            data = data[length..];
        }

        return null;
    }

    private bool Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8))
        {
            Once(Path, "path");
            Path = value.ToArray();
            return !value.IsEmpty;
        }

        if (key.SequenceEqual("linkpath"u8))
        {
            Once(Link, "linkpath");
            Link = value.ToArray();
            return !value.IsEmpty;
        }

        if (key.SequenceEqual("mtime"u8))
        {
            Once(Time, "mtime");
            return (Time = Seconds(value)) is not null;
        }

        if (key.SequenceEqual("size"u8))
        {
            Once(Size, "size");
            return (Size = Natural(value)) is not null;
        }

        if (key.SequenceEqual("uid"u8))
        {
            Once(User, "uid");
            return (User = Natural(value)) is not null;
        }

        if (key.SequenceEqual("gid"u8))
        {
            Once(Group, "gid");
            return (Group = Natural(value)) is not null;
        }

        // Owner names, access times and comments are not used in the image.
        IsSparse |= key.StartsWith("GNU.sparse."u8);
        HasAttributes |= key.StartsWith("SCHILY.xattr"u8) || key.SequenceEqual("hdrcharset"u8);
        return true;
    }

    private void Once(object? before, string key) => Twice ??= before is null ? null : key;

    // A fraction counts upwards from the whole second, also before 1970, so it must be rounded down.
    private static long? Seconds(ReadOnlySpan<byte> value)
    {
        var dot = value.IndexOf((byte)'.');
        var whole = dot < 0 ? value : value[..dot];
        var fraction = dot < 0 ? default : value[(dot + 1)..];
        var isNumber = long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) && !fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        return !isNumber ? null : whole.StartsWith("-"u8) && fraction.ContainsAnyExcept((byte)'0') && time > long.MinValue ? time - 1 : time;
    }

    private static long? Natural(ReadOnlySpan<byte> value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
