using System.Collections.Concurrent;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>Statistics of one platform's image.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Files">The number of regular files; each name counts once.</param>
/// <param name="Libraries">The number of shared libraries, without links to them and without the modules of iconv.</param>
/// <param name="UnpackedBytes">The total size of its regular files in bytes.</param>
/// <param name="CompressedBytes">The size of its layers in bytes.</param>
/// <param name="Digest">The digest of its manifest.</param>
internal sealed record PlatformCensus(string Platform, int Files, int Libraries, long UnpackedBytes, long CompressedBytes, string Digest);

/// <summary>A group of rules that found a problem.</summary>
/// <param name="Platform">The platform; for the layout itself the place in it.</param>
/// <param name="Rule">One of <see cref="LayoutProof.Checks"/>.</param>
internal sealed record FailedCheck(string Platform, string Rule);

/// <summary>The result of verifying a layout.</summary>
/// <param name="IndexDigest">The digest of the index.</param>
/// <param name="Platforms">Its platforms, in the order of the index.</param>
/// <param name="Findings">The problems, one line each; empty if there are none.</param>
internal sealed record LayoutProof(string IndexDigest, IReadOnlyList<PlatformCensus> Platforms, IReadOnlyList<string> Findings)
{
    private const int MostShown = 20;
    private const string Layout = "layout";

    /// <summary>The groups of rules: that of digests and configurations, then those of each root file system.</summary>
    public static IReadOnlyList<string> Checks { get; } = [Layout, .. RootfsVerifier.Rules];

    /// <summary>The groups of rules with problems.</summary>
    public IReadOnlyList<FailedCheck> Failed { get; init; } = [];

    /// <summary>Notes that are not problems, one line each: code that Debian's libraries select at run time, exemptions by lines of lib-requires.txt.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Verifies a finished layout on every platform, without running anything.</summary>
    /// <param name="folder">The layout.</param>
    /// <param name="board">Where progress is shown.</param>
    /// <param name="origins">Additional facts about a platform's files; null for none.</param>
    /// <param name="expected">How a platform's programs must be started; null for the build's own command.</param>
    /// <param name="look">Is shown each platform's files, so that nobody need read them twice; null for nobody. Called in parallel.</param>
    /// <exception cref="OciException">The folder is not a layout.</exception>
    public static LayoutProof Of(
        string folder, IProgressBoard board, Func<Platform, FileOrigins>? origins = null, Func<Platform, ImageRunConfig>? expected = null, Action<OciImage, RootfsTree>? look = null)
    {
        var layout = OciLayoutReader.Open(folder);
        using var line = board.Begin("verify", layout.Manifests.Count(manifest => !manifest.IsAttestation), ProgressUnit.Platforms);
        var proofs = new ConcurrentDictionary<string, Task<(PlatformCensus Census, IReadOnlyList<Finding> Findings, PlatformAbi Abi)>>(StringComparer.Ordinal);

        // Reading a layer and verifying it are two tasks, so that two platforms are processed at once; no more, because each platform's files need memory and disk space.
        var last = Task.CompletedTask;
        (OciImage Image, SpooledContents Contents, RootfsTree Tree, int Layers)? begun = null;
        var found = LayoutVerifier.Verify(folder, (image, tar) =>
        {
            // The layers of programs and variants are laid over the root file system, which was read before.
            var lower = begun?.Image == image ? begun : null;
            var contents = lower?.Contents ?? new SpooledContents(Path.GetDirectoryName(Path.GetFullPath(folder))!);
            RootfsTree tree;
            try
            {
                tree = RootfsTar.Read(tar, image.Platform.Name, contents);
                tree = lower is null ? tree : RootfsLayers.Apply(lower.Value.Tree, tree);
                begun = (image, contents, tree, (lower?.Layers ?? 0) + 1);
                if (begun.Value.Layers < image.LayerCount)
                {
                    return;
                }

                last.GetAwaiter().GetResult();
            }
            catch
            {
                contents.Dispose();
                throw;
            }

            last = proofs[image.Descriptor.Digest] = Task.Run(() =>
            {
                using var owned = contents;
                var proof = (Census(image, tree), RootfsVerifier.Verify(image.Platform, tree, origins: origins?.Invoke(image.Platform), run: image.Config.Run), PlatformAbi.Of(image.Platform, tree));
                look?.Invoke(image, tree);
                line.Add(1);
                return proof;
            });
        }, expected: expected);
        var done = layout.Manifests.Where(manifest => proofs.ContainsKey(manifest.Digest)).Select(manifest => proofs[manifest.Digest].GetAwaiter().GetResult()).ToList();
        line.Done();
        return new LayoutProof(
            layout.Index.Digest,
            [.. done.Select(proof => proof.Census)],
            [
                .. found.Select(finding => $"{finding.Where}: {finding.What}"),
                .. done.SelectMany(proof => proof.Findings).Where(finding => !finding.IsNote).Select(finding => finding.Text),
                .. layout.Annotations.TryGetValue(AnnotationKeys.AbiDigest, out var abi) && abi != OciDigest.Of(PlatformAbi.Write(done.Select(proof => proof.Abi)))
                    ? [$"the annotation {AnnotationKeys.AbiDigest} of the index does not describe the libraries of the image"] : Array.Empty<string>(),
            ])
        {
            Failed =
            [
                .. found.Select(finding => new FailedCheck(finding.Where, Layout)).Concat(done.SelectMany(proof => proof.Findings).Where(finding => !finding.IsNote)
                    .Select(finding => new FailedCheck(finding.Platform.Name, finding.Rule))).Distinct(),
            ],
            Notes = [.. done.SelectMany(proof => proof.Findings).Where(finding => finding.IsNote).Select(finding => finding.Text)],
        };
    }

    /// <summary>Refuses a layout with problems.</summary>
    /// <param name="folder">The layout.</param>
    /// <exception cref="BuildException">The layout has problems; the error lists the first ones.</exception>
    public void Check(string folder)
    {
        if (Findings.Count > 0)
        {
            var rest = Findings.Count - MostShown;
            throw new BuildException(
                $"the image is not complete: {Plural.Count(Findings.Count, "finding")}",
                folder,
                string.Join('\n', Findings.Take(MostShown)) + (rest > 0 ? $"\nand {rest} more" : string.Empty),
                "add a missing library to lib-requires.txt; build a damaged layout again: ./build.sh --target=Clean && ./build.sh");
        }
    }

    /// <summary>Whether the layout exists and every blob still matches its digest.</summary>
    public static bool IsIntact(string folder)
    {
        try
        {
            var layout = OciLayoutReader.Open(folder);
            return layout.ReadImages().SelectMany(image => image.LayerFiles)
                .Concat(layout.ReadAttestations().SelectMany(pair => pair.Blobs).Select(blob => (blob, layout.Blobs.PathOf(blob))))
                .AsParallel().All(file => OciDigest.Prefix + FileHash.Of(file.Item2) == file.Item1.Digest);
        }
        catch (Exception error) when (error is OciException or IOException or UnauthorizedAccessException or AggregateException)
        {
            return false;
        }
    }

    private static PlatformCensus Census(OciImage image, RootfsTree tree)
    {
        var files = tree.Entries.Where(entry => entry.Type == RootfsEntryType.File).ToList();
        return new PlatformCensus(
            image.Platform.Name,
            files.Count,
            files.Count(file => RootfsPath.Name(file.Path).Contains(".so", StringComparison.Ordinal) && !file.Path.Contains("/gconv/", StringComparison.Ordinal) && ElfFile.IsElf(file.Content)),
            files.Sum(file => (long)file.Content.Length),
            image.Manifest.Layers.Sum(layer => layer.Size),
            image.Descriptor.Digest);
    }
}
