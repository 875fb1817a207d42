using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>A file that goes into a compilation.</summary>
/// <param name="Name">Its path as the recipe's messages show it: relative to the project where it is a file of it.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record CompileFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>Everything that one platform's BusyBox is compiled from, and thereby the name of the result.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Release">The release.</param>
/// <param name="Recipe">The script, <c>compile.sh</c>.</param>
/// <param name="Fragments">The configuration laid over <c>make defconfig</c>, the later one winning.</param>
/// <param name="Patches">The patches, in the order they are applied.</param>
/// <param name="Tools">The packages of the build root that the platform's compilation can see.</param>
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

    /// <summary>The configuration people edit, at the top of the project.</summary>
    public const string FragmentPath = "busybox.config";

    /// <summary>The name of the result.</summary>
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
    /// <param name="tools">The packages of the build root that the platform's compilation can see.</param>
    /// <param name="projectFolder">The project.</param>
    /// <exception cref="BusyboxException">A file of the project cannot be read.</exception>
    public static CompileInputs Read(Platform platform, BusyboxRelease release, IReadOnlyList<PinnedPackage> tools, string projectFolder)
    {
        var options = release.OptionsFor(platform);
        List<CompileFile> fragments = [ReadFile(projectFolder, FragmentPath)];
        if (options.Count > 0)
        {
            fragments.Add(new CompileFile(
                BusyboxReleases.FileName, Encoding.UTF8.GetBytes(string.Concat(options.Select(line => line + "\n")))));
        }

        return new CompileInputs(
            platform,
            release,
            ReadFile(projectFolder, RecipePath),
            fragments,
            [.. release.Patches.SelectMany(folder => PatchesOf(projectFolder, folder))],
            tools);
    }

    private static IEnumerable<CompileFile> PatchesOf(string projectFolder, string folder)
    {
        var path = Path.Combine(projectFolder, folder);
        try
        {
            return [.. Directory.EnumerateFiles(path, "*.patch").Select(Path.GetFileName).Order(StringComparer.Ordinal).Select(name => ReadFile(projectFolder, $"{folder}/{name}"))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static CompileFile ReadFile(string projectFolder, string name)
    {
        var path = Path.Combine(projectFolder, name);
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
        new($"cannot read {Path.GetFileName(path)}", path, error.Message, "take the committed file back", error);

    private static string Digest(CompileFile file) => Convert.ToHexStringLower(SHA256.HashData(file.Content.Span));
}
