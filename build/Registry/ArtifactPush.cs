using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Registry;

/// <summary>An artifact in a registry.</summary>
/// <param name="Reference">Its immutable reference, by digest.</param>
/// <param name="UploadedBytes">The number of bytes of the blobs that were uploaded.</param>
internal sealed record PushedArtifact(string Reference, long UploadedBytes);

/// <summary>Pushes an artifact that is not an image to a repository. What the repository has is not uploaded again.</summary>
/// <param name="repository">The repository.</param>
/// <param name="board">Where progress is shown.</param>
internal sealed class ArtifactPush(RepositoryClient repository, IProgressBoard board)
{
    /// <summary>Pushes the artifact, and sets its tag last.</summary>
    /// <param name="content">The artifact.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">The tag names something else than an artifact of this type, or the registry refused.</exception>
    public async Task<PushedArtifact> RunAsync(PushContent content, string tag, CancellationToken cancellation)
    {
        await CheckTagAsync(content, tag, cancellation);
        var sent = 0L;
        var upload = new RepositoryUpload(repository, content, board) { Sent = bytes => Interlocked.Add(ref sent, bytes) };
        try
        {
            await upload.RunAsync(null, (_, _) => Task.FromResult(true), cancellation);
            await upload.PutManifestAsync(content.Index, tag, cancellation);
        }
        catch (ManifestFormException error)
        {
            throw new RegistryException(
                $"{repository.Name} does not take artifacts", error.Where, error.Why, "use a registry with OCI 1.1 artifacts, or a folder", error);
        }

        var named = await repository.Http.Endpoint.Patience.SettleAsync(
            $"the tag {tag} of {repository.Name}",
            async token => (await repository.ReadTagAsync(tag, token))?.Descriptor.Digest is { } digest && digest == content.Index.Digest ? digest : null,
            cancellation);
        return named is null
            ? throw new RegistryException($"{repository.Name}:{tag} does not point to what was pushed", next: "someone else may be pushing there at the same time; run the command again")
            : new PushedArtifact($"{repository.Name}@{content.Index.Digest}", Interlocked.Read(ref sent));
    }

    // A wrong name must not replace an image.
    private async Task CheckTagAsync(PushContent content, string tag, CancellationToken cancellation)
    {
        (OciDescriptor Descriptor, byte[] Content)? there;
        try
        {
            there = await repository.ReadTagAsync(tag, cancellation);
        }
        catch (RegistryDeniedException)
        {
            // Some registries answer so if the repository does not exist yet; if it is more than that, the upload tells.
            return;
        }

        if (there is { } found && found.Descriptor.Digest != content.Index.Digest && TypeOf(found.Descriptor, found.Content) is var type && type != content.Index.ArtifactType)
        {
            throw new RegistryException(
                $"{repository.Name}:{tag} is something else", why: $"it is {(type is null ? "an image" : SafeText.Text(type))}, not {content.Index.ArtifactType}", next: "choose another name or tag, or delete that tag first");
        }
    }

    private static string? TypeOf(OciDescriptor descriptor, byte[] content) =>
        descriptor.MediaType == MediaTypes.Manifest ? OciDocument.Manifest(content, descriptor.Digest).ArtifactType : null;
}
