using System.Text;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Inspect.Libraries;

/// <summary>Finds commands in the packages for all architectures, which an index of its own lists. They are scripts, or links to files of other packages.</summary>
/// <param name="suite">The suite.</param>
/// <param name="store">Provides packages.</param>
internal sealed class ScriptPackages(ISuite suite, IPackageStore store)
{
    private const int LongestLine = 255;

    /// <summary>The packages with a command, each with the first line of the file if it is a script; empty if there are none, or the index is not available.</summary>
    /// <param name="command">The command.</param>
    /// <param name="packages">The packages of the suite.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    public async Task<IReadOnlyList<(ContentsEntry Entry, string? Interpreter)>> FindAsync(string command, IPackageIndex packages, CancellationToken cancellation)
    {
        var found = new List<(ContentsEntry, string?)>();
        try
        {
            foreach (var entry in (await suite.ContentsAsync(IContentsIndex.AllArchitectures, cancellation)).Commands(command).Where(entry => packages.Find(entry.Package) is not null))
            {
                found.Add((entry, await InterpreterAsync(packages.Find(entry.Package)!.Pin, entry.Path, cancellation)));
            }
        }
        catch (DebianException)
        {
            // Offline, or a mirror without that index: nothing is known of these packages.
        }

        return found;
    }

    private async Task<string?> InterpreterAsync(PinnedPackage pin, string path, CancellationToken cancellation)
    {
        using var package = DebFile.Open(File.OpenRead(await store.FetchAsync(pin, cancellation)), pin.Name);
        string? line = null;
        package.ReadData((entry, content) =>
        {
            if (content is null || MergedUsr.Of(entry.Path) != MergedUsr.Of(path))
            {
                return true;
            }

            var head = new byte[LongestLine];
            var text = Encoding.UTF8.GetString(head, 0, content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
            line = text.StartsWith("#!", StringComparison.Ordinal) ? SafeText.Text(text[2..].Split('\n')[0].Trim()) : null;
            return false;
        });
        return line;
    }
}
