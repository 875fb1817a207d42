namespace BusyboxGlibc.Oci.Layout;

/// <summary>Who wrote a layout, which determines what is accepted in it.</summary>
internal enum LayoutOrigin
{
    /// <summary>This build: one index, OCI's media types, gzip, one layer or two.</summary>
    Own,

    /// <summary>Docker's engine for this build: <c>index.json</c> may also refer to one image instead of an index, arm64 has no variant, and an image may have several layers.</summary>
    Engine,

    /// <summary>Anyone: Docker's media types are accepted too, and layers with any compression that engines accept.</summary>
    Any,
}
