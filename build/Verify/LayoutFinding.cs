namespace BusyboxGlibc.Verify;

/// <summary>One thing wrong with a layout.</summary>
/// <param name="Where">The platform, or the file.</param>
/// <param name="What">What is wrong with it.</param>
internal sealed record LayoutFinding(string Where, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {What}";
}
