using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Lock.Resolve;

/// <summary>
/// Caches the contents of each package file that resolution needs under <c>derived/contents</c> of the cache, so that a package file is
/// decompressed and its ELF files are read once, and not after each change of <c>lib-requires.txt</c>. An entry is named by the
/// package file's checksum. A build never deletes entries; the folder may be deleted at any time.
/// </summary>
/// <param name="cache">The cache folder; may be absent.</param>
public sealed class ContentsCache(string cache)
{
    // Change this when the serialized form below, or the data read from a package file, changes.
    private const string Format = "busybox-glibc package contents 5";

    // An image does not use a package file with half a million members.
    private const long LargestEntry = 64 << 20;

    private readonly DerivedCache _entries = new(Path.Combine(cache, "derived", "contents"), LargestEntry);

    /// <summary>The cached contents of a package file, or null if there is no intact entry.</summary>
    /// <param name="sha256">The package file's checksum.</param>
    /// <param name="name">The package file's name in an error.</param>
    internal DebContents? Find(string sha256, string name) => _entries.Find(InputKey.Of(Format, sha256), reader => Read(reader, name));

    /// <summary>Caches the contents of a package file.</summary>
    internal void Keep(string sha256, DebContents contents) => _entries.Keep(InputKey.Of(Format, sha256), writer =>
        {
            var shipped = contents.Members.Where(member => !member.IsMade).ToList();
            writer.Write(shipped.Count);
            foreach (var member in shipped)
            {
                Write(writer, member);
            }

            writer.Write(contents.Alternatives.Count);
            foreach (var alternative in contents.Alternatives)
            {
                writer.Write(alternative.Link);
                writer.Write(alternative.Path);
                writer.Write(alternative.Priority);
            }

            WriteList(writer, contents.LoaderFolders);
        });

    private static void Write(BinaryWriter writer, DebMember member)
    {
        writer.Write(member.Path);
        writer.Write(member.IsSymbolicLink);
        WriteOptional(writer, member.LinkTarget);
        writer.Write(member.ModificationTime);
        writer.Write(member.Size);
        WriteList(writer, member.Licences);
        writer.Write(member.Elf is not null);
        if (member.Elf is { } elf)
        {
            writer.Write(elf.Machine);
            writer.Write(elf.Bits);
            WriteOptional(writer, elf.Interpreter);
            WriteList(writer, elf.Needed);
            WriteList(writer, elf.RPath);
            WriteList(writer, elf.RunPath);
            writer.Write(elf.SkipsDefaultFolders);
            WriteOptional(writer, elf.Soname);
        }
    }

    private static DebContents Read(BinaryReader reader, string name)
    {
        var members = new List<DebMember>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            members.Add(ReadMember(reader));
        }

        var alternatives = new List<AlternativeLink>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            alternatives.Add(new AlternativeLink(reader.ReadString(), reader.ReadString(), reader.ReadInt32()));
        }

        return new DebContents(name, members, alternatives) { LoaderFolders = ReadList(reader) };
    }

    private static DebMember ReadMember(BinaryReader reader)
    {
        var (path, isSymbolicLink, target, time, size) = (reader.ReadString(), reader.ReadBoolean(), ReadOptional(reader), reader.ReadInt64(), reader.ReadInt64());
        return new DebMember(path, isSymbolicLink, target, time, Licences: ReadList(reader), Elf: reader.ReadBoolean()
            ? new ElfNeeds(reader.ReadUInt16(), reader.ReadInt32(), ReadOptional(reader), ReadList(reader), ReadList(reader), ReadList(reader), reader.ReadBoolean(), ReadOptional(reader))
            : null)
        {
            Size = size,
        };
    }

    private static void WriteOptional(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        writer.Write(text ?? string.Empty);
    }

    private static string? ReadOptional(BinaryReader reader)
    {
        var isThere = reader.ReadBoolean();
        var text = reader.ReadString();
        return isThere ? text : null;
    }

    private static void WriteList(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write(texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    private static string[] ReadList(BinaryReader reader)
    {
        var texts = new List<string>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            texts.Add(reader.ReadString());
        }

        return [.. texts];
    }
}
