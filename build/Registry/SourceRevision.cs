namespace BusyboxGlibc.Registry;

/// <summary>The commit of the project that is built.</summary>
/// <param name="Commit">The commit that is checked out, in hexadecimal digits.</param>
/// <param name="IsDirty">Whether a file of the project differs from the commit, or is new and not ignored.</param>
internal sealed record SourceRevision(string Commit, bool IsDirty);
