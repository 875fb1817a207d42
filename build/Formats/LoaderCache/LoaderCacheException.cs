using BusyboxGlibc.Foundation.Errors;

namespace BusyboxGlibc.Formats.LoaderCache;

/// <summary>The data is not a loader cache in glibc's new format.</summary>
/// <param name="why">What is wrong with them.</param>
internal sealed class LoaderCacheException(string why) : BuildException("not a valid ld.so.cache", why: why);
