using BusyboxGlibc.Debian.Suite;

namespace BusyboxGlibc.Debian;

/// <summary>Reads the relationship fields of deb-control(5): <c>a (&gt;= 1) | b, c</c>.</summary>
internal static class DependencyField
{
    /// <summary>Returns the dependencies of a field, each a list of alternatives. What cannot be parsed is skipped: an invalid field of an unused
    /// package is not a reason to fail.</summary>
    public static IReadOnlyList<IReadOnlyList<Dependency>> Parse(string field) =>
        [.. field.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(group => (IReadOnlyList<Dependency>)[.. group.Split('|').Select(ParseOne).OfType<Dependency>()])
            .Where(group => group.Count > 0)];

    /// <summary>Returns the name of the first alternative of each dependency of a field.</summary>
    public static IEnumerable<string> Names(string field)
    {
        foreach (var group in field.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var alternative in group.Split('|'))
            {
                if (NameOf(alternative) is { Length: > 0 } name)
                {
                    yield return name;
                    break;
                }
            }
        }
    }

    private static string NameOf(string text)
    {
        var end = text.AsSpan().IndexOfAny("([<");
        var name = (end < 0 ? text : text.AsSpan(0, end)).Trim();
        var colon = name.IndexOf(':');
        return (colon < 0 ? name : name[..colon]).ToString();
    }

    private static Dependency? ParseOne(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var name = NameOf(text);
        if (name.Length == 0)
        {
            return null;
        }

        var close = open < 0 ? -1 : text.IndexOf(')', open);
        if (close < 0)
        {
            return new Dependency(name, null, null);
        }

        var relation = text[(open + 1)..close].Trim();
        var length = relation.TakeWhile(c => c is '<' or '=' or '>').Count();
        var version = relation[length..].Trim();
        return relation[..length] is "<<" or "<=" or "=" or ">=" or ">>" or "<" or ">" && DebianVersion.IsValid(version)
            ? new Dependency(name, relation[..length], version)
            : new Dependency(name, null, null);
    }
}

/// <summary>Reads the <c>Source</c> field of deb-control(5): <c>name</c> or <c>name (version)</c>, absent if both equal those of the package.</summary>
internal static class SourceField
{
    /// <summary>Returns the name and version of the source package.</summary>
    public static (string Name, string Version) Parse(string? field, string package, string version)
    {
        if (string.IsNullOrWhiteSpace(field))
        {
            return (package, version);
        }

        var open = field.IndexOf('(', StringComparison.Ordinal);
        return open < 0
            ? (field.Trim(), version)
            : (field[..open].Trim(), field[(open + 1)..].TrimEnd(' ', ')').Trim());
    }
}
