namespace BusyboxGlibc.Verify;

/// <summary>A problem in a layout.</summary>
/// <param name="Where">The platform, or the file.</param>
/// <param name="What">The problem.</param>
internal sealed record LayoutFinding(string Where, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {What}";
}
