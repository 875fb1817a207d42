using BusyboxGlibc.Doctor;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Looks for what would fail a build, or slow it down. It builds and changes nothing, and depends on no other task.</summary>
[TaskName(nameof(Doctor))]
[TaskDescription("Checks .NET, project, engine, compilers, emulation, mirrors, registries, cache, disks and clock, and says which command fixes what; ends with 1 if a build as configured would fail")]
public sealed class Doctor(BuildInputs inputs, Lazy<DoctorChecks> checks, TimeProvider clock) : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var answer = await new DoctorRun(DoctorChecks.Limit, clock).RunAsync(checks.Value.All(() => SourceTree.FindRevision(context, inputs.RootFolder)), context.Cancellation);
        TaskAnswer.Give(context, TaskAnswer.IsForPrograms(context) ? DoctorReport.Json(answer) : null, DoctorReport.Lines(answer), DoctorReport.No(answer));
    }
}
