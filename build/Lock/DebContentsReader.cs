using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Elf;

namespace BusyboxGlibc.Lock;

/// <summary>Reads a package file into <see cref="DebContents"/>, in one pass over its data.</summary>
internal static class DebContentsReader
{
    private const int CopyrightLimit = 4 << 20;
    private const string LicenceFolder = "/usr/share/common-licenses/";

    /// <summary>Reads the package file at <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What it is called in an error.</param>
    /// <param name="cancellation">Stops between two members.</param>
    /// <exception cref="BusyboxGlibc.Foundation.BuildException">It cannot be read or is damaged.</exception>
    public static DebContents Read(string path, string name, CancellationToken cancellation)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            using var deb = DebFile.Open(stream, name);
            return Read(deb, name, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LockException($"cannot read the package file {name}", path, error.Message, inner: error);
        }
    }

    /// <summary>Reads an opened package file.</summary>
    public static DebContents Read(DebFile deb, string name, CancellationToken cancellation)
    {
        var members = new List<DebMember>();
        deb.ReadData((entry, content) =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.Type != DebEntryType.Directory)
            {
                members.Add(MemberOf(entry, content, name));
            }

            return true;
        });
        return new DebContents(name, members, deb.Control.Alternatives);
    }

    private static DebMember MemberOf(DebEntry entry, Stream? content, string name)
    {
        var target = entry.LinkTarget is null ? null : UsrMerge.Target(entry.Path, entry.LinkTarget);
        ElfNeeds? elf = null;
        IReadOnlyList<string> licences = [];
        if (entry.Type == DebEntryType.File && content is not null)
        {
            if (IsCopyright(entry.Path))
            {
                licences = LicencesIn(Encoding.Latin1.GetString(ReadUpTo(content, [], CopyrightLimit)));
            }
            else if (entry.Size >= 52)
            {
                elf = ElfOf(entry, content, name);
            }
        }

        return new DebMember(entry.Path, entry.Type == DebEntryType.SymbolicLink, target, entry.ModificationTime, elf, licences);
    }

    private static ElfNeeds? ElfOf(DebEntry entry, Stream content, string name)
    {
        var head = new byte[16];
        var length = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        // Objects that are linked at build time, in archives of their own kind or not, are never loaded.
        if (!ElfFile.IsElf(head.AsSpan(0, length)) || entry.Path.EndsWith(".o", StringComparison.Ordinal))
        {
            return null;
        }

        var data = ReadWhole(content, head, entry.Size);
        try
        {
            var elf = ElfFile.Read(data, $"{name}: {entry.Path}");
            return ElfNeeds.Of(elf);
        }
        catch (ElfException)
        {
            // A package may ship damaged ELF files as test data. One that is taken is found by its lack of a machine.
            return null;
        }
    }

    // Grown as bytes arrive, for the size is only a claim until they have; at the end it is the file and nothing more.
    private static byte[] ReadWhole(Stream content, byte[] head, long size)
    {
        var data = new byte[Math.Min(size, 1 << 20)];
        var filled = Math.Min(head.Length, data.Length);
        head.AsSpan(0, filled).CopyTo(data);
        while (filled < size)
        {
            if (filled == data.Length)
            {
                Array.Resize(ref data, (int)Math.Min(size, data.Length * 2L));
            }

            content.ReadExactly(data.AsSpan(filled));
            filled = data.Length;
        }

        return data;
    }

    private static byte[] ReadUpTo(Stream content, byte[] head, int limit)
    {
        using var buffer = new MemoryStream();
        buffer.Write(head);
        var chunk = new byte[1 << 15];
        int read;
        while (buffer.Length < limit && (read = content.Read(chunk, 0, (int)Math.Min(chunk.Length, limit - buffer.Length))) > 0)
        {
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
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

            // A dot there ends the sentence, not the name.
            var name = text[at..end].TrimEnd('.', '-');
            if (name.Length > 0)
            {
                names.Add(name);
            }
        }

        return [.. names];
    }
}
