using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Package;

/// <summary>The reader's position in a package file, so that every error can state file, archive member and path.</summary>
internal sealed class DebPlace(string name)
{
    private const int LongestShown = 200;

    /// <summary>The member of the ar archive being read, or null.</summary>
    public string? Member { get; set; }

    /// <summary>The path of the tar member being read, or null.</summary>
    public string? Path { get; set; }

    /// <summary>Creates the error for content of the package file that is not accepted.</summary>
    public DebianException Error(string why, Exception? inner = null)
    {
        var where = Shown(name);
        if (Member is not null)
        {
            where += $": {Shown(Member)}";
        }

        if (Path is not null)
        {
            where += $": {Shown(Path)}";
        }

        return new DebianException(
            $"package file {Shown(name)} cannot be used: {why}",
            where,
            next: "use another version of the package, or build the file again with dpkg-deb",
            inner: inner);
    }

    /// <summary>Text from the package file made safe for a terminal: control characters are replaced, and long text is cut.</summary>
    public static string Shown(string text) => SafeText.Cut(text, LongestShown);
}
