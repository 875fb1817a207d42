using System.Text;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>
/// Finds the account for a repository: from the environment, otherwise from <c>docker login</c>, otherwise from <c>podman login</c>, otherwise from
/// <c>DOCKER_AUTH_CONFIG</c>, as in GitLab CI.
/// </summary>
/// <param name="environment">Returns the value of an environment variable, or null.</param>
/// <param name="helper">Calls credential helpers.</param>
/// <param name="warn">Called with warnings for the user.</param>
internal sealed class CredentialStore(Func<string, string?> environment, CredentialHelper helper, Action<string> warn)
{
    /// <summary>The variable with the user name.</summary>
    public const string UserVariable = "REGISTRY_USER";

    /// <summary>The variable with the password or access token.</summary>
    public const string PasswordVariable = "REGISTRY_PASSWORD";

    private const string AuthConfigVariable = "DOCKER_AUTH_CONFIG";

    /// <summary>Returns the account for a repository; null if there is none. This may call helpers, so it is called only when the registry requires authentication.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="repository">The repository's path there.</param>
    /// <param name="isOnly">Whether this is the only registry of the publish: the variables do not state which registry their password belongs to, so
    /// they are ignored if there are several.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">A file of logins or a helper is not valid, or only one variable is set.</exception>
    public async Task<RegistryCredentials?> FindAsync(RegistryHost host, string repository, bool isOnly, CancellationToken cancellation)
    {
        if (isOnly && FromEnvironment() is { } credentials)
        {
            return credentials;
        }

        foreach (var path in Files())
        {
            if (await FromFileAsync(DockerConfigFile.Read(path), host, repository, cancellation) is { } found)
            {
                return found;
            }
        }

        return Variable(AuthConfigVariable) is { } text
            ? await FromFileAsync(DockerConfigFile.Parse($"environment {AuthConfigVariable}", Encoding.UTF8.GetBytes(text)), host, repository, cancellation)
            : null;
    }

    private async Task<RegistryCredentials?> FromFileAsync(DockerConfigFile file, RegistryHost host, string repository, CancellationToken cancellation)
    {
        if ((file.HelperFor(host, repository) ?? file.Store) is { } named)
        {
            if (!helper.Has(named))
            {
                warn($"{file.Path} stores the logins for {host} in docker-credential-{SafeText.Text(named)}, which is not on PATH; looking for an account elsewhere");
            }
            else if (await helper.GetAsync(named, host, cancellation) is { } kept)
            {
                return kept;
            }
        }

        return file.AccountFor(host, repository);
    }

    private RegistryCredentials? FromEnvironment()
    {
        var (user, password) = (Variable(UserVariable), Variable(PasswordVariable));
        return (user, password) switch
        {
            (null, null) => null,
            (null, _) => throw Half(PasswordVariable, UserVariable),
            (_, null) => throw Half(UserVariable, PasswordVariable),
            var (name, secret) => RegistryCredentials.Password(name, secret, UserVariable),
        };
    }

    private static RegistryException Half(string set, string missing) =>
        new($"{set} is set, {missing} is not", next: "set both, or neither and use docker login");

    // Docker's file, then podman's: the configured one, that of the session, that of the user.
    private IEnumerable<string> Files()
    {
        var home = Variable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        string?[] files =
        [
            Variable("DOCKER_CONFIG") is { } folder ? Path.Combine(folder, "config.json") : In(home, ".docker", "config.json"),
            Variable("REGISTRY_AUTH_FILE"),
            In(Variable("XDG_RUNTIME_DIR"), "containers", "auth.json"),
            In(Variable("XDG_CONFIG_HOME") ?? In(home, ".config"), "containers", "auth.json"),
        ];
        return files.OfType<string>().Distinct(StringComparer.Ordinal);
    }

    private static string? In(string? folder, params string[] names) => folder is null ? null : Path.Combine([folder, .. names]);

    // A variable that is set but empty counts as unset: CI systems pass undefined settings this way.
    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
}
