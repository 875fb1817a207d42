using BusyboxGlibc.Setup;
using BusyboxGlibc.Setup.Projects;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Makes the folder of an image.</summary>
[TaskName(nameof(New))]
[TaskDescription("Makes the folder of an image of your own (--project=DIR): lib-requires.txt, cake.config and the lock; from a program with --binary=PATH")]
public sealed class New(NewProject project) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => TaskAnswer.Give(context, null, project.Create(), null);
}
