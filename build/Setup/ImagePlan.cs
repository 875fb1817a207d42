using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Setup;

/// <summary>The build plan: the inputs of the run and the lock that satisfies them.</summary>
internal sealed class ImagePlan
{
    private readonly BuildInputs _inputs;
    private readonly BuildPaths _paths;
    private readonly ImagePlan? _image;
    private readonly Lazy<IReadOnlyList<CompileInputs>> _compileInputs;
    private readonly Lazy<string> _layoutKey;

    /// <summary>Combines inputs and lock.</summary>
    /// <param name="inputs">The inputs of the run.</param>
    /// <param name="paths">The paths of its files.</param>
    /// <param name="found">The lock, with the results for both origins of BusyBox, and where it was found.</param>
    /// <param name="image">For a variant, the plan of the image.</param>
    public ImagePlan(BuildInputs inputs, BuildPaths paths, FoundLock found, ImagePlan? image = null)
    {
        (_inputs, _paths, _image, LockState, IsLockChanged) = (inputs, paths, image, found.Tried ?? found.State, found.Tried is null && found.State != FoundLock.Unchanged);
        IsTried = found.Tried is not null;
        var whole = found.Lock.Of(inputs.Variant?.Name);

        LockSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LockFile.Serialize(found.Lock))));

        // An image has a BusyBox of one origin.
        Lock = inputs.Options.Run.Busybox == BusyboxOrigin.Debian ? whole : whole.Without(BaseParts.BusyboxPackage);
        Metadata = ImageMetadata.Of(Lock, inputs.Options.Debian.Suite, inputs.Options.SourceDateEpoch, inputs.Release?.Epoch) with { Variant = inputs.Variant?.Name };
        Variants = [.. inputs.Variants.Select(variant => new ImagePlan(variant, new BuildPaths(variant), found, this))];
        _compileInputs = new(() => ReadCompileInputs());
        _layoutKey = new(() => KeyOfLayout());
    }

    /// <summary>The plans of the variants that the run builds.</summary>
    public IReadOnlyList<ImagePlan> Variants { get; }

    /// <summary>The plan of the image itself.</summary>
    public ImagePlan OfImage => _image ?? this;

    /// <summary>The plan that a question is about: the image's, or that of the variant that <c>--variants</c> names.</summary>
    /// <exception cref="ConfigurationException">It names several.</exception>
    public ImagePlan Inspected => Variants.FirstOrDefault(plan => plan.Inputs.Variant!.Name == _inputs.Inspected.Variant?.Name) ?? this;

    /// <summary>The image's plan, and those of its variants.</summary>
    public IEnumerable<ImagePlan> All => [this, .. Variants];

    /// <summary>The inputs.</summary>
    public BuildInputs Inputs => _inputs;

    /// <summary>The paths of its files.</summary>
    public BuildPaths Paths => _paths;

    /// <summary>What it is called in lines about several images; empty for the image itself.</summary>
    public string Label => _inputs.Variant is { } variant ? $"variant {variant.Name}" : string.Empty;

    /// <summary>How it is packed as a variant.</summary>
    public VariantPack AsVariant => new(
        _inputs.Variant!.Name, Metadata, _inputs.Run, _inputs.HasCertificates, Name, _paths.Layout, _paths.Abi,
        _inputs.HasOwnFiles ? platform => (BaseOf(_image!, platform), BaseOf(this, platform)) : null);

    /// <summary>The part of the lock that applies to the image.</summary>
    public ImageLock Lock { get; }

    /// <summary>The checksum of the whole lock, as its file has it.</summary>
    public string LockSha256 { get; }

    /// <summary>Whether the lock is not the project's, but one for settings that are only tried.</summary>
    public bool IsTried { get; }

    /// <summary>What the run did to the project's lock; for settings that are only tried, the lock that it used instead.</summary>
    public string LockState { get; }

    /// <summary>Whether the run wrote the project's lock.</summary>
    public bool IsLockChanged { get; }

    /// <summary>The image's metadata.</summary>
    public ImageMetadata Metadata { get; }

    /// <summary>The image's name.</summary>
    public ImageReference Name => _inputs.Options.Image.Name with { Tag = ImageMetadata.Tag + _inputs.Suffix };

    /// <summary>The build root that compiles BusyBox on this machine.</summary>
    public LockedBuildRoot BuildRoot => PreparedBuildRoot.For(Lock);

    /// <summary>The inputs for compiling BusyBox, one per platform; empty if it is Debian's.</summary>
    public IReadOnlyList<CompileInputs> CompileInputs => _compileInputs.Value;

    /// <summary>What is known about the origin of a platform's files, in addition to the image itself.</summary>
    public FileOrigins OriginsOf(Platform platform) =>
        Lock.Platforms.FirstOrDefault(locked => locked.Platform == platform) is { } known
            ? FileOrigins.Of(known, _inputs.Requirements, _inputs.Programs.SelectMany(program => program.PathsOn(platform)), _inputs.HasShell) : FileOrigins.Unknown;

    /// <summary>The run configuration of a platform, from Dockerfile.run and cake.config.</summary>
    /// <exception cref="DockerfileException">A setting is malformed.</exception>
    public ImageRunConfig RunOf(Platform platform)
    {
        var own = ImageSpec.EnvironmentOf(_inputs.HasCertificates);
        return _inputs.Run.Apply(_inputs.Dockerfiles.SettingsOf(platform, own, ImageSpec.NoLabels, Metadata.Epoch).Run, own);
    }

    /// <summary>The packages that the run needs, for the variants too: those of base trees that do not exist yet, and those of a build root that is not unpacked yet.</summary>
    /// <param name="compiler">Determines which BusyBox binaries must be compiled.</param>
    /// <param name="usesDocker">Whether Docker compiles: the machine is known only with the builder, so nothing is downloaded for it here.</param>
    public IEnumerable<PinnedPackage> PackagesToFetch(BusyboxCompiler compiler, bool usesDocker) =>
        All.SelectMany(plan => plan.PackagesOfBases()).Concat(usesDocker ? [] : MissingTools(compiler));

    /// <summary>The digests of the indices, that of the image first, if every layout was packed from exactly the inputs of this run and is intact, otherwise null.</summary>
    public IReadOnlyList<string>? FindAllPacked() => All.Select(plan => plan.FindPacked()).ToList() is var packed && packed.Contains(null) ? null : [.. packed.Select(digest => digest!)];

    /// <summary>The digest of the layout's index if the layout was packed from exactly the inputs of this run and is intact, otherwise null.</summary>
    public string? FindPacked() => FindStamped() is { } packed && LayoutProof.IsIntact(_paths.Layout) && HasAbi() ? packed : null;

    /// <summary>The same, without reading the layout: what is read of it is verified by then.</summary>
    public string? FindStamped() => _paths.BaseTrees.All(file => file.HasStamp) ? new LayoutStamp(_paths.Layout).Packed(_layoutKey.Value) : null;

    /// <summary>Records that the layouts were packed from these inputs.</summary>
    /// <param name="indexDigests">The digests of the indices, that of the image first.</param>
    public void SetPacked(IEnumerable<string> indexDigests)
    {
        foreach (var (plan, digest) in All.Zip(indexDigests))
        {
            new LayoutStamp(plan._paths.Layout).SetPacked(plan._layoutKey.Value, digest);
        }
    }

    private static RootfsTree BaseOf(ImagePlan plan, Platform platform) => plan._paths.BaseTrees.First(file => file.Platform == platform).Read();

    private IEnumerable<PinnedPackage> PackagesOfBases()
    {
        var stale = BaseTreeMaker.Stale(_paths.BaseTrees, Lock, _inputs.Assemble, BaseEpoch).Select(file => file.Platform).ToHashSet();
        return Lock.Platforms.Where(locked => stale.Contains(locked.Platform)).SelectMany(locked => locked.Packages).Select(package => package.Pin);
    }

    // The annotation says which abi.json is the layout's.
    private bool HasAbi() => File.Exists(_paths.Abi) && OciLayoutReader.Open(_paths.Layout).Annotations.GetValueOrDefault(AnnotationKeys.AbiDigest) == OciDigest.Prefix + FileHash.Of(_paths.Abi);

    // None if the image already exists, made by a run with another cache.
    private IReadOnlyList<PinnedPackage> MissingTools(BusyboxCompiler compiler)
    {
        var missing = compiler.Missing(CompileInputs);
        return missing.Count > 0 && FindAllPacked() is null ? PreparedBuildRoot.Missing(BuildRoot, missing, _paths.Cache) : [];
    }

    private IReadOnlyList<CompileInputs> ReadCompileInputs() => _inputs.Release is not { } release ? []
        : [.. _inputs.Options.Image.Platforms.Select(platform =>
            Busybox.Compile.CompileInputs.Read(platform, release, [.. BuildRoot.For([platform]).Select(tool => tool.Pin)], _inputs.Folders))];

    /// <summary>The epoch of the base trees.</summary>
    public long BaseEpoch => _inputs.HasOwnFiles || _image is null ? Metadata.Epoch : _image.Metadata.Epoch;

    // A layout with attestations in its index is another one.
    private string KeyOfLayout() => (_image is null ? string.Empty : $"{_image._layoutKey.Value} ") + (_inputs.Options.Publish.Attest == AttestChoice.Index ? "attested " : string.Empty) + LayoutStamp.Key(
        _paths.BaseTrees, Metadata, _inputs.HasCertificates, Name, string.Join('\n', _inputs.Dockerfiles.Run.Text.Lines) + _inputs.ProgramKey,
        _inputs.Release is null ? _inputs.Options.Run.Busybox.ToString().ToLowerInvariant() : string.Join(' ', CompileInputs.Select(inputs => inputs.Key)));
}
