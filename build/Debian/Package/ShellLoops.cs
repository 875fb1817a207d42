namespace BusyboxGlibc.Debian.Package;

/// <summary>
/// The loops of a shell script around the current position. A loop of the form <c>for NAME in WORDS</c> is run once per word; other loops, and those
/// with unknown words, are run once.
/// </summary>
/// <param name="variables">The known variables; loops set theirs.</param>
/// <param name="length">The script's length, in characters.</param>
internal sealed class ShellLoops(Dictionary<string, string> variables, int length)
{
    // Nested loops could make a small script run forever.
    private const int MostRounds = 1000;
    private const long MostRead = 4 << 20;

    private static readonly string[] _leading = ["do", "then", "else", "{", "!"];

    private readonly Stack<Loop> _loops = new();
    private long _left = Math.Max(MostRead, length);
    private int _rounds = MostRounds;

    /// <summary>Processes a command.</summary>
    /// <param name="command">Its words.</param>
    /// <param name="after">The position after the command.</param>
    /// <returns>The position to continue at: after the command, or at the start of the loop that the command ends.</returns>
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
