namespace BusyboxGlibc.Configuration;

/// <summary>Lists of paths: unlike in other lists, blanks do not separate, because they are part of paths.</summary>
internal static class PathList
{
    /// <summary>The paths; none if the value is empty or the single word <c>none</c>.</summary>
    public static IReadOnlyList<string> Split(string value) =>
        ValueList.IsNone(value) ? [] : value.Split([',', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
