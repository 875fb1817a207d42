using System.Text;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Inspect.Changes;

/// <summary>One platform of an image, read from its layers.</summary>
internal sealed class ImageSnapshot
{
    private const string Busybox = "bin/busybox";

    private readonly OciImage _image;

    private ImageSnapshot(OciImage image, RootfsTree tree) => (_image, Tree) = (image, tree);

    /// <summary>Its files.</summary>
    public RootfsTree Tree { get; }

    /// <summary>Its size.</summary>
    public ImageSize Size => new(
        Tree.Entries.Sum(entry => (long)entry.Content.Length), _image.Manifest.Layers.Sum(layer => layer.Size), Tree.Entries.Count(entry => entry.Type == RootfsEntryType.File));

    /// <summary>Reads a platform of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="like">Another image, whose files are these too where the layers have the same digests.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>Null if the image does not have the platform.</returns>
    /// <exception cref="BuildException">The image is damaged, or cannot be read.</exception>
    public static async Task<ImageSnapshot?> ReadAsync(AgainstImage image, Platform platform, ImageSnapshot? like, CancellationToken cancellation) =>
        await image.ReadAsync(platform, cancellation) is not { } read ? null
            : like is not null && Layers(read).SequenceEqual(Layers(like._image)) ? new ImageSnapshot(read, like.Tree)
            : await image.OpenAsync(platform, cancellation) is { } tree ? new ImageSnapshot(read, tree) : null;

    /// <summary>What it gives to programs.</summary>
    public PlatformAbi Abi() => PlatformAbi.Of(_image.Platform, Tree);

    /// <summary>The names that lead to BusyBox, with their paths.</summary>
    public IReadOnlyDictionary<string, string> Applets() => Tree.Entries
        .Where(entry => entry.Type is RootfsEntryType.SymbolicLink or RootfsEntryType.HardLink && Tree.Resolve(entry.Path) == Busybox)
        .ToDictionary(entry => entry.Path, entry => RootfsPath.Name(entry.Path), StringComparer.Ordinal);

    /// <summary>The packages of its records, by name.</summary>
    public IReadOnlyDictionary<string, RecordedPackage> Packages() => RecordedPackage.In(Tree);

    /// <summary>The settings of its configuration, and its labels.</summary>
    public IReadOnlyDictionary<string, string> Settings()
    {
        var (run, settings) = (_image.Config.Run, new SortedDictionary<string, string>(StringComparer.Ordinal));
        Put("author", run.Author);
        Put("cmd", Json(run.Command));
        Put("entrypoint", Json(run.EntryPoint));
        Put("healthcheck", run.HealthCheck is { } check ? $"{Json(check.Test)} {check.Interval} {check.Timeout} {check.StartPeriod} {check.StartInterval} {check.Retries}" : null);
        Put("onbuild", Json(run.OnBuild));
        Put("ports", Json([.. run.ExposedPorts.Order(StringComparer.Ordinal)]));
        Put("shell", Json(run.Shell));
        Put("stopsignal", run.StopSignal);
        Put("user", run.User);
        Put("volumes", Json([.. run.Volumes.Order(StringComparer.Ordinal)]));
        Put("workdir", run.WorkingDirectory);
        foreach (var variable in run.Environment)
        {
            var parts = variable.Split('=', 2);
            Put($"env {parts[0]}", parts.Length > 1 ? parts[1] : string.Empty);
        }

        foreach (var (key, value) in _image.Config.Labels)
        {
            Put($"label {key}", value);
        }

        return settings;

        void Put(string name, string? value)
        {
            if (value is not null)
            {
                settings[name] = value;
            }
        }
    }

    private static IEnumerable<(string MediaType, string Digest)> Layers(OciImage image) => image.Manifest.Layers.Select(layer => (layer.MediaType, layer.Digest));

    private static string? Json(IReadOnlyList<string> words) => words.Count == 0 ? null : Encoding.UTF8.GetString(OciJson.Value(json =>
    {
        json.WriteStartArray();
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }));
}
