namespace BusyboxGlibc.Foundation.Progress;

/// <summary>
/// Where a room tells how far it is. On a terminal the lines are bars; elsewhere they become plain lines. Rooms know
/// nothing of either.
/// </summary>
public interface IProgressBoard
{
    /// <summary>Starts a line of progress.</summary>
    /// <param name="label">What is under way, such as <c>packages</c> or <c>linux/arm64</c>.</param>
    /// <param name="total">The amount to reach, in <paramref name="unit"/>; null if not known yet.</param>
    /// <param name="unit">What is counted.</param>
    IProgressLine Begin(string label, long? total, ProgressUnit unit);

    /// <summary>Says one thing people should read: a note, not progress.</summary>
    void Note(string text);

    /// <summary>Says one thing people should heed.</summary>
    void Warn(string text);
}

/// <summary>What a line of progress counts.</summary>
public enum ProgressUnit
{
    /// <summary>Whole things: files, packages, platforms.</summary>
    Items,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>One line of progress. Disposing it without <see cref="Done"/> marks it as given up. Thread-safe.</summary>
public interface IProgressLine : IDisposable
{
    /// <summary>Adds to the amount reached.</summary>
    void Add(long amount);

    /// <summary>Sets or raises the amount to reach.</summary>
    void SetTotal(long total);

    /// <summary>Ends the line well, with what came of it.</summary>
    void Done(string? outcome = null);
}

/// <summary>A board that shows nothing, for tests and quiet runs.</summary>
internal sealed class SilentProgressBoard : IProgressBoard
{
    /// <inheritdoc/>
    public IProgressLine Begin(string label, long? total, ProgressUnit unit) => new Line();

    /// <inheritdoc/>
    public void Note(string text)
    {
    }

    /// <inheritdoc/>
    public void Warn(string text)
    {
    }

    private sealed class Line : IProgressLine
    {
        public void Add(long amount)
        {
        }

        public void SetTotal(long total)
        {
        }

        public void Done(string? outcome = null)
        {
        }

        public void Dispose()
        {
        }
    }
}
