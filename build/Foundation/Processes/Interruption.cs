using System.Runtime.InteropServices;

namespace BusyboxGlibc.Foundation.Processes;

/// <summary>
/// The wish of a person, or of the system, to end the run: Ctrl-C (SIGINT) or SIGTERM. Whatever may take long takes
/// <see cref="Token"/> and stops cleanly; a second signal ends the process at once.
/// </summary>
public sealed class Interruption : IDisposable
{
    /// <summary>The exit code of an interrupted run, as shells give it: 128 + SIGINT.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the run was asked to end.</summary>
    public bool Requested => _source.IsCancellationRequested;

    /// <summary>Makes an interruption that SIGINT and SIGTERM set off.</summary>
    public static Interruption OnSignals() =>
#pragma warning disable RS0030 // The second signal: the sender does not want to wait for what is being cleaned up.
        OnSignals(Environment.Exit);
#pragma warning restore RS0030

    /// <summary>Makes an interruption that SIGINT and SIGTERM set off.</summary>
    /// <param name="exit">Ends the process with the code it is given; called at the second signal.</param>
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

    /// <summary>Asks the run to end, as the first signal does.</summary>
    public void Request()
    {
        // Not on the caller's thread, which is the one that would see the second signal.
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
