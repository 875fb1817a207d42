using System.Globalization;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Docker.Builders;

/// <summary>The version reported by buildx, BuildKit or an engine: <c>v0.13.1</c>, <c>0.13.1+ds1</c>, <c>v0.30.1-desktop.1</c>.</summary>
/// <param name="Text">The version as reported, safe to print.</param>
/// <param name="Number">Its first two numbers; null if it has none: builds from a working tree report
/// <c>v0.0.0+unknown</c>, and BuildKit inside Debian's engine does too.</param>
internal sealed partial record ToolVersion(string Text, Version? Number)
{
    /// <summary>Parses a version.</summary>
    public static ToolVersion Parse(string text)
    {
        var match = Pattern().Match(text);
        var number = match.Success
            ? new Version(
                int.Parse(match.Groups["major"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
                int.Parse(match.Groups["minor"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
            : null;
        return new ToolVersion(SafeText.Text(text), number is { Major: 0, Minor: 0 } ? null : number);
    }

    /// <summary>Whether the version is known and older.</summary>
    public bool IsOlderThan(Version floor) => Number is { } number && number < floor;

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"\Av?(?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})(?:[.+~-]|\z)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
