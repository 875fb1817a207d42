using BusyboxGlibc.Oci.Registry;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Checks what can be known of publishing before any work is done for it.</summary>
[TaskName(nameof(CheckPublish))]
[TaskDescription("Checks names, tags, certificates and accounts before Publish does any work")]
public sealed class CheckPublish : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        var options = context.Options.Publish;
        _ = RegistryClients.ReadAuthorities(options.CertificateAuthority);
        if (options.DryRun)
        {
            return;
        }

        var places = await PublishSetup.PlacesAsync(context);
        if (places.Select(place => place.Host).Distinct().Count() > 1 && System.Environment.GetEnvironmentVariable(CredentialStore.PasswordVariable) is { Length: > 0 })
        {
            context.Board.Warn($"{CredentialStore.PasswordVariable} is left alone: it does not say which of several registries it is for; docker login keeps one for each");
        }

        var hub = places.FirstOrDefault(place => place.Host.IsHub && place.Credentials is null);
        if (hub is not null)
        {
            throw new RegistryException(
                $"there is no account to push {hub.Name} with",
                why: $"{hub.Host} takes nothing without one; it is where the image goes while no registry is named",
                next: "name your own: --registry=HOST/NAMESPACE; or log in: docker login, or REGISTRY_USER and REGISTRY_PASSWORD; or only look: --dry-run");
        }
    }
}
