using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Package;

/// <summary>Writes the members of one package to a <see cref="PackageCache"/>. An entry that is not completed leaves nothing behind.</summary>
internal sealed class PackageCacheWriter : IDisposable
{
    private readonly PartsFileWriter _parts;
    private readonly string _key;
    private readonly List<(DebEntry Entry, int Part)> _members = [];

    internal PackageCacheWriter(PartsFileWriter parts, string key) => (_parts, _key) = (parts, key);

    /// <summary>Adds a member.</summary>
    /// <param name="entry">The member.</param>
    /// <param name="content">The complete content of a regular file.</param>
    public void Add(DebEntry entry, ReadOnlySpan<byte> content) => _members.Add((entry, entry.Type == DebEntryType.File ? _parts.Add(content) : -1));

    /// <summary>Completes the entry. All members must have been added.</summary>
    /// <param name="control">Its control archive.</param>
    public void Complete(DebControl control) => _parts.Complete(writer =>
    {
        writer.Write(_key);
        WriteBytes(writer, control.ControlFile);
        WriteBytes(writer, control.Md5Sums);
        writer.Write(_members.Count);
        foreach (var (entry, part) in _members)
        {
            writer.Write(entry.Path);
            writer.Write((byte)entry.Type);
            writer.Write(entry.Mode);
            writer.Write(entry.UserId);
            writer.Write(entry.GroupId);
            writer.Write(entry.ModificationTime);
            writer.Write(entry.Size);
            writer.Write(entry.LinkTarget is not null);
            if (entry.LinkTarget is not null)
            {
                writer.Write(entry.LinkTarget);
            }

            writer.Write(part);
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _parts.Dispose();

    private static void WriteBytes(BinaryWriter writer, ReadOnlyMemory<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes.Span);
    }
}
