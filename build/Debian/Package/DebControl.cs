using System.Text.Unicode;

namespace BusyboxGlibc.Debian.Package;

/// <summary>The content of a package's control archive.</summary>
/// <param name="ControlFile">The bytes of its <c>control</c> file, exactly as shipped.</param>
/// <param name="Md5Sums">The bytes of its <c>md5sums</c> file, exactly as shipped; empty if it has none.</param>
/// <param name="Package">The field <c>Package</c>, a valid package name.</param>
/// <param name="Version">The field <c>Version</c>, made of the characters that deb-version(7) allows.</param>
/// <param name="Architecture">The field <c>Architecture</c>.</param>
internal sealed record DebControl(
    ReadOnlyMemory<byte> ControlFile,
    ReadOnlyMemory<byte> Md5Sums,
    string Package,
    string Version,
    string Architecture)
{
    /// <summary>The links that its <c>postinst</c> creates with update-alternatives(1), in the script's order.</summary>
    public IReadOnlyList<AlternativeLink> Alternatives { get; init; } = [];

    /// <summary>The bytes of its <c>symbols</c> file, for <see cref="SymbolsFile"/>; empty if it has none.</summary>
    public ReadOnlyMemory<byte> Symbols { get; init; }

    private const int LongestValue = 255;

    /// <summary>Parses the one paragraph of a binary package's control file, deb822(5).</summary>
    internal static DebControl Parse(ReadOnlyMemory<byte> control, ReadOnlyMemory<byte> md5Sums, DebPlace place)
    {
        var fields = Fields(control, place);
        var package = Value(fields, "Package", place);
        var version = Value(fields, "Version", place);
        var architecture = Value(fields, "Architecture", place);
        if (package.Length < 2 || !char.IsAsciiLetterOrDigit(package[0]) || package.Any(c => !(IsLower(c) || c is '+' or '-' or '.')))
        {
            throw place.Error($"\"{DebPlace.Shown(package)}\" is not a package name");
        }

        if (version.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-' or '~' or ':')))
        {
            throw place.Error($"\"{DebPlace.Shown(version)}\" is not a version");
        }

        if (architecture.Any(c => !(IsLower(c) || c == '-')))
        {
            throw place.Error($"\"{DebPlace.Shown(architecture)}\" is not an architecture");
        }

        return new DebControl(control, md5Sums, package, version, architecture);
    }

    private static bool IsLower(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static Dictionary<string, string> Fields(ReadOnlyMemory<byte> control, DebPlace place)
    {
        if (!Utf8.IsValid(control.Span))
        {
            throw place.Error("it is not UTF-8");
        }

        Dictionary<string, string> fields;
        bool isMore;
        try
        {
            var reader = new Deb822Reader(new MemoryStream(control.ToArray()), "control");
            reader.Read();
            fields = new Dictionary<string, string>(reader.Fields, StringComparer.OrdinalIgnoreCase);
            isMore = reader.Read();
        }
        catch (DebianException error)
        {
            throw place.Error(DebPlace.Shown(error.Why!), error);
        }

        return isMore ? throw place.Error("it has more than one paragraph") : fields;
    }

    private static string Value(Dictionary<string, string> fields, string name, DebPlace place) =>
        fields.TryGetValue(name, out var value) && value.Length is > 0 and <= LongestValue
            ? value
            : throw place.Error($"it has no valid {name} field");
}
