using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Registry;

/// <summary>One place an image is published to.</summary>
/// <param name="Host">The registry.</param>
/// <param name="Repository">The repository's path there.</param>
/// <param name="Account">The account, looked for when the registry asks for a login.</param>
internal sealed record PublishPlace(RegistryHost Host, string Repository, RegistryAccount Account)
{
    /// <summary>The repository's name.</summary>
    public string Name => new ImageReference(Host.Name, Repository).ToString();
}

/// <summary>The clients for all places of a publish, those of one registry together; closes the connections when disposed.</summary>
internal sealed class OpenPlaces : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    /// <summary>Makes the clients; nothing is asked yet.</summary>
    /// <param name="places">The places.</param>
    /// <param name="newHandler">Makes the innermost handler for a registry.</param>
    /// <param name="policy">The limits.</param>
    /// <param name="note">Told what people should know while it happens.</param>
    /// <param name="clock">The clock of the waits; null for the machine's.</param>
    public OpenPlaces(IReadOnlyList<PublishPlace> places, Func<RegistryHost, HttpMessageHandler> newHandler, RegistryPolicy policy, Action<string> note, TimeProvider? clock = null) =>
        Groups = [.. places.GroupBy(place => place.Host).Select(group => Open(group, new RegistryEndpoint(newHandler(group.Key), group.Key, policy, note, clock)))];

    /// <summary>The repositories, by registry.</summary>
    public IReadOnlyList<IReadOnlyList<RepositoryClient>> Groups { get; }

    /// <inheritdoc/>
    public void Dispose() => _opened.ForEach(each => each.Dispose());

    // Accounts may differ by repository, so each has its own logins.
    private List<RepositoryClient> Open(IEnumerable<PublishPlace> places, RegistryEndpoint endpoint)
    {
        var clients = new List<RepositoryClient>();
        foreach (var place in places)
        {
            var http = new RegistryHttp(endpoint, place.Account);
            _opened.Add(http);
            clients.Add(new RepositoryClient(http, place.Repository));
        }

        _opened.Add(endpoint);
        return clients;
    }
}
