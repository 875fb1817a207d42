using System.Text;
using System.Text.Json;

namespace BusyboxGlibc.Oci.Registry;

/// <summary>
/// Docker's <c>config.json</c>, as far as it says how to log in (docker/cli, docs: docker login). Nothing of its content is ever
/// part of an error.
/// </summary>
public sealed class DockerConfigFile
{
    private const int LargestFile = 1 << 20;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 32, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly Dictionary<string, string> helpers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Key, RegistryCredentials Credentials)> accounts = [];

    private DockerConfigFile(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The helper that keeps everything no other is named for; null for none.</summary>
    public string? Store { get; private set; }

    /// <summary>Reads the file; one that is absent is empty.</summary>
    /// <exception cref="RegistryException">It cannot be read, or is not what it should be.</exception>
    public static DockerConfigFile Read(string path)
    {
        var config = new DockerConfigFile(path);
        try
        {
            if (!File.Exists(path))
            {
                return config;
            }

            if (new FileInfo(path).Length > LargestFile)
            {
                throw Bad(path, $"it is longer than {LargestFile} bytes");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            config.Take(document.RootElement);
            return config;
        }
        catch (JsonException error)
        {
            // Without the reader's own words, which may quote the file.
            throw Bad(path, error.LineNumber is { } line ? $"it is not JSON, line {line + 1}" : "it is not JSON");
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw Bad(path, "something in it that says how to log in is malformed");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Bad(path, error.Message);
        }
    }

    /// <summary>The helper named for this registry alone; null for none.</summary>
    public string? HelperFor(RegistryHost host) =>
        helpers.GetValueOrDefault(host.CredentialKey) ?? helpers.FirstOrDefault(entry => host.IsMeantBy(entry.Key)).Value;

    /// <summary>The account written in the file itself; null for none.</summary>
    public RegistryCredentials? AccountFor(RegistryHost host) =>
        accounts.FirstOrDefault(account => account.Key == host.CredentialKey).Credentials
        ?? accounts.FirstOrDefault(account => host.IsMeantBy(account.Key)).Credentials;

    private void Take(JsonElement root)
    {
        Store = Text(root, "credsStore");
        foreach (var helper in Members(root, "credHelpers").Where(helper => helper.Value.ValueKind == JsonValueKind.String))
        {
            helpers[helper.Name] = helper.Value.GetString()!;
        }

        foreach (var account in Members(root, "auths").Where(account => account.Value.ValueKind == JsonValueKind.Object))
        {
            if (Account(account.Value) is { } credentials)
            {
                accounts.Add((account.Name, credentials));
            }
        }
    }

    // With a helper in use the entry is there, and empty.
    private RegistryCredentials? Account(JsonElement entry)
    {
        if (Text(entry, "identitytoken") is { } token)
        {
            return RegistryCredentials.IdentityToken(token, Path);
        }

        if (Text(entry, "auth") is { } encoded)
        {
            var both = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).TrimEnd('\0');
            var colon = both.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? RegistryCredentials.Password(both[..colon], both[(colon + 1)..], Path) : throw new FormatException();
        }

        return Text(entry, "username") is { } user && Text(entry, "password") is { } password
            ? RegistryCredentials.Password(user, password, Path)
            : null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [];

    private static RegistryException Bad(string path, string why) =>
        new("Docker's configuration cannot be read", path, why, "mend the file, or point DOCKER_CONFIG at a folder with another one");
}
