using System.Text;

namespace BusyboxGlibc.Rootfs;

/// <summary>
/// <c>/usr/lib/os-release</c>, os-release(5): Debian's own, so that scanners match its packages, with a name that describes the image.
/// </summary>
internal static class SystemIdentity
{
    private const string PrettyName = "PRETTY_NAME";
    private static readonly string[] _ours = [PrettyName, "VARIANT", "VARIANT_ID"];

    /// <summary>Adds the file and the link <c>/etc/os-release</c>.</summary>
    /// <exception cref="RootfsException">Debian's file is malformed or does not identify a system.</exception>
    internal static void AddTo(RootfsTree tree, ReadOnlyMemory<byte> debian)
    {
        var text = Encoding.UTF8.GetString(debian.Span);
        var result = new StringBuilder();
        string? debianName = null;
        var hasId = false;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var trimmed = line.TrimEnd('\r');
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            var equals = trimmed.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !trimmed[..equals].All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || trimmed.Any(char.IsControl))
            {
                throw new RootfsException("a line is not KEY=value", where: $"{BaseParts.OsRelease}:{index + 1}", why: $"the line is {RootfsPath.Show(trimmed)}");
            }

            var key = trimmed[..equals];
            debianName = key == PrettyName ? trimmed[(equals + 1)..].Trim('"') : debianName;
            hasId |= key == "ID";
            if (!_ours.Contains(key))
            {
                result.Append(trimmed).Append('\n');
            }
        }

        if (debianName is null || !hasId)
        {
            throw new RootfsException($"{BaseParts.OsRelease} has no {(hasId ? PrettyName : "ID")}");
        }

        result.Insert(0, $"{PrettyName}=\"BusyBox with glibc on {debianName}\"\n");
        result.Append("VARIANT=\"BusyBox with glibc\"\nVARIANT_ID=busybox-glibc\n");
        Skeleton.AddFile(tree, "usr/lib/os-release", Encoding.UTF8.GetBytes(result.ToString()));
        Skeleton.AddLink(tree, "etc/os-release", "../usr/lib/os-release");
    }
}
