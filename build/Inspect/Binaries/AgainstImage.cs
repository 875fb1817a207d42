using System.Collections.Concurrent;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Inspect.Binaries;

/// <summary>The image that <c>--against</c>, <c>--from</c> or <c>--to</c> names: a layout, an archive of one, or an image in a registry.</summary>
internal sealed class AgainstImage : IDisposable
{
    private readonly string _option;

    private readonly string _temporary = Directory.CreateTempSubdirectory("busybox-glibc-image-").FullName;
    private readonly ConcurrentBag<SpooledContents> _large = [];
    private string? _layout;
    private Func<string>? _unpack;
    private OpenPlaces? _places;
    private PulledImage? _pulled;

    private AgainstImage(string name, string option) => (Name, _option) = (name, option);

    /// <summary>The image, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Finds out what a name means; what it names is read only when it is asked for.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="name">Its value.</param>
    /// <param name="folder">The folder that paths are relative to.</param>
    /// <param name="openRepository">Opens a repository for reading.</param>
    /// <exception cref="BuildException">It names nothing.</exception>
    public static AgainstImage Of(Option option, string name, string folder, Func<ImageReference, OpenPlaces> openRepository)
    {
        var path = Path.GetFullPath(name, folder);
        var image = new AgainstImage(name, option.Argument);
        if (Directory.Exists(path))
        {
            image._layout = path;
        }
        else if (File.Exists(path))
        {
            image._unpack = () =>
            {
                LayoutArchive.Unpack(path, image._temporary, image.Refused);
                return image._temporary;
            };
        }
        else if (ImageReference.TryParse(name) is { } reference && ImageReference.HasHost(name))
        {
            image._places = openRepository(reference);
            image._pulled = new PulledImage(image._places.Groups[0][0], reference.Tag ?? "latest", image._temporary);
        }
        else
        {
            image.Dispose();
            throw image.Refused($"there is no image {name}", "it is neither a file or folder nor the name of an image");
        }

        return image;
    }

    /// <summary>An image in a registry, by the digest of its index, which is read through an open client.</summary>
    public static AgainstImage Of(RepositoryClient client, string digest)
    {
        var image = new AgainstImage($"{client.Name}@{digest}", string.Empty);
        image._pulled = new PulledImage(client, digest, image._temporary);
        return image;
    }

    /// <summary>Returns the manifest of a platform, without reading it; null if the image does not have the platform.</summary>
    /// <exception cref="BuildException">The image does not exist, is damaged, or cannot be read.</exception>
    public async Task<OciDescriptor?> FindAsync(Platform platform, CancellationToken cancellation) => _pulled is not null
        ? await _pulled.FindAsync(platform, cancellation)
        : OciLayoutReader.Open(Layout(), origin: LayoutOrigin.Any).Find(platform);

    /// <summary>Returns the manifest and the configuration of a platform; null if the image does not have it.</summary>
    /// <exception cref="BuildException">The image does not exist, is damaged, or cannot be read.</exception>
    public async Task<OciImage?> ReadAsync(Platform platform, CancellationToken cancellation)
    {
        if (_pulled is not null)
        {
            return await _pulled.ReadAsync(platform, cancellation);
        }

        var layout = OciLayoutReader.Open(Layout(), origin: LayoutOrigin.Any);
        return layout.Find(platform) is { } found ? layout.ReadImage(found) : null;
    }

    /// <summary>Returns the files of a platform; null if the image does not have it.</summary>
    /// <exception cref="BuildException">The image does not exist, is damaged, or cannot be read.</exception>
    public Task<RootfsTree?> OpenAsync(Platform platform, CancellationToken cancellation)
    {
        var large = new SpooledContents(_temporary);
        _large.Add(large);
        return _pulled is not null ? _pulled.OpenAsync(platform, large, cancellation) : Task.FromResult(ImageFiles.Read(Layout(), platform, large));
    }

    private string Layout()
    {
        _layout ??= _unpack!();
        return File.Exists(Path.Combine(_layout, OciLayoutFiles.Marker)) ? _layout : throw Refused($"{Name} is not an OCI layout", "it has no oci-layout file");
    }

    private BuildException Refused(string what, string why, Exception? inner = null) =>
        new(what, $"argument --{_option}", why, $"give a layout, an archive of one, or the name of an image in a registry: --{_option}=HOST/NAME:TAG", inner);

    /// <inheritdoc/>
    public void Dispose()
    {
        _pulled?.Dispose();
        _places?.Dispose();
        foreach (var large in _large)
        {
            large.Dispose();
        }

        Directory.Delete(_temporary, recursive: true);
    }
}
