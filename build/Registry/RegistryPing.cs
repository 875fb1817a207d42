using System.Net;
using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Registry;

/// <summary>Whether a registry answers, and to whom.</summary>
/// <param name="Name">The repository that is meant.</param>
/// <param name="Account">The account that would be used and where it comes from, never its secret; null for none.</param>
/// <param name="Error">Why it cannot be used; null if it can.</param>
/// <param name="Fix">The command that fixes that, or asks again with more patience.</param>
internal sealed record RegistryState(string Name, string? Account, BuildException? Error, string Fix);

/// <summary>Asks a registry for the root of its API, as the account that a push would use (distribution-spec, determining support).</summary>
internal static class RegistryPing
{
    private const string Patient = "./build.sh --target=CheckPublish";

    /// <summary>Asks.</summary>
    /// <param name="place">The repository, with its account.</param>
    /// <param name="client">Its client.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public static async Task<RegistryState> AskAsync(PublishPlace place, RepositoryClient client, CancellationToken cancellation)
    {
        string? account = null;
        try
        {
            account = (await place.Account.FindAsync(cancellation))?.ToString();
            var root = await client.Http.Endpoint.RootAsync(cancellation);
            using var response = await client.Http.SendAsync(new RegistryRequest(HttpMethod.Get, root, client.Scope) { Once = true, IsOptional = true }, cancellation);
            return response.StatusCode == HttpStatusCode.OK ? new RegistryState(place.Name, account, null, Patient)
                : new RegistryState(place.Name, account, new RegistryException($"{place.Host} is no registry", root.ToString(), $"it answers {(int)response.StatusCode}, where a registry answers 200 (distribution-spec)"), Patient);
        }
        catch (RegistryDeniedException error)
        {
            return new RegistryState(place.Name, account, error, $"docker login{(place.Host.IsHub ? string.Empty : $" {place.Host}")}");
        }
        catch (RegistryException error)
        {
            return new RegistryState(place.Name, account, error, Patient);
        }
    }
}
