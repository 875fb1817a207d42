using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Image;
using BusyboxGlibc.Image.Dockerfiles;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Setup;

/// <summary>What is built: the inputs of the run with the lock that answers them.</summary>
internal sealed class ImagePlan
{
    private readonly BuildInputs _inputs;
    private readonly BuildPaths _paths;
    private readonly Lazy<IReadOnlyList<CompileInputs>> _compileInputs;
    private readonly Lazy<string> _layoutKey;

    /// <summary>Joins both.</summary>
    /// <param name="inputs">What the run is asked for.</param>
    /// <param name="paths">Where its files are.</param>
    /// <param name="imageLock">The lock, with the answers for both origins of BusyBox.</param>
    public ImagePlan(BuildInputs inputs, BuildPaths paths, ImageLock imageLock)
    {
        (_inputs, _paths) = (inputs, paths);

        // An image has a BusyBox of one origin.
        Lock = inputs.Release is null ? imageLock : imageLock.Without(BaseParts.BusyboxPackage);
        Metadata = ImageMetadata.Of(Lock, inputs.Options.Debian.Suite, inputs.Options.SourceDateEpoch, inputs.Release?.Epoch);
        _compileInputs = new(() => ReadCompileInputs());
        _layoutKey = new(() => KeyOfLayout());
    }

    /// <summary>What the lock says of the image.</summary>
    public ImageLock Lock { get; }

    /// <summary>What the image says of itself.</summary>
    public ImageMetadata Metadata { get; }

    /// <summary>The image's name.</summary>
    public ImageReference Name => _inputs.Options.Image.Name with { Tag = ImageMetadata.Tag };

    /// <summary>What BusyBox is compiled with on this machine.</summary>
    public LockedBuildRoot BuildRoot => PreparedBuildRoot.For(Lock);

    /// <summary>What BusyBox is compiled from, one a platform; empty where it is Debian's.</summary>
    public IReadOnlyList<CompileInputs> CompileInputs => _compileInputs.Value;

    /// <summary>What is known of a platform's files beside the image itself.</summary>
    public FileOrigins OriginsOf(Platform platform) =>
        Lock.Platforms.FirstOrDefault(locked => locked.Platform == platform) is { } known ? FileOrigins.Of(known, _inputs.Requirements) : FileOrigins.Unknown;

    /// <summary>How a platform's programs are started, by Dockerfile.run.</summary>
    /// <exception cref="DockerfileException">A setting is malformed.</exception>
    public ImageRunConfig RunOf(Platform platform) =>
        _inputs.Dockerfiles.SettingsOf(platform, ImageSpec.EnvironmentOf(_inputs.HasCertificates), ImageSpec.NoLabels, Metadata.Epoch).Run;

    /// <summary>The packages that the run needs: those of base trees that are not made yet, and those of the build root that are not unpacked.</summary>
    /// <param name="compiler">Tells which BusyBoxes are to be compiled.</param>
    /// <param name="usesDocker">Whether Docker compiles: on which machine is known with the builder, so nothing is fetched for it here.</param>
    public IEnumerable<PinnedPackage> PackagesToFetch(BusyboxCompiler compiler, bool usesDocker)
    {
        var stale = BaseTreeMaker.Stale(_paths.BaseTrees, Lock, _inputs.Assemble, Metadata.Epoch).Select(file => file.Platform).ToHashSet();
        return Lock.Platforms.Where(locked => stale.Contains(locked.Platform)).SelectMany(locked => locked.Packages).Select(package => package.Pin)
            .Concat(usesDocker ? [] : MissingTools(compiler));
    }

    /// <summary>The digest of the layout's index if the layout was packed from the very inputs of this run and is whole, else null.</summary>
    public string? FindPacked() =>
        _paths.BaseTrees.All(file => file.HasStamp) && new LayoutStamp(_paths.Layout).Packed(_layoutKey.Value) is { } packed && LayoutProof.IsIntact(_paths.Layout) ? packed : null;

    /// <summary>Remembers that the layout was packed from these inputs.</summary>
    public void SetPacked(string indexDigest) => new LayoutStamp(_paths.Layout).SetPacked(_layoutKey.Value, indexDigest);

    // None where the image is made already, by a run with another cache.
    private IReadOnlyList<PinnedPackage> MissingTools(BusyboxCompiler compiler)
    {
        var missing = compiler.Missing(CompileInputs);
        return missing.Count > 0 && FindPacked() is null ? PreparedBuildRoot.Missing(BuildRoot, missing, _paths.Cache) : [];
    }

    private IReadOnlyList<CompileInputs> ReadCompileInputs() => _inputs.Release is not { } release ? []
        : [.. _inputs.Options.Image.Platforms.Select(platform =>
            Busybox.Compile.CompileInputs.Read(platform, release, [.. BuildRoot.For([platform]).Select(tool => tool.Pin)], _inputs.RootFolder))];

    private string KeyOfLayout() => LayoutStamp.Key(
        _paths.BaseTrees, Metadata, _inputs.HasCertificates, Name, string.Join('\n', _inputs.Dockerfiles.Run.Text.Lines),
        _inputs.Release is null ? "debian" : string.Join(' ', CompileInputs.Select(inputs => inputs.Key)));
}
