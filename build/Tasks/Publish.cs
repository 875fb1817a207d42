using BusyboxGlibc.Oci;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>The chain up to what would be pushed.</summary>
[TaskName(nameof(Publish))]
[TaskDescription("The chain up to the verified image; pushing it to a registry is not part of this version")]
[IsDependentOn(typeof(Summary))]
[IsDependentOn(typeof(SmokeTest))]
public sealed class Publish : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context) => context.Board.Warn(
        $"nothing was pushed: this version ends here. To push {OciLayoutReader.Open(context.LayoutFolder).Index.Digest}:\n"
        + $"  skopeo copy --all oci:{Path.GetRelativePath(context.RootFolder, context.LayoutFolder)} docker://{context.ImageName}");
}
