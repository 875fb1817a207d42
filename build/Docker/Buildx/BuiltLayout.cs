using BusyboxGlibc.Busybox;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>
/// The layouts that Docker wrote, as root file systems: with layers merged, completed with the records of the BusyBox in them and with how their
/// programs are started. The user's additions to either Dockerfile are included.
/// </summary>
/// <param name="folders">The layouts, one per build.</param>
/// <param name="compiled">The inputs of each platform's compiled BusyBox.</param>
/// <param name="debian">The identity of BusyBox if none was compiled.</param>
internal sealed class BuiltLayout(IReadOnlyList<string> folders, IReadOnlyList<CompileInputs> compiled, BusyboxIdentity? debian)
{
    private const string Binary = "bin/busybox";

    private readonly IReadOnlyList<OciImage> _images = [.. folders.SelectMany(folder => OciLayoutReader.Open(folder, ofEngine: true).ReadImages())];

    /// <summary>Returns a platform's root file system.</summary>
    /// <exception cref="BuildxException">Docker did not build the platform, or the result cannot be used.</exception>
    /// <exception cref="OciException">A layout is damaged.</exception>
    /// <exception cref="RootfsException">The layer contains entries not allowed in an image.</exception>
    public Task<PlatformRootfs> RootfsAsync(Platform platform, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var image = _images.FirstOrDefault(built => built.Platform == platform)
            ?? throw new BuildxException($"Docker built no image for {platform}", string.Join(", ", folders), $"it built {string.Join(", ", _images.Select(built => built.Platform.Name))}");
        var tree = Layer(image, 0);
        for (var number = 1; number < image.LayerCount; number++)
        {
            tree = RootfsLayers.Apply(tree, Layer(image, number));
        }

        var identity = debian;
        if (compiled.FirstOrDefault(inputs => inputs.Platform == platform) is { } from)
        {
            AddRecords(tree, from);
            identity = new BusyboxIdentity(from.Release.Version, BusyboxOrigin.Source);
        }

        return Task.FromResult(new PlatformRootfs(
            tree, identity ?? throw new BuildxException($"no BusyBox was compiled for {platform}"), Run(image.Config.Run), image.Config.Labels));
    }

    private static RootfsTree Layer(OciImage image, int number)
    {
        using var layer = image.OpenLayer(number);
        return RootfsTar.Read(layer, $"layer {number + 1} of {image.Platform}");
    }

    private void AddRecords(RootfsTree tree, CompileInputs from)
    {
        if (!tree.TryGet(Binary, out var binary) || binary.Type != RootfsEntryType.File)
        {
            throw new BuildxException($"the image of {from.Platform} has no /{Binary}", string.Join(", ", folders), next: "check what Dockerfile.builder does below /rootfs");
        }

        var configuration = tree.TryGet(BusyboxRecords.ConfigurationPath, out var config) ? config.Content : default;
        foreach (var (path, content) in BusyboxRecords.Of(from, new CompiledBusybox(binary.Content, [], configuration)))
        {
            // Existing files are the recipe's own output, or intended by the user.
            if (!tree.TryGet(path, out _))
            {
                tree.Add(new RootfsEntry(path, RootfsEntryType.File, FilePermissions.Octal644, 0, 0, from.Release.Epoch, null, content, BusyboxRecords.Package));
            }
        }
    }

    // Docker sets the root as working directory if none is specified.
    private static ImageRunConfig Run(ImageRunConfig run) => run.WorkingDirectory == "/" ? run with { WorkingDirectory = null } : run;
}
