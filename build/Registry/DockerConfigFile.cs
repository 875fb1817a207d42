using System.Text;
using System.Text.Json;

namespace BusyboxGlibc.Registry;

/// <summary>
/// A file with logins: Docker's <c>config.json</c> (docker/cli, docs: docker login), or podman's <c>auth.json</c>, which has the same members
/// (containers-auth.json(5)). Its content is never part of an error.
/// </summary>
internal sealed class DockerConfigFile
{
    private const int LargestFile = 1 << 20;

    private static readonly JsonDocumentOptions _lenient = new() { MaxDepth = 32, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly Dictionary<string, string> _helpers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<KeyValuePair<string, Account>> _accounts = [];

    private DockerConfigFile(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The default credential helper, used if no other helper is named for a registry; null for none.</summary>
    public string? Store { get; private set; }

    /// <summary>Reads the file; an absent file is treated as empty.</summary>
    /// <exception cref="RegistryException">The file cannot be read, or is not valid.</exception>
    public static DockerConfigFile Read(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return new DockerConfigFile(path);
            }

            if (new FileInfo(path).Length > LargestFile)
            {
                throw Bad(path, $"it is longer than {LargestFile} bytes");
            }

            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Bad(path, error.Message);
        }
    }

    /// <summary>Parses the same format from text.</summary>
    /// <param name="where">The source of the text, for error messages.</param>
    /// <param name="content">The text, UTF-8.</param>
    /// <exception cref="RegistryException">The text is not valid.</exception>
    public static DockerConfigFile Parse(string where, ReadOnlyMemory<byte> content)
    {
        var config = new DockerConfigFile(where);
        try
        {
            // Windows editors and shells write a byte order mark, or UTF-16; some tools create an empty file for a later login.
            using var reader = new StreamReader(new MemoryStream(content.ToArray(), writable: false), Encoding.UTF8);
            if (reader.ReadToEnd() is var text && !string.IsNullOrWhiteSpace(text))
            {
                using var document = JsonDocument.Parse(text, _lenient);
                config.Take(document.RootElement);
            }

            return config;
        }
        catch (JsonException error)
        {
            // Without the parser's message, which may quote the file.
            throw Bad(where, error.LineNumber is { } line ? $"it is not JSON, line {line + 1}" : "it is not JSON");
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw Bad(where, "a login setting in it is malformed");
        }
    }

    /// <summary>Returns the helper named for this registry only; null for none.</summary>
    public string? HelperFor(RegistryHost host, string repository) => Best(_helpers, host, repository);

    /// <summary>Returns the account stored in the file itself, from the most specific key for the repository's path; null for none.</summary>
    /// <exception cref="RegistryException">The entry of that registry is malformed. Entries of others are not checked.</exception>
    public RegistryCredentials? AccountFor(RegistryHost host, string repository)
    {
        if (Best(_accounts, host, repository) is not { } account)
        {
            return null;
        }

        return account.IsReadable ? account.Credentials : throw Bad(Path, $"its entry for {host} is malformed: its auth is not USER:PASSWORD in base64");
    }

    private static T? Best<T>(IEnumerable<KeyValuePair<string, T>> entries, RegistryHost host, string repository)
        where T : class => entries
            .Select(entry => (entry.Value, Match: host.Match(entry.Key, repository), IsExact: entry.Key == host.CredentialKey))
            .Where(entry => entry.Match is not null)
            .OrderByDescending(entry => entry.Match).ThenByDescending(entry => entry.IsExact)
            .FirstOrDefault().Value;

    private void Take(JsonElement root)
    {
        Store = Text(root, "credsStore");
        foreach (var helper in Members(root, "credHelpers").Where(helper => helper.Value.ValueKind == JsonValueKind.String))
        {
            _helpers[helper.Name] = helper.Value.GetString()!;
        }

        foreach (var account in Members(root, "auths").Where(account => account.Value.ValueKind == JsonValueKind.Object))
        {
            if (Read(account.Value) is { } read)
            {
                _accounts.Add(KeyValuePair.Create(account.Name, read));
            }
        }
    }

    // If a helper is used, the entry exists but is empty.
    private Account? Read(JsonElement entry)
    {
        if (Text(entry, "identitytoken") is { } token)
        {
            return new(RegistryCredentials.IdentityToken(token, Path));
        }

        if (Text(entry, "registrytoken") is { } ready)
        {
            return new(RegistryCredentials.RegistryToken(ready, Path));
        }

        if (Text(entry, "auth") is { } encoded)
        {
            return new(Decode(encoded));
        }

        return Text(entry, "username") is { } user && Text(entry, "password") is { } password
            ? new(RegistryCredentials.Password(user, password, Path))
            : null;
    }

    // If it was created by hand with echo and base64, it ends with a line feed, which is not part of the password.
    private RegistryCredentials? Decode(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return null;
        }

        var both = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0', '\r', '\n');
        var colon = both.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? RegistryCredentials.Password(both[..colon], both[(colon + 1)..], Path) : null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [];

    private static RegistryException Bad(string path, string why) =>
        new("the logins for registries cannot be read", path, why, $"fix the file, or remove it and log in again; or set {CredentialStore.UserVariable} and {CredentialStore.PasswordVariable}");

    // Null if the entry cannot be read.
    private sealed record Account(RegistryCredentials? Credentials)
    {
        public bool IsReadable => Credentials is not null;
    }
}
