using System.Globalization;
using System.Security.Cryptography;
using BusyboxGlibc.Attestations.Provenance;
using BusyboxGlibc.Attestations.Publishing;
using BusyboxGlibc.Attestations.Sbom;
using BusyboxGlibc.Attestations.Statements;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;

namespace BusyboxGlibc.Setup;

/// <summary>Makes what strangers can check about one layout, that of the image or of a variant, from the layout, the lock, the packages and the files of the project.</summary>
/// <param name="services">The services of the run.</param>
/// <param name="plan">The plan of the layout.</param>
internal sealed class ImageAttesting(IServiceProvider services, ImagePlan plan)
{
    private readonly BuildInputs _inputs = plan.Inputs;
    private readonly BuildPaths _paths = plan.Paths;
    private readonly BuildResults _results = services.Get<BuildResults>();
    private readonly Lazy<IReadOnlyDictionary<Platform, IReadOnlyDictionary<string, (string Origin, ReadOnlyMemory<byte> Content)>>> _overlays = new(() => plan.Inputs.Options.Image.Platforms.ToDictionary(
        platform => platform,
        platform => (IReadOnlyDictionary<string, (string Origin, ReadOnlyMemory<byte> Content)>)new OverlayFolders(plan.Inputs.RootFolder, platform).Take(plan.Inputs.Assemble.Overlays).Entries
            .Where(entry => entry.Type == RootfsEntryType.File).ToDictionary(entry => entry.Path, entry => (entry.Origin, entry.Content), StringComparer.Ordinal)));
    private string? _givenKey;

    /// <summary>Writes what is in each image, unless it is written already.</summary>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <param name="look">Called with each image that is read, in parallel; null for nothing.</param>
    /// <returns>The documents, in the order of the forms.</returns>
    /// <exception cref="Foundation.Errors.BuildException">The layout is damaged, or a package is not available.</exception>
    public async Task<IReadOnlyList<SbomFile>> WriteSbomsAsync(CancellationToken cancellation, Action<OciImage, RootfsTree>? look = null)
    {
        var (layout, forms) = (OciLayoutReader.Open(_paths.Layout), _inputs.Options.Image.Sbom);
        var platforms = _inputs.Options.Image.Platforms;
        var key = KeyOf(layout);
        if (Sboms.Find(key, SbomWriter.Names(forms, platforms)) is { } kept)
        {
            return kept;
        }

        var files = await new SbomWriter(layout, FactsOf(layout), platform => FactsOf(platform, cancellation), _inputs.Options.Run.Jobs, look).MakeAsync(forms, cancellation);
        Sboms.Write(key, files);
        return files;
    }

    private SbomFolder Sboms => new(_paths.Sboms);

    private DocumentFacts FactsOf(OciLayoutReader layout) => new(plan.Name, layout.Annotations.GetValueOrDefault(AnnotationKeys.Version, string.Empty), Rfc3339.FromEpoch(plan.Metadata.Epoch));

    /// <summary>Writes all statements about the layout.</summary>
    /// <param name="revision">The commit of the project; null if git names none.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <returns>The number of statements.</returns>
    /// <exception cref="Foundation.Errors.BuildException">The layout is damaged, or a package is not available.</exception>
    public async Task<int> WriteAsync(SourceRevision? revision, CancellationToken cancellation)
    {
        var (layout, vex) = (OciLayoutReader.Open(_paths.Layout), services.Get<VexChecks>());
        var sboms = await WriteSbomsAsync(cancellation, vex.Find(plan, layout, KeyOf(layout)) is null ? vex.Look : null);
        IReadOnlyList<Attestation> inside = [];
        if (_inputs.Options.Publish.Attest == AttestChoice.Index)
        {
            inside = new AttestedStatements(layout, plan.Name).ForIndex(sboms, platform => RecordOf(revision, platform));
            (layout, sboms) = PutIntoIndex(layout, sboms, inside);
        }

        var statements = new AttestedStatements(layout, plan.Name).Make(sboms, RecordOf(revision, null), _results.ProofOf(plan), [.. vex.Write(plan, layout, sboms, KeyOf(layout)).Where(document => document.IsOpenVex).Select(document => (document.Platform, document.Content))], Smoke);
        IReadOnlyList<Attestation> all = [.. statements.Concat(inside).DistinctBy(one => one.FileName)];
        new AttestationFolder(_paths.Attestations).Write(all);
        return all.Count;
    }

    // What names the index names the new one: its document, the record of its verification, and of what it was packed from.
    private (OciLayoutReader Layout, IReadOnlyList<SbomFile> Sboms) PutIntoIndex(OciLayoutReader before, IReadOnlyList<SbomFile> sboms, IReadOnlyList<Attestation> statements)
    {
        var index = IndexAttestations.Replace(_paths.Layout, IndexStatements.Of(before, statements), plan.Name);
        if (index.Digest == before.Index.Digest)
        {
            return (before, sboms);
        }

        var layout = OciLayoutReader.Open(_paths.Layout);
        _results.NoteIndex(plan, index.Digest);
        new LayoutStamp(_paths.Layout).SetVerified(_results.ProofOf(plan), plan.Inputs.Allowed + services.Get<VexChecks>().Asserted);
        plan.SetPacked([index.Digest]);
        IReadOnlyList<SbomFile> renewed = SbomWriter.WithIndex(layout, FactsOf(layout), sboms);
        Sboms.Write(KeyOf(layout), renewed);
        return (layout, renewed);
    }

    private BuildRecord RecordOf(SourceRevision? revision, Platform? platform) =>
        new AttestedBuild(_inputs, plan, services.Get<Mirrors>(), services.Get<TrustedKeys>().OwnFingerprints, platform).Record(revision, Environment.GetEnvironmentVariable("CI") is { } ci && ValueList.Switch(ci) == true);

    // An earlier run recorded only what passed; what it could not run counts as not run.
    private IReadOnlyList<PlatformSmoke> Smoke =>
        _results.SmokeOf(plan) is { Count: > 0 } tested ? tested : services.Get<SmokeRuns>().FindEarlier(plan);

    private string KeyOf(OciLayoutReader layout) => InputKey.Of([layout.Index.Digest, _givenKey ??= KeyOfGiven()]);

    private string KeyOfGiven() => InputKey.Of(
    [
        BuildStamp.ProgramIdentity,
        plan.Name.Full,
        LockFile.Serialize(plan.Lock),
        plan.Metadata.Epoch.ToString(CultureInfo.InvariantCulture),
        string.Join(',', _inputs.Options.Image.Sbom),
        _inputs.ProgramKey,
        HasLines.ToString(),
        .. AuthoritySums,
        .. _overlays.Value.SelectMany(pair => pair.Value.Select(file => $"{pair.Key} {file.Value.Origin} {file.Key} {OciDigest.Of(file.Value.Content.Span)}")),
    ]);

    private bool HasLines => _inputs.Dockerfiles.FirstForDocker() is not null;

    private IEnumerable<string> AuthoritySums => _inputs.Assemble.Authorities.Select(one => Convert.ToHexStringLower(SHA256.HashData(one.Span)));

    private ImageFacts FactsOf(Platform platform, CancellationToken cancellation)
    {
        var made = new Lazy<RootfsTree>(() => _paths.BaseTrees.First(file => file.Platform == platform).Read());
        return new ImageFacts(plan.Lock.Platforms.First(locked => locked.Platform == platform), _inputs.Options.Debian.SuiteOf(platform))
        {
            LockDigest = plan.Metadata.LockDigest([platform]),
            Busybox = _inputs.Release is { } release ? new BusyboxOrigins(release, [.. plan.Lock.BuildRoots.SelectMany(root => root.For([platform]).Select(tool => (root.Host, tool.Pin)))]) : null,
            Overlays = _overlays.Value[platform],
            Programs = _inputs.Programs.Where(program => program.IsInside).SelectMany(program => program.PathsOn(platform).Select(path => (Path: path[1..], program.Name)))
                .DistinctBy(pair => pair.Path).ToDictionary(pair => pair.Path, pair => pair.Name, StringComparer.Ordinal),
            Authorities = [.. AuthoritySums],
            HasLines = HasLines,
            Shipped = (package, paths) => ShippedAsync(package, paths, cancellation),
            Made = path => made.Value.TryGet(path, out var entry) && entry.Type == RootfsEntryType.File ? entry.Content : null,
        };
    }

    private async Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ShippedAsync(LockedPackage package, IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var deb = await services.Get<PackageStore>().FetchAsync(package.Pin, cancellation);
        return LockedPackageReader.Read(package with { Files = paths }, deb, services.Get<PackageCache>(), cancellation).Files([.. paths])
            .ToDictionary(file => file.Shipped, file => file.Entry.Content, StringComparer.Ordinal);
    }
}
