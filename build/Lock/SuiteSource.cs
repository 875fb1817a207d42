using BusyboxGlibc.Debian;

namespace BusyboxGlibc.Lock;

/// <summary>One of the names under which an archive has the suite.</summary>
/// <param name="Key">What <see cref="MixedMirrors"/> remembers it by.</param>
/// <param name="OpenAsync">Opens it.</param>
public sealed record SuiteSource(string Key, Func<CancellationToken, Task<ISuite>> OpenAsync);
