namespace BusyboxGlibc.Debian.Suite;

/// <summary>A mirror whose index files are not those that its own, signed Release file promises: it is being updated, or is a
/// cache that kept old files.</summary>
/// <param name="what">One clear line.</param>
/// <param name="where">The URLs tried, one a line.</param>
/// <param name="why">What was promised, and what came.</param>
/// <param name="next">What to do.</param>
/// <param name="inner">The error underneath.</param>
internal sealed class InconsistentMirrorException(string what, string where, string why, string next, Exception? inner)
    : DebianException(what, where, why, next, inner);
