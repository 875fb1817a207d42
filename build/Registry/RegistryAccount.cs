namespace BusyboxGlibc.Registry;

/// <summary>The account for a repository, looked for once, when the registry asks for a login for the first time.</summary>
/// <param name="find">Finds it; null where there is none.</param>
internal sealed class RegistryAccount(Func<CancellationToken, Task<RegistryCredentials?>> find)
{
    private readonly System.Threading.Lock _gate = new();
    private readonly HashSet<string> _admitted = new(StringComparer.Ordinal);
    private Task<RegistryCredentials?>? _finding;

    /// <summary>No account.</summary>
    public static RegistryAccount None { get; } = new(_ => Task.FromResult<RegistryCredentials?>(null));

    /// <summary>The account; null where there is none, or where nobody has asked for it yet.</summary>
    public RegistryCredentials? Known => _finding is { IsCompletedSuccessfully: true } done ? done.Result : null;

    /// <summary>An account that is known already.</summary>
    public static RegistryAccount Of(RegistryCredentials? credentials) => new(_ => Task.FromResult(credentials));

    /// <summary>The account; null where there is none.</summary>
    /// <exception cref="RegistryException">The configuration of accounts is broken.</exception>
    public Task<RegistryCredentials?> FindAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return _finding ??= find(cancellation);
        }
    }

    /// <summary>Remembers the repositories that a token service gave this account a token for.</summary>
    /// <param name="scope">What the token is for, <c>repository:acme/busybox:pull,push</c>; several are separated by blanks.</param>
    public void Admit(string scope)
    {
        lock (_gate)
        {
            _admitted.UnionWith(Repositories(scope));
        }
    }

    /// <summary>Whether this account had a token for every repository of a scope before.</summary>
    public bool WasAdmitted(string scope)
    {
        lock (_gate)
        {
            return Known is not null && _admitted.IsSupersetOf(Repositories(scope));
        }
    }

    private static IEnumerable<string> Repositories(string scope) => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one[..one.LastIndexOf(':')]);
}
