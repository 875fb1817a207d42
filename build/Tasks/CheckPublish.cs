using BusyboxGlibc.Registry;
using BusyboxGlibc.Setup;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Checks what can be known of publishing before any work is done for it.</summary>
[TaskName(nameof(CheckPublish))]
[TaskDescription("Asks the registries before any work whether this account may push there and whether the tags may move")]
public sealed class CheckPublish : AsyncFrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override async Task RunAsync(BuildContext context)
    {
        _ = RegistryClients.ReadAuthorities(context.Options.Publish.CertificateAuthority);
        var places = PublishSetup.Places(context);
        if (places.Select(place => place.Host).Distinct().Count() > 1 && System.Environment.GetEnvironmentVariable(CredentialStore.PasswordVariable) is { Length: > 0 })
        {
            context.Board.Warn($"{CredentialStore.PasswordVariable} is left alone: it does not say which of several registries it is for; docker login keeps one for each");
        }

        // Docker Hub always asks for a login, so this needs no network to be known.
        if (places.FirstOrDefault(place => place.Host.IsHub) is { } hub && await hub.Account.FindAsync(context.Cancellation) is null)
        {
            throw new RegistryException(
                $"there is no account to push {hub.Name} with",
                why: $"{hub.Host} takes nothing without one; it is where the image goes while no registry is named",
                next: "name your own: --registry=HOST/NAMESPACE; or log in: docker login, or REGISTRY_USER and REGISTRY_PASSWORD");
        }

        await PublishSetup.CheckAsync(context, places);
    }
}
