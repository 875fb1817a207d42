namespace BusyboxGlibc.Verify;

/// <summary>What a root file system may be at most.</summary>
/// <param name="MaxBytes">The sum of the sizes of its regular files, in bytes; null for no limit.</param>
internal sealed record VerifyLimits(long? MaxBytes = null);
