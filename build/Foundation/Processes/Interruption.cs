using System.Runtime.InteropServices;

namespace BusyboxGlibc.Foundation.Processes;

/// <summary>
/// A request by the user or the system to end the run: Ctrl-C (SIGINT) or SIGTERM. Long operations take
/// <see cref="Token"/> and stop cleanly; a second signal ends the process immediately.
/// </summary>
public sealed class Interruption : IDisposable
{
    /// <summary>The exit code of an interrupted run, as in shells: 128 + SIGINT.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether an end of the run was requested.</summary>
    public bool Requested => _source.IsCancellationRequested;

    /// <summary>Creates an interruption that SIGINT and SIGTERM trigger.</summary>
    public static Interruption OnSignals() =>
#pragma warning disable RS0030 // The second signal: the sender does not want to wait for the cleanup.
        OnSignals(Environment.Exit);
#pragma warning restore RS0030

    /// <summary>Creates an interruption that SIGINT and SIGTERM trigger.</summary>
    /// <param name="exit">Ends the process with the given code; called at the second signal.</param>
    public static Interruption OnSignals(Action<int> exit)
    {
        var interruption = new Interruption();
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (interruption.Requested)
                {
                    exit(ExitCode);
                }

                interruption.Request();
            }));
        }

        return interruption;
    }

    /// <summary>Requests an end of the run, as the first signal does.</summary>
    public void Request()
    {
        // Not on the caller's thread, which must stay free to receive the second signal.
        _ = _source.CancelAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }
}
