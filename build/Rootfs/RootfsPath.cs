using System.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>The rules for paths in the root file system, and the order in which they are written.</summary>
internal static class RootfsPath
{
    /// <summary>The longest path in bytes, PATH_MAX of limits.h(0p) on Linux, including the NUL.</summary>
    public const int MaxBytes = 4095;

    /// <summary>The longest file name in bytes, NAME_MAX of all file systems that images are unpacked on.</summary>
    public const int MaxNameBytes = 255;

    /// <summary>The maximum depth of a path: far more than any image needs, but small enough to limit what an archive can do to the tree.</summary>
    public const int MaxDepth = 64;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytewise order of the paths' UTF-8 forms; a folder comes before everything in it, because its path is their prefix.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Checks that a path is relative, without a trailing slash, an empty, <c>.</c> or <c>..</c> part or a control character, and not too long or deep.</summary>
    /// <exception cref="RootfsException">The path is not valid; the message names <paramref name="origin"/>.</exception>
    public static void Validate(string path, string origin)
    {
        if (Fault(path) is { } fault)
        {
            throw new RootfsException($"{origin}: path {Show(path)} {fault}");
        }
    }

    /// <summary>Returns the folder of a path, or null for one at the root.</summary>
    public static string? Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? null : path[..slash];
    }

    /// <summary>Returns the last part of a path.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Returns the text of a relative link from the folder of one path to another: <c>usr/bin/env</c> to <c>bin/busybox</c> is <c>../../bin/busybox</c>.</summary>
    public static string Relative(string from, string to)
    {
        var folder = from.Split('/')[..^1];
        var target = to.Split('/');
        var shared = 0;
        while (shared < folder.Length && shared < target.Length - 1 && folder[shared] == target[shared])
        {
            shared++;
        }

        return string.Join('/', Enumerable.Repeat("..", folder.Length - shared).Concat(target[shared..]));
    }

    /// <summary>Makes an untrusted path safe to display: control characters become <c>?</c>, and it is cut at 200 characters.</summary>
    internal static string Show(string path)
    {
        var head = path.Length > 200 ? path[..200] + "..." : path;
        return "'" + string.Concat(head.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)) + "'";
    }

    /// <summary>Returns what is wrong with the target of a link, or null.</summary>
    internal static string? TargetFault(string? target) =>
        string.IsNullOrEmpty(target) ? "has no target"
        : target.Any(char.IsControl) ? "has a control character in its target"
        : Bytes(target) is not (> 0 and <= MaxBytes) ? "has a target that is too long or not Unicode"
        : null;

    private static string? Fault(string path)
    {
        if (path.Length == 0)
        {
            return "is empty";
        }

        if (path[0] == '/')
        {
            return "is absolute";
        }

        if (path.Any(char.IsControl))
        {
            return "contains a control character";
        }

        if (Bytes(path) is not (> 0 and <= MaxBytes))
        {
            return $"is longer than {MaxBytes} bytes or not Unicode";
        }

        var parts = path.Split('/');
        if (parts.Length > MaxDepth)
        {
            return $"is deeper than {MaxDepth} folders";
        }

        foreach (var part in parts)
        {
            if (part.Length == 0)
            {
                return "has an empty part";
            }

            if (part is "." or "..")
            {
                return $"has a part '{part}'";
            }

            if (Encoding.UTF8.GetByteCount(part) > MaxNameBytes)
            {
                return $"has a name longer than {MaxNameBytes} bytes";
            }
        }

        return null;
    }

    private static int Bytes(string text)
    {
        try
        {
            return _strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return -1;
        }
    }

    // UTF-16 order differs from UTF-8 order only between surrogates and characters from U+E000 on: sort the surrogates above those.
    private static int Compare(string? left, string? right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var common = Math.Min(left.Length, right.Length);
        var at = left.AsSpan(0, common).CommonPrefixLength(right);
        return at == common ? left.Length.CompareTo(right.Length) : Rank(left[at]).CompareTo(Rank(right[at]));
    }

    private static int Rank(char letter) => char.IsSurrogate(letter) ? letter + 0x10000 : letter;
}
