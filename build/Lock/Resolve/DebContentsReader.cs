using System.Text;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Formats.Elf;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>Reads a package file into <see cref="DebContents"/>, in one pass over its data.</summary>
internal static class DebContentsReader
{
    private const int CopyrightLimit = 4 << 20;
    private const string LicenceFolder = "/usr/share/common-licenses/";

    /// <summary>Reads the package file at <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name in an error.</param>
    /// <param name="keep">Stores every member for later use; null to store none.</param>
    /// <param name="cancellation">Cancels between two members.</param>
    /// <exception cref="BusyboxGlibc.Foundation.Errors.BuildException">It cannot be read or is damaged.</exception>
    public static DebContents Read(string path, string name, PackageCacheWriter? keep, CancellationToken cancellation)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using var deb = DebFile.Open(stream, name);
            return Read(deb, name, keep, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LockException($"cannot read the package file {name}", path, error.Message, inner: error);
        }
    }

    /// <summary>Reads an opened package file.</summary>
    public static DebContents Read(DebFile deb, string name, PackageCacheWriter? keep, CancellationToken cancellation)
    {
        // In archive order; if a path is repeated, the last entry wins, which may be a folder in place of a link.
        var members = new Dictionary<string, DebMember?>(StringComparer.Ordinal);
        var folders = new List<string>();
        using var buffer = new MemberBuffer();
        deb.ReadData((entry, content) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var whole = content is null ? default : buffer.Read(content, entry.Size);
            keep?.Add(entry, whole.Span);
            if (entry.Type != DebEntryType.Directory || members.ContainsKey(entry.Path))
            {
                members[entry.Path] = entry.Type == DebEntryType.Directory ? null : MemberOf(entry, whole, name);
            }

            if (entry.Type == DebEntryType.File && LdSoConf.IsIncluded(entry.Path))
            {
                folders.AddRange(LdSoConf.Folders(whole));
            }

            return true;
        });
        keep?.Complete(deb.Control);
        return new DebContents(name, members.Values.OfType<DebMember>(), deb.Control.Alternatives) { LoaderFolders = folders };
    }

    private static DebMember MemberOf(DebEntry entry, ReadOnlyMemory<byte> content, string name)
    {
        var target = entry.LinkTarget is null ? null : LinkText.Target(entry.Path, entry.LinkTarget);
        var isCopyright = entry.Type == DebEntryType.File && IsCopyright(entry.Path);
        var licences = isCopyright ? LicencesIn(Encoding.Latin1.GetString(content.Span[..Math.Min(content.Length, CopyrightLimit)])) : [];
        return new DebMember(
            entry.Path, entry.Type == DebEntryType.SymbolicLink, target, entry.ModificationTime, isCopyright ? null : ElfOf(entry, content, name), licences)
        {
            Size = entry.Size,
        };
    }

    private static ElfNeeds? ElfOf(DebEntry entry, ReadOnlyMemory<byte> content, string name)
    {
        // Objects for the linker, inside or outside an archive, are never loaded at run time.
        if (!ElfFile.IsElf(content) || entry.Path.EndsWith(".o", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var elf = ElfFile.Read(content, $"{name}: {entry.Path}");
            return ElfNeeds.Of(elf);
        }
        catch (ElfException)
        {
            // A package may contain damaged ELF files as test data. If one is used, it fails because it has no machine.
            return null;
        }
    }

    private static bool IsCopyright(string path) =>
        path.StartsWith("/usr/share/doc/", StringComparison.Ordinal) && path.EndsWith("/copyright", StringComparison.Ordinal);

    private static string[] LicencesIn(string text)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (var at = text.IndexOf(LicenceFolder, StringComparison.Ordinal); at >= 0; at = text.IndexOf(LicenceFolder, at, StringComparison.Ordinal))
        {
            at += LicenceFolder.Length;
            var end = at;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '.' or '+' or '_'))
            {
                end++;
            }

            // A dot at the end belongs to the sentence, not to the name.
            var name = text[at..end].TrimEnd('.', '-');
            if (name.Length > 0)
            {
                names.Add(name);
            }
        }

        return [.. names];
    }
}
