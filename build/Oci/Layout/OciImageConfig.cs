namespace BusyboxGlibc.Oci.Layout;

/// <summary>An image configuration as read (OCI config.md).</summary>
/// <param name="Platform">Its <c>os</c>, <c>architecture</c> and <c>variant</c>.</param>
/// <param name="DiffIds">The digests of the layers' tars, lowest first.</param>
internal sealed record OciImageConfig(OciPlatform Platform, IReadOnlyList<string> DiffIds)
{
    /// <summary>The creation time as written; null if there is none.</summary>
    public string? Created { get; init; }

    /// <summary>The run configuration.</summary>
    public ImageRunConfig Run { get; init; } = new([], []);

    /// <summary>The labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = OciJson.NoAnnotations;

    /// <summary>The number of history entries that created a layer.</summary>
    public int LayerHistory { get; init; }
}
