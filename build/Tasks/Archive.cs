using BusyboxGlibc.Engines;
using BusyboxGlibc.Foundation;
using BusyboxGlibc.Oci;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Writes the archive that engines load.</summary>
[TaskName(nameof(Archive))]
[TaskDescription("Writes artifacts/busybox-glibc.tar for docker load, podman load and skopeo")]
[IsDependentOn(typeof(Tag))]
public sealed class Archive : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        var layout = OciLayoutReader.Open(context.LayoutFolder);
        var stamp = context.ArchivePath + ".json";
        var key = InputKey.Of([BuildStamp.ProgramIdentity, layout.Index.Digest, HostPlatform.Among(context.Options.Image.Platforms)?.Name ?? string.Empty, .. layout.Names]);
        if (BuildStamp.Read(stamp)?.Key == key && File.Exists(context.ArchivePath))
        {
            return;
        }

        DockerArchive.Write(layout, context.ArchivePath, context.Facts.Epoch);
        new BuildStamp(key, 0, layout.Index.Digest).Write(stamp);
    }
}
