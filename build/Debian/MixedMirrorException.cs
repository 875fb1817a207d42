namespace BusyboxGlibc.Debian;

/// <summary>A mirror whose index files are not those that its own, signed Release file promises: it is being updated, or is a
/// cache that kept old files.</summary>
public sealed class MixedMirrorException(string what, string where, string why, string next, Exception inner)
    : DebianException(what, where, why, next, inner);
