using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace BusyboxGlibc.Registry;

/// <summary>The account for a repository, looked up once, when the registry first requires authentication, and its logins: the check before any work
/// and the push share them.</summary>
/// <param name="find">Looks up the account; returns null if there is none.</param>
internal sealed class RegistryAccount(Func<CancellationToken, Task<RegistryCredentials?>> find)
{
    private readonly System.Threading.Lock _gate = new();
    private readonly HashSet<string> _admitted = new(StringComparer.Ordinal);
    private Task<RegistryCredentials?>? _finding;

    /// <summary>The last valid header for each scope. One that has expired is answered with 401, and replaced.</summary>
    public ConcurrentDictionary<string, AuthenticationHeaderValue> Logins { get; } = new(StringComparer.Ordinal);

    /// <summary>The account; null if there is none, or if it was not looked up yet.</summary>
    public RegistryCredentials? Known => _finding is { IsCompletedSuccessfully: true } done ? done.Result : null;

    /// <summary>Creates an instance with a known account.</summary>
    public static RegistryAccount Of(RegistryCredentials? credentials) => new(_ => Task.FromResult(credentials));

    /// <summary>Returns the account; null if there is none.</summary>
    /// <exception cref="RegistryException">The login configuration is not valid.</exception>
    public Task<RegistryCredentials?> FindAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return _finding ??= find(cancellation);
        }
    }

    /// <summary>Records the repositories that a token service issued this account a token for.</summary>
    /// <param name="scope">The scope of the token, <c>repository:acme/busybox:pull,push</c>; several are separated by blanks.</param>
    public void Admit(string scope)
    {
        lock (_gate)
        {
            _admitted.UnionWith(Repositories(scope));
        }
    }

    /// <summary>Whether this account has had a token for every repository of a scope before.</summary>
    public bool WasAdmitted(string scope)
    {
        lock (_gate)
        {
            return Known is not null && _admitted.IsSupersetOf(Repositories(scope));
        }
    }

    private static IEnumerable<string> Repositories(string scope) => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one[..one.LastIndexOf(':')]);
}
