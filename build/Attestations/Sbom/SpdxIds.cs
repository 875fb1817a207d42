using System.Globalization;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>Gives elements of an SPDX document identifiers: letters, digits, dots and dashes alone (section 3.2), each once.</summary>
internal sealed class SpdxIds
{
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>The identifier of a thing of that name.</summary>
    public string Of(string name)
    {
        var id = "SPDXRef-" + new string([.. name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '-')]);
        var unique = id;
        for (var number = 2; !_given.Add(unique); number++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{id}-{number}");
        }

        return unique;
    }
}
