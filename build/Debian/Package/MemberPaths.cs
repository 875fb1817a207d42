using System.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// Decides which paths and links a package may contain. A member's path is relative to the package root, with or without a leading <c>./</c> or
/// <c>/</c>, as in dpkg; empty parts and an inner <c>.</c> are ignored. Refused are: a part <c>..</c>; control characters and invalid UTF-8; a path
/// below a member of the same package that is not a folder, which is what writing through a link requires. If a path occurs again, the last one
/// counts, as for dpkg: a file or link replaces another one and an empty folder, a folder replaces a link; but a link does not replace a folder. A
/// symbolic link is resolved by its text alone: an absolute one from the package root, a relative one from its own folder; a <c>..</c> at the root is
/// refused, wherever the rest leads. A hard link must name a regular file that came before it.
/// </summary>
internal sealed class MemberPaths(DebLimits limits, DebPlace place)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, Kind> _known = new(StringComparer.Ordinal) { ["/"] = Kind.FullFolder };
    private readonly Dictionary<string, string> _linked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _linkedTo = new(StringComparer.Ordinal);
    private long _characters;

    private enum Kind
    {
        EmptyFolder,
        FullFolder,
        File,
        SymbolicLink,
    }

    /// <summary>Converts the name of a member to a normalized absolute path.</summary>
    /// <exception cref="DebianException">The name is refused.</exception>
    public string Normalise(ReadOnlySpan<byte> name, bool isDirectory)
    {
        var text = Text(name, "path");
        var path = new StringBuilder(text.Length + 1);
        foreach (var part in text.AsSpan().Split('/'))
        {
            switch (text.AsSpan(part))
            {
                case "..":
                    throw place.Error("its path contains \"..\"");
                case "" or ".":
                    break;
                case var plain:
                    path.Append('/').Append(plain);
                    break;
            }
        }

        return path.Length > 0 ? path.ToString() : isDirectory ? "/" : throw place.Error("the package root is not a folder");
    }

    /// <summary>Adds a member after checking its link.</summary>
    /// <param name="path">Its normalized path.</param>
    /// <param name="type">Its type.</param>
    /// <param name="link">The target of a link, unchanged.</param>
    /// <param name="target">The link target to report: unchanged for a symbolic link, the path of the file for a hard link.</param>
    /// <returns>Whether the member counts: false for a symbolic link where the package has a folder.</returns>
    /// <exception cref="DebianException">The path or the link is refused.</exception>
    public bool TryEnter(string path, DebEntryType type, ReadOnlySpan<byte> link, out string? target)
    {
        if (path != "/")
        {
            EnterFolders(path.AsSpan(0, path.LastIndexOf('/')));
        }

        Kind? before = _known.TryGetValue(path, out var kind) ? kind : null;
        target = type switch
        {
            DebEntryType.SymbolicLink => SymbolicTarget(path, link),
            DebEntryType.HardLink => HardTarget(link),
            _ => null,
        };
        if (type == DebEntryType.SymbolicLink && before is (Kind.EmptyFolder or Kind.FullFolder))
        {
            return false;
        }

        CheckPlace(path, type, before, target);
        Count(path.Length);
        _linked.Remove(path);
        _known[path] = type switch
        {
            DebEntryType.Directory => before == Kind.FullFolder ? Kind.FullFolder : Kind.EmptyFolder,
            DebEntryType.SymbolicLink => Kind.SymbolicLink,
            _ => Kind.File,
        };
        if (type == DebEntryType.HardLink)
        {
            _linked[path] = target!;
            _linkedTo.Add(target!);
        }

        return true;
    }

    private void CheckPlace(string path, DebEntryType type, Kind? before, string? target)
    {
        if (before == Kind.FullFolder && type != DebEntryType.Directory)
        {
            throw place.Error("an earlier member is inside it, so it must be a folder");
        }

        if (before == Kind.File && type == DebEntryType.Directory)
        {
            throw place.Error("its path is both a file and a folder");
        }

        // The other name would keep the old content, which is no longer available.
        if (before is not null && (_linkedTo.Contains(path) || target == path))
        {
            throw place.Error("its path occurs again after a hard link to it");
        }
    }

    /// <summary>Adds the folders above a path that have no member of their own, up to the first known one.</summary>
    private void EnterFolders(ReadOnlySpan<char> folder)
    {
        var lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        while (!folder.IsEmpty)
        {
            if (lookup.TryGetValue(folder, out var kind))
            {
                if (kind is Kind.File or Kind.SymbolicLink)
                {
                    throw place.Error($"its path passes through {DebPlace.Shown(folder.ToString())}, which this package contains as a {(kind == Kind.File ? "file" : "symbolic link")}");
                }

                lookup[folder] = Kind.FullFolder;
                return;
            }

            Count(folder.Length);
            lookup[folder] = Kind.FullFolder;
            folder = folder[..folder.LastIndexOf('/')];
        }
    }

    private string SymbolicTarget(string path, ReadOnlySpan<byte> link)
    {
        var text = Text(link, "link target");
        Count(text.Length);
        var depth = text.StartsWith('/') ? 0 : path.AsSpan().Count('/') - 1;
        foreach (var range in text.AsSpan().Split('/'))
        {
            var part = text.AsSpan()[range];
            if (part is "..")
            {
                if (depth-- == 0)
                {
                    throw place.Error($"its link target {DebPlace.Shown(text)} points outside the package root");
                }
            }
            else if (part is not ("" or "."))
            {
                depth++;
            }
        }

        return text;
    }

    private string HardTarget(ReadOnlySpan<byte> link)
    {
        var target = Normalise(link, isDirectory: false);
        if (!_known.TryGetValue(target, out var kind) || kind != Kind.File)
        {
            throw place.Error($"it is a hard link to {DebPlace.Shown(target)}, which is not an earlier file");
        }

        return _linked.GetValueOrDefault(target, target);
    }

    private string Text(ReadOnlySpan<byte> bytes, string what)
    {
        if (bytes.IsEmpty)
        {
            throw place.Error($"its {what} is empty");
        }

        if (bytes.Length > limits.MaxPathLength)
        {
            throw place.Error($"its {what} is longer than {limits.MaxPathLength} bytes");
        }

        if (bytes.ContainsAnyInRange((byte)0, (byte)0x1F) || bytes.Contains((byte)0x7F))
        {
            throw place.Error($"its {what} has a control character");
        }

        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw place.Error($"its {what} is not UTF-8", error);
        }
    }

    private void Count(int length)
    {
        _characters += length;
        if (_characters > limits.MaxPathCharacters)
        {
            throw place.Error($"its paths together are longer than {limits.MaxPathCharacters} characters");
        }
    }
}
