using System.Buffers;
using System.Globalization;
using System.Text;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Suite;

/// <summary>
/// Reads the entries of a Packages file as lines of <see cref="PackageIndex"/>. A run looks at a hundred of the sixty thousand entries of each platform, so fields
/// are copied as bytes, and only what is checked becomes text.
/// </summary>
/// <param name="stream">The decompressed file; not disposed.</param>
/// <param name="name">Its name for error messages.</param>
/// <param name="archive">Its archive's name in the lock.</param>
internal sealed class PackageEntryReader(Stream stream, string name, string archive)
{
    /// <summary>The start of each line.</summary>
    public const string Key = "P:";

    private static readonly string[] _fields =
        ["Package", "Version", "Architecture", "Source", "Section", "Pre-Depends", "Depends", "Provides", "Filename", "Size", "SHA256"];

    private readonly Deb822Reader _reader = new(stream, name, _fields);
    private readonly ArrayBufferWriter<byte> _line = new(1 << 10);
    private readonly byte[] _archive = Encoding.UTF8.GetBytes(archive);

    // The places of the fields.
    private enum Field
    {
        Package,
        Version,
        Architecture,
        Source,
        Section,
        PreDepends,
        Depends,
        Provides,
        Filename,
        Size,
        Sha256,
    }

    /// <summary>The package of the entry.</summary>
    public string Package { get; private set; } = string.Empty;

    /// <summary>Its version.</summary>
    public string Version { get; private set; } = string.Empty;

    /// <summary>The line of the index that is kept, valid until the next entry is read.</summary>
    public ReadOnlySpan<byte> Line => _line.WrittenSpan;

    /// <summary>The names that it provides.</summary>
    public IEnumerable<string> Provides => Value(Field.Provides).IsEmpty ? [] : DependencyField.Names(Text(Field.Provides)).Where(IsName);

    /// <summary>Reads the next entry.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="DebianException">It is not an entry of a Packages file.</exception>
    public bool Read()
    {
        if (!_reader.Read())
        {
            return false;
        }

        (Package, Version) = (Required(Field.Package), Required(Field.Version));
        if (!IsName(Package) || !DebianVersion.IsValid(Version) || !Sha256Text.IsValid(Required(Field.Sha256))
            || !long.TryParse(Required(Field.Size), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !ArchiveAddress.IsBelow(Required(Field.Filename)))
        {
            throw new DebianException($"{name} is not a Packages file", $"{name}:{_reader.LineNumber}", $"the entry for {DebPlace.Shown(Package)} has an invalid Package, Version, Size, SHA256 or Filename");
        }

        Required(Field.Architecture);
        Write(size);
        return true;
    }

    // Any printable word: a name of two lines would become two lines of the searched file.
    private static bool IsName(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private void Write(long size)
    {
        var (source, sourceVersion) = SourceField.Parse(Text(Field.Source), Package, Version);
        var section = Value(Field.Section);
        _line.ResetWrittenCount();
        _line.Write("P:"u8);
        Add(Value(Field.Package));
        AddNext(Value(Field.Version));
        AddNext(Value(Field.Architecture));
        AddNext(Encoding.UTF8.GetBytes(source));
        AddNext(Encoding.UTF8.GetBytes(sourceVersion));
        AddNext(section[(section.LastIndexOf((byte)'/') + 1)..]);
        AddNext(_archive);
        AddNext(Value(Field.Filename));
        AddNext(Encoding.ASCII.GetBytes(size.ToString(CultureInfo.InvariantCulture)));
        AddNext(Value(Field.Sha256));
        AddNext(Value(Field.PreDepends));
        Add(Value(Field.PreDepends).IsEmpty || Value(Field.Depends).IsEmpty ? [] : ", "u8);
        Add(Value(Field.Depends));
    }

    private ReadOnlySpan<byte> Value(Field field) => _reader.Value((int)field);

    private string Text(Field field) => Encoding.UTF8.GetString(Value(field));

    private string Required(Field field) => Text(field) is { Length: > 0 } value ? value
        : throw new DebianException($"{name} is not a Packages file", $"{name}:{_reader.LineNumber}", $"an entry has no {_fields[(int)field]}");

    private void AddNext(ReadOnlySpan<byte> text)
    {
        _line.Write("\t"u8);
        Add(text);
    }

    // Tabs separate the fields of the line, and line feeds the lines.
    private void Add(ReadOnlySpan<byte> text)
    {
        var target = _line.GetSpan(text.Length)[..text.Length];
        text.CopyTo(target);
        if (target.ContainsAny((byte)'\t', (byte)'\n', (byte)'\r'))
        {
            target.Replace((byte)'\t', (byte)' ');
            target.Replace((byte)'\n', (byte)' ');
            target.Replace((byte)'\r', (byte)' ');
        }

        _line.Advance(text.Length);
    }
}
