using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Debian.Package;

/// <summary>A package whose members are stored uncompressed; content is read on demand.</summary>
internal sealed class UnpackedPackage
{
    private readonly PartsFile _parts;
    private readonly Dictionary<string, (DebEntry Entry, int Part)> _members;

    internal UnpackedPackage(PartsFile parts, ReadOnlyMemory<byte> controlFile, ReadOnlyMemory<byte> md5Sums, Dictionary<string, (DebEntry Entry, int Part)> members) =>
        (_parts, ControlFile, Md5Sums, _members) = (parts, controlFile, md5Sums, members);

    /// <summary>The bytes of its <c>control</c> file.</summary>
    public ReadOnlyMemory<byte> ControlFile { get; }

    /// <summary>The bytes of its <c>md5sums</c> file; empty if it has none.</summary>
    public ReadOnlyMemory<byte> Md5Sums { get; }

    /// <summary>Returns the member at a path, or null.</summary>
    public DebEntry? Find(string path) => _members.TryGetValue(path, out var member) ? member.Entry : null;

    /// <summary>Returns the content of a regular file; null for other members, or if the content is not what was stored.</summary>
    public byte[]? Read(string path) => _members.TryGetValue(path, out var member) && member.Part >= 0 ? _parts.Read(member.Part) : null;
}
