using System.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>What the control archive of a package says.</summary>
/// <param name="ControlFile">The bytes of its <c>control</c> file, exactly as shipped.</param>
/// <param name="Md5Sums">The bytes of its <c>md5sums</c> file, exactly as shipped; empty where it has none.</param>
/// <param name="Package">The field <c>Package</c>, a valid package name.</param>
/// <param name="Version">The field <c>Version</c>, of the characters that deb-version(7) allows.</param>
/// <param name="Architecture">The field <c>Architecture</c>.</param>
public sealed record DebControl(
    ReadOnlyMemory<byte> ControlFile,
    ReadOnlyMemory<byte> Md5Sums,
    string Package,
    string Version,
    string Architecture)
{
    /// <summary>The links that its <c>postinst</c> asks update-alternatives(1) for, in the script's order.</summary>
    public IReadOnlyList<AlternativeLink> Alternatives { get; init; } = [];

    private const int LongestValue = 255;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Parses the one paragraph of a binary package's control file, deb822(5).</summary>
    internal static DebControl Parse(ReadOnlyMemory<byte> control, ReadOnlyMemory<byte> md5Sums, DebPlace place)
    {
        string text;
        try
        {
            text = Strict.GetString(control.Span);
        }
        catch (DecoderFallbackException error)
        {
            throw place.Error("it is not UTF-8", error);
        }

        var fields = Fields(text, place);
        var package = Value(fields, "Package", place);
        var version = Value(fields, "Version", place);
        var architecture = Value(fields, "Architecture", place);
        if (package.Length < 2 || !char.IsAsciiLetterOrDigit(package[0]) || package.Any(c => !(IsLower(c) || c is '+' or '-' or '.')))
        {
            throw place.Error($"\"{DebPlace.Shown(package)}\" is no package name");
        }

        if (version.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-' or '~' or ':')))
        {
            throw place.Error($"\"{DebPlace.Shown(version)}\" is no version");
        }

        if (architecture.Any(c => !(IsLower(c) || c == '-')))
        {
            throw place.Error($"\"{DebPlace.Shown(architecture)}\" is no architecture");
        }

        return new DebControl(control, md5Sums, package, version, architecture);
    }

    private static bool IsLower(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static Dictionary<string, string> Fields(string text, DebPlace place)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var ended = false;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            if (line.Trim(" \t\r").IsEmpty)
            {
                ended |= fields.Count > 0;
                continue;
            }

            if (ended)
            {
                throw place.Error("it has more than one paragraph");
            }

            if (line[0] is ' ' or '\t')
            {
                if (fields.Count == 0)
                {
                    throw place.Error("it starts with a continuation line");
                }

                continue;
            }

            var colon = line.IndexOf(':');
            if (colon < 1 || line[..colon].ContainsAnyExceptInRange('!', '~') || line[0] is '-' or '#')
            {
                throw place.Error($"it has a line that is no field: \"{DebPlace.Shown(line.ToString())}\"");
            }

            if (!fields.TryAdd(line[..colon].ToString(), line[(colon + 1)..].Trim(" \t\r").ToString()))
            {
                throw place.Error($"the field {DebPlace.Shown(line[..colon].ToString())} occurs twice");
            }
        }

        return fields;
    }

    private static string Value(Dictionary<string, string> fields, string name, DebPlace place) =>
        fields.TryGetValue(name, out var value) && value.Length is > 0 and <= LongestValue
            ? value
            : throw place.Error($"it has no usable field {name}");
}
