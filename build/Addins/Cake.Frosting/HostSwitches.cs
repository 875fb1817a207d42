using Cake.Core;
using Cake.Core.Diagnostics;

namespace Cake.Frosting;

/// <summary>
/// A command line, taken apart: the host's own switches and everything else, which becomes the build's arguments.
/// Reads what Cake.Frosting's own parser reads (tests hold the two against each other), without its start-up time.
/// </summary>
internal sealed class HostSwitches
{
    private static readonly string[] _flags =
    [
        "--exclusive", "-e", "--dryrun", "--noop", "--whatif", "--tree", "--showtree", "--description", "--descriptions",
        "--showdescription", "--showdescriptions", "--version", "--ver", "--info", "--help", "-h",
    ];

    private static readonly string[] _valued = ["--target", "--Target", "-t", "--working", "-w", "--verbosity", "-v"];

    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    private readonly List<(string Name, string? Value)> _remaining = [];

    private readonly List<string> _targets = [];

    private HostSwitches()
    {
    }

    /// <summary>What to run, in the order given; <c>Default</c> where nothing was given.</summary>
    public IReadOnlyList<string> Targets => _targets.Count == 0 ? ["Default"] : _targets;

    /// <summary>The folder given with <c>--working</c>.</summary>
    public string? WorkingDirectory { get; private set; }

    /// <summary>How much to say; null where nothing was given.</summary>
    public Verbosity? Verbosity { get; private set; }

    public bool Exclusive => Any("--exclusive", "-e");

    public bool DryRun => Any("--dryrun", "--noop", "--whatif");

    public bool Tree => Any("--tree", "--showtree");

    public bool Description => Any("--description", "--descriptions", "--showdescription", "--showdescriptions");

    public bool Version => Any("--version", "--ver");

    public bool Info => Any("--info");

    public bool Help => Any("--help", "-h");

    /// <summary>The arguments that are not the host's, in order, names without dashes; null is an argument without a value.</summary>
    public IReadOnlyList<(string Name, string? Value)> Remaining => _remaining;

    /// <summary>Takes a command line apart.</summary>
    /// <exception cref="FrostingException">A word that belongs to no switch, a switch without its value, or an unknown verbosity.</exception>
    public static HostSwitches Parse(IEnumerable<string> arguments)
    {
        var result = new HostSwitches();
        var words = arguments.ToArray();
        var rest = false;
        for (var index = 0; index < words.Length; index++)
        {
            var word = words[index];
            if (word == "--" && !rest)
            {
                rest = true;
            }
            else if (!IsSwitch(word))
            {
                if (!rest)
                {
                    throw new FrostingException($"Unknown command '{word}'.");
                }
            }
            else
            {
                var (name, value) = Split(word);
                var next = index + 1 < words.Length && !IsSwitch(words[index + 1]) ? words[index + 1] : null;
                if (result.Take(name, value, next, rest))
                {
                    index++;
                }
            }
        }

        return result;
    }

    /// <summary>The build's arguments: everything that is not the host's, and the targets again as <c>target</c>.</summary>
    public CakeArguments ToCakeArguments() =>
        new(_remaining
            .Select(pair => (pair.Name, pair.Value))
            .Concat(Targets.Select(target => (Name: "target", Value: (string?)target)))
            .ToLookup(pair => pair.Name, pair => pair.Value!, StringComparer.OrdinalIgnoreCase));

    // A minus sign alone and negative numbers are values.
    private static bool IsSwitch(string word) =>
        word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    private static (string Name, string? Value) Split(string word)
    {
        var end = word.AsSpan().IndexOfAny('=', ':');
        return end < 0 ? (word, null) : (word[..end], word[(end + 1)..]);
    }

    // Whether the next word was the value of this one.
    private bool Take(string name, string? value, string? next, bool rest)
    {
        if (!rest && _flags.Contains(name))
        {
            var explicitly = value ?? (IsBoolean(next) ? next : null);
            if (value is not null && !IsBoolean(value))
            {
                throw new FrostingException($"Flags cannot be assigned a value: {name}={value}.");
            }

            if (string.Equals(explicitly, "false", StringComparison.OrdinalIgnoreCase))
            {
                _given.Remove(name);
            }
            else
            {
                _given.Add(name);
            }

            return value is null && explicitly is not null;
        }

        if (!rest && _valued.Contains(name))
        {
            Set(name, value ?? next ?? throw new FrostingException($"Option '{name}' is given but no value has been provided."));
        }
        else
        {
            _remaining.Add((name.TrimStart('-'), value ?? next));
        }

        return value is null && next is not null;
    }

    private void Set(string name, string value)
    {
        switch (name)
        {
            case "--working" or "-w":
                WorkingDirectory = value;
                break;
            case "--verbosity" or "-v":
                Verbosity = ParseVerbosity(value);
                break;
            default:
                _targets.Add(value);
                break;
        }
    }

    private static Verbosity ParseVerbosity(string value) => value.ToLowerInvariant() switch
    {
        "q" or "quiet" => Core.Diagnostics.Verbosity.Quiet,
        "m" or "minimal" => Core.Diagnostics.Verbosity.Minimal,
        "n" or "normal" => Core.Diagnostics.Verbosity.Normal,
        "v" or "verbose" => Core.Diagnostics.Verbosity.Verbose,
        "d" or "diagnostic" => Core.Diagnostics.Verbosity.Diagnostic,
        _ => throw new FrostingException(
            $"The value '{value}' is not a valid verbosity. Valid are quiet, minimal, normal, verbose and diagnostic."),
    };

    private static bool IsBoolean(string? value) =>
        string.Equals(value, "true", StringComparison.OrdinalIgnoreCase)
        || string.Equals(value, "false", StringComparison.OrdinalIgnoreCase);

    private bool Any(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_given.Contains(name))
            {
                return true;
            }
        }

        return false;
    }
}
