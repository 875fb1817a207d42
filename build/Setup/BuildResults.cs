using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Inspect.Vulnerabilities;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Setup;

/// <summary>The results that tasks pass to later tasks. Each result is set once, by the task that produces it.</summary>
/// <param name="inputs">The inputs of the run.</param>
/// <param name="paths">The paths of its files.</param>
/// <param name="manager">Finds the lock, for a run without Restore.</param>
/// <param name="request">The request that the lock must satisfy.</param>
public sealed class BuildResults(BuildInputs inputs, BuildPaths paths, Lazy<LockManager> manager, Lazy<LockRequest> request)
{
    private readonly List<LayoutProof> _ofVariants = [];
    private ImagePlan? _plan;
    private LayoutProof? _proof;
    private VulnerabilityAnswer? _vulnerabilities;
    private IReadOnlyList<PlatformSmoke>? _smoke;
    private Builder? _builder;
    private IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)>? _compiled;
    private IReadOnlyList<string>? _intact;

    /// <summary>The build plan, from the lock that satisfies the run's inputs. Set by Restore.</summary>
    /// <exception cref="LockException">Restore did not run, and there is no lock.</exception>
    internal ImagePlan Plan
    {
        get => _plan ??= new ImagePlan(inputs, paths, manager.Value.Find(request.Value));
        set => Set(ref _plan, value);
    }

    /// <summary>What was verified about the layout. Set by Verify.</summary>
    /// <exception cref="BuildException">Verify did not run.</exception>
    internal LayoutProof Proof
    {
        get => _proof ?? throw new BuildException("nothing was verified", next: "run without --exclusive");
        set => Set(ref _proof, value);
    }

    /// <summary>Whether Verify looked at the layout, whatever it found.</summary>
    internal bool HasProof => _proof is not null;

    /// <summary>The vulnerabilities of the layout; null if Vulnerabilities did not run, or was asked about another image. Set by Vulnerabilities.</summary>
    internal VulnerabilityAnswer? Vulnerabilities
    {
        get => _vulnerabilities;
        set => Set(ref _vulnerabilities, value);
    }

    /// <summary>What SmokeTest found; empty if it did not run. Set by SmokeTest.</summary>
    internal IReadOnlyList<PlatformSmoke> Smoke
    {
        get => _smoke ?? [];
        set => Set(ref _smoke, value);
    }

    /// <summary>The builder that Docker builds with. Set by CreateBuilder.</summary>
    /// <exception cref="BuildException">CreateBuilder did not run.</exception>
    internal Builder Builder
    {
        get => _builder ?? throw new BuildException("no builder was chosen", next: "run without --exclusive");
        set => Set(ref _builder, value);
    }

    /// <summary>The compiled binaries and their inputs; empty if nothing was compiled. Set by CompileBusybox.</summary>
    internal IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)> Compiled
    {
        get => _compiled ?? [];
        set => Set(ref _compiled, value);
    }

    /// <summary>What was verified about the layouts of variants, in the order of the plan. Set by Verify.</summary>
    internal IReadOnlyList<LayoutProof> VariantProofs => _ofVariants;

    /// <summary>Adds what was verified about a layout: that of the image first, then those of the variants.</summary>
    internal void Add(LayoutProof proof)
    {
        if (_proof is null)
        {
            Proof = proof;
        }
        else
        {
            _ofVariants.Add(proof);
        }
    }

    /// <summary>Notes that the index of the layout has another digest than Verify found, because Attest put attestations into it; its images are the same.</summary>
    internal void NoteIndex(string digest) => _proof = Proof with { IndexDigest = digest };

    /// <summary>The digests of the indices whose blobs Pack already checked, so that Verify need not read them again; none if Pack built the layouts.</summary>
    internal IReadOnlyList<string> IntactIndices
    {
        get => _intact ?? [];
        set => Set(ref _intact, value);
    }

    private static void Set<T>(ref T? result, T? value)
        where T : class =>
        result = result is null ? value : throw new InvalidOperationException($"a second task sets the {typeof(T).Name} of the run");
}
