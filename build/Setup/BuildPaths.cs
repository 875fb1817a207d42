using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using Cake.Core.IO;
using Path = System.IO.Path;

namespace BusyboxGlibc.Setup;

/// <summary>The paths of a run's files: files of the project that the build writes, the artifacts and the cache.</summary>
/// <param name="inputs">The options.</param>
public sealed class BuildPaths(BuildInputs inputs)
{
    /// <summary>The lock.</summary>
    public string Lock => Path.Combine(inputs.RootFolder, "image.lock.json");

    /// <summary>The solution of the program and its tests.</summary>
    /// <exception cref="Foundation.Errors.BuildException">The program is installed without its sources.</exception>
    public string Solution => inputs.Folders.HasSources ? Path.Combine(inputs.Folders.Tool, "busybox-glibc.slnx")
        : throw new Foundation.Errors.BuildException("an installed program has no sources", inputs.Folders.Tool, next: "run sh build.sh --target=Lint in a clone of the repository");

    /// <summary>The folder of everything the build produces.</summary>
    public string Artifacts => inputs.Options.Run.ArtifactsFolder;

    /// <summary>The folder of downloaded and compiled files, kept between runs.</summary>
    public string Cache => inputs.Options.Run.CacheFolder;

    /// <summary>The folder of locks for settings that were only tried.</summary>
    public string TriedLocks => Path.Combine(Artifacts, "tried");

    /// <summary>The layout.</summary>
    public string Layout => Path.Combine(Artifacts, $"oci{inputs.Suffix}");

    /// <summary>The archive that docker, podman and skopeo load.</summary>
    public string Archive => Path.Combine(Artifacts, $"busybox-glibc{inputs.Suffix}.tar");

    /// <summary>What the layout promises to programs.</summary>
    public string Abi => Path.Combine(Artifacts, $"abi{inputs.Suffix}.json");

    /// <summary>The statements about the layout, and their signatures.</summary>
    public string Attestations => Path.Combine(Artifacts, $"attestations{inputs.Suffix}");

    /// <summary>The record of what was published, and where.</summary>
    public string Published => Path.Combine(Artifacts, "published.json");

    /// <summary>The report.</summary>
    public string Report => Path.Combine(Artifacts, "report.html");

    /// <summary>The facts of the report, for programs and for the next one.</summary>
    public string ReportData => Path.Combine(Artifacts, "report.json");

    /// <summary>The record of what the report was made from.</summary>
    public string ReportStamp => Path.Combine(Artifacts, "report.stamp.json");

    /// <summary>What is in each image.</summary>
    public string Sboms => Path.Combine(Artifacts, $"sbom{inputs.Suffix}");

    /// <summary>The sources of the image, and where they are.</summary>
    public string Sources => Path.Combine(Artifacts, "sources");

    /// <summary>Which vulnerabilities do not concern the images.</summary>
    public string Vex => Path.Combine(Artifacts, $"vex{inputs.Suffix}");

    /// <summary>What an update changes, for a pull request.</summary>
    public string Update => Path.Combine(Artifacts, "update.md");

    /// <summary>The logs of compilers and engines.</summary>
    public string Logs => Path.Combine(Artifacts, "logs");

    /// <summary>The folder in which private roots are unpacked; leftovers of a killed run may be deleted.</summary>
    public string Smoke => Path.Combine(Artifacts, "smoke");

    /// <summary>The build contexts that Docker gets besides the project.</summary>
    public string Buildx => Path.Combine(Artifacts, "buildx");

    /// <summary>The joined Dockerfile.</summary>
    public string Dockerfile => Path.Combine(Artifacts, "Dockerfile");

    /// <summary>The results of the project's own tests; no option changes this path.</summary>
    public string TestResults => Path.Combine(inputs.Folders.Tool, "artifacts", "tests");

    /// <summary>The coverage reports of the tests; no option changes this path.</summary>
    public DirectoryPath Coverage => Path.Combine(inputs.Folders.Tool, "artifacts", "coverage");

    /// <summary>The base trees, one per platform; for a variant without files of its own those of the image.</summary>
    public IReadOnlyList<BaseTreeFile> BaseTrees =>
        [.. inputs.Options.Image.Platforms.Select(platform => new BaseTreeFile(platform, BaseFolder))];

    /// <summary>The folders that a build creates in the artifacts folder, which may be a folder of the user.</summary>
    public IReadOnlyList<DirectoryPath> MadeFolders => [Path.Combine(Artifacts, "base"), Buildx, Logs, TriedLocks, Sources, .. OwnFolders, .. Variants.SelectMany(variant => variant.OwnFolders), Smoke, TestResults, Coverage];

    /// <summary>The files that a build creates there.</summary>
    public IReadOnlyList<FilePath> MadeFiles =>
        [.. OwnFiles, .. Variants.SelectMany(variant => variant.OwnFiles), Update, Dockerfile, Published, Report, ReportData, ReportStamp, Path.Combine(Artifacts, FolderLock.FileName)];

    /// <summary>A path as a user types it in the folder that the command was started in.</summary>
    public string Shown(string path) => Path.GetRelativePath(inputs.Folders.Started, path) is var relative && relative.Length < path.Length ? relative : path;

    private string BaseFolder => inputs.HasOwnFiles ? Path.Combine(Artifacts, "base", inputs.Variant!.Name) : Path.Combine(Artifacts, "base");

    private IEnumerable<BuildPaths> Variants => inputs.AllVariants.Select(variant => new BuildPaths(variant));

    private IReadOnlyList<DirectoryPath> OwnFolders => [Layout, Sboms, Vex, Attestations];

    private IReadOnlyList<FilePath> OwnFiles => [Abi, Archive, $"{Archive}.json", $"{Sboms}.json", $"{Vex}.json", $"{Layout}.smoke.json", $"{Layout}.packed.json", $"{Layout}.verified.json"];
}
