using System.Text;
using System.Text.Json;

namespace BusyboxGlibc.Registry;

/// <summary>
/// A file that says how to log in: Docker's <c>config.json</c> (docker/cli, docs: docker login), or podman's <c>auth.json</c>, which has the
/// same members (containers-auth.json(5)). Nothing of its content is ever part of an error.
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

    /// <summary>The helper that keeps everything no other is named for; null for none.</summary>
    public string? Store { get; private set; }

    /// <summary>Reads the file; one that is absent is empty.</summary>
    /// <exception cref="RegistryException">It cannot be read, or is not what it should be.</exception>
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

    /// <summary>Reads the same from text.</summary>
    /// <param name="where">Where the text is from, for an error.</param>
    /// <param name="content">The text, UTF-8.</param>
    /// <exception cref="RegistryException">It is not what it should be.</exception>
    public static DockerConfigFile Parse(string where, ReadOnlyMemory<byte> content)
    {
        var config = new DockerConfigFile(where);
        try
        {
            // Windows' editors and shells begin a file with a mark, and write UTF-16; tools make an empty one to be filled by a login.
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
            // Without the reader's own words, which may quote the file.
            throw Bad(where, error.LineNumber is { } line ? $"it is not JSON, line {line + 1}" : "it is not JSON");
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw Bad(where, "something in it that says how to log in is malformed");
        }
    }

    /// <summary>The helper named for this registry alone; null for none.</summary>
    public string? HelperFor(RegistryHost host, string repository) => Best(_helpers, host, repository);

    /// <summary>The account written in the file itself, of the key that names most of the repository's path; null for none.</summary>
    /// <exception cref="RegistryException">What it says of that registry is malformed. What it says of others is nobody's concern.</exception>
    public RegistryCredentials? AccountFor(RegistryHost host, string repository)
    {
        if (Best(_accounts, host, repository) is not { } account)
        {
            return null;
        }

        return account.IsReadable ? account.Credentials : throw Bad(Path, $"the entry of {host} in it is malformed: its auth is not USER:PASSWORD in base64");
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

    // With a helper in use the entry is there, and empty.
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

    // Made by hand with echo and base64 it ends in a line feed, which is no part of a password.
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

    // Null where what is there cannot be read.
    private sealed record Account(RegistryCredentials? Credentials)
    {
        public bool IsReadable => Credentials is not null;
    }
}
