using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>A registry, its credentials or the way there: something is wrong that keeps the image from being published.</summary>
internal class RegistryException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : OciException(what, where, why, next, inner)
{
    /// <summary>The status the registry answered; 0 where it answered nothing.</summary>
    internal int Status { get; init; }
}

/// <summary>The registry, or the token service it names, does not let this account in.</summary>
internal sealed class RegistryDeniedException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner);

/// <summary>The registry takes no manifest of these media types.</summary>
internal sealed class ManifestFormException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner);

/// <summary>The registry says that it lacks something that a manifest names.</summary>
internal sealed class ManifestPartsException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner)
{
    /// <summary>The digests it names; empty where it names none.</summary>
    public IReadOnlySet<string> Lacking { get; init; } = new HashSet<string>();
}

/// <summary>The connection or the server failed in a way that may pass: the same is worth trying again.</summary>
internal sealed class RegistryBusyException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner)
{
    /// <summary>How long the server asked to be left alone; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
