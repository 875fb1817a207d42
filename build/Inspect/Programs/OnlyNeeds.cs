using BusyboxGlibc.Configuration;
using BusyboxGlibc.Configuration.Requirements;
using BusyboxGlibc.Formats.Elf;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Inspect.Programs;

/// <summary>
/// What an image of programs alone has besides the libraries that they name, by the functions that they import: glibc itself reads data, and loads
/// libraries by name. Its modules for name service (files and dns) are parts of libc.so.6 since glibc 2.34, and their configuration is in every image.
/// </summary>
internal static class OnlyNeeds
{
    // pthread_exit(3) and backtrace(3) load it, and end the process without it.
    private static readonly string[] _unwinding = ["pthread_exit", "pthread_cancel", "thrd_exit", "backtrace"];

    /// <summary>The options of the image: what is set, and what the programs use.</summary>
    public static ImageOptions Of(ImageOptions image, IReadOnlyList<GivenProgram> programs)
    {
        var use = Use(programs);
        var features = image.Features
            | (use.HasFlag(DataUse.Certificates) ? ImageFeatures.Certificates : ImageFeatures.None)
            | (use.HasFlag(DataUse.Locales) ? ImageFeatures.Locale : ImageFeatures.None)
            | (use.HasFlag(DataUse.Services) ? ImageFeatures.Netbase : ImageFeatures.None);
        var converts = image.Charsets.Count == 0 && use.HasFlag(DataUse.Charsets);
        return image with { Features = features, Charsets = converts ? CharsetList.Parse(OptionTable.Charsets.Default, OptionTable.Charsets.Name) : image.Charsets };
    }

    /// <summary>Whether a program draws on terminals.</summary>
    public static bool Terminals(IReadOnlyList<GivenProgram> programs) => Use(programs).HasFlag(DataUse.Terminals);

    /// <summary>The libraries that are loaded by name.</summary>
    /// <param name="programs">The programs.</param>
    /// <param name="platforms">The platforms of the run.</param>
    public static IReadOnlyList<Requirement> Libraries(IReadOnlyList<GivenProgram> programs, IReadOnlyList<Platform> platforms)
    {
        List<Platform> unwinding = [.. platforms.Where(platform => programs.Any(program => program.Files.TryGetValue(platform, out var files) && files.Elves.Any(file => file.IsDynamic && Imports(file, _unwinding))))];
        return unwinding.Count > 0 ? RequirementFile.Parse("libgcc_s.so.1", "pthread_exit or backtrace of a program", unwinding) : [];
    }

    private static DataUse Use(IReadOnlyList<GivenProgram> programs) =>
        programs.SelectMany(program => program.Files.Values).SelectMany(files => files.Elves).Aggregate(DataUse.None, static (use, file) => use | DataUses.Of(file));

    private static bool Imports(ElfFile file, params ReadOnlySpan<string> names)
    {
        foreach (var symbol in file.UndefinedSymbols)
        {
            if (names.Contains(symbol.Name))
            {
                return true;
            }
        }

        return false;
    }
}
