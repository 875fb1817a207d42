using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>The image that <c>--against</c> names: a layout, an archive of one, or an image in a registry.</summary>
internal sealed class AgainstImage : IDisposable
{
    internal const string Next = "give a layout, an archive of one, or the name of an image in a registry: --against=HOST/NAME:TAG";

    private readonly string _temporary = Directory.CreateTempSubdirectory("busybox-glibc-image-").FullName;
    private string? _layout;
    private Func<string>? _unpack;
    private OpenPlaces? _places;
    private PulledImage? _pulled;

    // A name without a host could be a folder that does not exist yet; Docker Hub is named, as --registry names it.
    private static bool HasHost(string name) => !name.StartsWith('.') && name.Split('/') is [var host, _, ..] && (host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal) || host == "localhost");

    private AgainstImage(string name) => Name = name;

    /// <summary>The image, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Finds out what a name means; what it names is read only when it is asked for.</summary>
    /// <param name="name">The value of <c>--against</c>.</param>
    /// <param name="folder">The folder that paths are relative to.</param>
    /// <param name="openRepository">Opens a repository for reading.</param>
    /// <exception cref="BuildException">It names nothing.</exception>
    public static AgainstImage Of(string name, string folder, Func<ImageReference, OpenPlaces> openRepository)
    {
        var path = Path.GetFullPath(name, folder);
        var image = new AgainstImage(name);
        if (Directory.Exists(path))
        {
            image._layout = path;
        }
        else if (File.Exists(path))
        {
            image._unpack = () =>
            {
                LayoutArchive.Unpack(path, image._temporary, default);
                return image._temporary;
            };
        }
        else if (ImageReference.TryParse(name) is { } reference && HasHost(name))
        {
            image._places = openRepository(reference);
            image._pulled = new PulledImage(image._places.Groups[0][0], reference, image._temporary);
        }
        else
        {
            image.Dispose();
            throw new BuildException($"there is no image {name}", "argument --against", "it is neither a file or folder nor the name of an image", Next);
        }

        return image;
    }

    /// <summary>Returns the files of a platform; null if the image does not have it.</summary>
    /// <exception cref="BuildException">The image does not exist, is damaged, or cannot be read.</exception>
    public Task<RootfsTree?> OpenAsync(Platform platform, CancellationToken cancellation)
    {
        if (_pulled is not null)
        {
            return _pulled.OpenAsync(platform, cancellation);
        }

        _layout ??= _unpack!();
        return Task.FromResult(File.Exists(Path.Combine(_layout, OciLayoutFiles.Marker))
            ? ImageFiles.Read(_layout, platform)
            : throw new BuildException($"{Name} is not an OCI layout", "argument --against", "it has no oci-layout file", Next));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _places?.Dispose();
        Directory.Delete(_temporary, recursive: true);
    }
}
