using CsCheck;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>Texts near a valid one: pieces of it cut, doubled, moved and overwritten with what parsers dislike.</summary>
internal static class Mutation
{
    private static readonly string[] _nasty =
    [
        "[", "]", "=", "!", "?", "#", ";", ",", "\n", "\r", "\r\n", "\0", "\uFEFF", "\uD800", "\u2028", "\u00A0", "..", "/", "//", "*", "{arch}", "{",
        "[!", "[]", "linux/amd64", "linux/", ".so", ".so.", "lib", "=./", "\t", "\u001B[31m", "é", "\U0001F600", "none", "[Image]", "[Debian", "Suite=", "_", "Image_",
    ];

    public static Gen<string> Of(string seed) =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, seed.Length], Gen.Int[0, 12], Gen.Int[0, _nasty.Length - 1]).Array[1, 8].Select(steps =>
            steps.Aggregate(seed, (text, step) =>
            {
                var (kind, position, length, nasty) = step;
                var from = Math.Min(position, text.Length);
                var to = Math.Min(from + length, text.Length);
                return kind switch
                {
                    0 => text[..from] + text[to..],
                    1 => text[..to] + text[from..],
                    2 => text[..from] + _nasty[nasty] + text[from..],
                    _ => text[..from] + _nasty[nasty] + text[to..],
                };
            }));
}
