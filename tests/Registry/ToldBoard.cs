using System.Collections.Concurrent;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A board that keeps what people would read.</summary>
internal sealed class ToldBoard : IProgressBoard
{
    private readonly SilentProgressBoard _silent = new();
    private readonly ConcurrentQueue<string> _told = [];

    public IReadOnlyList<string> Told => [.. _told];

    public IProgressLine Begin(string label, long? total, ProgressUnit unit) => _silent.Begin(label, total, unit);

    public void Note(string text) => _told.Enqueue(text);

    public void Warn(string text) => _told.Enqueue($"warning: {text}");
}
