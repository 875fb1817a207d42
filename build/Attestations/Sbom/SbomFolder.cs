using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Attestations.Sbom;

/// <summary>One bill of materials in a file.</summary>
/// <param name="Form">Its form.</param>
/// <param name="Platform">The platform; null for the index.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record SbomFile(SbomForm Form, Platform? Platform, ReadOnlyMemory<byte> Content)
{
    /// <summary>The name of its file: <c>linux-arm-v7.spdx.json</c>, <c>index.cdx.json</c>; scanners know the endings.</summary>
    public string FileName => NameOf(Form, Platform);

    /// <summary>The type of a statement of it.</summary>
    public string PredicateType => Form == SbomForm.Spdx ? PredicateTypes.Spdx : PredicateTypes.CycloneDx;

    /// <summary>The name of such a file.</summary>
    public static string NameOf(SbomForm form, Platform? platform) => $"{platform?.FileName ?? AttestationFolder.Index}.{(form == SbomForm.Spdx ? "spdx" : "cdx")}.json";
}

/// <summary>The folder <c>artifacts/sbom</c>, and beside it the record of what its files were made from.</summary>
/// <param name="path">The folder; may be absent.</param>
internal sealed class SbomFolder(string path)
{
    private string StampPath => path + ".json";

    /// <summary>The files, if they were made from the inputs of that key and are unchanged; otherwise null.</summary>
    /// <param name="key">The key.</param>
    /// <param name="names">The form and platform of each, in order.</param>
    public IReadOnlyList<SbomFile>? Find(string key, IEnumerable<(SbomForm Form, Platform? Platform)> names)
    {
        if (BuildStamp.Read(StampPath) is not { } stamp || stamp.Key != key)
        {
            return null;
        }

        try
        {
            List<SbomFile> files = [.. names.Select(name => new SbomFile(name.Form, name.Platform, File.ReadAllBytes(Path.Combine(path, SbomFile.NameOf(name.Form, name.Platform)))))];
            return SumOf(files) == stamp.Sha256 ? files : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the files, removes those of earlier runs, and records the key.</summary>
    /// <exception cref="Foundation.Errors.BuildException">The file system reported an error.</exception>
    public void Write(string key, IReadOnlyList<SbomFile> files)
    {
        AtomicFile.Discard(StampPath);
        var names = files.Select(file => file.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var old in Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json").Where(file => !names.Contains(Path.GetFileName(file))).ToList() : [])
        {
            AtomicFile.Discard(old);
        }

        foreach (var file in files)
        {
            AtomicFile.Write(Path.Combine(path, file.FileName), stream => stream.Write(file.Content.Span));
        }

        new BuildStamp(key, files.Count, SumOf(files)).Write(StampPath);
    }

    private static string SumOf(IReadOnlyList<SbomFile> files) => InputKey.Of(files.Select(file => $"{file.FileName} {Oci.OciDigest.Of(file.Content.Span)}"));
}
