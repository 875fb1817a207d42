using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using Cake.Core.IO;
using Path = System.IO.Path;

namespace BusyboxGlibc.Setup;

/// <summary>Where the files of a run are: those of the project that the build writes, and those of the artifacts and the cache.</summary>
/// <param name="inputs">The options.</param>
public sealed class BuildPaths(BuildInputs inputs)
{
    /// <summary>The lock.</summary>
    public string Lock => Path.Combine(inputs.RootFolder, "image.lock.json");

    /// <summary>The solution of the program and its tests.</summary>
    public string Solution => Path.Combine(inputs.RootFolder, "busybox-glibc.slnx");

    /// <summary>Everything that is made.</summary>
    public string Artifacts => inputs.Options.Run.ArtifactsFolder;

    /// <summary>What is fetched and compiled once.</summary>
    public string Cache => inputs.Options.Run.CacheFolder;

    /// <summary>The layout.</summary>
    public string Layout => Path.Combine(Artifacts, "oci");

    /// <summary>The archive that docker, podman and skopeo load.</summary>
    public string Archive => Path.Combine(Artifacts, "busybox-glibc.tar");

    /// <summary>What was published where.</summary>
    public string Published => Path.Combine(Artifacts, "published.json");

    /// <summary>What compilers and engines say.</summary>
    public string Logs => Path.Combine(Artifacts, "logs");

    /// <summary>Where private roots are unpacked; what a killed run left in it may go.</summary>
    public string Smoke => Path.Combine(Artifacts, "smoke");

    /// <summary>Everything that Docker is given beside the project.</summary>
    public string Buildx => Path.Combine(Artifacts, "buildx");

    /// <summary>The joined Dockerfile.</summary>
    public string Dockerfile => Path.Combine(Artifacts, "Dockerfile");

    /// <summary>The results of the project's own tests, which no option moves.</summary>
    public string TestResults => Path.Combine(inputs.RootFolder, "artifacts", "tests");

    /// <summary>Which lines the tests ran; in the same place.</summary>
    public DirectoryPath Coverage => Path.Combine(inputs.RootFolder, "artifacts", "coverage");

    /// <summary>The base trees, one a platform.</summary>
    public IReadOnlyList<BaseTreeFile> BaseTrees =>
        [.. inputs.Options.Image.Platforms.Select(platform => new BaseTreeFile(platform, BaseFolder))];

    /// <summary>The folders that a build makes in the artifacts, which may be a folder of the user's own.</summary>
    public IReadOnlyList<DirectoryPath> MadeFolders => [BaseFolder, Buildx, Logs, Layout, Smoke, TestResults, Coverage];

    /// <summary>The files that a build makes there.</summary>
    public IReadOnlyList<FilePath> MadeFiles =>
        [Archive, $"{Archive}.json", Dockerfile, $"{Layout}.smoke.json", $"{Layout}.packed.json", $"{Layout}.verified.json", Published, Path.Combine(Artifacts, FolderLock.FileName)];

    private string BaseFolder => Path.Combine(Artifacts, "base");
}
