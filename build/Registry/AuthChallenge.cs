using System.Text;

namespace BusyboxGlibc.Registry;

/// <summary>An authentication challenge from a 401 response of a registry (RFC 9110, 11.6.1).</summary>
/// <param name="Scheme">The scheme in lower case, <c>bearer</c> or <c>basic</c>.</param>
/// <param name="Parameters">Its parameters, with names in lower case.</param>
internal sealed record AuthChallenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    private const int LongestHeader = 16 * 1024;
    private const int MostParameters = 32;

    /// <summary>The URL of the token service; null if the challenge names none.</summary>
    public string? Realm => Parameters.GetValueOrDefault("realm");

    /// <summary>The name of the registry at the token service; null if it has none.</summary>
    public string? Service => Parameters.GetValueOrDefault("service");

    /// <summary>Parses one value of <c>WWW-Authenticate</c>, which may contain several challenges.</summary>
    /// <returns>The challenges in order; parsing stops at the first malformed one.</returns>
    public static IReadOnlyList<AuthChallenge> Parse(string header)
    {
        var found = new List<(string Scheme, Dictionary<string, string> Parameters)>();
        var reader = new Reader(header.Length <= LongestHeader ? header : string.Empty);
        while (reader.Token() is { } word)
        {
            if (reader.Take('='))
            {
                if (found.Count == 0 || reader.Value() is not { } value || found[^1].Parameters.Count == MostParameters)
                {
                    break;
                }

                found[^1].Parameters.TryAdd(word.ToLowerInvariant(), value);
            }
            else
            {
                found.Add((word.ToLowerInvariant(), new Dictionary<string, string>(StringComparer.Ordinal)));
            }

            reader.SkipCommas();
        }

        return [.. found.Select(challenge => new AuthChallenge(challenge.Scheme, challenge.Parameters))];
    }

    private sealed class Reader(string text)
    {
        private int _at;

        public string? Token()
        {
            SkipCommas();
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || "!#$%&'*+-.^_`|~".Contains(text[_at], StringComparison.Ordinal)))
            {
                _at++;
            }

            return _at == start ? null : text[start.._at];
        }

        public bool Take(char expected)
        {
            SkipBlanks();
            if (_at < text.Length && text[_at] == expected)
            {
                _at++;
                return true;
            }

            return false;
        }

        public string? Value()
        {
            SkipBlanks();
            if (!Take('"'))
            {
                return Token();
            }

            var value = new StringBuilder();
            for (; _at < text.Length && text[_at] != '"'; _at++)
            {
                if (text[_at] == '\\' && _at + 1 < text.Length)
                {
                    _at++;
                }

                value.Append(text[_at]);
            }

            return Take('"') ? value.ToString() : null;
        }

        public void SkipCommas()
        {
            while (_at < text.Length && text[_at] is ' ' or '\t' or ',')
            {
                _at++;
            }
        }

        private void SkipBlanks()
        {
            while (_at < text.Length && text[_at] is ' ' or '\t')
            {
                _at++;
            }
        }
    }
}
