using System.Text;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>Checks that the interpreter of a script is in the image, execve(2).</summary>
internal static class ScriptCheck
{
    // The kernel reads no more of the first line.
    private const int LongestLine = 255;

    private static readonly string[] _path = ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"];

    /// <summary>Checks a script.</summary>
    /// <param name="content">Its text, which begins with <c>#!</c>.</param>
    /// <param name="trees">Where its interpreter may be: the image, and what was given.</param>
    public static BinaryFinding Of(ReadOnlySpan<byte> content, params RootfsTree[] trees)
    {
        var line = content[2..Math.Min(content.Length, LongestLine)];
        var end = line.IndexOf((byte)'\n');
        var words = SafeText.Text(Encoding.UTF8.GetString(end < 0 ? line : line[..end])).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return new BinaryFinding("damaged", FindingWeight.Unanswered, "is a script that names no interpreter");
        }

        bool Has(string path) => trees.Any(tree => tree.Resolve(path) is { } found && tree.TryGet(found, out var entry) && entry.Type == RootfsEntryType.File);
        var command = words[0].EndsWith("/env", StringComparison.Ordinal) ? words.Skip(1).FirstOrDefault(word => !word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal)) : null;
        var missing = !Has(words[0]) ? words[0] : command is not null && !_path.Any(folder => Has($"{folder}/{command}")) ? command : null;
        return missing is null
            ? new BinaryFinding("fine", FindingWeight.Fine, $"is a script for {command ?? words[0]}, which is in the image")
            : new BinaryFinding("missing-interpreter", FindingWeight.Missing, $"is a script for {missing}, which is not in the image")
            {
                Name = missing,
                Next = $"add {missing[(missing.LastIndexOf('/') + 1)..]} to Commands in cake.config",
            };
    }
}
