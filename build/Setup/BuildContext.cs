using BusyboxGlibc.Foundation.Processes;
using Cake.Core;
using Cake.Frosting;

namespace BusyboxGlibc.Setup;

/// <summary>
/// The context passed to every task: Cake's context, whose processes end when the run is interrupted. A task receives everything else through its
/// constructor: <see cref="BuildInputs"/>, <see cref="BuildPaths"/>, <see cref="BuildResults"/>, and services of the rooms.
/// </summary>
/// <param name="context">Cake's context.</param>
/// <param name="interruption">Ctrl-C, and the signals that end a job.</param>
public sealed class BuildContext(ICakeContext context, Interruption interruption)
    : FrostingContext(new InterruptibleContext(context, interruption.Token))
{
    /// <summary>Cancelled when the run is interrupted.</summary>
    public CancellationToken Cancellation => interruption.Token;
}
