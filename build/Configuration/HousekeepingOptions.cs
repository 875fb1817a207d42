using System.Globalization;
using System.Text.RegularExpressions;

namespace BusyboxGlibc.Configuration;

/// <summary>The options of targets that keep the cache tidy.</summary>
/// <param name="OlderThan">How long an entry of the cache must be unused.</param>
internal sealed partial record HousekeepingOptions(TimeSpan OlderThan)
{
    /// <summary>Reads the options.</summary>
    /// <exception cref="ConfigurationException">A value is malformed.</exception>
    public static HousekeepingOptions Read(OptionReader reader) => new(ReadAge(reader.Get(OptionTable.OlderThan)));

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

    [GeneratedRegex(@"\A(?<number>[0-9]{1,5})(?<unit>[hdw])\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AgeForm();
}
