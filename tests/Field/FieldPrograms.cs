using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Field;

/// <summary>A row of <c>programs.txt</c>.</summary>
/// <param name="Package">The package.</param>
/// <param name="Path">The program in it.</param>
/// <param name="Version">The arguments that make it tell its version.</param>
/// <param name="Platforms">The platforms to fetch it for; null for all.</param>
internal sealed record FieldProgram(string Package, string Path, string Version, string? Platforms);

/// <summary>Programs of Debian's packages, as users bring them.</summary>
internal static class FieldPrograms
{
    /// <summary>All rows.</summary>
    public static IReadOnlyList<FieldProgram> All { get; } =
    [
        .. File.ReadLines(Path.Combine(ProjectCopy.RepositoryFolder, "tests", "Field", "programs.txt")).Where(line => line.Length > 0 && line[0] != '#').Select(line =>
        {
            var words = line.Split('[')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new FieldProgram(words[0], words[1], string.Join(' ', words[2..]), line.Contains('[', StringComparison.Ordinal) ? line.Split('[')[1].TrimEnd(']') : null);
        }),
    ];

    /// <summary>Fetches programs into a folder; those that the suite lacks on the platform are left out.</summary>
    /// <returns>The programs, each with its path.</returns>
    public static async Task<IReadOnlyList<(FieldProgram Program, string Path)>> FetchAsync(IEnumerable<FieldProgram> programs, Platform platform, string folder)
    {
        using var suite = await RealSuite.OpenAsync("trixie");
        var index = await suite.PackagesAsync(platform.DebianArchitecture, default);
        var store = new PackageStore(RealSuite.Client(), RealSuite.HostMirrors, RealSuite.Cache, new SilentProgressBoard());
        var paths = new List<(FieldProgram, string)>();
        foreach (var program in programs)
        {
            if (index.Find(program.Package) is not { } found || await FileOfAsync(store, found.Pin) is not { } deb)
            {
                continue;
            }

            var given = GivenReader.Read(deb, "/", default);
            var file = given.Files.FirstOrDefault(file => file.Path == program.Path);
            Assert.That(file, Is.Not.Null, $"{program}: {string.Join(' ', given.Files.Take(9).Select(other => other.Path))}");
            var path = Path.Combine(folder, Path.GetFileName(program.Path));
            await File.WriteAllBytesAsync(path, file!.Content.ToArray());
            paths.Add((program, path));
        }

        return paths;
    }

    /// <summary>Where CheckBinary supposes a program in the image.</summary>
    public static string In(string path) => $"/opt/{Path.GetFileName(path)}/{Path.GetFileName(path)}";

    /// <summary>A program laid there.</summary>
    public static RootfsEntry Entry(string path) => new(In(path)[1..], RootfsEntryType.File, 0x1ED, 0, 0, null, null, File.ReadAllBytes(path), "test");

    // A mirror in mid-update lists packages that it does not have yet.
    private static async Task<string?> FileOfAsync(PackageStore store, PinnedPackage pin)
    {
        try
        {
            return await store.FetchAsync(pin, default);
        }
        catch (PackageGoneException)
        {
            return null;
        }
    }
}
