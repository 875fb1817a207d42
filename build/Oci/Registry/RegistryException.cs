namespace BusyboxGlibc.Oci.Registry;

/// <summary>A registry, its credentials or the way there: something is wrong that keeps the image from being published.</summary>
public class RegistryException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : OciException(what, where, why, next, inner);

/// <summary>The registry, or the token service it names, does not let this account in.</summary>
public sealed class RegistryDeniedException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner);

/// <summary>The connection or the server failed in a way that may pass: the same is worth trying again.</summary>
internal sealed class RegistryBusyException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner)
{
    /// <summary>How long the server asked to be left alone; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
