using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>What the settings of a Dockerfile make of an image.</summary>
/// <param name="Run">How its programs are started.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Folders">The folders that <c>WORKDIR</c> makes, in their order.</param>
internal sealed record ImageSettings(ImageRunConfig Run, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<WorkingFolder> Folders);

/// <summary>A folder that <c>WORKDIR</c> makes where it is not there, with those above it.</summary>
/// <param name="Path">As the configuration has it: absolute.</param>
/// <param name="User">Whom it belongs to, as <c>USER</c> has it; null for root.</param>
/// <param name="Where">File and line.</param>
internal sealed record WorkingFolder(string Path, string? User, string Where);

/// <summary>What the settings of a Dockerfile start from.</summary>
/// <param name="Environment">The environment that the build gives an image, <c>NAME=value</c>, set where the root file system comes.</param>
/// <param name="Labels">The labels that the build gives an image, set there too.</param>
/// <param name="Arguments">What <c>ARG</c> finds where it names no value: those before the first stage, those of the platforms.</param>
/// <param name="Given">What <c>ARG</c> finds whatever value it names.</param>
internal sealed record SettingsBase(
    IReadOnlyList<string> Environment, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Arguments, IReadOnlyDictionary<string, string> Given);
