using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Tests.Smoke;

/// <summary>A place, and the runner that gives it, where scripts end as a test says.</summary>
internal sealed class FakePlace(Func<SmokeScript, TimeSpan, CommandResult> run) : ISmokeRunner, ISmokePlace
{
    public string How => "a fake";

    public string? Refusal { get; init; }

    public bool IsDisposed { get; private set; }

    public List<string> Put { get; } = [];

    public Task<SmokeOpening> OpenAsync(SmokeImage image, CancellationToken cancellation) =>
        Task.FromResult(Refusal is null ? new SmokeOpening(this) : new SmokeOpening(null, Refusal));

    public Task PutAsync(string file, string inside, CancellationToken cancellation)
    {
        Put.Add($"{file} {inside}");
        return Task.CompletedTask;
    }

    public Task<CommandResult> RunAsync(SmokeScript script, TimeSpan limit, CancellationToken cancellation) => Task.FromResult(run(script, limit));

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
