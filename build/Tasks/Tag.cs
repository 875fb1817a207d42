using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Tags the layout by its contents.</summary>
[TaskName(nameof(Tag))]
[TaskDescription("Tags the layout by its BusyBox, libc, Debian and date: one entry of index.json per tag")]
[IsDependentOn(typeof(SmokeTest))]
[IsDependentOn(typeof(Attest))]
public sealed class Tag(BuildInputs inputs, BuildResults results, Lazy<Publishing> publishing) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var name = inputs.Options.Publish.Repositories[0];
        foreach (var layout in results.Plan.All.Select(plan => plan.Paths.Layout))
        {
            var tags = publishing.Value.TagsOf(OciLayoutReader.Open(layout));
            LayoutTags.Write(layout, [.. tags.Select(tag => name with { Tag = tag.Name })]);
        }
    }
}
