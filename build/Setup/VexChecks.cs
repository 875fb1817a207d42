using System.Collections.Concurrent;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Setup;

/// <summary>Checks the table of vulnerabilities against the images of layouts, and keeps what was proven of them.</summary>
/// <param name="inputs">The options.</param>
public sealed class VexChecks(BuildInputs inputs)
{
    private readonly Lazy<IReadOnlyList<VexEntry>> _entries = new(() => VexTable.Read(inputs.Folders.FolderOf(VexTable.FolderName)));
    private readonly ConcurrentDictionary<string, IReadOnlyList<VexStatement>> _seen = new(StringComparer.Ordinal);

    /// <summary>What the user's entries assert, as text; empty if they assert nothing, as those of this project do.</summary>
    internal string Asserted => field ??= VexTable.MayAssert(inputs.Folders.FolderOf(VexTable.FolderName)) ? string.Join('\n', _entries.Value.Where(entry => entry.IsAsserted).Select(entry =>
        $"{entry.Source} {entry.Cve} {entry.Fixed} {string.Join(' ', entry.Absent.Select(fact => $"{fact.Kind} {fact.Name}"))}")) : string.Empty;

    /// <summary>Refuses a layout whose images contradict what the user's entries assert.</summary>
    /// <param name="layoutFolder">The layout.</param>
    /// <exception cref="Foundation.Errors.BuildException">They do; the error lists all of it.</exception>
    internal void CheckAsserted(string layoutFolder)
    {
        if (Asserted.Length > 0)
        {
            var asserted = _entries.Value.Where(entry => entry.IsAsserted).ToList();
            VexStatement.Refuse(OciLayoutReader.Open(layoutFolder).ReadImages().Select(image => (image.Platform.Name, VexStatement.Check(asserted, new VexEvidence(image.Platform, TreeOf(image))))));
        }
    }

    /// <summary>Looks at an image that is being read for something else, so that it need not be read twice.</summary>
    internal void Look(OciImage image, RootfsTree tree) => _seen[KeyOf(image)] = VexStatement.Check(_entries.Value, new VexEvidence(image.Platform, tree));

    /// <summary>What was seen of an image; nothing if it was not looked at.</summary>
    internal IReadOnlyList<VexStatement> Seen(OciImage image) => _seen.GetValueOrDefault(KeyOf(image), []);

    /// <summary>The documents about the images of the layout of which something is proven, written to the folder too.</summary>
    /// <param name="plan">The plan of the layout.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="sboms">What is in the images: a CycloneDX document is made for each that has one of that form.</param>
    /// <param name="sbomKey">What the key of those covers.</param>
    /// <exception cref="Foundation.Errors.BuildException">The table is malformed, an image contradicts it, or the file system reported an error.</exception>
    internal IReadOnlyList<VexFile> Write(ImagePlan plan, OciLayoutReader layout, IReadOnlyList<SbomFile> sboms, string sbomKey)
    {
        if (Find(plan, layout, sbomKey) is { } kept)
        {
            return kept;
        }

        var images = layout.ReadImages();
        foreach (var image in images.Where(image => !_seen.ContainsKey(KeyOf(image))))
        {
            Look(image, TreeOf(image));
        }

        VexStatement.Refuse(images.Select(image => (image.Platform.Name, Seen(image))));
        var created = Rfc3339.FromEpoch(plan.Metadata.Epoch);
        List<VexImage> all = [.. images.Select(image => new VexImage(image.Platform, image.Descriptor.Digest, inputs.Options.Debian.SuiteOf(image.Platform), Seen(image)))];
        List<VexFile> documents =
        [
            .. all.Select(image => ((Platform?)image.Platform, Document: new VexDocument(image.Digest, layout.Index.Digest, [image]))).Append((null, new VexDocument(layout.Index.Digest, layout.Index.Digest, all)))
                .Where(one => !one.Document.IsEmpty).Select(one => new VexFile(one.Item1, true, one.Document.Write(plan.Name, created))),
            .. sboms.Where(sbom => sbom.Form == SbomForm.CycloneDx && sbom.Platform is not null)
                .Select(sbom => (sbom.Platform, Content: CycloneDxVex.Of(all.Single(image => image.Platform == sbom.Platform), sbom.Content, created)))
                .Where(one => one.Content is not null).Select(one => new VexFile(one.Platform, false, one.Content)),
        ];
        new VexFolder(plan.Paths.Vex).Write(KeyOf(plan, layout, sbomKey), documents);
        return documents;
    }

    /// <summary>The documents of an earlier run, if they were made from the same inputs and are unchanged; otherwise null.</summary>
    internal IReadOnlyList<VexFile>? Find(ImagePlan plan, OciLayoutReader layout, string sbomKey) => new VexFolder(plan.Paths.Vex).Find(KeyOf(plan, layout, sbomKey));

    private static RootfsTree TreeOf(OciImage image) => RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform);

    // A variant may have the files of the image; nothing else of it is evidence.
    private static string KeyOf(OciImage image) => $"{image.Platform} {string.Join(' ', image.Manifest.Layers.Select(layer => layer.Digest))}";

    private string KeyOf(ImagePlan plan, OciLayoutReader layout, string sbomKey) => InputKey.Of([BuildStamp.ProgramIdentity, sbomKey, layout.Index.Digest, plan.Name.Full, Rfc3339.FromEpoch(plan.Metadata.Epoch), .. VexTable.Sums(inputs.Folders.FolderOf(VexTable.FolderName))]);
}
