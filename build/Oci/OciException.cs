using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Oci;

/// <summary>An error about an image: its layout, a manifest, a layer, or the engine that loads it.</summary>
internal class OciException(string what, string? where = null, string? why = null, string? next = null, Exception? inner = null)
    : BuildException(what, where, why, next, inner)
{
    /// <summary>The error for a file of a layout that does not match its descriptor.</summary>
    /// <param name="path">The file.</param>
    /// <param name="why">The reason.</param>
    /// <param name="inner">The underlying error, if any.</param>
    internal static OciException Damaged(string path, string why, Exception? inner = null) =>
        new("a file of the image is damaged", path, why, "build the image again: ./build.sh --target=Clean && ./build.sh", inner);
}
