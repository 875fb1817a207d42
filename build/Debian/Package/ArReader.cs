using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Reads the ar(5) archive of a package, deb(5), forward only. Names may end in <c>/</c> as in GNU ar, or come
/// before the content as in BSD ar (<c>#1/LENGTH</c>); a GNU name table is refused, because no package needs one.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A member's content holds nothing to release: the package file is its owner's.")]
internal sealed class ArReader
{
    private const int HeaderSize = 60;
    private const int LongestName = 255;

    private readonly Stream _source;
    private readonly DebPlace _place;
    private readonly byte[] _header = new byte[HeaderSize];
    private ArContent? _current;
    private bool _odd;

    /// <summary>Reads the magic of the archive.</summary>
    /// <exception cref="DebianException">The file is not an ar archive.</exception>
    public ArReader(Stream source, DebPlace place)
    {
        _source = source;
        _place = place;
        var magic = _header.AsSpan(0, 8);
        if (Fill(magic) != magic.Length || !magic.SequenceEqual("!<arch>\n"u8))
        {
            throw place.Error("it is not a Debian package: it does not start with \"!<arch>\"");
        }
    }

    /// <summary>Skips the rest of the current member and advances to the next.</summary>
    /// <returns>Its name and content, or null at the end of the file.</returns>
    /// <exception cref="DebianException">A header is damaged, or the file is truncated.</exception>
    public (string Name, ArContent Content)? Next()
    {
        if (_current is not null)
        {
            _current.SkipRest();
            if (_odd && (Fill(_header.AsSpan(0, 1)) != 1 || _header[0] != (byte)'\n'))
            {
                throw _place.Error("it is truncated or damaged after a member");
            }
        }

        _place.Member = null;
        _place.Path = null;
        _current = null;
        var got = Fill(_header);
        if (got == 0)
        {
            return null;
        }

        if (got != HeaderSize || !_header.AsSpan(58).SequenceEqual("`\n"u8))
        {
            throw _place.Error("it is truncated, or its members are followed by data that is not an archive member");
        }

        var size = Number(_header.AsSpan(48, 10));
        _odd = (size & 1) != 0;
        if (_source.CanSeek && size > _source.Length - _source.Position)
        {
            throw _place.Error($"a member declares {size} bytes, more than remain in the file");
        }

        var name = Name(Trimmed(_header.AsSpan(0, 16)), ref size);
        _place.Member = name;
        _current = new ArContent(_source, size, _place);
        return (name, _current);
    }

    private string Name(ReadOnlySpan<byte> field, ref long size)
    {
        if (field.StartsWith("#1/"u8))
        {
            if (!int.TryParse(field[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length is 0 or > LongestName || length > size)
            {
                throw _place.Error("a member's name has an invalid length");
            }

            var bytes = new byte[length];
            if (Fill(bytes) != length)
            {
                throw _place.Error("it is truncated in a member's name");
            }

            size -= length;
            return Text(bytes.AsSpan().TrimEnd((byte)0));
        }

        return Text(field.Length > 1 && field[^1] == (byte)'/' ? field[..^1] : field);
    }

    private string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) || bytes.Contains((byte)'/'))
        {
            throw _place.Error("a member of the outer archive has a name that is not allowed");
        }

        return Encoding.ASCII.GetString(bytes);
    }

    private long Number(ReadOnlySpan<byte> field)
    {
        var digits = Trimmed(field);
        return !digits.IsEmpty && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw _place.Error("a member's size is not a number");
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> field) => field.TrimEnd((byte)' ');

    private int Fill(Span<byte> target)
    {
        try
        {
            return _source.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        }
        catch (IOException error)
        {
            throw _place.Error($"it cannot be read: {error.Message}", error);
        }
    }
}
