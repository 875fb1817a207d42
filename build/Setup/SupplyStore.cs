using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Supply;

namespace BusyboxGlibc.Setup;

/// <summary>Writes artifacts of files to the folder or repository that an option names.</summary>
/// <param name="services">The services of the run.</param>
internal sealed class SupplyStore(IServiceProvider services)
{
    /// <summary>Writes an artifact.</summary>
    /// <param name="place">Where it is written.</param>
    /// <param name="artifact">The artifact.</param>
    /// <param name="label">What it is called in the progress display.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>Where it is, and how many bytes were not there before.</returns>
    /// <exception cref="BuildException">The place refuses it.</exception>
    public async Task<(string Where, long Sent)> StoreAsync(SupplyPlace place, FileArtifact artifact, string label, CancellationToken cancellation)
    {
        var board = services.Get<IProgressBoard>();
        if (place.Folder is { } folder)
        {
            using var line = board.Begin(label, artifact.Content.Blobs.Sum(blob => blob.Size), ProgressUnit.Bytes);
            var (_, written) = ArtifactFolder.Write(folder, artifact, line.Add, cancellation);
            line.Done();
            return (place.Name, written);
        }

        if (Oci.OciDigest.IsValid(place.Reference))
        {
            throw new BuildException($"{place.Name} cannot be written", why: "a digest names what is there already", next: "name a tag: HOST/NAME:TAG");
        }

        using var places = services.Get<Publishing>().Open(place.Repository!);
        var pushed = await new ArtifactPush(places.Groups[0][0], board).RunAsync(artifact.Content, place.Reference, cancellation);
        return (pushed.Reference, pushed.UploadedBytes);
    }
}
