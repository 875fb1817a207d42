namespace BusyboxGlibc.Oci.Registry;

/// <summary>Finds the account for a registry: the environment, else what <c>docker login</c> left behind.</summary>
/// <param name="environment">The value of an environment variable, or null.</param>
/// <param name="helper">Asks credential helpers.</param>
public sealed class CredentialStore(Func<string, string?> environment, CredentialHelper helper)
{
    /// <summary>The variable with the user's name.</summary>
    public const string UserVariable = "REGISTRY_USER";

    /// <summary>The variable with the password or access token.</summary>
    public const string PasswordVariable = "REGISTRY_PASSWORD";

    /// <summary>The account for a registry; null where there is none.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="isOnly">Whether nothing goes to any other registry: the variables do not say whose password they hold, so with
    /// several registries they are left alone.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryException">Docker's configuration or a helper of it is broken, or only one variable is set.</exception>
    public async Task<RegistryCredentials?> FindAsync(RegistryHost host, bool isOnly, CancellationToken cancellation)
    {
        if (isOnly && FromEnvironment() is { } credentials)
        {
            return credentials;
        }

        if (ConfigPath() is not { } path)
        {
            return null;
        }

        var config = DockerConfigFile.Read(path);
        var named = config.HelperFor(host) ?? config.Store;
        return (named is null ? null : await helper.GetAsync(named, host, cancellation).ConfigureAwait(false)) ?? config.AccountFor(host);
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

    private string? ConfigPath() =>
        Variable("DOCKER_CONFIG") is { } folder ? Path.Combine(folder, "config.json")
        : Variable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { } home ? Path.Combine(home, ".docker", "config.json")
        : null;

    // A variable that is set but empty counts as unset: CI systems hand on undefined settings that way.
    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
}
