using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Writes the archives that engines load, one for each variant too.</summary>
[TaskName(nameof(Archive))]
[TaskDescription("Writes artifacts/busybox-glibc.tar for docker load, podman load and skopeo")]
[IsDependentOn(typeof(Tag))]
public sealed class Archive(BuildInputs inputs, BuildResults results) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        foreach (var plan in results.Plan.All)
        {
            var layout = OciLayoutReader.Open(plan.Paths.Layout);
            var key = InputKey.Of([BuildStamp.ProgramIdentity, layout.Index.Digest, HostPlatform.Among(inputs.Options.Image.Platforms)?.Name ?? string.Empty, .. layout.Names]);
            var archive = new StampedFile(plan.Paths.Archive);
            if (!archive.IsIntact(key))
            {
                archive.Write(key, stream => DockerArchive.Write(layout, stream, plan.Metadata.Epoch));
            }
        }
    }
}
