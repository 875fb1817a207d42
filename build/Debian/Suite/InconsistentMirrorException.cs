namespace BusyboxGlibc.Debian.Suite;

/// <summary>The index files of a mirror do not match its own signed Release file: the mirror is being updated, or is a cache that kept old files.</summary>
/// <param name="what">The error in one line.</param>
/// <param name="where">The URLs tried, one per line.</param>
/// <param name="why">The expected and the actual content.</param>
/// <param name="next">What to do.</param>
/// <param name="inner">The underlying error.</param>
internal sealed class InconsistentMirrorException(string what, string where, string why, string next, Exception? inner)
    : DebianException(what, where, why, next, inner);
