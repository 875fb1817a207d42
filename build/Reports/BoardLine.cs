using System.Text;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Reports;

/// <summary>One line of a <see cref="ConsoleProgressBoard"/>. Adding to it takes no lock: the board reads the amount when it draws.</summary>
internal sealed class BoardLine(ConsoleProgressBoard board, string label, long? total, ProgressUnit unit, long startedAt) : IProgressLine
{
    // What stands beside the bar of a usual line, with the time left: "busybox linux/riscv64", "compiling 214 of 587 files".
    private const int Rest = 72;
    private const int WidestBar = 24;
    private const int NarrowestBar = 4;

    // The first seconds say little about the rest.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);

    private long _amount;
    private long _total = total ?? -1;
    private int _ended;
    private volatile Phase? _phase;

    public string Label { get; } = label;

    /// <summary>The board's clock at the start of the line.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>The current amount.</summary>
    public long Amount => Interlocked.Read(ref _amount);

    private long? Total => Interlocked.Read(ref _total) is var total and >= 0 ? total : null;

    public void Add(long amount) => Interlocked.Add(ref _amount, amount);

    public void SetTotal(long total) => Interlocked.Exchange(ref _total, total);

    public void Enter(string phase, bool counts = false) => _phase = new Phase(phase, counts);

    public void Done(string? outcome = null)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            var reached = Amount > 0 ? $" ({HumanReadable.Progress(Amount, null, unit)})" : string.Empty;
            board.End(this, $"{Label}: {(string.IsNullOrEmpty(outcome) ? "done" : ConsoleProgressBoard.Clean(outcome))}{reached}", good: true);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            // A line that reached nothing is one of several attempts, or followed by the error that ended it.
            board.End(this, Amount > 0 ? $"{Label}: stopped at {Reached}" : null, good: false);
        }
    }

    /// <summary>The line as text: <c>packages 45 % (12.3 MB of 27.0 MB)</c>.</summary>
    public string InWords() =>
        Percent is { } percent && unit == ProgressUnit.Bytes ? $"{Label} {percent} % ({Reached})" : $"{Label} {Shown}".TrimEnd();

    /// <summary>The line as a bar.</summary>
    /// <param name="labelWidth">The width of the label in columns, so that the bars are aligned.</param>
    /// <param name="elapsed">The time since the start of the line.</param>
    /// <param name="blocks">Whether the terminal supports more than ASCII.</param>
    /// <param name="columns">The width of the terminal.</param>
    public string AsBar(int labelWidth, TimeSpan elapsed, bool blocks, int columns)
    {
        var width = Math.Clamp(columns - Rest, NarrowestBar, WidestBar);
        var text = new StringBuilder(Label.PadRight(labelWidth)).Append("  ");
        if (Percent is { } percent)
        {
            var filled = (int)(percent * width / 100);
            text.Append(blocks ? '█' : '#', filled).Append(blocks ? '░' : '.', width - filled).Append($" {percent,3} %");
        }
        else
        {
            text.Append(' ', width + 6);
        }

        text.Append("  ").Append(Shown);
        if (unit == ProgressUnit.Bytes && elapsed > TimeSpan.FromSeconds(1))
        {
            text.Append($"  {HumanReadable.Bytes((long)(Amount / elapsed.TotalSeconds))}/s");
        }

        if (elapsed > _soon && Percent is >= 5 and < 100 and var done)
        {
            var left = (long)Math.Ceiling(elapsed.TotalSeconds * (100 - done) / done);
            text.Append(left < 60 ? $"  {left} s left" : $"  {left / 60} min left");
        }

        return text.ToString();
    }

    // Until something can be counted, no amount: a zero that stays looks like a build that hangs.
    private string Shown => _phase switch
    {
        null => Amount == 0 && Total is null ? string.Empty : Reached,
        { Counts: false } phase => phase.Name,
        { } phase => $"{phase.Name} {Reached}",
    };

    private string Reached => HumanReadable.Progress(Amount, Total, unit);

    private long? Percent => Total is > 0 and var total ? (long)(Math.Clamp(Amount / (double)total, 0, 1) * 100) : null;

    private sealed record Phase(string Name, bool Counts);
}
