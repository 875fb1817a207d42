using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Names the layout by what is in it.</summary>
[TaskName(nameof(Tag))]
[TaskDescription("Names the verified layout by its BusyBox, libc, Debian and day: one entry of index.json a tag")]
[IsDependentOn(typeof(Verify))]
public sealed class Tag : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var name = context.Options.Publish.Repositories[0];
        var tags = PublishSetup.Tags(context, OciLayoutReader.Open(context.LayoutFolder));
        LayoutTags.Write(context.LayoutFolder, [.. tags.Select(tag => ImageName.Parse($"{name}:{tag}"))]);
    }
}
