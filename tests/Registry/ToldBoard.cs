using System.Collections.Concurrent;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A board that keeps what people would read.</summary>
internal sealed class ToldBoard : IProgressBoard
{
    private readonly SilentProgressBoard silent = new();
    private readonly ConcurrentQueue<string> told = [];

    public IReadOnlyList<string> Told => [.. told];

    public IProgressLine Begin(string label, long? total, ProgressUnit unit) => silent.Begin(label, total, unit);

    public void Note(string text) => told.Enqueue(text);

    public void Warn(string text) => told.Enqueue($"warning: {text}");
}
