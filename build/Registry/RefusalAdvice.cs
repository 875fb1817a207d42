using System.Text.RegularExpressions;

namespace BusyboxGlibc.Registry;

/// <summary>Reasons for a refusal that lie neither in the content nor in its form.</summary>
internal enum Obstacle
{
    /// <summary>No known reason.</summary>
    None,

    /// <summary>The repository or project does not exist.</summary>
    Repository,

    /// <summary>The tag, or the whole repository, is immutable.</summary>
    Tag,

    /// <summary>The storage quota is exceeded.</summary>
    Quota,

    /// <summary>The registry accepts only certain networks.</summary>
    Network,

    /// <summary>The account is valid, but lacks a permission.</summary>
    Right,
}

/// <summary>
/// Derives advice from a refusal. Registries use the same code for different reasons (Harbor sends <c>DENIED</c> to an account and for a full
/// project, Artifactory <c>MANIFEST_INVALID</c> for a tag that must not be overwritten), so the message decides where the code is ambiguous.
/// </summary>
internal static partial class RefusalAdvice
{
    private static readonly HashSet<string> _repositoryCodes = new(StringComparer.Ordinal) { "NAME_UNKNOWN", "NOT_FOUND", "RepositoryNotFoundException", "PROJECT_POLICY_VIOLATION" };

    /// <summary>Returns the reason for a refusal.</summary>
    public static Obstacle Of(RegistryAnswer answer)
    {
        if (answer.Status is 401 or 407 or 429 or >= 500)
        {
            return Obstacle.None;
        }

        var words = answer.Words;
        return answer.Status is 400 or 404 && answer.Errors.Any(error => _repositoryCodes.Contains(error.Code)) ? Obstacle.Repository
            : QuotaWords().IsMatch(words) ? Obstacle.Quota
            : answer.Status == 412 || answer.Errors.Any(error => error.Code is "REGISTRY_DISALLOWED_OPERATION" or "TAG_IMMUTABLE") || TagWords().IsMatch(words) ? Obstacle.Tag
            : answer is { Status: 404, Errors: [] } ? Obstacle.Repository
            : answer.Status != 403 ? Obstacle.None
            : NetworkWords().IsMatch(words) ? Obstacle.Network
            : RightWords().IsMatch(words) ? Obstacle.Right
            : Obstacle.None;
    }

    /// <summary>Returns the advice for a reason; null if there is no known reason.</summary>
    /// <param name="obstacle">The reason.</param>
    /// <param name="host">The registry.</param>
    /// <param name="repository">The repository's path.</param>
    public static string? Next(Obstacle obstacle, RegistryHost host, string repository) => obstacle switch
    {
        Obstacle.Repository when !repository.Contains('/', StringComparison.Ordinal) && !IsEcr(host) =>
            $"create the repository first, or write the owner or project that it belongs to in front of it, as most registries require: --registry={host}/NAMESPACE",
        Obstacle.Repository => $"create the repository, or the project it belongs to, first{(IsEcr(host) ? $": aws ecr create-repository --repository-name {repository}" : " in the registry's console")}",
        Obstacle.Quota => $"delete unused images there, or have the quota of {repository.Split('/')[0]} raised; another login does not help",
        Obstacle.Tag => "allow tags to be overwritten in the repository's settings (immutability, locks, redeployment, the right to delete or overwrite), "
            + "or publish under another name: --repository=NAME",
        Obstacle.Network => "add this machine's address to the registry's network rules, or publish from an allowed network",
        Obstacle.Right when IsEcr(host) => "give the account the rights ecr:InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, BatchCheckLayerAvailability and PutImage on the repository",
        Obstacle.Right when host.Name == "ghcr.io" => "give the token the scope write:packages (in a workflow: permissions: packages: write), and the repository write access in the package's settings",
        Obstacle.Right when host.Name.EndsWith("-docker.pkg.dev", StringComparison.Ordinal) => "give the account the role roles/artifactregistry.writer on the repository, and check that the repository exists",
        Obstacle.Right => $"give the account the right to push to {repository}; logging in again helps only with another account or token",
        _ => null,
    };

    private static bool IsEcr(RegistryHost host) => host.Name.Contains(".dkr.ecr.", StringComparison.Ordinal) || host.Name == "public.ecr.aws";

    [GeneratedRegex(@"quota|(?:exceed|over)\w* the (?:configured|hard|storage)\b|insufficient storage|storage limit", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex QuotaWords();

    // Artifactory sends "HTTP 403 Forbidden" and "Could not locate artifact" in the detail of MANIFEST_INVALID if the account may not overwrite.
    [GeneratedRegex(
        @"immutable|does not allow updating|(?:cannot|can't|can not|may not) be (?:overwritten|updated|modified)|already exists\b.*\bcannot|could not locate artifact|HTTP 403 Forbidden|is locked",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TagWords();

    [GeneratedRegex(@"client with ip|ip address|not allowed access|firewall", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NetworkWords();

    [GeneratedRegex(@"not authorized to perform|permission|not allowed to|expected scopes|insufficient.?scope", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RightWords();
}
