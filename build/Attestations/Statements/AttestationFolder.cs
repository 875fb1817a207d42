using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Statements;

/// <summary>One statement in a file.</summary>
/// <param name="Kind">The word for what it says: <c>spdx</c>, <c>provenance</c>, <c>smoke-test</c>.</param>
/// <param name="Platform">The platform whose image it is about; null for the index.</param>
/// <param name="Content">Its bytes, exactly as they are signed and pushed.</param>
internal sealed record Attestation(string Kind, Platform? Platform, ReadOnlyMemory<byte> Content)
{
    /// <summary>The name of its file: <c>spdx.linux-arm-v7.intoto.json</c>, <c>provenance.index.intoto.json</c>.</summary>
    public string FileName => $"{Kind}.{Platform?.FileName ?? AttestationFolder.Index}{AttestationFolder.Suffix}";

    /// <summary>Reads the statement.</summary>
    /// <exception cref="AttestationException">It is not one.</exception>
    public InTotoStatement Statement() => InTotoStatement.Read(Content, FileName);
}

/// <summary>The folder <c>artifacts/attestations</c>: one file a statement. Other files in it, such as signatures, are left alone.</summary>
/// <param name="path">The folder; may be absent.</param>
internal sealed class AttestationFolder(string path)
{
    /// <summary>The end of each file's name.</summary>
    public const string Suffix = ".intoto.json";

    internal const string Index = "index";

    private const long LargestFile = 64 << 20;

    /// <summary>Writes the statements, and deletes those of earlier runs.</summary>
    /// <exception cref="Foundation.Errors.BuildException">The file system reported an error.</exception>
    public void Write(IReadOnlyList<Attestation> attestations)
    {
        var names = attestations.Select(one => one.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var old in Names().Where(name => !names.Contains(name)))
        {
            AtomicFile.Discard(Path.Combine(path, old));
        }

        foreach (var attestation in attestations)
        {
            AtomicFile.WriteChanged(Path.Combine(path, attestation.FileName), attestation.Content.Span);
        }
    }

    /// <summary>Reads all statements, ordered by the names of their files; none if there is no folder.</summary>
    /// <exception cref="AttestationException">A file cannot be read, or is not named as this build names it.</exception>
    public IReadOnlyList<Attestation> Read() => [.. Names().Select(ReadOne)];

    private Attestation ReadOne(string name)
    {
        if (name[..^Suffix.Length].Split('.') is not [{ Length: > 0 } kind, var target] || (target != Index && PlatformOf(target) is null))
        {
            throw new AttestationException($"{SafeText.Text(name)} is not an attestation of this build", path, $"a name is KIND.PLATFORM{Suffix} or KIND.{Index}{Suffix}", "remove the file");
        }

        var file = Path.Combine(path, name);
        try
        {
            var info = new FileInfo(file);
            return info.LinkTarget is null && info.Length <= LargestFile
                ? new Attestation(kind, PlatformOf(target), File.ReadAllBytes(file))
                : throw new AttestationException($"{SafeText.Text(name)} is not an attestation of this build", path, info.LinkTarget is null ? $"it has more than {LargestFile >> 20} MiB" : "it is a symbolic link", "remove the file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttestationException($"{SafeText.Text(name)} cannot be read", path, error.Message, "make it readable", error);
        }
    }

    private List<string> Names() => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, "*" + Suffix).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
        : [];

    private static Platform? PlatformOf(string fileName) => KnownPlatforms.All.FirstOrDefault(platform => platform.FileName == fileName);
}
