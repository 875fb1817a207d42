using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>A token service that docker-registry trusts (distribution, docs: JWT claims), with one account and one identity token.</summary>
internal sealed class TokenService : IDisposable
{
    public const string User = "someone";
    public const string Password = "pass:w0rd/é";
    public const string IdentityToken = "an-identity-token";

    private readonly Authority _authority;
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _scopes = [];

    public TokenService(Authority authority)
    {
        _authority = authority;
        Address = $"http://127.0.0.1:{RealRegistry.FreePort()}/token";
        _listener.Prefixes.Add(Address.Replace("/token", "/", StringComparison.Ordinal));
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The scopes it was asked for, in order.</summary>
    public IReadOnlyList<string> Scopes => [.. _scopes];

    /// <summary>Whether its tokens allow nothing.</summary>
    public bool GrantsNothing { get; set; }

    /// <summary>The path it sends askers on to; null for none.</summary>
    public string? RedirectsTo { get; set; }

    /// <summary>The registry's configuration.</summary>
    public string Configuration(string bundle) => $"""
        auth:
          token:
            realm: {Address}
            service: test-registry
            issuer: test-issuer
            rootcertbundle: {bundle}
        """;

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var asked = await AskedAsync(context.Request);
                if (RedirectsTo is { } to)
                {
                    context.Response.Redirect(to);
                }
                else if (asked is null)
                {
                    context.Response.StatusCode = 401;
                }
                else
                {
                    Array.ForEach(asked, _scopes.Enqueue);
                    await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { token = Token(asked) }));
                }

                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // The scopes; null for someone unknown. Nobody at all may read.
    private static async Task<string[]?> AskedAsync(HttpListenerRequest request)
    {
        if (request.HttpMethod == "POST")
        {
            using var reader = new StreamReader(request.InputStream);
            var form = HttpUtility.ParseQueryString(await reader.ReadToEndAsync());
            return form["grant_type"] == "refresh_token" && form["refresh_token"] == IdentityToken && form["service"] == "test-registry" ? form["scope"]!.Split(' ') : null;
        }

        var query = HttpUtility.ParseQueryString(request.Url!.Query);
        var account = request.Headers["Authorization"] is { } header ? Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])) : null;
        var scopes = query.GetValues("scope") ?? [];
        return account switch
        {
            null => [.. scopes.Select(scope => scope.Replace("pull,push", "pull", StringComparison.Ordinal))],
            User + ":" + Password => scopes,
            _ => null,
        };
    }

    private string Token(string[] asked)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var access = GrantsNothing ? [] : asked.Select(scope => scope.Split(':')).Select(parts => new { type = parts[0], name = parts[1], actions = parts[2].Split(',') });
        var head = Part(new { alg = "RS256", typ = "JWT", x5c = new[] { Convert.ToBase64String(_authority.Certificate.RawData) } });
        var body = Part(new { iss = "test-issuer", sub = User, aud = "test-registry", exp = now + 300, nbf = now - 60, iat = now, jti = Guid.NewGuid().ToString("N"), access });
        var signature = _authority.Key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{body}.{Base64Url(signature)}";
    }

    private static string Part(object value) => Base64Url(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
