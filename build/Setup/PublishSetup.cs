using BusyboxGlibc.Configuration;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Setup;

/// <summary>What the tasks of tagging and publishing take from a run: its options, and the process's environment for credentials.</summary>
internal static class PublishSetup
{
    /// <summary>The tags of the layout.</summary>
    public static IReadOnlyList<ImageTag> Tags(BuildContext context, OciLayoutReader layout) =>
        ImageTags.Of(ImageIdentity.Of(layout), layout.Index.Digest, context.Options.Publish.Tags);

    /// <summary>The publisher of the layout.</summary>
    public static Publisher Publisher(BuildContext context, OciLayoutReader layout) => new(
        layout, Tags(context, layout), context.Options.Publish.ForceTag, NewHandler(context, RegistryPolicy.Standard), RegistryPolicy.Standard, context.Board)
    {
        MediaTypes = context.Options.Publish.MediaTypes,
        TakeDocker = PublishedFile.TakeDocker(RecordPath(context)),
    };

    /// <summary>Where it is recorded what was published where.</summary>
    public static string RecordPath(BuildContext context) => Path.Combine(context.Options.Run.ArtifactsFolder, "published.json");

    /// <summary>Asks the registries before any work whether they will take the image, as far as it is known by then.</summary>
    public static Task CheckAsync(BuildContext context, IReadOnlyList<PublishPlace> places)
    {
        var options = context.Options;
        var version = context.Release?.Version;
        var expected = new ImageIdentity(
            BusyboxNumber.Find(version),
            context.Release is null,
            version is null ? string.Empty : $"{version}-glibc-debian{options.Debian.Suite.Version}",
            null,
            options.Image.Platforms.Select(platform => platform.Name).ToHashSet(StringComparer.Ordinal));
        return new PublishCheck(NewHandler(context, RegistryPolicy.Asking), RegistryPolicy.Asking, context.Board).RunAsync(
            places, ImageTags.Moving(expected, options.Publish.Tags), expected, options.Publish.ForceTag, context.Cancellation);
    }

    /// <summary>Every place of the run. Its account is looked for when the registry asks for a login.</summary>
    public static IReadOnlyList<PublishPlace> Places(BuildContext context)
    {
        var options = context.Options.Publish;
        var store = new CredentialStore(System.Environment.GetEnvironmentVariable, new CredentialHelper(), context.Board.Warn);
        var isOnly = options.Repositories.Select(repository => repository.Registry).Distinct().Count() == 1;
        return [.. options.Repositories.Select(repository => Place(repository, RegistryHost.Of(repository.Registry, options.InsecureRegistries)))];
        PublishPlace Place(ImageRepository repository, RegistryHost host) =>
            new(host, repository.Repository, new RegistryAccount(token => store.FindAsync(host, repository.Repository, isOnly, token)));
    }

    private static Func<RegistryHost, HttpMessageHandler> NewHandler(BuildContext context, RegistryPolicy policy)
    {
        var authorities = RegistryClients.ReadAuthorities(context.Options.Publish.CertificateAuthority);
        return host => RegistryClients.New(authorities, host.IsLoopback, policy.ConnectLimit);
    }
}
