using System.Globalization;

namespace BusyboxGlibc.Registry.Tags;

/// <summary>A comparable BusyBox version: <c>1.38.0</c>.</summary>
/// <param name="Parts">Its parts, at least two, most significant first.</param>
internal sealed record BusyboxNumber(IReadOnlyList<int> Parts)
{
    private const int MostParts = 6;

    /// <summary>Parses a version of two to six numbers below a million; a suffix that starts with a dash is ignored, as in <c>1.38.0-glibc</c>.</summary>
    /// <returns>The version, or null if the text does not start with one.</returns>
    public static BusyboxNumber? Find(string? text)
    {
        var words = (text ?? string.Empty).Split('-')[0].Split('.');
        return words.Length is >= 2 and <= MostParts && words.All(word => word.Length is > 0 and < 7 && word.All(char.IsAsciiDigit))
            ? new BusyboxNumber([.. words.Select(word => int.Parse(word, CultureInfo.InvariantCulture))])
            : null;
    }

    /// <summary>Whether this version is older than the other: compared part by part, a missing part counts as 0.</summary>
    public bool IsOlderThan(BusyboxNumber other)
    {
        for (var index = 0; index < Math.Max(Parts.Count, other.Parts.Count); index++)
        {
            var (mine, theirs) = (Parts.ElementAtOrDefault(index), other.Parts.ElementAtOrDefault(index));
            if (mine != theirs)
            {
                return mine < theirs;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('.', Parts.Select(part => part.ToString(CultureInfo.InvariantCulture)));
}
