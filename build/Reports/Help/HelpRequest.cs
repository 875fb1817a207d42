using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Reports.Help;

/// <summary>The part of a command line that requests information about the program instead of a run.</summary>
/// <param name="Help">Whether <c>--help</c> is given.</param>
/// <param name="Version">Whether <c>--version</c> is given.</param>
/// <param name="Topics">The targets to explain: those given to <c>--help</c>; if there are none, those given to <c>--target</c>.</param>
/// <param name="Rest">The command line without <c>--help</c>, <c>--version</c> and their values.</param>
internal sealed record HelpRequest(bool Help, bool Version, IReadOnlyList<string> Topics, IReadOnlyList<string> Rest)
{
    private static readonly string[] _help = ["--help", "-h"];
    private static readonly string[] _version = ["--version", "--ver"];
    private static readonly string[] _target = ["--target", "--Target", "-t"];

    /// <summary>Parses a command line: <c>--help</c>, <c>--help=TARGET</c>, <c>--help TARGET</c>, and the same with a colon or <c>-h</c>.
    /// The values <c>true</c> and <c>false</c> are those of a switch. Words after <c>--</c> are ignored.</summary>
    /// <exception cref="BuildException"><c>--help=</c> without a value, or a <c>--version</c> with one that is neither true nor false.</exception>
    public static HelpRequest Parse(IReadOnlyList<string> words)
    {
        var (help, version) = (false, false);
        List<string> topics = [], targets = [], rest = [];
        for (var index = 0; index < words.Count; index++)
        {
            if (words[index] == "--")
            {
                rest.AddRange(words.Skip(index));
                break;
            }

            var (name, value) = Split(words[index]);
            var isHelp = _help.Contains(name);
            var isVersion = _version.Contains(name);
            var next = value is null && index + 1 < words.Count && !words[index + 1].StartsWith('-') ? words[index + 1] : null;
            if (!isHelp && !isVersion)
            {
                rest.Add(words[index]);
                if (_target.Contains(name) && (value ?? next) is { } target)
                {
                    targets.Add(target);
                }

                continue;
            }

            // The next word is always a value of --help; of --version only if it can be one.
            index += next is not null && (isHelp || bool.TryParse(next, out _)) ? 1 : 0;
            var said = value ?? (isHelp || bool.TryParse(next, out _) ? next : null);
            var asked = said is null || !bool.TryParse(said, out var flag) || flag;
            if (isHelp)
            {
                help = asked;
                topics.AddRange(said is null || bool.TryParse(said, out _) ? [] : [Topic(name, said)]);
            }
            else
            {
                version = said is null || bool.TryParse(said, out _) ? asked : throw NoVersion(name);
            }
        }

        return new HelpRequest(help, version, topics.Count > 0 ? topics : targets, rest);
    }

    private static (string Name, string? Value) Split(string word)
    {
        var end = word.AsSpan().IndexOfAny('=', ':');
        return end < 0 ? (word, null) : (word[..end], word[(end + 1)..]);
    }

    private static string Topic(string name, string value) => !string.IsNullOrWhiteSpace(value)
        ? value
        : throw new BuildException($"{name} does not name a target", next: "write --help for everything, or --help=TARGET; --description lists the targets");

    private static BuildException NoVersion(string name) => new($"{name} takes no value", next: $"write {name}");
}
