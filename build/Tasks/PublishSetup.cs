using BusyboxGlibc.Configuration;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Registry;
using BusyboxGlibc.Oci.Tags;

namespace BusyboxGlibc.Tasks;

/// <summary>What the tasks of tagging and publishing take from a run: its options, and the process's environment for credentials.</summary>
internal static class PublishSetup
{
    /// <summary>The tags of the layout.</summary>
    public static IReadOnlyList<ImageTag> Tags(BuildContext context, OciLayoutReader layout) =>
        ImageTags.Of(ImageIdentity.Of(layout), context.Options.Publish.Tags);

    /// <summary>The publisher of the layout.</summary>
    public static Publisher Publisher(BuildContext context, OciLayoutReader layout) => BusyboxGlibc.Oci.Registry.Publisher.Of(
        layout, Tags(context, layout), context.Options.Publish.ForceTag, RegistryClients.ReadAuthorities(context.Options.Publish.CertificateAuthority), context.Board);

    /// <summary>Every place of the run, with its account.</summary>
    /// <exception cref="RegistryException">The configuration of accounts is broken.</exception>
    public static async Task<IReadOnlyList<PublishPlace>> PlacesAsync(BuildContext context)
    {
        var options = context.Options.Publish;
        var hosts = options.Repositories.Select(repository => RegistryHost.Of(repository.Registry, options.InsecureRegistries)).Distinct().ToList();
        var store = new CredentialStore(System.Environment.GetEnvironmentVariable, new CredentialHelper());
        var accounts = new Dictionary<RegistryHost, RegistryCredentials?>();
        foreach (var host in hosts)
        {
            accounts[host] = await store.FindAsync(host, hosts.Count == 1, context.Cancellation);
        }

        return [.. options.Repositories.Select(repository => Place(repository, hosts.First(host => host.Name == repository.Registry)))];
        PublishPlace Place(ImageRepository repository, RegistryHost host) => new(host, repository.Repository, accounts[host]);
    }
}
