using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>The image settings that result from a Dockerfile.</summary>
/// <param name="Run">Its run configuration.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Folders">The folders that <c>WORKDIR</c> creates, in order.</param>
internal sealed record ImageSettings(ImageRunConfig Run, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<WorkingFolder> Folders);

/// <summary>A folder that <c>WORKDIR</c> creates if it does not exist, with its parents.</summary>
/// <param name="Path">The path as in the configuration: absolute.</param>
/// <param name="User">Its owner, as in <c>USER</c>; null for root.</param>
/// <param name="Where">File and line.</param>
internal sealed record WorkingFolder(string Path, string? User, string Where);

/// <summary>The initial values for the settings of a Dockerfile.</summary>
/// <param name="Environment">The environment that the build adds to an image, <c>NAME=value</c>, set where the root file system is copied.</param>
/// <param name="Labels">The labels that the build adds to an image, set there too.</param>
/// <param name="Arguments">The values for <c>ARG</c> without a default: those before the first stage, those of the platforms.</param>
/// <param name="Given">The values that override the default of <c>ARG</c>.</param>
internal sealed record SettingsBase(
    IReadOnlyList<string> Environment, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Arguments, IReadOnlyDictionary<string, string> Given);
