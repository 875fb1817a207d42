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
    private readonly Dictionary<ImagePlan, LayoutProof> _ofVariants = [];
    private readonly Dictionary<ImagePlan, IReadOnlyList<PlatformSmoke>> _smoke = [];
    private ImagePlan? _plan;
    private LayoutProof? _proof;
    private VulnerabilityAnswer? _vulnerabilities;
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

    /// <summary>The vulnerabilities of the layout; null if Vulnerabilities did not run, or was asked about another image or a variant. Set by Vulnerabilities.</summary>
    internal VulnerabilityAnswer? Vulnerabilities
    {
        get => _vulnerabilities;
        set => Set(ref _vulnerabilities, value);
    }

    /// <summary>What SmokeTest found of the image; empty if it did not run.</summary>
    internal IReadOnlyList<PlatformSmoke> Smoke => _smoke.Count == 0 ? [] : SmokeOf(Plan);

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

    /// <summary>What was verified about the layouts of variants, in the order of the plan; not those that Verify never came to.</summary>
    internal IReadOnlyList<LayoutProof> VariantProofs => [.. _plan?.Variants.Where(_ofVariants.ContainsKey).Select(plan => _ofVariants[plan]) ?? []];

    /// <summary>What was verified about the layout of a plan: of a variant never what is known of the image.</summary>
    /// <exception cref="BuildException">Verify did not run, or did not come to it.</exception>
    internal LayoutProof ProofOf(ImagePlan plan) => plan == plan.OfImage ? Proof
        : _ofVariants.GetValueOrDefault(plan) ?? throw new BuildException($"nothing was verified of the {plan.Label}", next: "run without --exclusive");

    /// <summary>Adds what was verified about the layout of a plan.</summary>
    internal void Add(ImagePlan plan, LayoutProof proof)
    {
        if (plan == plan.OfImage)
        {
            Proof = proof;
        }
        else
        {
            _ofVariants.Add(plan, proof);
        }
    }

    /// <summary>Notes that the index of a layout has another digest than Verify found, because Attest put attestations into it; its images are the same.</summary>
    internal void NoteIndex(ImagePlan plan, string digest)
    {
        if (plan == plan.OfImage)
        {
            _proof = Proof with { IndexDigest = digest };
        }
        else
        {
            _ofVariants[plan] = ProofOf(plan) with { IndexDigest = digest };
        }
    }

    /// <summary>What SmokeTest found of the layout of a plan; empty if it did not run.</summary>
    internal IReadOnlyList<PlatformSmoke> SmokeOf(ImagePlan plan) => _smoke.GetValueOrDefault(plan, []);

    /// <summary>Adds what SmokeTest found of the layout of a plan.</summary>
    internal void Add(ImagePlan plan, IReadOnlyList<PlatformSmoke> smoke) => _smoke.Add(plan, smoke);

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
