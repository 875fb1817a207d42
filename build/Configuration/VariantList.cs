namespace BusyboxGlibc.Configuration;

/// <summary>Reads a list of a variant, which adds to the image's: <c>+strace,gdbserver</c>. A sign applies to the names after it too. Without a sign the list is complete, and must
/// contain the image's.</summary>
internal static class VariantList
{
    /// <summary>The names that the variant adds.</summary>
    /// <param name="name">The key.</param>
    /// <param name="value">The value as written.</param>
    /// <param name="entries">Its entries, with their signs.</param>
    /// <param name="below">The entries of the image's list.</param>
    /// <param name="isComplete">Whether a list without signs is the complete one; otherwise all its entries are added.</param>
    /// <exception cref="ConfigurationException">The variant takes something away.</exception>
    public static IReadOnlyList<string> Added(string name, OptionValue value, IReadOnlyList<string> entries, IReadOnlyList<string> below, bool isComplete)
    {
        if (entries.FirstOrDefault(entry => entry[0] == '-') is { } minus)
        {
            throw TakesAway(name, value, [minus[1..].Trim()]);
        }

        var hasSigns = entries.Any(entry => entry[0] == '+');
        if (hasSigns && entries[0][0] != '+')
        {
            throw new ConfigurationException($"{name} has names with and without a sign", value.Where, $"+ applies to the names after it, and {ValueList.Show(entries[0])} is before it", $"write {name}=+{string.Join(',', entries.Select(entry => entry.TrimStart('+').Trim()))}");
        }

        List<string> names = [.. entries.Select(entry => entry.TrimStart('+').Trim()).Where(entry => entry.Length > 0)];
        if (!hasSigns && isComplete && below.Where(known => !names.Contains(known, StringComparer.OrdinalIgnoreCase)).ToList() is { Count: > 0 } lost)
        {
            throw TakesAway(name, value, lost, $"to add to the list, write {name}=+{string.Join(',', names)}");
        }

        return [.. names.Where(added => !below.Contains(added, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>The complete list of a variant.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">The value as written in the variant.</param>
    /// <param name="below">The value of the image.</param>
    /// <exception cref="ConfigurationException">The variant takes something away.</exception>
    public static OptionValue Apply(Option option, OptionValue value, OptionValue below)
    {
        var known = ListChanges.Entries(option, below.Value);
        var added = Added(option.Name, value, ListChanges.Entries(option, value.Value), known, isComplete: true);
        return value with { Value = known.Count + added.Count == 0 ? OptionTable.None : string.Join(',', [.. known, .. added]) };
    }

    private static ConfigurationException TakesAway(string name, OptionValue value, IReadOnlyList<string> lost, string? next = null) => new(
        $"a variant cannot take {ValueList.Show(string.Join(", ", lost))} away", value.Where,
        "a variant is a layer over the image, whose files stay in the layers below",
        next ?? $"take it out of {name} in [Image]{(name == VariantSection.Libraries ? " or lib-requires.txt" : string.Empty)}, and add it in each variant that needs it");
}
