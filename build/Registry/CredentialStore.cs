using System.Text;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Registry;

/// <summary>
/// Finds the account for a repository: the environment, else what <c>docker login</c> left behind, else what <c>podman login</c> did, else
/// <c>DOCKER_AUTH_CONFIG</c>, as GitLab CI has it.
/// </summary>
/// <param name="environment">The value of an environment variable, or null.</param>
/// <param name="helper">Asks credential helpers.</param>
/// <param name="warn">Told what people should heed.</param>
internal sealed class CredentialStore(Func<string, string?> environment, CredentialHelper helper, Action<string> warn)
{
    /// <summary>The variable with the user's name.</summary>
    public const string UserVariable = "REGISTRY_USER";

    /// <summary>The variable with the password or access token.</summary>
    public const string PasswordVariable = "REGISTRY_PASSWORD";

    private const string AuthConfigVariable = "DOCKER_AUTH_CONFIG";

    /// <summary>The account for a repository; null where there is none. Helpers are asked here, so this is for when the registry asks for a
    /// login.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="repository">The repository's path there.</param>
    /// <param name="isOnly">Whether nothing goes to any other registry: the variables do not say whose password they hold, so with
    /// several registries they are left alone.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryException">A file of logins or a helper is broken, or only one variable is set.</exception>
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
                warn($"{file.Path} keeps the logins for {host} in docker-credential-{SafeText.Text(named)}, which is not on PATH; looking for an account elsewhere");
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

    // Docker's file, then podman's: the one it is pointed at, that of the session, that of the user.
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

    // A variable that is set but empty counts as unset: CI systems hand on undefined settings that way.
    private string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
}
