using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Registry;

/// <summary>One target repository of a publish.</summary>
/// <param name="Host">The registry.</param>
/// <param name="Repository">The repository's path there.</param>
/// <param name="Account">The account, looked up when the registry requires authentication.</param>
internal sealed record PublishPlace(RegistryHost Host, string Repository, RegistryAccount Account)
{
    /// <summary>The repository's name.</summary>
    public string Name => new ImageReference(Host.Name, Repository).ToString();
}

/// <summary>The clients for all targets of a publish, grouped by registry; closes the connections when disposed.</summary>
internal sealed class OpenPlaces : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    /// <summary>Creates the clients; no request is sent yet.</summary>
    /// <param name="places">The targets.</param>
    /// <param name="newHandler">Creates the innermost handler for a registry.</param>
    /// <param name="policy">The limits.</param>
    /// <param name="note">Called with messages for the user while the publish runs.</param>
    /// <param name="clock">The clock used for delays; null for the system clock.</param>
    public OpenPlaces(IReadOnlyList<PublishPlace> places, Func<RegistryHost, HttpMessageHandler> newHandler, RegistryPolicy policy, Action<string> note, TimeProvider? clock = null) =>
        Groups = [.. places.GroupBy(place => place.Host).Select(group => Open(group, new RegistryEndpoint(newHandler(group.Key), group.Key, policy, note, clock)))];

    /// <summary>The repositories, by registry.</summary>
    public IReadOnlyList<IReadOnlyList<RepositoryClient>> Groups { get; }

    /// <summary>Starts to look for the registries while other work goes on. A failure shows when the registry is used, which looks again.</summary>
    public void Reach(CancellationToken cancellation)
    {
        foreach (var group in Groups)
        {
            _ = Task.Run(() => group[0].Http.Endpoint.RootAsync(cancellation), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _opened.ForEach(each => each.Dispose());

    // Accounts may differ between repositories, so each has its own logins.
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
