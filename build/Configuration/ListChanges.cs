namespace BusyboxGlibc.Configuration;

/// <summary>Reads a list that only says what changes: <c>+curl,-ip</c> adds to the list it would otherwise replace, and removes from it.</summary>
internal static class ListChanges
{
    private const string Signs = "+-";

    /// <summary>The complete list; the value itself if it has no signs.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">The value as written.</param>
    /// <param name="below">Returns the value that it takes precedence over.</param>
    /// <exception cref="ConfigurationException">Only some entries have a sign, or a name to remove is not in the list.</exception>
    public static OptionValue Apply(Option option, OptionValue value, Func<OptionValue> below)
    {
        var changes = option.TakesChanges ? Entries(option, value.Value) : [];
        if (!changes.Exists(IsChange))
        {
            return value;
        }

        if (changes.Find(entry => !IsChange(entry) || entry.Length == 1) is { } plain)
        {
            throw new ConfigurationException(
                $"{option.Name} has names with and without a sign", value.Where, $"+NAME and -NAME change a list, {ValueList.Show(plain)} replaces it", "write a sign directly before each name, or before none");
        }

        var comparer = option.Words is null ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        var changed = below();
        var list = Entries(option, changed.Value);
        foreach (var (sign, entry) in changes.Select(change => (change[0], change[1..])))
        {
            if (sign == '+' && !list.Contains(entry, comparer))
            {
                list.Add(entry);
            }
            else if (sign == '-' && list.RemoveAll(known => comparer.Equals(Name(known), entry)) == 0)
            {
                throw new ConfigurationException(
                    $"{ValueList.Show(entry)} cannot be removed from {option.Name}", value.Where, $"the list of {changed.Where} is {Text(list)}", "remove a name that is in the list");
            }
        }

        return value with { Value = Text(list) };
    }

    private static bool IsChange(string entry) => Signs.Contains(entry[0]);

    /// <summary>The entries of a list, with their signs; none for <c>none</c>.</summary>
    internal static List<string> Entries(Option option, string value) =>
        [.. option.Words is null && !ValueList.IsNone(value) ? CommandList.Split(value).Select(entry => entry.Trim()).Where(entry => entry.Length > 0) : ValueList.Split(value)];

    // What follows the name of a command: "tc = iproute2 [linux/amd64] ?".
    private static string Name(string entry) => entry.IndexOfAny([' ', '\t', '=', '[', '(', '?']) is > 0 and var end ? entry[..end] : entry;

    private static string Text(List<string> list) => list.Count == 0 ? OptionTable.None : string.Join(',', list);
}
