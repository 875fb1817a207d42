using BusyboxGlibc.Busybox.Compile;
using BusyboxGlibc.Docker.Builders;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Lock;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Setup;

/// <summary>What one task hands to those after it. Each result is set once, by the task that makes it.</summary>
/// <param name="inputs">What the run is asked for.</param>
/// <param name="paths">Where the lock is, for a run that leaves Restore out.</param>
public sealed class BuildResults(BuildInputs inputs, BuildPaths paths)
{
    private ImagePlan? _plan;
    private LayoutProof? _proof;
    private Builder? _builder;
    private IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)>? _compiled;
    private string? _intactIndex;

    /// <summary>What is built, by the lock that answers the run. Restore sets it.</summary>
    /// <exception cref="LockException">Restore was left out, and there is no lock.</exception>
    internal ImagePlan Plan
    {
        get => _plan ??= new ImagePlan(
            inputs, paths, LockFile.Read(paths.Lock) ?? throw new LockException("there is no lock", paths.Lock, next: "run without --exclusive: ./build.sh"));
        set => Set(ref _plan, value);
    }

    /// <summary>What was proven of the layout. Verify sets it.</summary>
    /// <exception cref="BuildException">Verify was left out.</exception>
    internal LayoutProof Proof
    {
        get => _proof ?? throw new BuildException("nothing was verified", next: "run without --exclusive");
        set => Set(ref _proof, value);
    }

    /// <summary>The builder that Docker builds with. CreateBuilder sets it.</summary>
    /// <exception cref="BuildException">CreateBuilder was left out.</exception>
    internal Builder Builder
    {
        get => _builder ?? throw new BuildException("no builder was chosen", next: "run without --exclusive");
        set => Set(ref _builder, value);
    }

    /// <summary>What was compiled, with what it was compiled from; empty where nothing was. CompileBusybox sets it.</summary>
    internal IReadOnlyList<(CompileInputs Inputs, CompiledBusybox Result)> Compiled
    {
        get => _compiled ?? [];
        set => Set(ref _compiled, value);
    }

    /// <summary>The index whose blobs Pack found to be what their digests say, so that Verify need not read them again; null where it packed.</summary>
    public string? IntactIndex
    {
        get => _intactIndex;
        set => Set(ref _intactIndex, value);
    }

    private static void Set<T>(ref T? result, T? value)
        where T : class =>
        result = result is null ? value : throw new InvalidOperationException($"a second task sets the {typeof(T).Name} of the run");
}
