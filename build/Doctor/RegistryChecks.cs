using BusyboxGlibc.Registry;

namespace BusyboxGlibc.Doctor;

/// <summary>Judges registries.</summary>
internal static class RegistryChecks
{
    /// <summary>Judges a registry.</summary>
    /// <param name="index">Its place among those that the options name, from 0.</param>
    /// <param name="state">What it answered.</param>
    public static DoctorFinding Of(int index, RegistryState state)
    {
        var id = index == 0 ? "registry" : FormattableString.Invariant($"registry.{index + 1}");
        return state.Error is { } error
            ? DoctorRun.Of(id, Health.Problem, error, state.Fix) with { Text = $"{state.Name}: {error.What}" }
            : new DoctorFinding(id, Health.Good, $"{state.Name}: it answers, {(state.Account is { } account ? $"to {account}" : "without an account")}");
    }
}
