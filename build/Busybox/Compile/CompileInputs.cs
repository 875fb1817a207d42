using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>An input file of a compilation.</summary>
/// <param name="Name">Its path in the recipe's messages: relative to the project if it is a project file.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record CompileFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>All inputs of the compilation of BusyBox for one platform; they determine the key of the result.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Release">The release.</param>
/// <param name="Recipe">The script, <c>compile.sh</c>.</param>
/// <param name="Fragments">The configuration fragments applied to <c>make defconfig</c>; later ones override earlier ones.</param>
/// <param name="Patches">The patches, in the order in which they are applied.</param>
/// <param name="Tools">The packages of the build root that are visible to the platform's compilation.</param>
internal sealed record CompileInputs(
    Platform Platform,
    BusyboxRelease Release,
    CompileFile Recipe,
    IReadOnlyList<CompileFile> Fragments,
    IReadOnlyList<CompileFile> Patches,
    IReadOnlyList<PinnedPackage> Tools)
{
    /// <summary>The recipe's path in the project.</summary>
    public const string RecipePath = "build/Busybox/compile.sh";

    /// <summary>The configuration that users edit, at the top of the project.</summary>
    public const string FragmentPath = "busybox.config";

    /// <summary>The key of the result.</summary>
    public string Key => InputKey.Of(
    [
        Platform.Name,
        Platform.BusyboxArchitecture,
        Platform.CrossPrefix,
        Release.Version,
        Release.Sha256,
        Release.Epoch.ToString(CultureInfo.InvariantCulture),
        Digest(Recipe),
        "fragments",
        .. Fragments.Select(Digest),
        "patches",
        .. Patches.Select(patch => $"{patch.Name} {Digest(patch)}"),
        "tools",
        .. Tools.Select(tool => $"{tool.Name} {tool.Version} {tool.Architecture} {tool.Sha256}").Order(StringComparer.Ordinal),
    ]);

    /// <summary>Reads the project's part of the inputs.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="release">The release.</param>
    /// <param name="tools">The packages of the build root that are visible to the platform's compilation.</param>
    /// <param name="folders">The folders of the project and of the program.</param>
    /// <exception cref="BusyboxException">A project file cannot be read.</exception>
    public static CompileInputs Read(Platform platform, BusyboxRelease release, IReadOnlyList<PinnedPackage> tools, ProjectFolders folders)
    {
        var options = release.OptionsFor(platform);
        List<CompileFile> fragments = [ReadFile(folders, FragmentPath)];
        if (options.Count > 0)
        {
            fragments.Add(new CompileFile(
                BusyboxReleases.FileName, Encoding.UTF8.GetBytes(string.Concat(options.Select(line => line + "\n")))));
        }

        return new CompileInputs(
            platform,
            release,
            ReadFile(folders, RecipePath),
            fragments,
            [.. release.Patches.SelectMany(folder => PatchesOf(folders, folder))],
            tools);
    }

    private static IEnumerable<CompileFile> PatchesOf(ProjectFolders folders, string folder)
    {
        var path = folders.PathOf(folder);
        try
        {
            return [.. Directory.EnumerateFiles(path, "*.patch").Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(name => ReadFile(folders, $"{folder}/{name}"))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static CompileFile ReadFile(ProjectFolders folders, string name)
    {
        var path = folders.PathOf(name);
        try
        {
            return new CompileFile(name, File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static BusyboxException Unreadable(string path, Exception error) =>
        new($"cannot read {Path.GetFileName(path)}", path, error.Message, "restore the committed file", error);

    private static string Digest(CompileFile file) => Convert.ToHexStringLower(SHA256.HashData(file.Content.Span));
}
