using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Image.Embedded;

/// <summary>The result of the embedded engine with the user's settings from Dockerfile.run.</summary>
/// <param name="engine">Makes the root file systems.</param>
/// <param name="dockerfiles">The project's Dockerfiles.</param>
/// <param name="metadata">The image's metadata.</param>
/// <param name="hasCertificates">Whether the image contains the certificate bundle.</param>
public sealed class EmbeddedImage(EmbeddedEngine engine, ProjectDockerfiles dockerfiles, ImageMetadata metadata, bool hasCertificates)
{
    /// <summary>A platform's root file system, and its run configuration.</summary>
    /// <exception cref="BuildException">A tree cannot be read, or a setting is malformed.</exception>
    internal async Task<PlatformRootfs> RootfsAsync(Platform platform, CancellationToken cancellation)
    {
        var rootfs = await engine.RootfsAsync(platform, cancellation);
        var settings = dockerfiles.SettingsOf(platform, ImageSpec.EnvironmentOf(hasCertificates), metadata.Labels(rootfs.Busybox, [platform]), metadata.Epoch);
        WorkingFolders.Add(rootfs.Tree, settings.Folders);
        return rootfs with { Run = settings.Run, Labels = settings.Labels };
    }
}
