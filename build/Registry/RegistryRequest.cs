using System.Net.Http.Headers;

namespace BusyboxGlibc.Registry;

/// <summary>One request to a registry.</summary>
/// <param name="Method">The method.</param>
/// <param name="Address">The address; credentials are sent only to the registry's own origin.</param>
/// <param name="Scope">The required scope of a token, <c>repository:acme/busybox:pull,push</c>; several are separated by blanks.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Address, string Scope)
{
    /// <summary>The body, which can be sent repeatedly; null for none.</summary>
    public HttpContent? Content { get; init; }

    /// <summary>The accepted media types.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Whether the caller handles transient failures itself, so that <see cref="RetryHandler"/> sends the request once.</summary>
    public bool Once { get; init; }

    /// <summary>Whether the request is optional for the caller, so that no part of it is retried, including the token request.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Creates the message for the stack of handlers.</summary>
    public HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(Method, Address) { Content = Content };
        message.Options.Set(RegistryMessages.ScopeKey, Scope);
        message.Options.Set(RegistryMessages.OnceKey, Once);
        message.Options.Set(RegistryMessages.OptionalKey, IsOptional);
        foreach (var type in Accept)
        {
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }

        return message;
    }
}

/// <summary>Properties that the handlers read from a message, and copying of a message for a retry.</summary>
internal static class RegistryMessages
{
    /// <summary>The required scope of a token.</summary>
    public static readonly HttpRequestOptionsKey<string> ScopeKey = new("registry.scope");

    /// <summary>Whether the request is sent only once.</summary>
    public static readonly HttpRequestOptionsKey<bool> OnceKey = new("registry.once");

    /// <summary>Whether no part of the request is retried.</summary>
    public static readonly HttpRequestOptionsKey<bool> OptionalKey = new("registry.optional");

    /// <summary>Returns the required scope of a token; empty if the message has none.</summary>
    public static string Scope(this HttpRequestMessage message) => message.Options.TryGetValue(ScopeKey, out var scope) ? scope : string.Empty;

    /// <summary>Whether the message is sent only once.</summary>
    public static bool IsOnce(this HttpRequestMessage message) => message.Options.TryGetValue(OnceKey, out var once) && once;

    /// <summary>Whether no part of the request is retried.</summary>
    public static bool IsOptional(this HttpRequestMessage message) => message.Options.TryGetValue(OptionalKey, out var optional) && optional;

    /// <summary>Copies a message. The copy shares the body, so only the original is disposed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="address">The new address; null to keep the address.</param>
    public static HttpRequestMessage Copy(this HttpRequestMessage message, Uri? address = null)
    {
        var copy = new HttpRequestMessage(message.Method, address ?? message.RequestUri) { Content = message.Content, Version = message.Version };
        foreach (var header in message.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        copy.Options.Set(ScopeKey, message.Scope());
        copy.Options.Set(OnceKey, message.IsOnce());
        copy.Options.Set(OptionalKey, message.IsOptional());
        return copy;
    }

    /// <summary>Returns the address without its query, which may contain signatures and upload states, and without an account: safe to display.</summary>
    public static string WithoutQuery(this Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
