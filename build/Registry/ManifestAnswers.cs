using System.Text.RegularExpressions;

namespace BusyboxGlibc.Registry;

/// <summary>
/// Interprets the refusal of a manifest. Registries word refusals differently, so status and code decide first, and the message only if these are not specific.
/// </summary>
internal static partial class ManifestAnswers
{
    private static readonly HashSet<string> _partCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "LAYERS_NOT_FOUND",
    };

    // These refer to the tag, the repository or the account: another form of the manifest does not help.
    private static readonly HashSet<string> _otherCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "TAG_INVALID", "NAME_INVALID", "NAME_UNKNOWN", "DIGEST_INVALID", "SIZE_INVALID", "UNAUTHORIZED", "TOOMANYREQUESTS", "PRECONDITION", "QUOTA_EXCEEDED",
    };

    /// <summary>Whether the registry reports that it lacks content that the manifest references.</summary>
    public static bool LacksParts(RegistryAnswer answer) =>
        answer.Status is 400 or 404 or 422 && (answer.Errors.Any(error => _partCodes.Contains(error.Code)) || PartWords().IsMatch(answer.Body));

    /// <summary>Returns the digests that a response mentions.</summary>
    public static IReadOnlySet<string> Digests(RegistryAnswer answer) => DigestForm().Matches(answer.Body).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the registry refuses the kind of manifest: its media types, or an artifact in it.</summary>
    public static bool RefusesForm(RegistryAnswer answer)
    {
        // The blobs were accepted, so the repository exists: NOT_FOUND then refers to the manifest (Harbor).
        var obstacle = RefusalAdvice.Of(answer);
        if (LacksParts(answer) || obstacle is not (Obstacle.None or Obstacle.Repository) || answer.Errors.Any(error => _otherCodes.Contains(error.Code)))
        {
            return false;
        }

        return answer.Status switch
        {
            // Registries without OCI support: Distribution, Quay, SWR, old Nexus and Artifactory, old ECR (405 UNSUPPORTED).
            400 or 405 or 406 or 415 or 422 or 501 => true,

            // ACR personal: DENIED, unknown manifest class. An account without push permission also gets 403.
            403 or 409 => FormWords().IsMatch(answer.Body) && !AccountWords().IsMatch(answer.Body),

            // Gitea, and old proxies: no index can be found at such an address.
            404 => !AccountWords().IsMatch(answer.Body),

            // Harbor 1.x: its quota handler fails on OCI manifests.
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
