namespace BusyboxGlibc.Registry;

/// <summary>Which commit of the project a run works on.</summary>
/// <param name="Commit">The commit that is checked out, in hexadecimal digits.</param>
/// <param name="IsDirty">Whether a file of the project differs from it, or is new and not ignored.</param>
internal sealed record SourceRevision(string Commit, bool IsDirty);
