using BusyboxGlibc.Foundation.Processes;
using Cake.Core;
using Cake.Frosting;

namespace BusyboxGlibc.Setup;

/// <summary>
/// What every task is given: Cake's context, whose processes end when the run is interrupted. Everything else a task takes from its
/// constructor: <see cref="BuildInputs"/>, <see cref="BuildPaths"/>, <see cref="BuildResults"/>, and services of the rooms.
/// </summary>
/// <param name="context">Cake's own.</param>
/// <param name="interruption">Ctrl-C, and the signals that end a job.</param>
public sealed class BuildContext(ICakeContext context, Interruption interruption)
    : FrostingContext(new InterruptibleContext(context, interruption.Token))
{
    /// <summary>Cancelled when the run is interrupted.</summary>
    public CancellationToken Cancellation => interruption.Token;
}
