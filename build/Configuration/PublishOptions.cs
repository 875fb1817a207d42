using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Images;

namespace BusyboxGlibc.Configuration;

/// <summary>The media types of the manifests of a published image.</summary>
internal enum MediaTypeChoice
{
    /// <summary>OCI media types, or Docker's if the registry rejects OCI.</summary>
    Auto,

    /// <summary>OCI media types.</summary>
    Oci,

    /// <summary>The media types of Docker's image manifest version 2, schema 2.</summary>
    Docker,
}

/// <summary>Where attestations of a published image are stored.</summary>
internal enum AttestChoice
{
    /// <summary>As the registry accepts them.</summary>
    Auto,

    /// <summary>In the image's index, as BuildKit does; signatures as the registry accepts them.</summary>
    Index,

    /// <summary>As OCI 1.1 artifacts, or not at all.</summary>
    Referrers,

    /// <summary>In files only.</summary>
    File,

    /// <summary>There are none.</summary>
    None,
}

/// <summary>The destinations of the image, and its tags.</summary>
/// <param name="Repositories">Every repository it is pushed to, at least one; archives and layouts use the first one's name.</param>
/// <param name="Tags">Tags in addition to those derived from the image, in the order written.</param>
/// <param name="InsecureRegistries">The registries, host and port, for which unencrypted connections are allowed if they do not support TLS.</param>
/// <param name="CertificateAuthority">A file with CA certificates to trust for registries, in addition to the system's; null for none.</param>
/// <param name="ForceTag">Whether a tag may be overwritten where it normally must not be: by an older BusyBox, by fewer platforms, or a dated tag that exists.</param>
/// <param name="DryRun">Whether publishing only reports what it would do.</param>
/// <param name="DigestFile">The file to write the published digest to, absolute; null for none.</param>
internal sealed partial record PublishOptions(
    IReadOnlyList<ImageReference> Repositories,
    IReadOnlyList<string> Tags,
    IReadOnlyList<string> InsecureRegistries,
    string? CertificateAuthority,
    bool ForceTag,
    bool DryRun,
    string? DigestFile)
{
    private const int MostRepositories = 16;
    private const int MostTags = 64;

    /// <summary>How a key in an environment variable is named, as cosign names it.</summary>
    internal const string KeyVariable = "env://";

    /// <summary>The word for the program cosign; a file of that name is written <c>./cosign</c>.</summary>
    internal const string Cosign = "cosign";

    /// <summary>The media types of the manifests.</summary>
    public MediaTypeChoice MediaTypes { get; init; } = MediaTypeChoice.Auto;

    /// <summary>Where attestations are stored.</summary>
    public AttestChoice Attest { get; init; } = AttestChoice.Auto;

    /// <summary>The private key that signs: an absolute path, or <c>env://NAME</c>; <see cref="Cosign"/> for the program; null for none.</summary>
    public string? Sign { get; init; }

    /// <summary>Whether the user says where to push, instead of leaving it to the default.</summary>
    public bool IsRegistryNamed { get; init; }

    /// <summary>Whether the program cosign signs, without a key.</summary>
    public bool SignsWithCosign => Sign == Cosign;

    /// <summary>Reads the options of publishing.</summary>
    /// <exception cref="ConfigurationException">A value is invalid; the error names its source.</exception>
    internal static PublishOptions Read(OptionReader reader, string root) => new(
        ReadRepositories(reader.Get(OptionTable.Registry), reader.Get(OptionTable.Repository)),
        ReadTags(reader.Get(OptionTable.Tags)),
        ReadHosts(reader.Get(OptionTable.InsecureRegistry)),
        ReadFile(reader.Get(OptionTable.RegistryCa), root),
        reader.GetSwitch(OptionTable.ForceTag),
        reader.GetSwitch(OptionTable.DryRun),
        ReadFile(reader.Get(OptionTable.DigestFile), root))
    {
        IsRegistryNamed = !reader.Get(OptionTable.Registry).IsDefault || !reader.Get(OptionTable.Repository).IsDefault,
        MediaTypes = ReadMediaTypes(reader.Get(OptionTable.MediaTypes)),
        Attest = ReadAttest(reader.Get(OptionTable.Attest)),
        Sign = ReadSign(reader.Get(OptionTable.Sign), reader.Get(OptionTable.Attest), root),
    };

    private static List<ImageReference> ReadRepositories(OptionValue registries, OptionValue repository)
    {
        // The old tool's ${registry}/busybox: only Docker Hub has a separate namespace for images without one.
        var isImplied = repository.IsDefault && !ValueList.IsNone(registries.Value);
        var name = isImplied ? "busybox" : repository.Value;
        string[] hosts = ValueList.Split(registries.Value) is { Length: > 0 } some ? some : [string.Empty];
        var all = hosts.Select(registry => RepositoryNames.Join(registry, name, registries.Where, repository.Where)).Distinct().ToList();
        if (isImplied)
        {
            Array.ForEach(hosts, host => RepositoryNames.CheckNotNamed(host, name, registries.Where));
        }

        return all.Count <= MostRepositories
            ? all
            : throw new ConfigurationException($"{all.Count} registries are too many", registries.Where, $"at most {MostRepositories} are allowed");
    }

    private static List<string> ReadTags(OptionValue value)
    {
        var tags = ValueList.Split(value.Value).Distinct(StringComparer.Ordinal).ToList();
        if (tags.FirstOrDefault(tag => !ImageReference.IsTag(tag)) is { } wrong)
        {
            throw new ConfigurationException(
                $"{ValueList.Show(wrong)} is not a tag",
                value.Where,
                "a tag is up to 128 letters, digits, dots, dashes and underscores, and does not start with a dot or a dash",
                "write the tag alone, like --tag=stable; the registry and the name have their own options");
        }

        if (tags.FirstOrDefault(tag => DatedPattern().IsMatch(tag)) is { } dated)
        {
            throw new ConfigurationException(
                $"{ValueList.Show(dated)} is a dated tag",
                value.Where,
                "such a tag permanently names one image, so it is derived from the image that is built and cannot be requested",
                "remove it; your own tag with a date in it may have any other form, like nightly-20261020");
        }

        return tags.Count <= MostTags ? tags : throw new ConfigurationException($"{tags.Count} tags are too many", value.Where, $"at most {MostTags} are allowed");
    }

    private static List<string> ReadHosts(OptionValue value)
    {
        var hosts = ValueList.Split(value.Value).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var host in hosts.Where(host => !ImageReference.IsHost(host)))
        {
            throw new ConfigurationException(
                $"{ValueList.Show(host)} is not a registry", value.Where, "a registry is a host, optionally with a port, without http:// and without a path", "write it like --insecure-registry=registry.lan:5000");
        }

        return hosts;
    }

    private static MediaTypeChoice ReadMediaTypes(OptionValue value) => value.Value.ToLowerInvariant() switch
    {
        "auto" => MediaTypeChoice.Auto,
        "oci" => MediaTypeChoice.Oci,
        "docker" => MediaTypeChoice.Docker,
        _ => throw new ConfigurationException($"unknown media types {ValueList.Show(value.Value)}", value.Where, next: $"allowed: {OptionTable.MediaTypes.Allowed}"),
    };

    private static AttestChoice ReadAttest(OptionValue value) => value.Value.ToLowerInvariant() switch
    {
        "auto" => AttestChoice.Auto,
        "index" => AttestChoice.Index,
        "referrers" => AttestChoice.Referrers,
        "file" => AttestChoice.File,
        "none" => AttestChoice.None,
        _ => throw new ConfigurationException($"unknown place for attestations {ValueList.Show(value.Value)}", value.Where, next: $"allowed: {OptionTable.Attest.Allowed}"),
    };

    private static string? ReadSign(OptionValue value, OptionValue attest, string root)
    {
        if (value.Value == Cosign)
        {
            return ReadAttest(attest) != AttestChoice.File ? Allowed(Cosign) : throw new ConfigurationException(
                "cosign stores signatures in the registry, and attestations are asked for in files only", attest.Where, next: "leave out --attest=file, or sign with a key: --sign=signing.key");
        }

        if (value.Value.StartsWith(KeyVariable, StringComparison.Ordinal))
        {
            return VariablePattern().IsMatch(value.Value[KeyVariable.Length..])
                ? Allowed(value.Value)
                : throw new ConfigurationException($"{ValueList.Show(value.Value)} names no environment variable", value.Where, next: $"write it like --sign={KeyVariable}COSIGN_PRIVATE_KEY");
        }

        if (value.Value.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            throw new ConfigurationException("the value is a key, and not where one is", value.Where, "arguments and configuration files are seen by others", $"put it into a file or a variable: --sign=signing.key, or --sign={KeyVariable}COSIGN_PRIVATE_KEY");
        }

        return ReadFile(value, root) is { } file ? Allowed(file) : null;

        string Allowed(string sign) => ReadAttest(attest) != AttestChoice.None
            ? sign
            : throw new ConfigurationException("signatures are asked for and attestations are not", attest.Where, "a signature is stored as an attestation", "leave out one of --sign and --attest=none");
    }

    private static string? ReadFile(OptionValue value, string root) =>
        ValueList.IsNone(value.Value) ? null : Path.GetFullPath(value.Value, root);

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)+-glibc-debian[0-9]+-[0-9]{8}(-[0-9a-f]{12})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DatedPattern();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();
}
