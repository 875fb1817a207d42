using System.Buffers;

namespace BusyboxGlibc.Debian;

/// <summary>Debian version numbers and their order, deb-version(7): <c>[epoch:]upstream[-revision]</c>.</summary>
internal static class DebianVersion
{
    private const int Longest = 256;
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> _upstreamLetters = SearchValues.Create(Alphanumeric + ".+-~:");
    private static readonly SearchValues<char> _revisionLetters = SearchValues.Create(Alphanumeric + ".+~");

    /// <summary>Whether a text is a version number that dpkg accepts.</summary>
    public static bool IsValid(ReadOnlySpan<char> version)
    {
        if (version.Length is 0 or > Longest)
        {
            return false;
        }

        var parts = new Parts(version);
        return (!parts.HasEpoch || (parts.Epoch.Length is > 0 and < 10 && !parts.Epoch.ContainsAnyExceptInRange('0', '9')))
            && parts.Upstream.Length > 0
            && char.IsAsciiDigit(parts.Upstream[0])
            && !parts.Upstream.ContainsAnyExcept(_upstreamLetters)
            && (!parts.HasRevision || (parts.Revision.Length > 0 && !parts.Revision.ContainsAnyExcept(_revisionLetters)));
    }

    /// <summary>Returns less than zero if <paramref name="left"/> is older, zero if both are the same version, more than zero if it is newer.</summary>
    public static int Compare(string left, string right)
    {
        var leftParts = new Parts(left);
        var rightParts = new Parts(right);
        var order = CompareNumbers(leftParts.Epoch, rightParts.Epoch);
        if (order == 0)
        {
            order = ComparePart(leftParts.Upstream, rightParts.Upstream);
        }

        return order != 0 ? order : ComparePart(leftParts.Revision, rightParts.Revision);
    }

    /// <summary>Whether <paramref name="version"/> satisfies a relation of deb-control(5) to <paramref name="other"/>.</summary>
    /// <param name="version">The available version.</param>
    /// <param name="relation"><c>&lt;&lt;</c>, <c>&lt;=</c>, <c>=</c>, <c>&gt;=</c>, <c>&gt;&gt;</c>; the old <c>&lt;</c> and <c>&gt;</c> mean <c>&lt;=</c> and <c>&gt;=</c>.</param>
    /// <param name="other">The version to compare with.</param>
    /// <exception cref="DebianException">The relation is not known.</exception>
    public static bool Satisfies(string version, string relation, string other)
    {
        var order = Compare(version, other);
        return relation switch
        {
            "<<" => order < 0,
            "<=" or "<" => order <= 0,
            "=" => order == 0,
            ">=" or ">" => order >= 0,
            ">>" => order > 0,
            _ => throw new DebianException($"'{relation}' is not a version relation"),
        };
    }

    /// <summary>The upstream part: without the epoch and the Debian revision, <c>2.41</c> of <c>2.41-12+deb13u5</c>.</summary>
    public static string Upstream(string version) => new Parts(version).Upstream.ToString();

    // Compares alternately a run of non-digits, by the order below, and a run of digits, by value.
    private static int ComparePart(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (left.Length > 0 || right.Length > 0)
        {
            while ((left.Length > 0 && !char.IsAsciiDigit(left[0])) || (right.Length > 0 && !char.IsAsciiDigit(right[0])))
            {
                var order = Weight(left) - Weight(right);
                if (order != 0)
                {
                    return order;
                }

                left = left.Length > 0 ? left[1..] : left;
                right = right.Length > 0 ? right[1..] : right;
            }

            var (leftDigits, rightDigits) = (Digits(left), Digits(right));
            var numbers = CompareNumbers(left[..leftDigits], right[..rightDigits]);
            if (numbers != 0)
            {
                return numbers;
            }

            left = left[leftDigits..];
            right = right[rightDigits..];
        }

        return 0;
    }

    // A tilde sorts before everything, even the end; then the end and digits; then letters; then all other characters.
    private static int Weight(ReadOnlySpan<char> text) => text switch
    {
        [] => 0,
        ['~', ..] => -1,
        [var c, ..] when char.IsAsciiDigit(c) => 0,
        [var c, ..] when char.IsAsciiLetter(c) => c,
        [var c, ..] => c + 256,
    };

    private static int Digits(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? text.Length : length;
    }

    // Numbers of any length: without leading zeros, the longer one is larger.
    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);
    }

    // Of an absent part there is nothing to compare, as of an empty one; but an empty one is not valid.
    private readonly ref struct Parts
    {
        public Parts(ReadOnlySpan<char> version)
        {
            var colon = version.IndexOf(':');
            var rest = version[(colon + 1)..];
            var dash = rest.LastIndexOf('-');
            HasEpoch = colon >= 0;
            HasRevision = dash >= 0;
            Epoch = HasEpoch ? version[..colon] : [];
            Upstream = HasRevision ? rest[..dash] : rest;
            Revision = HasRevision ? rest[(dash + 1)..] : [];
        }

        public bool HasEpoch { get; }

        public bool HasRevision { get; }

        public ReadOnlySpan<char> Epoch { get; }

        public ReadOnlySpan<char> Upstream { get; }

        public ReadOnlySpan<char> Revision { get; }
    }
}
