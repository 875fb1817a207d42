using System.Collections.Concurrent;
using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Setup;

/// <summary>Checks the table of vulnerabilities against the images of a layout, and keeps what was proven of them.</summary>
/// <param name="inputs">The options.</param>
/// <param name="paths">The paths of the run.</param>
/// <param name="results">The plan.</param>
public sealed class VexChecks(BuildInputs inputs, BuildPaths paths, BuildResults results)
{
    private readonly Lazy<IReadOnlyList<VexEntry>> _entries = new(() => VexTable.Read(inputs.Folders.FolderOf(VexTable.FolderName)));
    private readonly ConcurrentDictionary<Platform, IReadOnlyList<VexStatement>> _seen = new();

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
    internal void Look(OciImage image, RootfsTree tree) => _seen[image.Platform] = VexStatement.Check(_entries.Value, new VexEvidence(image.Platform, tree));

    /// <summary>What was seen of an image; nothing if it was not looked at.</summary>
    internal IReadOnlyList<VexStatement> Seen(Platform platform) => _seen.GetValueOrDefault(platform, []);

    /// <summary>The documents about the images of the layout of which something is proven, written to the folder too.</summary>
    /// <param name="layout">The layout.</param>
    /// <exception cref="Foundation.Errors.BuildException">The table is malformed, an image contradicts it, or the file system reported an error.</exception>
    internal IReadOnlyList<(Platform Platform, ReadOnlyMemory<byte> Content)> Write(OciLayoutReader layout)
    {
        var folder = new VexFolder(paths.Vex);
        if (Find(layout) is { } kept)
        {
            return kept;
        }

        var images = layout.ReadImages();
        foreach (var image in images.Where(image => !_seen.ContainsKey(image.Platform)))
        {
            Look(image, TreeOf(image));
        }

        VexStatement.Refuse(images.Select(image => (image.Platform.Name, _seen[image.Platform])));
        var plan = results.Plan;
        List<(Platform Platform, ReadOnlyMemory<byte> Content)> documents =
        [
            .. images.Select(image => new VexDocument(image.Platform, image.Descriptor.Digest, layout.Index.Digest, inputs.Options.Debian.SuiteOf(image.Platform), _seen[image.Platform]))
                .Where(document => !document.IsEmpty)
                .Select(document => (document.Platform, (ReadOnlyMemory<byte>)document.Write(plan.Name, Rfc3339.FromEpoch(plan.Metadata.Epoch)))),
        ];
        folder.Write(KeyOf(layout), documents);
        return documents;
    }

    /// <summary>The documents of an earlier run, if they were made from the same inputs and are unchanged; otherwise null.</summary>
    internal IReadOnlyList<(Platform Platform, ReadOnlyMemory<byte> Content)>? Find(OciLayoutReader layout) => new VexFolder(paths.Vex).Find(KeyOf(layout));

    private static RootfsTree TreeOf(OciImage image) => RootfsLayers.Read(image.LayerCount, image.OpenLayer, image.Platform);

    private string KeyOf(OciLayoutReader layout) => InputKey.Of([BuildStamp.ProgramIdentity, layout.Index.Digest, results.Plan.Name.Full, Rfc3339.FromEpoch(results.Plan.Metadata.Epoch), .. VexTable.Sums(inputs.Folders.FolderOf(VexTable.FolderName))]);
}
