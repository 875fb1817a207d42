namespace BusyboxGlibc.Debian.Archive;

/// <summary>A file that could not be fetched from any of its sources.</summary>
/// <param name="what">The error in one line.</param>
/// <param name="where">The URLs tried, one per line, with the response of each.</param>
/// <param name="isAbsent">Whether every source reported that it does not have the file.</param>
/// <param name="next">What to do.</param>
/// <param name="inner">The underlying error.</param>
/// <param name="isOther">Whether a source has the file with a different size than requested.</param>
internal sealed class DownloadException(string what, string where, bool isAbsent, string next, Exception? inner = null, bool isOther = false)
    : DebianException(what, where, next: next, inner: inner)
{
    /// <summary>Whether every source reported that it does not have the file (404 or 410), so that a later attempt will not help.</summary>
    public bool IsAbsent { get; } = isAbsent;

    /// <summary>Whether every source responded and permanently refused the file, for any reason.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether a source has the file with a different size than requested, that is, a different version of it.</summary>
    public bool IsOther { get; } = isOther;
}
