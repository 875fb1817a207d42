using BusyboxGlibc.Foundation;

namespace BusyboxGlibc.Oci;

/// <summary>An error about an image: its layout, a manifest, a layer, or the engine that is to take it.</summary>
public class OciException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner);
