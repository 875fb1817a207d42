namespace BusyboxGlibc.Configuration.Requirements;

/// <summary>The kind of a token in a requirement's line.</summary>
internal enum RequirementTokenKind
{
    /// <summary>A name, a path, a pattern or a platform.</summary>
    Word,

    /// <summary>One of <c>[ ] ( ) = ? !</c>.</summary>
    Sign,
}

/// <summary>A token of a requirement's line.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its text.</param>
/// <param name="Column">Its column, starting at 1.</param>
/// <param name="IsGlued">Whether it follows the previous token without a blank.</param>
internal sealed record RequirementToken(RequirementTokenKind Kind, string Text, int Column, bool IsGlued)
{
    /// <summary>Splits a line into tokens. Blanks, commas, colons, semicolons, pipes and CRs are separators without a meaning.</summary>
    /// <param name="line">The line, without its comment.</param>
    /// <param name="where">File and line, for an error.</param>
    /// <exception cref="ConfigurationException">A character is not allowed in a requirement.</exception>
    public static List<RequirementToken> Split(string line, string where)
    {
        List<RequirementToken> tokens = [];
        var at = 0;
        while (at < line.Length)
        {
            var start = at;
            if (IsStray(line[at]))
            {
                at++;
                continue;
            }

            var isGlued = start > 0 && !IsStray(line[start - 1]);
            if (IsSign(line[at]))
            {
                at++;
                tokens.Add(new RequirementToken(RequirementTokenKind.Sign, line[start..at], start + 1, isGlued));
                continue;
            }

            while (at < line.Length && !IsStray(line[at]) && !IsSign(line[at]))
            {
                Check(line[at], $"{where}:{at + 1}");
                at++;
            }

            tokens.Add(new RequirementToken(RequirementTokenKind.Word, line[start..at], start + 1, isGlued));
        }

        return tokens;
    }

    /// <summary>Whether the token is that sign.</summary>
    public bool Is(string sign) => Kind == RequirementTokenKind.Sign && Text == sign;

    private static bool IsStray(char character) => character is ' ' or '\t' or '\r' or ',' or ':' or ';' or '|';

    private static bool IsSign(char character) => character is '[' or ']' or '(' or ')' or '=' or '?' or '!';

    private static void Check(char character, string where)
    {
        if (char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '+' or '-' or '/' or '*' or '~' or '%' or '@' or '{' or '}')
        {
            return;
        }

        throw new ConfigurationException(
            $"{TextFile.Show(character)} is not allowed here",
            where,
            character > '\u007F' ? "names in this file are plain ASCII; full-width characters and no-break spaces only look similar" : null,
            character is '\uFF0C' or '\u3001' or '\uFF1B' or '\u3000'
                ? "remove it: names are written one per line, or in a list separated by ASCII commas"
                : "remove it, or put a # before it if it is a comment");
    }
}
