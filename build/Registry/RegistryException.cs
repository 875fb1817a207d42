using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Registry;

/// <summary>An error of a registry, its credentials or the connection that prevents publishing the image.</summary>
internal class RegistryException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : OciException(what, where, why, next, inner)
{
    /// <summary>The HTTP status of the response; 0 if there was none.</summary>
    internal int Status { get; init; }

    /// <summary>Whether the registry responded as it should, and what it has is absent or not what its digest says: asking again changes nothing.</summary>
    internal bool IsOfContent { get; init; }
}

/// <summary>The registry, or its token service, denies access to this account.</summary>
internal sealed class RegistryDeniedException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner);

/// <summary>The registry does not accept manifests with these media types.</summary>
internal sealed class ManifestFormException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner);

/// <summary>The registry reports that it lacks content that a manifest references.</summary>
internal sealed class ManifestPartsException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner)
{
    /// <summary>The missing digests; empty if the registry names none.</summary>
    public IReadOnlySet<string> Lacking { get; init; } = new HashSet<string>();
}

/// <summary>A transient failure of the connection or the server: a retry may succeed.</summary>
internal sealed class RegistryBusyException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : RegistryException(what, where, why, next, inner)
{
    /// <summary>The delay that the server requested; null if it requested none.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
