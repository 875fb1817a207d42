using System.Text;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Reports;

/// <summary>
/// Shows progress to the user. On a terminal every open line is a bar at the bottom, redrawn in place ten times a second with
/// one write, while finished lines, notes and other output scroll above. Elsewhere: one plain line when an operation
/// ends, and during a long operation a progress line every few seconds. Thread-safe.
/// </summary>
internal sealed class ConsoleProgressBoard : IProgressBoard, IDisposable
{
    private static readonly TimeSpan _frame = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longLived = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _sparse = TimeSpan.FromSeconds(5);

    private readonly System.Threading.Lock _gate = new();
    private readonly List<BoardLine> _lines = [];
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly Terminal _terminal;
    private readonly TimeProvider _clock;
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private int _above;
    private int _drawn;
    private bool _cursorHidden;
    private bool _disposed;
    private long _lastSaid;
    private string _lastWords = string.Empty;

    /// <summary>Creates a board.</summary>
    /// <param name="output">Receives bars, finished lines and notes.</param>
    /// <param name="error">Receives warnings and errors.</param>
    /// <param name="terminal">The capabilities of <paramref name="output"/>.</param>
    /// <param name="clock">Drives drawing; replaced in tests.</param>
    public ConsoleProgressBoard(TextWriter output, TextWriter error, Terminal terminal, TimeProvider? clock = null)
    {
        _output = output;
        _error = error;
        _terminal = terminal;
        _clock = clock ?? TimeProvider.System;
        _timer = _clock.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_terminal.Interactive)
        {
            AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        }
    }

    /// <summary>Whether only warnings and errors are shown.</summary>
    public bool Quiet { get; set; }

    /// <summary>Whether warnings and errors are also annotations of GitHub Actions.</summary>
    public bool Annotates { get; init; }

    /// <summary>The capabilities of the board's output.</summary>
    public Terminal Terminal => _terminal;

    /// <summary>Creates a board for the process's own console.</summary>
    public static ConsoleProgressBoard OfProcess() => new(Console.Out, Console.Error, Terminal.OfProcess()) { Annotates = GitHubAnnotations.IsWanted(Environment.GetEnvironmentVariable) };

    /// <inheritdoc/>
    public IProgressLine Begin(string label, long? total, ProgressUnit unit)
    {
        var line = new BoardLine(this, Clean(label), total, unit, _clock.GetTimestamp());
        lock (_gate)
        {
            _lines.Add(line);
            if (_lines.Count == 1 && !_disposed)
            {
                var period = _terminal.Interactive ? _frame : _look;
                _timer.Change(period, period);
            }
        }

        return line;
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        if (!Quiet)
        {
            Above(() => _output.WriteLine(Wrapped(Clean(text))));
        }
    }

    // The same warning from several platforms or stages is shown once.
    /// <inheritdoc/>
    public void Warn(string text)
    {
        lock (_gate)
        {
            if (!_warned.Add(text))
            {
                return;
            }
        }

        var line = Wrapped($"warning: {Clean(text)}");
        Above(() => _error.WriteLine(
            Annotates ? GitHubAnnotations.Warning(Clean(text)) : _terminal.Interactive ? $"\e[33mwarning:\e[0m{line["warning:".Length..]}" : line));
    }

    /// <summary>Shows an error, on the error stream.</summary>
    public void Error(string text) => Above(() =>
    {
        var what = Clean(text).Split('\n')[0];
        _error.WriteLine((_terminal.Interactive ? $"\e[1;31m{Wrapped(what)}\e[0m" : Wrapped(what)) + Wrapped(Clean(text)[what.Length..]));
        foreach (var annotation in Annotates ? GitHubAnnotations.Error(Clean(text)) : [])
        {
            _error.WriteLine(annotation);
        }
    });

    /// <summary>Runs an action that writes to the console while no bar is drawn.</summary>
    public void Above(Action write)
    {
        lock (_gate)
        {
            // A log line is written to the console in several pieces, each of which comes here: the bars return after the last.
            if (_above++ == 0)
            {
                Erase();
            }

            try
            {
                write();
            }
            finally
            {
                _output.Flush();
                if (--_above == 0)
                {
                    Draw();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _lines.Clear();
            Erase();
            ShowCursor();
        }

        _timer.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
    }

    /// <summary>The text without control characters, which file names and package fields could send to the terminal.</summary>
    internal static string Clean(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')
            ? string.Concat(text.Select(character => char.IsControl(character) && character is not ('\n' or '\t') ? '?' : character))
            : text;

    /// <summary>Removes a line from the board and shows its outcome, if it has one.</summary>
    internal void End(BoardLine line, string? text, bool good)
    {
        lock (_gate)
        {
            Erase();
            _lines.Remove(line);
            if (text is not null && !Quiet && !_disposed)
            {
                _output.WriteLine(!_terminal.Interactive ? Wrapped(text) : (good ? "\e[32m" : "\e[33m") + Wrapped(TerminalText.Shorten(text, _terminal.Blocks)) + "\e[0m");
                _output.Flush();
            }

            if (_lines.Count == 0 && !_disposed)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                ShowCursor();
            }

            Draw();
        }
    }

    private string Wrapped(string text) => TerminalText.Wrap(text, _terminal.IsRedirected ? null : _terminal.Size().Columns);

    private void OnProcessExit(object? sender, EventArgs arguments)
    {
        // Without the lock: the thread that ends the process may hold it.
        if (_cursorHidden)
        {
            _output.Write("\e[?7h\e[?25h");
            _output.Flush();
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_disposed || Quiet)
            {
                return;
            }

            if (_terminal.Interactive)
            {
                Draw();
            }
            else
            {
                SayProgress();
            }
        }
    }

    private void SayProgress()
    {
        var now = _clock.GetTimestamp();
        if (_lastSaid != 0 && _clock.GetElapsedTime(_lastSaid, now) < _sparse)
        {
            return;
        }

        var words = string.Join(", ", _lines
            .Where(line => _clock.GetElapsedTime(line.StartedAt, now) >= _longLived)
            .Select(line => line.InWords()));
        if (words.Length > 0 && words != _lastWords)
        {
            _lastSaid = now;
            _lastWords = words;
            _output.WriteLine($"in progress: {words}");
            _output.Flush();
        }
    }

    // One write per frame, no wrapped line, and the whole frame shown at once if the terminal supports it (mode 2026): no flicker.
    private void Draw()
    {
        if (!_terminal.Interactive || Quiet || _disposed || (_lines.Count == 0 && _drawn == 0))
        {
            return;
        }

        var (columns, rows) = _terminal.Size();
        var room = Math.Max(1, rows - 2);
        var shown = _lines.Count <= room ? _lines.Count : room - 1;
        var labels = _lines.Take(shown).Select(line => line.Label.Length).DefaultIfEmpty().Max();
        var now = _clock.GetTimestamp();
        var frame = new StringBuilder("\e[?2026h\e[?7l");
        if (_lines.Count > 0 && !_cursorHidden)
        {
            frame.Append("\e[?25l");
            _cursorHidden = true;
        }

        Up(frame);
        foreach (var line in _lines.Take(shown))
        {
            var text = line.AsBar(Math.Min(labels, 40), _clock.GetElapsedTime(line.StartedAt, now), _terminal.Blocks, columns);
            frame.Append(Cut(text, columns - 1)).Append("\e[K\n");
        }

        var drawn = shown;
        if (shown < _lines.Count)
        {
            frame.Append($"and {_lines.Count - shown} more\e[K\n");
            drawn++;
        }

        frame.Append("\e[J\e[?7h\e[?2026l");
        _drawn = drawn;
        _output.Write(frame);
        _output.Flush();
    }

    private ReadOnlySpan<char> Cut(string text, int columns)
    {
        var mark = _terminal.Blocks ? "…" : "...";
        if (TerminalText.Columns(text) <= columns)
        {
            return text;
        }

        var kept = Math.Min(text.Length, Math.Max(columns - mark.Length, 0));
        while (kept > 0 && TerminalText.Columns(text.AsSpan(0, kept)) > columns - mark.Length)
        {
            kept--;
        }

        return columns <= mark.Length ? mark.AsSpan(0, Math.Max(columns, 0)) : $"{text.AsSpan(0, kept)}{mark}";
    }

    private void Erase()
    {
        if (_drawn > 0)
        {
            var frame = new StringBuilder();
            Up(frame);
            _output.Write(frame.Append("\e[J"));
            _output.Flush();
            _drawn = 0;
        }
    }

    private void Up(StringBuilder frame)
    {
        frame.Append('\r');
        if (_drawn > 0)
        {
            frame.Append($"\e[{_drawn}A");
        }
    }

    private void ShowCursor()
    {
        if (_cursorHidden)
        {
            _output.Write("\e[?25h");
            _output.Flush();
            _cursorHidden = false;
        }
    }
}
