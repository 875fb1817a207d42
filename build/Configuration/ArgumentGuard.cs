using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Configuration;

/// <summary>
/// Rejects a command line with an argument that nothing reads. Cake accepts any argument and passes it to the code that requests
/// it by name, so that a typo such as <c>--platfroms=linux/amd64</c> would silently build something else.
/// </summary>
internal static class ArgumentGuard
{
    // Cake.Frosting's own switches, with the same case sensitivity.
    private static readonly string[] _flags =
    [
        "--exclusive", "-e", "--dryrun", "--noop", "--whatif", "--tree", "--showtree", "--description", "--descriptions",
        "--showdescription", "--showdescriptions", "--version", "--ver", "--info", "--help", "-h",
    ];

    private static readonly string[] _valued = ["--target", "--Target", "-t", "--working", "-w", "--verbosity", "-v"];

    // Cake's configuration can be given as arguments too: --Settings_ShowProcessCommandLine=true.
    private static readonly string[] _settings = ["settings_", "paths_", "nuget_"];

    /// <summary>Checks a whole command line before anything runs.</summary>
    /// <param name="given">The words of the command line, without the program's name.</param>
    /// <param name="known">The names of the build's own arguments, without dashes; letter case does not matter.</param>
    /// <param name="targets">Returns the names of the tasks, called if a target is given; letter case does not matter.</param>
    /// <exception cref="BuildException">An unknown argument (the error names the nearest one), a word that belongs to no argument, a switch without
    /// its value, or a target that is not a task.</exception>
    public static void Check(IEnumerable<string> given, IEnumerable<string> known, Func<IEnumerable<string>> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        var names = known.Select(name => name.TrimStart('-')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var expects = Expects.Nothing;
        string? open = null;
        foreach (var word in given)
        {
            if (IsSwitch(word))
            {
                CheckValue(open, null, targets);
                expects = word == "--" ? Expects.Nothing : CheckSwitch(word, names);
                open = OpenSwitch(word);
                if (open is not null && word.AsSpan().IndexOfAny('=', ':') is var end and >= 0)
                {
                    CheckValue(open, word[(end + 1)..], targets);
                    open = null;
                }
            }
            else if (expects == Expects.Nothing || (expects == Expects.Boolean && !bool.TryParse(word, out _)))
            {
                throw Stray(word, targets);
            }
            else
            {
                CheckValue(open, open is null ? null : word, targets);
                (expects, open) = (Expects.Nothing, null);
            }
        }

        CheckValue(open, null, targets);
    }

    /// <summary>The error for a name that is not a task: lists the nearest names, and all tasks.</summary>
    /// <param name="value">The name as given.</param>
    /// <param name="tasks">The names of the tasks.</param>
    /// <param name="next">How to write a valid name.</param>
    internal static BuildException UnknownTask(string value, IReadOnlyList<string> tasks, string next)
    {
        var nearest = Nearest.Names(value, tasks);
        return new BuildException(
            $"there is no task {Shown(value)}{(nearest.Count == 0 ? string.Empty : $": did you mean {string.Join(" or ", nearest)}?")}",
            why: $"the tasks are {string.Join(", ", tasks.Order(StringComparer.Ordinal))}",
            next: $"{(value.Contains(',') ? "give --target= once for each task" : next)}; --description shows what each does");
    }

    private const string DefaultTarget = "Default";
    private const int MostShown = 60;

    private enum Expects
    {
        Nothing,
        Boolean,
        Value,
    }

    // A minus sign alone and negative numbers are values, as in the host.
    private static bool IsSwitch(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    private static Expects CheckSwitch(string word, HashSet<string> known)
    {
        var end = word.AsSpan().IndexOfAny('=', ':');
        var name = end < 0 ? word : word[..end];
        if (_flags.Contains(name))
        {
            return end < 0 ? Expects.Boolean : Expects.Nothing;
        }

        var bare = name.StartsWith("--", StringComparison.Ordinal) ? name[2..] : null;
        var isKnown = bare is not null
            && (known.Contains(bare) || _settings.Any(prefix => bare.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
        if (!isKnown && !_valued.Contains(name))
        {
            throw Unknown(name, known);
        }

        return end < 0 ? Expects.Value : Expects.Nothing;
    }

    // The name of a host switch that takes a value, otherwise null.
    private static string? OpenSwitch(string word)
    {
        var end = word.AsSpan().IndexOfAny('=', ':');
        var name = end < 0 ? word : word[..end];
        return _valued.Contains(name) ? name : null;
    }

    private static void CheckValue(string? name, string? value, Func<IEnumerable<string>> targets)
    {
        if (name is null)
        {
            return;
        }

        var isTarget = name is "--target" or "--Target" or "-t";
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new BuildException(
                $"{name} has no value",
                next: isTarget ? $"write --target=TASK; --description lists the tasks; without --target, {DefaultTarget} runs" : $"write {name} VALUE; --help lists its values");
        }

        var tasks = isTarget ? targets().ToList() : [];
        if (!isTarget || tasks.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        throw UnknownTask(
            value, tasks, value.AsSpan().ContainsAny('/', ':') ? $"{name} names a target; the tag of the image is --tag=TAG, its name --registry=HOST/NAMESPACE and --repository=NAME" : "write --target=TASK");
    }

    private static string Shown(string value) => SafeText.Cut(value, MostShown);

    // Only the name is shown: the value may be a secret.
    private static BuildException Unknown(string name, HashSet<string> known)
    {
        var candidates = _flags.Concat(_valued).Concat(known)
            .Select(candidate => candidate.TrimStart('-'))
            .Where(candidate => candidate.Length > 1)
            .Distinct(StringComparer.OrdinalIgnoreCase);
        if (DockerSwitches.Advice(name) is { } advice)
        {
            return new BuildException($"unknown argument {name}", next: advice);
        }

        var nearest = Nearest.Names(name.TrimStart('-'), candidates);
        var all = known.Order(StringComparer.Ordinal).Select(argument => "--" + argument).ToArray();
        return new BuildException(
            nearest.Count == 0
                ? $"unknown argument {name}"
                : $"unknown argument {name}: did you mean {string.Join(" or ", nearest.Select(argument => "--" + argument))}?",
            why: all.Length == 0 ? null : $"the build's arguments are {string.Join(", ", all)}",
            next: "--help lists every argument, --help=TARGET those that a target uses");
    }

    private static BuildException Stray(string word, Func<IEnumerable<string>> targets)
    {
        if (word.Length == 0)
        {
            return new BuildException("an empty argument on the command line", next: "remove it: arguments are written --name=value");
        }

        if (word == ".")
        {
            return new BuildException("the word '.' is not part of any argument", next: "remove it: what is built is always the project's folder");
        }

        if (word.StartsWith("lib", StringComparison.Ordinal))
        {
            return new BuildException(
                $"the word '{Shown(word)}' is not part of any argument", next: "a library is a line of lib-requires.txt: add it there, then run ./build.sh");
        }

        var task = Nearest.Names(word, targets(), 1) is [var nearest] ? nearest : null;
        var isSlip = task is not null && !task.Equals(word, StringComparison.OrdinalIgnoreCase);
        return new BuildException(
            $"the word '{Shown(word)}' is not part of any argument{(isSlip ? $": did you mean {task}?" : string.Empty)}",
            next: $"to run a task write --target={task ?? "TASK"}, or its name before all arguments: ./build.sh {task ?? "TASK"}; arguments are written --name=value");
    }
}
