using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Reports.Help;

/// <summary>The output of <c>--help</c>: plain ASCII, at most 80 columns wide, the same on every machine.</summary>
internal static class HelpText
{
    private const int Indent = 2;
    private const int NameColumn = 24;
    private const int FactColumn = NameColumn + 9;

    // The switches of the host. It reads the same ones with the package and with its stand-in.
    private static readonly (string Switch, string Text)[] _switches =
    [
        ("-t, --target=TARGET", "The target to run, with its dependencies; the default is Default. May be given several times."),
        ("-e, --exclusive", "Run the target without its dependencies."),
        ("--dryrun", "List the targets that would run, in order, without running them."),
        ("--tree", "Show which target depends on which."),
        ("--description", "Show what each target does."),
        ("-v, --verbosity=LEVEL", "quiet, minimal, normal, verbose or diagnostic; the default is normal."),
        ("-w, --working=FOLDER", "The folder to work in; the default is the project's."),
        ("--info", "Show what this runs on."),
        ("--version", "Show the version of this build and of Cake."),
        ("-h, --help[=TARGET]", "Show this, or what a target does and which options it uses."),
    ];

    /// <summary>The whole help: switches, targets, and every option by group.</summary>
    public static string Overview(TaskList tasks)
    {
        var text = new TextColumns()
            .Line("Usage: ./build.sh [--target=TARGET] [OPTION...]")
            .Line()
            .Line("Builds the container base image busybox:glibc.")
            .Line()
            .Line("Switches");
        foreach (var (name, what) in _switches)
        {
            text.Entry(Indent, name, NameColumn, what);
        }

        text.Line().Line("Targets").Entry(0, string.Empty, Indent, string.Join(", ", tasks.Names));
        text.Line().Entry(0, string.Empty, 0, "An argument overrides the environment variable, which overrides cake.config, which overrides the default.");
        return AddOptions(text, OptionTable.All).ToString();
    }

    /// <summary>One target: what it does, what runs before it, and the options that affect any of these tasks.</summary>
    public static string Of(TaskDetails task, TaskList tasks)
    {
        var order = tasks.OrderOf(task);
        var options = OptionTable.All.Where(option => option.Tasks.Any(order.Contains)).ToList();
        var text = new TextColumns()
            .Line($"Usage: ./build.sh --target={task.Name}{(options.Count == 0 ? string.Empty : " [OPTION...]")}")
            .Line()
            .Entry(0, string.Empty, 0, $"{task.Description.TrimEnd('.')}.")
            .Line()
            .Entry(0, "Depends on", NameColumn, task.Dependencies.Count == 0 ? "nothing" : string.Join(", ", task.Dependencies))
            .Entry(0, "Runs, in order", NameColumn, string.Join(", ", order));
        if (order.Count > 1)
        {
            text.Entry(0, string.Empty, NameColumn, "Targets of the engine that does not build the image are skipped.");
        }

        return options.Count == 0
            ? text.Line().Line("It uses none of the options.").ToString()
            : AddOptions(text, options).ToString();
    }

    private static TextColumns AddOptions(TextColumns text, IReadOnlyList<Option> options)
    {
        foreach (var group in options.GroupBy(option => option.Group, StringComparer.Ordinal))
        {
            text.Line().Line(group.Key);
            foreach (var option in group)
            {
                Add(text, option);
            }
        }

        return text;
    }

    private static void Add(TextColumns text, Option option)
    {
        text.Entry(Indent, option.ToString(), NameColumn, option.Description);
        text.Entry(NameColumn, "values", FactColumn, option.IsList ? $"{option.Allowed}; may be given several times" : option.Allowed);
        text.Entry(NameColumn, "default", FactColumn, option.DefaultText ?? option.Default);
        text.Entry(NameColumn, "example", FactColumn, option.ExampleArgument);
        if (option.Section is not null)
        {
            text.Entry(NameColumn, "or set", FactColumn, $"{option.EnvironmentVariable}, [{option.Section}] {option.Name}");
        }
    }
}
