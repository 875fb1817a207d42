using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>
/// Rules for the search paths that ELF files bring along (RPATH, RUNPATH): a library may be taken only from folders that root
/// alone can write, so that nobody in a container can give a program a library of his own.
/// </summary>
internal static class SearchPathRules
{
    private const int OthersWrite = 0x2;
    private const int GroupWrites = 0x10;

    // Where programs and their libraries lie; what is there was put there by the author of the image.
    private static readonly string[] _ownFolders = ["lib", "lib64", "usr", "opt", "srv", "bin", "sbin"];

    /// <summary>Checks one file's search path.</summary>
    /// <param name="context">The tree.</param>
    /// <param name="entry">The file.</param>
    /// <param name="file">The same, read.</param>
    /// <param name="isSuites">Whether it is a file of the suite's own package, unchanged.</param>
    internal static void Check(VerificationContext context, RootfsEntry entry, ElfFile file, bool isSuites)
    {
        var origin = RootfsPath.Parent(entry.Path) is { } folder ? "/" + folder : "/";
        foreach (var text in file.RPath.Concat(file.RunPath).Distinct(StringComparer.Ordinal))
        {
            if (LoaderFolders.For(context.Platform).Expand(text, origin) is not { } searched)
            {
                continue;
            }

            var shown = ElfText.Show(text.Length == 0 ? "an empty entry" : text);
            if (!searched.StartsWith('/'))
            {
                context.Add(entry.Path, $"searches libraries in {shown} (RPATH or RUNPATH), which means another folder wherever it is started");
            }
            else if (Writer(context, searched) is { } writer)
            {
                context.Add(entry.Path, $"searches libraries in {shown} (RPATH or RUNPATH): {writer}");
            }
            else if (Stray(context, searched))
            {
                context.Add(entry.Path, $"searches libraries in {shown} (RPATH or RUNPATH), which is no folder of the image", isNote: isSuites);
            }
        }
    }

    // Who but root can put a file into a folder, or make the folder where it is not there.
    private static string? Writer(VerificationContext context, string searched)
    {
        var at = string.Empty;
        foreach (var part in Normalised(searched))
        {
            at = at.Length == 0 ? part : $"{at}/{part}";
            if (context.Tree.Resolve(at) is not { } real || !context.Tree.TryGet(real, out var folder))
            {
                return null;
            }

            if (folder.Type == RootfsEntryType.Directory
                && ((folder.Mode & OthersWrite) != 0 || folder.UserId != 0 || ((folder.Mode & GroupWrites) != 0 && folder.GroupId != 0)))
            {
                return $"/{real} can be written by others than root";
            }
        }

        return null;
    }

    // A folder of the machine it was built on: nothing is there, but somebody may think there is.
    private static bool Stray(VerificationContext context, string searched)
    {
        var parts = Normalised(searched);
        return parts.Count > 0 && !_ownFolders.Contains(parts[0], StringComparer.Ordinal) && context.Tree.Resolve(string.Join('/', parts)) is null;
    }

    private static List<string> Normalised(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return parts;
    }
}
