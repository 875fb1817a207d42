using BusyboxGlibc.Attestations.Publishing;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Attestations.Signing;

/// <summary>Where cosign stores what it signs, and how it gets there.</summary>
/// <param name="Repository">The repository, <c>ghcr.io/acme/busybox</c>.</param>
/// <param name="IsPlain">Whether plain HTTP is allowed.</param>
/// <param name="CertificateAuthority">A file with further authorities; null for none.</param>
internal sealed record CosignPlace(string Repository, bool IsPlain, string? CertificateAuthority);

/// <summary>
/// Signs with the program cosign without a key of one's own: in a CI job it gets an identity token from the CI service, a certificate for it from Fulcio, and an
/// entry in the log Rekor (cosign, doc/cosign_sign.md). Neither the token nor a password is an argument: cosign reads the one from its environment, the
/// other from a file that only this user can read.
/// </summary>
/// <param name="commands">Starts it.</param>
/// <param name="environment">Returns the value of an environment variable, or null.</param>
internal sealed class CosignProgram(ICommandRunner commands, Func<string, string?> environment)
{
    private const string GitHub = "GITHUB_ACTIONS";
    private const string GitHubToken = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

    // Where cosign finds an identity without asking anybody (cosign, pkg/providers).
    private static readonly string[] _identities = ["ACTIONS_ID_TOKEN_REQUEST_URL", "SIGSTORE_ID_TOKEN", "BUILDKITE_AGENT_ACCESS_TOKEN", "GOOGLE_SERVICE_ACCOUNT_NAME", "SPIFFE_ENDPOINT_SOCKET"];
    private const string TokenFile = "/var/run/sigstore/cosign/oidc-token";

    // Fulcio and Rekor answer in seconds; cosign itself gives up after three minutes.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    private const int LinesShown = 6;

    /// <summary>Checks that it can sign, before work that would be lost without it.</summary>
    /// <exception cref="AttestationException">It is not installed, or it would have to ask a person who they are.</exception>
    public void Check()
    {
        if (commands.Find(PublishOptions.Cosign) is null)
        {
            throw new AttestationException("there is no cosign to sign with", $"--sign={PublishOptions.Cosign}", "it is not on PATH", "install it: apt-get install cosign, or in GitHub Actions sigstore/cosign-installer; or sign with a key: --sign=signing.key");
        }

        if (environment(GitHub) is { Length: > 0 } && environment(GitHubToken) is not { Length: > 0 })
        {
            throw new AttestationException("cosign cannot prove who signs", $"--sign={PublishOptions.Cosign}", "the job may not ask GitHub for an identity token", "add to the job: permissions: id-token: write");
        }

        if (_identities.All(name => environment(name) is not { Length: > 0 }) && !File.Exists(TokenFile))
        {
            throw new AttestationException(
                "cosign cannot prove who signs", $"--sign={PublishOptions.Cosign}", "no CI service gives this run an identity token, and nobody can be asked here",
                "publish in a CI job with one (GitHub Actions: permissions: id-token: write; GitLab: id_tokens: SIGSTORE_ID_TOKEN), or sign with a key: --sign=signing.key");
        }
    }

    /// <summary>Signs manifests, and statements about them, in a repository that has them.</summary>
    /// <param name="place">The repository.</param>
    /// <param name="dockerConfig">The folder of a <c>config.json</c> with the account; null for the user's own.</param>
    /// <param name="signed">The digests to sign: the index, and the image of each platform.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The number of signatures.</returns>
    /// <exception cref="AttestationException">cosign failed.</exception>
    public async Task<int> SignAsync(CosignPlace place, string? dockerConfig, IReadOnlyList<string> signed, IReadOnlyList<SubjectStatement> statements, CancellationToken cancellation)
    {
        await RunAsync(["sign", "--yes", .. Flags(place), .. signed.Select(digest => $"{place.Repository}@{digest}")], place, dockerConfig, cancellation);
        foreach (var statement in statements)
        {
            var predicate = Path.GetTempFileName();
            try
            {
                await File.WriteAllBytesAsync(predicate, statement.Attestation.Statement().Predicate, cancellation);
                await RunAsync(["attest", "--yes", $"--type={statement.PredicateType}", $"--predicate={predicate}", .. Flags(place), $"{place.Repository}@{statement.Subject.Digest}"], place, dockerConfig, cancellation);
            }
            finally
            {
                File.Delete(predicate);
            }
        }

        return signed.Count + statements.Count;
    }

    /// <summary>Writes a <c>config.json</c> with one account, in Docker's form, in a new folder that only this user can read.</summary>
    /// <param name="host">The key of the registry.</param>
    /// <param name="user">The account's name; null for an identity token.</param>
    /// <param name="secret">Its password or token.</param>
    /// <returns>The folder, which the caller deletes.</returns>
    public static string WriteDockerConfig(string host, string? user, string secret)
    {
        var folder = Directory.CreateTempSubdirectory("busybox-glibc-cosign-").FullName;
        var content = OciJson.Object(json =>
        {
            json.WriteStartObject("auths");
            json.WriteStartObject(host);
            if (user is null)
            {
                json.WriteString("identitytoken", secret);
            }
            else
            {
                json.WriteString("auth", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{secret}")));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(Path.Combine(folder, "config.json"), options);
        stream.Write(content);
        return folder;
    }

    private static IEnumerable<string> Flags(CosignPlace place)
    {
        if (place.IsPlain)
        {
            yield return "--allow-http-registry";
        }

        if (place.CertificateAuthority is { } authority)
        {
            yield return $"--registry-cacert={authority}";
        }
    }

    private async Task RunAsync(IReadOnlyList<string> arguments, CosignPlace place, string? dockerConfig, CancellationToken cancellation)
    {
        // Another folder for the account alone: everything else of the environment is cosign's.
        var program = commands.Find(PublishOptions.Cosign)!;
        var result = dockerConfig is null || commands.Find("env") is not { } env
            ? await commands.RunAsync(program, arguments, _limit, cancellation)
            : await commands.RunAsync(env, [$"DOCKER_CONFIG={dockerConfig}", program, .. arguments], _limit, cancellation);
        if (!result.Succeeded)
        {
            var said = string.Join('\n', result.Error.Concat(result.Output).Where(line => line.Length > 0).TakeLast(LinesShown).Select(line => SafeText.Text(Scrub(line))));
            throw new AttestationException(
                $"cosign does not sign {place.Repository}", $"cosign {arguments[0]}", result.ExitCode is null ? $"it did not end within {_limit.TotalMinutes} minutes\n{said}" : said,
                "no tag was moved; publish again, or sign with a key: --sign=signing.key");
        }
    }

    // cosign shows neither; what a proxy or a registry repeats in an error is not cosign's.
    private string Scrub(string line) => _identities.Append(GitHubToken).Append("REGISTRY_PASSWORD").Select(environment).OfType<string>().Where(secret => secret.Length >= 8)
        .Aggregate(line, (text, secret) => text.Replace(secret, "[redacted]", StringComparison.Ordinal));
}
