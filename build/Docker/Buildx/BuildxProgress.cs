using System.Text.RegularExpressions;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>
/// Reads the output of <c>docker buildx build --progress=plain</c>: every line goes to a log, the output of a platform's step to a progress line and
/// a log of that platform, and the last lines of a failed step are kept for an error. Guarded by a lock, because the lines come from the threads that
/// read a process's streams.
/// </summary>
/// <param name="platforms">The platforms being built.</param>
/// <param name="logFolder">Receives the log and <c>busybox-&lt;platform&gt;.log</c>.</param>
/// <param name="logName">The name of the log.</param>
/// <param name="board">Where progress is shown.</param>
internal sealed partial class BuildxProgress(IReadOnlyList<Platform> platforms, string logFolder, string logName, IProgressBoard board) : IDisposable
{
    private const int MostVertices = 10_000;
    private const int Kept = 25;

    private readonly System.Threading.Lock _gate = new();
    private readonly CompileLog _log = new(Path.Combine(logFolder, logName), new SilentProgressBoard().Begin("buildx", null, ProgressUnit.Files));
    private readonly Dictionary<string, Vertex> _vertices = new(StringComparer.Ordinal);
    private Vertex? _failed;
    private BuildException? _fault;

    /// <summary>Adds a line. A failed write to a log is reported at the end: an exception on a thread that reads a stream would end the process.</summary>
    public void Add(string? line)
    {
        lock (_gate)
        {
            if (line is null || _fault is not null)
            {
                return;
            }

            try
            {
                _log.Add(line);
                if (LinePattern().Match(line) is { Success: true } match)
                {
                    Take(match.Groups[1].Value, match.Groups[2].Value);
                }
            }
            catch (BuildException error)
            {
                _fault = error;
            }
        }
    }

    /// <summary>Creates the error for a build with an exit code other than 0.</summary>
    /// <param name="inner">The exception that reported the end of the client.</param>
    public BuildException Failure(Exception inner)
    {
        lock (_gate)
        {
            var lines = _failed?.Last ?? _log.Last.Select(SafeText.Text);
            return _fault ?? new BuildxException(
                _failed is null ? "docker buildx build failed" : $"a step of the Dockerfile failed: {_failed.Shown}",
                _failed?.Compilation?.Log.Path ?? _log.Path,
                $"its last lines:\n{string.Join('\n', lines)}",
                "fix what they report in Dockerfile.builder, Dockerfile.run or busybox.config; --engine=embedded builds without Docker",
                inner);
        }
    }

    /// <summary>Completes the progress lines as successful.</summary>
    /// <exception cref="BuildException">A log could not be written.</exception>
    public void Done()
    {
        lock (_gate)
        {
            if (_fault is not null)
            {
                throw _fault;
            }

            foreach (var compilation in Compilations)
            {
                compilation.Finish();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var compilation in Compilations)
        {
            compilation.Log.Dispose();
            compilation.Line.Dispose();
        }

        _log.Dispose();
    }

    private void Take(string number, string rest)
    {
        if (HeaderPattern().Match(rest) is { Success: true } header)
        {
            if (!_vertices.ContainsKey(number) && _vertices.Count < MostVertices)
            {
                _vertices[number] = new Vertex(SafeText.Text(rest), PlatformOf(header.Groups[1].Value));
            }

            return;
        }

        if (!_vertices.TryGetValue(number, out var vertex))
        {
            return;
        }

        if (rest.StartsWith("ERROR", StringComparison.Ordinal))
        {
            _failed ??= vertex;
            return;
        }

        if (OutputPattern().Match(rest) is { Success: true } output)
        {
            var text = output.Groups[1].Value;
            vertex.Keep(SafeText.Text(text));
            AddTo(vertex, text);
        }
    }

    private IEnumerable<Compilation> Compilations => _vertices.Values.Select(vertex => vertex.Compilation).OfType<Compilation>();

    // Only messages of the recipe go to the progress line; all other output of a step goes to the log.
    private void AddTo(Vertex vertex, string text)
    {
        if (vertex.Compilation is null && vertex.Platform is { } platform && text.StartsWith("@phase", StringComparison.Ordinal))
        {
            var line = board.Begin($"busybox {platform}", null, ProgressUnit.Files);
            vertex.Compilation = new Compilation(line, new CompileLog(Path.Combine(logFolder, $"busybox-{platform.FileName}.log"), line));
        }

        vertex.Compilation?.Log.Add(text);
        if (text == "@phase done")
        {
            vertex.Compilation?.Finish();
        }
    }

    // "[linux/amd64->arm/v7 builder 1/2]", "[linux/amd64 builder 1/2]" if both are the same, "[builder 1/2]" if only one platform is built.
    private Platform? PlatformOf(string words)
    {
        var first = words.Split(' ')[0];
        if (!first.StartsWith("linux/", StringComparison.Ordinal))
        {
            return platforms.Count == 1 && first != "internal" ? platforms[0] : null;
        }

        var arrow = first.IndexOf("->", StringComparison.Ordinal);
        var name = arrow < 0 ? first : first[(arrow + 2)..];
        name = name.StartsWith("linux/", StringComparison.Ordinal) ? name : $"linux/{name}";
        return platforms.FirstOrDefault(platform => platform.Name == name);
    }

    [GeneratedRegex(@"\A#([0-9]+) (.*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"\A\[([^\]]+)\] ", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+ (.*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OutputPattern();

    private sealed record Vertex(string Shown, Platform? Platform)
    {
        public Queue<string> Last { get; } = new();

        public Compilation? Compilation { get; set; }

        public void Keep(string line)
        {
            Last.Enqueue(line);
            if (Last.Count > Kept)
            {
                Last.Dequeue();
            }
        }
    }

    private sealed record Compilation(IProgressLine Line, CompileLog Log)
    {
        private bool _isFinished;

        public void Finish()
        {
            if (!_isFinished)
            {
                _isFinished = true;
                Line.Done();
            }
        }
    }
}
