namespace BusyboxGlibc.Oci.Layout;

/// <summary>An image configuration as read (OCI config.md).</summary>
/// <param name="Platform">Its <c>os</c>, <c>architecture</c> and <c>variant</c>.</param>
/// <param name="DiffIds">The digests of the layers' tars, lowest first.</param>
internal sealed record OciImageConfig(OciPlatform Platform, IReadOnlyList<string> DiffIds)
{
    /// <summary>The time of creation as written, null where there is none.</summary>
    public string? Created { get; init; }

    /// <summary>How its programs are started.</summary>
    public ImageRunConfig Run { get; init; } = new([], []);

    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = OciJson.NoAnnotations;

    /// <summary>How many history entries made a layer.</summary>
    public int LayerHistory { get; init; }
}
