using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Formats.Spdx;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>The licence of a package, as its copyright file says.</summary>
/// <param name="Expression">An SPDX licence expression; <see cref="SpdxDocument.NoAssertion"/> if the file is not in the machine-readable form.</param>
/// <param name="Others">The licences in it that are not on SPDX's list.</param>
internal sealed record PackageLicence(string Expression, IReadOnlyList<SpdxLicense> Others)
{
    private const int LargestFile = 1 << 20;
    private const string Format = "copyright-format/1";

    private static readonly string[] _fields = ["Format", "Files", "License"];

    /// <summary>Nobody says it in a form that a program may read.</summary>
    public static PackageLicence Unknown { get; } = new(SpdxDocument.NoAssertion, []);

    /// <summary>Reads a copyright file in Debian's machine-readable form (DEP-5, https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/): the licences
    /// of all its <c>Files</c> paragraphs, joined by AND. Anything else is <see cref="Unknown"/>: nothing is guessed.</summary>
    /// <param name="content">Its bytes, which are untrusted.</param>
    public static PackageLicence Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > LargestFile || !Utf8.IsValid(content.Span))
        {
            return Unknown;
        }

        var (said, texts) = (new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal));
        try
        {
            var reader = new Deb822Reader(new MemoryStream(content.ToArray()), "copyright", _fields);
            if (!reader.Read() || !reader.Fields.GetValueOrDefault("Format", string.Empty).Contains(Format, StringComparison.Ordinal))
            {
                return Unknown;
            }

            // The header's own licence is that of the package as a whole; paragraphs say more.
            while (reader.Read())
            {
                if (reader.Fields.TryGetValue("License", out var licence))
                {
                    var lines = licence.Split('\n', 2);
                    var name = lines[0].Trim();
                    if (lines.Length == 2 && lines[1].Trim().Length > 0)
                    {
                        texts.TryAdd(name, Unfold(lines[1]));
                    }

                    if (reader.Fields.ContainsKey("Files"))
                    {
                        said.Add(name);
                    }
                }
                else if (reader.Fields.ContainsKey("Files"))
                {
                    return Unknown;
                }
            }
        }
        catch (DebianException)
        {
            return Unknown;
        }

        if (said.Count == 0 || said.Contains(string.Empty))
        {
            return Unknown;
        }

        var others = new SortedDictionary<string, SpdxLicense>(StringComparer.Ordinal);
        var terms = said.Distinct(StringComparer.Ordinal).Select(name => LicenceNames.Expression(name, one => Reference(one, texts.GetValueOrDefault(one) ?? texts.GetValueOrDefault(name), others)))
            .SelectMany(term => term.Contains(" OR ", StringComparison.Ordinal) ? [term] : term.Replace("(", string.Empty, StringComparison.Ordinal).Replace(")", string.Empty, StringComparison.Ordinal).Split(" AND "))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new PackageLicence(terms is [var only] ? only : string.Join(" AND ", terms.Select(term => term.Contains(' ', StringComparison.Ordinal) ? $"({term})" : term)), [.. others.Values]);
    }

    // The same name stands for different texts in different packages.
    private static string Reference(string name, string? text, SortedDictionary<string, SpdxLicense> others)
    {
        var said = text ?? $"The copyright file names this licence, {name}, and has no text of it.";
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)))[..8];
        var id = $"LicenseRef-{new string([.. name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '-')])}-{digest}";
        others[id] = new SpdxLicense(id, name, said);
        return id;
    }

    // A dot stands for an empty line, deb822(5).
    private static string Unfold(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim() == "." ? string.Empty : line.TrimEnd())).Trim('\n');
}
