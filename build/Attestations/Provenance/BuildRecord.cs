namespace BusyboxGlibc.Attestations.Provenance;

/// <summary>Something that a build was made from (in-toto's ResourceDescriptor).</summary>
/// <param name="Name">What it is: <c>package libc6</c>, <c>project file lib-requires.txt</c>.</param>
/// <param name="Uri">Where it is published; null for a file of the project. It never contains a user or a password.</param>
/// <param name="Digest">Its checksum.</param>
internal sealed record BuildInput(string Name, string? Uri, string Digest)
{
    /// <summary>The algorithm of the checksum: <c>sha256</c>, or <c>gitCommit</c> for a commit.</summary>
    public string Algorithm { get; init; } = "sha256";

    /// <summary>What else is known about it.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}

/// <summary>How an image was built.</summary>
/// <param name="Parameters">What the user chose: names and values, in the order they are written.</param>
/// <param name="Relaxed">The checks that the user relaxed, each as it is written where it was done.</param>
/// <param name="Inputs">Everything it was made from.</param>
/// <param name="IsCi">Whether a CI service ran it.</param>
internal sealed record BuildRecord(IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Parameters, IReadOnlyList<string> Relaxed, IReadOnlyList<BuildInput> Inputs, bool IsCi)
{
    /// <summary>The SLSA level that such a build reaches if its provenance is signed: 2 by a CI service, otherwise 1. Never 3, because nothing isolates the build from its user.</summary>
    public int Level => IsCi ? 2 : 1;
}
