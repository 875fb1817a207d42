namespace BusyboxGlibc.Docker.Buildx;

/// <summary>The values filled into the Dockerfile.</summary>
/// <param name="Base">The image that Dockerfile.builder starts from.</param>
/// <param name="Release">The BusyBox release to compile; null for none.</param>
/// <param name="Environment">The image's environment, <c>NAME=value</c>.</param>
/// <param name="Labels">The image's labels.</param>
/// <param name="Epoch">The latest time of any file in the image, seconds since 1970-01-01 UTC.</param>
internal sealed record DockerfileValues(
    string Base,
    DockerfileRelease? Release,
    IReadOnlyList<string> Environment,
    IReadOnlyDictionary<string, string> Labels,
    long Epoch);

/// <summary>The BusyBox release in a Dockerfile.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">Checksum of its tarball, 64 lower-case hexadecimal digits.</param>
/// <param name="Date">Its release date, <c>2026-05-13</c>.</param>
/// <param name="Patches">Folders of patches, relative to the project.</param>
internal sealed record DockerfileRelease(string Version, string Sha256, string Date, IReadOnlyList<string> Patches);
