using System.Net.Http.Headers;

namespace BusyboxGlibc.Registry;

/// <summary>One request to a registry.</summary>
/// <param name="Method">The method.</param>
/// <param name="Address">The address; another origin than the registry's gets no credentials.</param>
/// <param name="Scope">What a token must allow, <c>repository:acme/busybox:pull,push</c>; several are separated by blanks.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Address, string Scope)
{
    /// <summary>The body, which can be sent more than once; null for none.</summary>
    public HttpContent? Content { get; init; }

    /// <summary>The media types asked for.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Whether the caller handles transient failures itself, so that <see cref="RetryHandler"/> sends the request once.</summary>
    public bool Once { get; init; }

    /// <summary>Whether the caller goes on without it, so that no time is spent on repeating any part of it, a token's request included.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The request as it enters the stack of handlers.</summary>
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

/// <summary>What the handlers of this room read from a message, and how they send one again.</summary>
internal static class RegistryMessages
{
    /// <summary>The scope a token must have.</summary>
    public static readonly HttpRequestOptionsKey<string> ScopeKey = new("registry.scope");

    /// <summary>Whether the request is sent once.</summary>
    public static readonly HttpRequestOptionsKey<bool> OnceKey = new("registry.once");

    /// <summary>Whether no time is spent on repeating any part of the request.</summary>
    public static readonly HttpRequestOptionsKey<bool> OptionalKey = new("registry.optional");

    /// <summary>The scope a token must have; empty where the message names none.</summary>
    public static string Scope(this HttpRequestMessage message) => message.Options.TryGetValue(ScopeKey, out var scope) ? scope : string.Empty;

    /// <summary>Whether the message is sent once.</summary>
    public static bool IsOnce(this HttpRequestMessage message) => message.Options.TryGetValue(OnceKey, out var once) && once;

    /// <summary>Whether no time is spent on repeating any part of the request.</summary>
    public static bool IsOptional(this HttpRequestMessage message) => message.Options.TryGetValue(OptionalKey, out var optional) && optional;

    /// <summary>The same message once more. It shares the body, so only the original is ever disposed.</summary>
    /// <param name="message">The message.</param>
    /// <param name="address">Its new address; null for the same one.</param>
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

    /// <summary>The address without its query, which may hold signatures and upload states: fit to be shown.</summary>
    public static string WithoutQuery(this Uri address) => address.GetLeftPart(UriPartial.Path);
}
