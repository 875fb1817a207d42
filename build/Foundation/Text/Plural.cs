using System.Globalization;

namespace BusyboxGlibc.Foundation.Text;

/// <summary>Numbers of things: <c>1 note</c>, <c>2 notes</c>.</summary>
internal static class Plural
{
    /// <summary>The number and the noun.</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">The singular; a y at its end becomes ies in the plural.</param>
    public static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : noun.EndsWith('y') ? $"{noun[..^1]}ies" : $"{noun}s")}");
}
