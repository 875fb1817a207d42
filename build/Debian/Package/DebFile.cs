namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// A binary package file, deb(5) format 2, read forward from a stream: the control archive on opening, the data archive member by member. Nothing is
/// unpacked to disk, and no file is held in memory as a whole. Every error in the file, including an unsafe path, is a <see cref="DebianException"/>
/// that states file, member and reason.
/// </summary>
internal sealed class DebFile : IDisposable
{
    private const int FileBuffer = 1 << 16;

    private readonly Stream _stream;
    private readonly DebPlace _place;
    private readonly DebLimits _limits;
    private readonly ArReader _archive;
    private bool _dataTaken;

    private DebFile(Stream stream, string name, DebLimits limits)
    {
        _stream = new BufferedStream(stream, FileBuffer);
        _limits = limits;
        _place = new DebPlace(name);
        _archive = new ArReader(_stream, _place);
        CheckFormat();
        Control = ReadControl();
    }

    /// <summary>The content of the control archive.</summary>
    public DebControl Control { get; }

    /// <summary>Reads the outer archive up to the data archive.</summary>
    /// <param name="stream">The package file, positioned at its start; closed with this object, or here if opening fails.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="limits">Size limits, or null for <see cref="DebLimits.Default"/>.</param>
    /// <exception cref="DebianException">The file is not a usable package file.</exception>
    public static DebFile Open(Stream stream, string name, DebLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return new DebFile(stream, name, limits ?? DebLimits.Default);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the data archive in its own order. After it was read to its end, everything that the file format allows to verify has been verified. The
    /// package root itself is a member too, <c>/</c>. The target of a hard link is always a regular file visited before. A path may occur more than
    /// once: the last one counts, as for dpkg(1).
    /// </summary>
    /// <param name="visit">Called with a member and, for a regular file, its content, which is valid only during the call and may be left unread;
    /// returns false to stop without reading the rest. Its exceptions are not caught.</param>
    /// <exception cref="DebianException">The archive is damaged, truncated, unsafe or too large.</exception>
    /// <exception cref="InvalidOperationException">The archive was read before: it is a stream and can be read only once.</exception>
    public void ReadData(Func<DebEntry, Stream?, bool> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (_dataTaken)
        {
            throw new InvalidOperationException("the data archive can be read only once");
        }

        _dataTaken = true;
        var (name, content) = NextPart("data.tar");
        using (var tar = Decompression.Open(name, content, _limits, _place))
        {
            var members = new PackageMembers(tar, _place, _limits);
            while (members.Next() is { } entry)
            {
                if (!visit(entry, members.Content))
                {
                    return;
                }
            }
        }

        CheckEnd();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void CheckFormat()
    {
        if (_archive.Next() is not { Name: "debian-binary" } first)
        {
            throw _place.Error("its first member is not debian-binary");
        }

        Span<byte> text = stackalloc byte[64];
        var length = first.Content.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        if (!text[..length].StartsWith("2."u8) || !text[..length].Contains((byte)'\n'))
        {
            throw _place.Error("its format is not 2.x");
        }
    }

    private DebControl ReadControl()
    {
        var (name, content) = NextPart("control.tar");
        byte[]? control = null;
        byte[] md5Sums = [];
        byte[] script = [];
        byte[] symbols = [];
        var small = _limits with { MaxMemberSize = _limits.MaxControlSize, MaxUnpackedSize = _limits.MaxControlSize };
        using (var tar = Decompression.Open(name, content, small, _place))
        {
            var members = new PackageMembers(tar, _place, small);
            while (members.Next() is { } entry)
            {
                if (entry is { Path: "/control" or "/md5sums", Type: not DebEntryType.File })
                {
                    throw _place.Error("it is not a regular file");
                }

                switch (entry.Path)
                {
                    case "/control":
                        control = Whole(members.Content!);
                        break;
                    case "/md5sums":
                        md5Sums = Whole(members.Content!);
                        break;
                    case "/postinst" when entry.Type == DebEntryType.File:
                        script = Whole(members.Content!);
                        break;
                    case "/symbols" when entry.Type == DebEntryType.File:
                        symbols = Whole(members.Content!);
                        break;
                }
            }
        }

        if (control is null)
        {
            throw _place.Error("it has no control file");
        }

        _place.Path = "/control";
        var parsed = DebControl.Parse(control, md5Sums, _place);
        _place.Path = null;
        return parsed with { Alternatives = AlternativeLink.In(script, parsed.Architecture), Symbols = symbols };
    }

    /// <summary>Grows with the bytes received, not to the size that the header declares.</summary>
    private static byte[] Whole(Stream content)
    {
        using var whole = new MemoryStream();
        content.CopyTo(whole);
        return whole.ToArray();
    }

    private (string Name, ArContent Content) NextPart(string prefix)
    {
        while (_archive.Next() is { } member)
        {
            if (member.Name == prefix || member.Name.StartsWith(prefix + ".", StringComparison.Ordinal))
            {
                return (member.Name, member.Content);
            }

            if (!member.Name.StartsWith('_'))
            {
                throw _place.Error($"a member {prefix}* is expected here, not \"{DebPlace.Shown(member.Name)}\"");
            }
        }

        throw _place.Error($"it has no member {prefix}*");
    }

    /// <summary>Members after the data archive are ignored, as deb(5) states, but they must be valid members, and not a second part.</summary>
    private void CheckEnd()
    {
        while (_archive.Next() is { } member)
        {
            if (member.Name == "debian-binary" || member.Name.StartsWith("control.tar", StringComparison.Ordinal)
                || member.Name.StartsWith("data.tar", StringComparison.Ordinal))
            {
                throw _place.Error("it has this member twice or in the wrong place");
            }
        }
    }
}
