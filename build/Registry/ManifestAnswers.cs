using System.Text.RegularExpressions;

namespace BusyboxGlibc.Registry;

/// <summary>
/// What a refusal of a manifest means. Registries word it each in its own way, so status and code decide first, and words only where
/// these say nothing.
/// </summary>
internal static partial class ManifestAnswers
{
    private static readonly HashSet<string> _partCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "LAYERS_NOT_FOUND",
    };

    // These speak of the tag, the repository or the account: another form of the manifest changes nothing.
    private static readonly HashSet<string> _otherCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "TAG_INVALID", "NAME_INVALID", "NAME_UNKNOWN", "DIGEST_INVALID", "SIZE_INVALID", "UNAUTHORIZED", "TOOMANYREQUESTS", "PRECONDITION", "QUOTA_EXCEEDED",
    };

    /// <summary>Whether the registry says that it lacks what the manifest names.</summary>
    public static bool LacksParts(RegistryAnswer answer) =>
        answer.Status is 400 or 404 or 422 && (answer.Errors.Any(error => _partCodes.Contains(error.Code)) || PartWords().IsMatch(answer.Body));

    /// <summary>The digests that an answer speaks of.</summary>
    public static IReadOnlySet<string> Digests(RegistryAnswer answer) => DigestForm().Matches(answer.Body).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the registry refuses the kind of manifest: its media types, or an artifact among them.</summary>
    public static bool RefusesForm(RegistryAnswer answer)
    {
        // A repository that took the blobs is there: NOT_FOUND means the manifest then (Harbor).
        var obstacle = RefusalAdvice.Of(answer);
        if (LacksParts(answer) || obstacle is not (Obstacle.None or Obstacle.Repository) || answer.Errors.Any(error => _otherCodes.Contains(error.Code)))
        {
            return false;
        }

        return answer.Status switch
        {
            // Distribution without OCI, Quay, SWR, Nexus and Artifactory of old, ECR of old (405 UNSUPPORTED).
            400 or 405 or 406 or 415 or 422 or 501 => true,

            // ACR personal: DENIED, unknown manifest class. An account that may not push is answered with 403 too.
            403 or 409 => FormWords().IsMatch(answer.Body) && !AccountWords().IsMatch(answer.Body),

            // Gitea, and proxies of old: no index is to be found at such an address.
            404 => !AccountWords().IsMatch(answer.Body),

            // Harbor 1.x: its quota handler knows no OCI manifest and falls over.
            500 => true,
            _ => false,
        };
    }

    [GeneratedRegex(@"blobs? unknown|unknown blob|manifest unknown|layers? (?:unknown|not found|does not exist)|failed to fetch ""?sha256:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PartWords();

    [GeneratedRegex(@"manifest|media ?type|mime|schema|content.?type|\boci\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FormWords();

    [GeneratedRegex(@"access|permission|authoriz|authenticat|credential|scope|quota|immutable|not allowed to", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AccountWords();

    [GeneratedRegex(@"sha256:[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex DigestForm();
}
