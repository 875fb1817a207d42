namespace BusyboxGlibc.Foundation.Progress;

/// <summary>
/// Where a room reports its progress. On a terminal the lines are bars; elsewhere they are plain lines. Rooms do not depend
/// on either.
/// </summary>
public interface IProgressBoard
{
    /// <summary>Starts a progress line.</summary>
    /// <param name="label">The operation, such as <c>packages</c> or <c>linux/arm64</c>.</param>
    /// <param name="total">The total amount, in <paramref name="unit"/>; null if not known yet.</param>
    /// <param name="unit">The unit of the amount.</param>
    IProgressLine Begin(string label, long? total, ProgressUnit unit);

    /// <summary>Shows a note to the user.</summary>
    void Note(string text);

    /// <summary>Shows a warning to the user.</summary>
    void Warn(string text);
}

/// <summary>The unit of a progress line.</summary>
public enum ProgressUnit
{
    /// <summary>Files.</summary>
    Files,

    /// <summary>Platforms.</summary>
    Platforms,

    /// <summary>Registries.</summary>
    Registries,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>One progress line. Disposing it without <see cref="Done"/> marks it as stopped, if it reached anything. Thread-safe.</summary>
public interface IProgressLine : IDisposable
{
    /// <summary>Adds to the current amount.</summary>
    void Add(long amount);

    /// <summary>Sets or raises the total amount.</summary>
    void SetTotal(long total);

    /// <summary>Enters a phase of the operation.</summary>
    /// <param name="phase">Its name: <c>configuring</c>.</param>
    /// <param name="counts">Whether the amount belongs to it, and is shown beside it.</param>
    void Enter(string phase, bool counts = false);

    /// <summary>Marks the line as successful, with its outcome.</summary>
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

        public void Enter(string phase, bool counts = false)
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
