using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Attestations.Publishing;

/// <summary>The Sigstore bundles beside the statements in <c>artifacts/attestations</c>.</summary>
internal static class BundleFiles
{
    /// <summary>The end of each file's name, which Sigstore's tools expect.</summary>
    public const string Suffix = ".sigstore.json";

    /// <summary>Writes the bundles, and deletes those of earlier runs: none may stay that is of another image or key.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bundles">The names of the files and their content.</param>
    /// <exception cref="Foundation.Errors.BuildException">The file system refused.</exception>
    public static void Write(string folder, IReadOnlyList<(string FileName, byte[] Content)> bundles)
    {
        var names = bundles.Select(bundle => bundle.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var old in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*" + Suffix).Where(file => !names.Contains(Path.GetFileName(file))) : [])
        {
            AtomicFile.Discard(old);
        }

        foreach (var (name, content) in bundles)
        {
            AtomicFile.WriteChanged(Path.Combine(folder, name), content);
        }
    }
}
