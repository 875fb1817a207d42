namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// The loops of a shell script around the place that is read. Those of the form <c>for NAME in WORDS</c> are gone through once for
/// each word; others, and one whose words nobody can tell, once in all.
/// </summary>
/// <param name="variables">What is known of variables; the loops set theirs.</param>
/// <param name="length">The script's length, in characters.</param>
internal sealed class ShellLoops(Dictionary<string, string> variables, int length)
{
    // Loops inside of loops could make a small script take forever.
    private const int MostRounds = 1000;
    private const long MostRead = 4 << 20;

    private static readonly string[] _leading = ["do", "then", "else", "{", "!"];

    private readonly Stack<Loop> _loops = new();
    private long _left = Math.Max(MostRead, length);
    private int _rounds = MostRounds;

    /// <summary>Takes a command into account.</summary>
    /// <param name="command">Its words.</param>
    /// <param name="after">Where the command ends.</param>
    /// <returns>Where to read on: there, or at the start of the loop that the command ends.</returns>
    public int Next(List<string?> command, int after)
    {
        var first = command.FindIndex(word => word is null || !_leading.Contains(word));
        switch (first < 0 ? null : command[first])
        {
            case "for":
                Begin(command[(first + 1)..], after);
                break;
            case "while" or "until":
                _loops.Push(new Loop(null, [], after));
                break;
            case "done" when _loops.TryPeek(out var loop):
                return End(loop, after);
        }

        return after;
    }

    private void Begin(List<string?> words, int body)
    {
        var isKnown = words is [not null, "in", ..] && words.Skip(2).All(word => word is not null);
        var values = isKnown ? words.Skip(2).SelectMany(word => word!.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)).ToList() : [];
        var loop = new Loop(words.FirstOrDefault(), new Queue<string>(values), body);
        _loops.Push(loop);
        Set(loop);
    }

    private int End(Loop loop, int after)
    {
        _left -= after - loop.Body;
        if (loop.Values.Count > 0 && _left > 0 && _rounds-- > 0)
        {
            Set(loop);
            return loop.Body;
        }

        _loops.Pop();
        return after;
    }

    private void Set(Loop loop)
    {
        if (loop.Name is null)
        {
            return;
        }

        if (loop.Values.TryDequeue(out var value))
        {
            variables[loop.Name] = value;
        }
        else
        {
            variables.Remove(loop.Name);
        }
    }

    private sealed record Loop(string? Name, Queue<string> Values, int Body);
}
