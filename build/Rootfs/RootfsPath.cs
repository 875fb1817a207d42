using System.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>The rules of a path in the root file system, and the order paths are written in.</summary>
internal static class RootfsPath
{
    /// <summary>Bytes of the longest path, as PATH_MAX of limits.h(0p) on Linux, its NUL counted.</summary>
    public const int MaxBytes = 4095;

    /// <summary>Bytes of the longest file name, NAME_MAX of every file system an image is unpacked on.</summary>
    public const int MaxNameBytes = 255;

    /// <summary>Folders a path may lie under: far more than any image has, few enough that no archive can blow up the tree.</summary>
    public const int MaxDepth = 64;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Plain bytewise order of the paths' UTF-8 forms; a folder comes before everything in it, as its path is their prefix.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Checks that a path is relative, without a trailing slash, an empty, <c>.</c> or <c>..</c> part or a control character, and not too long or deep.</summary>
    /// <exception cref="RootfsException">It is not; the message names <paramref name="origin"/>.</exception>
    public static void Validate(string path, string origin)
    {
        if (Fault(path) is { } fault)
        {
            throw new RootfsException($"{origin}: path {Show(path)} {fault}");
        }
    }

    /// <summary>The folder a path lies in, or null for one at the root.</summary>
    public static string? Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? null : path[..slash];
    }

    /// <summary>The last part of a path.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The text of a relative link from the folder of one path to another: <c>usr/bin/env</c> to <c>bin/busybox</c> is <c>../../bin/busybox</c>.</summary>
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

    /// <summary>A path that came from outside, fit to be shown: control characters as <c>?</c>, cut at 200 characters.</summary>
    internal static string Show(string path)
    {
        var head = path.Length > 200 ? path[..200] + "..." : path;
        return "'" + string.Concat(head.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)) + "'";
    }

    /// <summary>What is wrong with text that shall be a link's target, or null.</summary>
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
            return "holds a control character";
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

    // UTF-16 order differs from UTF-8 order only where a surrogate meets a character from U+E000 on: lift the surrogates above those.
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
