using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Verify;

/// <summary>
/// Rules for the search paths in ELF files (RPATH, RUNPATH): libraries may be loaded only from folders that only root can write to, so that no other
/// user in a container can inject a library into a program.
/// </summary>
internal static class SearchPathRules
{
    private const int OthersWrite = 0x2;
    private const int GroupWrites = 0x10;

    // Folders of programs and their libraries; their content comes from the author of the image.
    private static readonly string[] _ownFolders = ["lib", "lib64", "usr", "opt", "srv", "bin", "sbin"];

    /// <summary>Checks one file's search path.</summary>
    /// <param name="context">The tree.</param>
    /// <param name="entry">The file.</param>
    /// <param name="file">The parsed file.</param>
    /// <param name="isSuites">Whether it is an unchanged file of the suite's own package.</param>
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
                context.Add(entry.Path, $"searches for libraries in {shown} (RPATH or RUNPATH), which means a different folder depending on where it is started");
            }
            else if (Writer(context, searched) is { } writer)
            {
                context.Add(entry.Path, $"searches for libraries in {shown} (RPATH or RUNPATH): {writer}");
            }
            else if (Stray(context, searched))
            {
                context.Add(entry.Path, $"searches for libraries in {shown} (RPATH or RUNPATH), which is not a folder in the image", isNote: isSuites || context.Origins.IsOfProgram("/" + entry.Path));
            }
        }
    }

    // Returns who besides root can create a file in a folder, or create the folder if it is absent.
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
                return $"/{real} can be written by users other than root";
            }
        }

        return null;
    }

    // A folder of the build machine: it is absent, but others may create it.
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
