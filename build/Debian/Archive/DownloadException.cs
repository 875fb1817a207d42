namespace BusyboxGlibc.Debian.Archive;

/// <summary>A file that could not be fetched from any of its sources.</summary>
/// <param name="what">One clear line.</param>
/// <param name="where">The URLs tried, one a line, with what each answered.</param>
/// <param name="isAbsent">Whether every source answered that it does not have the file.</param>
/// <param name="next">What to do.</param>
/// <param name="inner">The last error underneath.</param>
/// <param name="isOther">Whether a source has the file in another size than the one asked for.</param>
internal sealed class DownloadException(string what, string where, bool isAbsent, string next, Exception? inner = null, bool isOther = false)
    : DebianException(what, where, next: next, inner: inner)
{
    /// <summary>Whether every source answered that it does not have the file (404 or 410), so that trying later is no use.</summary>
    public bool IsAbsent { get; } = isAbsent;

    /// <summary>Whether every source answered, and refused the file for good, for whatever reason.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether a source has the file in another size than the one asked for: another state of it.</summary>
    public bool IsOther { get; } = isOther;
}
