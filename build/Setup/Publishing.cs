using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Image;
using BusyboxGlibc.Inspect.Abi;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Setup;

/// <summary>Tags and publishes as the run's options and the credentials in the process's environment specify.</summary>
/// <param name="inputs">The inputs of the run.</param>
/// <param name="paths">The path of the record of what was published.</param>
/// <param name="attesting">What is stored beside the image.</param>
/// <param name="board">Where progress and warnings are shown.</param>
public sealed class Publishing(BuildInputs inputs, BuildPaths paths, AttestationSigning attesting, IProgressBoard board)
{
    private IReadOnlyList<PublishPlace>? _places;

    /// <summary>The tags of the layout.</summary>
    internal IReadOnlyList<ImageTag> TagsOf(OciLayoutReader layout) =>
        ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, inputs.Options.Publish.Tags);

    /// <summary>The publisher of the layout.</summary>
    /// <param name="layout">The layout: the image, or one of its variants.</param>
    /// <param name="files">The paths of its files.</param>
    internal Publisher PublisherOf(OciLayoutReader layout, BuildPaths files) => new(
        layout, TagsOf(layout), inputs.Options.Publish.ForceTag, NewHandler(RegistryPolicy.Standard), RegistryPolicy.Standard, board)
    {
        MediaTypes = inputs.Options.Publish.MediaTypes,
        TakeDocker = PublishedFile.TakeDocker(paths.Published),
        Attachments = attesting.AttachmentsOf(layout, files),
        SignAsync = attesting.CosignOf(layout, files),
        AttachmentsMayFail = inputs.Options.Publish.Attest != AttestChoice.Referrers,
        FindLoss = (repository, digest, cancellation) => AbiComparison.FindLossAsync(repository, digest, layout, cancellation),
    };

    /// <summary>Checks with the registries before any work whether they will accept the image, as far as that can be known early.</summary>
    /// <exception cref="RegistryException">A push would certainly fail.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        attesting.CheckKey();
        var handler = NewHandler(RegistryPolicy.Asking);
        var (options, places) = (inputs.Options, FindPlaces());
        if (places.Select(place => place.Host).Distinct().Count() > 1 && Environment.GetEnvironmentVariable(CredentialStore.PasswordVariable) is { Length: > 0 })
        {
            board.Warn($"{CredentialStore.PasswordVariable} is ignored: it does not specify which of several registries it is for; docker login stores one for each");
        }

        // Docker Hub always requires a login, so this check needs no network.
        if (places.FirstOrDefault(place => place.Host.IsHub) is { } hub && await hub.Account.FindAsync(cancellation) is null)
        {
            throw new RegistryException(
                $"there is no account to push {hub.Name} with",
                why: $"{hub.Host} accepts nothing without one; the image goes there if no registry is specified",
                next: "specify your own: --registry=HOST/NAMESPACE; or log in: docker login, or REGISTRY_USER and REGISTRY_PASSWORD");
        }

        if (options.Run.Busybox == BusyboxOrigin.None)
        {
            throw new RegistryException(
                "an image without BusyBox has no tags", "--busybox=none", "the tags are derived from the version of BusyBox, and their users expect a shell",
                "copy it to a name of its own: skopeo copy --all oci-archive:artifacts/busybox-glibc.tar docker://HOST/NAME:TAG");
        }

        await new PublishCheck(handler, RegistryPolicy.Asking, board).RunAsync(
            places, ExpectedTags, Expected, options.Publish.ForceTag, cancellation);
    }

    /// <summary>The tags that the run would move, as far as they are known before it: those of the image, and of its variants.</summary>
    internal IReadOnlyList<ImageTag> ExpectedTags =>
        [.. new[] { Expected }.Concat(inputs.Options.Variants.Select(variant => Expected with { Variant = variant.Name })).SelectMany(one => ImageTags.Moving(one, inputs.Options.Publish.Tags)).DistinctBy(tag => tag.Name)];

    private ImageIdentity Expected
    {
        get
        {
            var (options, version) = (inputs.Options, inputs.Release?.Version);
            return new ImageIdentity(
                BusyboxNumber.Find(version),
                inputs.Release is null,
                version is null ? string.Empty : ImageMetadata.Version(version.ToString(), string.Empty, options.Debian.SuitesOf(options.Image.Platforms).Select(suite => suite.Version)),
                null,
                options.Image.Platforms.Select(platform => platform.Name).ToHashSet(StringComparer.Ordinal));
        }
    }

    /// <summary>All publish destinations of the run, found once: an account is looked up only when its registry requires a login, and remembers
    /// what it was let into from the check to the push.</summary>
    internal IReadOnlyList<PublishPlace> FindPlaces() => _places ??= ReadPlaces();

    /// <summary>Opens one repository, with its own account.</summary>
    internal OpenPlaces Open(ImageReference repository) => Open(repository, RegistryPolicy.Standard);

    /// <summary>Opens one repository, with its own account and other limits.</summary>
    internal OpenPlaces Open(ImageReference repository, RegistryPolicy policy) => new(PlacesOf([repository]), NewHandler(policy), policy, board.Note);

    /// <summary>Opens all destinations of the run.</summary>
    internal OpenPlaces OpenAll(RegistryPolicy policy) => new(FindPlaces(), NewHandler(policy), policy, board.Note);

    private IReadOnlyList<PublishPlace> ReadPlaces() => PlacesOf(inputs.Options.Publish.Repositories);

    private IReadOnlyList<PublishPlace> PlacesOf(IReadOnlyList<ImageReference> repositories)
    {
        var store = new CredentialStore(Environment.GetEnvironmentVariable, new CredentialHelper(), board.Warn);
        var isOnly = repositories.Select(repository => repository.Registry).Distinct().Count() == 1;
        return [.. repositories.Select(repository => Place(repository, RegistryHost.Of(repository.Registry, inputs.Options.Publish.InsecureRegistries)))];
        PublishPlace Place(ImageReference repository, RegistryHost host) =>
            new(host, repository.Repository, new RegistryAccount(token => store.FindAsync(host, repository.Repository, isOnly, token)));
    }

    private Func<RegistryHost, HttpMessageHandler> NewHandler(RegistryPolicy policy)
    {
        var authorities = RegistryClients.ReadAuthorities(inputs.Options.Publish.CertificateAuthority);
        return host =>
        {
            var certificates = RegistryCertificates.Read(host, RegistryCertificates.Folders, board.Warn);
            return RegistryClients.New([.. authorities, .. certificates.Authorities], host.IsLoopback, policy.ConnectLimit, (target, issuers) => certificates.Choose(host, target, issuers));
        };
    }
}
