using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>
/// Receives the lines of a compilation: all of them go to its log, <c>artifacts/logs/busybox-&lt;platform&gt;.log</c>, those that report progress to
/// the progress line, and the last ones are kept for an error.
/// </summary>
/// <param name="path">The path of the log.</param>
/// <param name="progress">Counts the compiled files.</param>
internal sealed class CompileLog(string path, IProgressLine progress) : IDisposable
{
    private const string TotalMark = "@total ";
    private const string PhaseMark = "@phase ";
    private const string CompilesMark = "  CC ";
    private const int Kept = 25;

    private readonly Queue<string> _last = new();
    private readonly StreamWriter _writer = Open(path);

    /// <summary>The path of the log.</summary>
    public string Path { get; } = path;

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Last => [.. _last];

    /// <summary>Adds a line.</summary>
    /// <exception cref="BuildException">The log cannot be written.</exception>
    public void Add(string line)
    {
        try
        {
            _writer.WriteLine(line);
        }
        catch (IOException error)
        {
            throw AtomicFile.Refused(Path, error);
        }

        if (line.StartsWith(TotalMark, StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(TotalMark.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var total))
        {
            progress.SetTotal(total);
            return;
        }

        if (line.StartsWith(PhaseMark, StringComparison.Ordinal) && Enter(line[PhaseMark.Length..]))
        {
            return;
        }

        if (line.StartsWith(CompilesMark, StringComparison.Ordinal))
        {
            progress.Add(1);
            return;
        }

        _last.Enqueue(line);
        if (_last.Count > Kept)
        {
            _last.Dequeue();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // The disk is full; the error of the compilation is more important than the last lines of its log.
        }
    }

    private bool Enter(string phase)
    {
        var name = phase switch
        {
            "unpack" => "unpacking",
            "configure" => "configuring",
            "compile" => "compiling",
            "link" => "linking",
            _ => null,
        };
        if (name is not null)
        {
            progress.Enter(name, counts: phase == "compile");
        }

        return name is not null;
    }

    private static StreamWriter Open(string path)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read)) { NewLine = "\n", AutoFlush = true };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.Refused(path, error);
        }
    }
}
