namespace BusyboxGlibc.Verify;

/// <summary>Size limits of a root file system.</summary>
/// <param name="MaxBytes">The limit for the total size of its regular files, in bytes; null for none.</param>
internal sealed record VerifyLimits(long? MaxBytes = null);
