namespace BusyboxGlibc.Configuration;

/// <content>The options of targets that keep the cache and registries tidy. They are only arguments.</content>
internal static partial class OptionTable
{
    private const string HousekeepingGroup = "Housekeeping";
    private const string AgeForm = "a number with h, d or w: 12h, 30d, 4w; 0d for any age";

    /// <summary><c>--older-than</c>.</summary>
    public static Option OlderThan { get; } = new(
        null, "OlderThan", "older-than",
        "Prune deletes what no lock needs and nothing used for that time.",
        "30d", AgeForm)
    {
        Example = "7d", Tasks = ["Prune"], Group = HousekeepingGroup,
    };
}
