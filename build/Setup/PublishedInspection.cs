using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Published;

namespace BusyboxGlibc.Setup;

/// <summary>Checks the published image that the run's options name.</summary>
/// <param name="inputs">The options.</param>
/// <param name="publishing">Opens the repository, with the account for it.</param>
public sealed class PublishedInspection(BuildInputs inputs, Publishing publishing)
{
    /// <summary>Checks the image of <c>--image</c> with the key of <c>--key</c>.</summary>
    /// <exception cref="BuildException">No image is named, or it cannot be read.</exception>
    internal async Task<ProofAnswer> CheckAsync(CancellationToken cancellation)
    {
        var options = inputs.Options.Inspect;
        if (options.Image is not { } name)
        {
            throw new BuildException("no image to check is given", "argument --image", next: "name it as it is pulled: --image=HOST/NAME:TAG, or by digest: --image=HOST/NAME@sha256:...");
        }

        var (repository, digest) = name.Split('@') is [var before, var after] ? (before, after) : (name, null);
        if (ImageReference.TryParse(repository) is not { } reference || (digest is not null && !Oci.OciDigest.IsValid(digest)))
        {
            throw new BuildException($"{SafeText.Text(name)} is not the name of an image", "argument --image", next: "write it as it is pulled: --image=HOST/NAME:TAG, or by digest: --image=HOST/NAME@sha256:...");
        }

        var key = options.Key is { } file ? PublicKey.Read(KeyFiles.ReadText(file), file) : null;
        using var places = publishing.Open(reference);
        var folder = Directory.CreateTempSubdirectory("busybox-glibc-published-").FullName;
        try
        {
            return await new PublishedVerifier(places.Groups[0][0], key).CheckAsync(digest ?? reference.Tag ?? "latest", folder, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
