using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Everything up to the verified image.</summary>
[TaskName(nameof(Default))]
[TaskDescription("Builds the verified image of every platform in artifacts/oci, its archive, and the list of what to do next")]
[IsDependentOn(typeof(Summary))]
public sealed class Default : FrostingTask<BuildContext>;
