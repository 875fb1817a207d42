using BusyboxGlibc.Configuration;
using BusyboxGlibc.Reports.Help;

namespace BusyboxGlibc.Reports.Completion;

/// <summary>One argument as a shell completes it.</summary>
/// <param name="Name">The argument, without the two dashes.</param>
/// <param name="Description">What it does, short enough for one line of a menu.</param>
internal sealed record CompletionWord(string Name, string Description)
{
    private const int Longest = 72;

    // The host's own switches; those of the build are in the table of options.
    private static readonly string[] _verbosities = ["quiet", "minimal", "normal", "verbose", "diagnostic"];

    /// <summary>The values worth offering, each with what it does, or with nothing.</summary>
    public IReadOnlyList<(string Value, string Description)> Values { get; init; } = [];

    /// <summary>Whether several of <see cref="Values"/> may be given, separated by commas.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether a value is the path of a file or folder.</summary>
    public bool TakesFiles { get; init; }

    /// <summary>Whether it is complete without a value.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Every argument of the build, in the order of the help.</summary>
    /// <param name="tasks">The tasks that <c>--target</c> and <c>--help</c> take.</param>
    public static IReadOnlyList<CompletionWord> All(TaskList tasks)
    {
        List<(string, string)> targets = [.. tasks.Names.Select(name => (name, Short(tasks.Find(name)!.Description)))];
        return
        [
            new("target", "The target to run, with its dependencies") { Values = targets },
            new("exclusive", "Run the target without its dependencies") { IsSwitch = true },
            new("dryrun", "List the targets that would run, in order") { IsSwitch = true },
            new("tree", "Show which target depends on which") { IsSwitch = true },
            new("description", "Show what each target does") { IsSwitch = true },
            new("verbosity", "How much is printed") { Values = [.. _verbosities.Select(word => (word, string.Empty))] },
            new("info", "Show what this runs on") { IsSwitch = true },
            new("version", "Show the version of this build and of Cake") { IsSwitch = true },
            new("help", "Show what there is, or what a target does") { IsSwitch = true, Values = targets },
            .. OptionTable.All.Select(Of),
        ];
    }

    private static CompletionWord Of(Option option) => new(option.Argument, Short(option.Description))
    {
        Values = option.IsSwitch || option.Suggestions.Count > 0 ? [.. (option.IsSwitch ? ["true", "false"] : option.Suggestions).Select(word => (word, string.Empty))] : [],
        IsList = option is { IsList: true, Separator: ',' },
        TakesFiles = option.TakesFiles,
        IsSwitch = option.IsSwitch,
    };

    /// <summary>The beginning of a description: up to the first break of its sentence, cut between words if it is long.</summary>
    internal static string Short(string description)
    {
        var end = description.IndexOfAny([';', '(', ':']);
        var sentence = description.IndexOf(". ", StringComparison.Ordinal);
        end = (end, sentence) switch
        {
            (-1, -1) => description.Length,
            (-1, _) => sentence,
            (_, -1) => end,
            _ => Math.Min(end, sentence),
        };
        var text = description[..end].TrimEnd(' ', '.', ',');
        return text.Length <= Longest ? text : text[..text.LastIndexOf(' ', Longest)] + " ...";
    }
}
