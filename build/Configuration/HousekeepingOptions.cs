using System.Globalization;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Configuration;

/// <summary>The options of targets that keep the cache and registries tidy.</summary>
/// <param name="OlderThan">How long an entry of the cache must be unused.</param>
/// <param name="PruneOlderThan">How old an image of a registry must be; null if no tag is to go.</param>
/// <param name="Keep">How many of the newest images of each variant stay.</param>
/// <param name="Deletes">Whether tags are deleted.</param>
/// <param name="Foreign">Whether images of others may go too.</param>
internal sealed partial record HousekeepingOptions(TimeSpan OlderThan, TimeSpan? PruneOlderThan, int Keep, bool Deletes, bool Foreign)
{
    /// <summary>The argument that has no effect, because <see cref="PruneOlderThan"/> is not given; null if there is none.</summary>
    public string? WithoutAge { get; init; }

    /// <summary>Reads the options.</summary>
    /// <exception cref="ConfigurationException">A value is malformed.</exception>
    public static HousekeepingOptions Read(OptionReader reader)
    {
        var older = reader.Get(OptionTable.PruneOlderThan);
        return new HousekeepingOptions(
            ReadAge(reader.Get(OptionTable.OlderThan)), older.Value.Length == 0 ? null : ReadAge(older), ReadKeep(reader.Get(OptionTable.Keep)), reader.GetSwitch(OptionTable.Delete), reader.GetSwitch(OptionTable.Foreign))
        {
            WithoutAge = older.Value.Length > 0 ? null : new[] { OptionTable.Keep, OptionTable.Delete, OptionTable.Foreign }.FirstOrDefault(option => !reader.Get(option).IsDefault)?.ToString(),
        };
    }

    private static TimeSpan ReadAge(OptionValue value)
    {
        var match = AgeForm().Match(value.Value);
        return match.Success && int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) is var number
            ? match.Groups["unit"].ValueSpan switch
            {
                "h" => TimeSpan.FromHours(number),
                "w" => TimeSpan.FromDays(7 * number),
                _ => TimeSpan.FromDays(number),
            }
            : throw new ConfigurationException($"{ValueList.Show(value.Value)} is not an age", value.Where, next: $"write {OptionTable.OlderThan.Allowed}");
    }

    private static int ReadKeep(OptionValue value) =>
        int.TryParse(value.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= OptionTable.MaximumKeep ? number
            : throw new ConfigurationException($"{ValueList.Show(value.Value)} is not a number of images", value.Where, next: $"write {OptionTable.Keep.Allowed}");

    [GeneratedRegex(@"\A(?<number>[0-9]{1,5})(?<unit>[hdw])\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AgeForm();
}
