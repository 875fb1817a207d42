namespace BusyboxGlibc.Configuration;

/// <content>The options of targets that keep the cache and registries tidy. They are only arguments.</content>
internal static partial class OptionTable
{
    /// <summary>The maximum value of <c>--keep</c>.</summary>
    public const int MaximumKeep = 10_000;

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

    /// <summary><c>--prune-older-than</c>.</summary>
    public static Option PruneOlderThan { get; } = new(
        null, "PruneOlderThan", "prune-older-than",
        "Tags says which tags of images older than that can go; with --delete they go.",
        string.Empty, AgeForm)
    {
        Example = "90d", Tasks = ["Tags"], Group = HousekeepingGroup, DefaultText = "none can go",
    };

    /// <summary><c>--keep</c>.</summary>
    public static Option Keep { get; } = new(
        null, "Keep", "keep",
        "How many of the newest images of each variant stay, whatever their age.",
        "10", $"0 to {MaximumKeep}")
    {
        Example = "20", Tasks = ["Tags"], Group = HousekeepingGroup,
    };

    /// <summary><c>--delete</c>.</summary>
    public static Option Delete { get; } = new(
        null, "Delete", "delete",
        "Whether Tags deletes what --prune-older-than says; without it nothing is deleted.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Tags"], Group = HousekeepingGroup, IsSwitch = true,
    };

    /// <summary><c>--foreign</c>.</summary>
    public static Option Foreign { get; } = new(
        null, "Foreign", "foreign",
        "Whether --prune-older-than is also about images that this build did not make.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = ["Tags"], Group = HousekeepingGroup, IsSwitch = true,
    };
}
