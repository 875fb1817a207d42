using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Tests.Registry;

/// <summary>The parts of registries that people publish to most, each a set of the playing registry's switches.</summary>
internal sealed partial class PlayingRegistry
{
    /// <summary>The parts by name.</summary>
    public static IReadOnlyDictionary<string, Func<PlayingRegistry>> Known { get; } = new Dictionary<string, Func<PlayingRegistry>>
    {
        // Takes Docker's types only.
        ["swr"] = () => new PlayingRegistry
        {
            Judge = (type, _) => type.Contains("vnd.oci", StringComparison.Ordinal) ? PlayedAnswer.Error(400, "MANIFEST_INVALID", "Invalid image, fail to parse 'manifest.json'") : null,
        },

        // Takes OCI's types, but no configuration of the empty type and no index of several platforms with one.
        ["acr"] = () => new PlayingRegistry
        {
            Judge = (type, json) => type == MediaTypes.Index || (json.TryGetProperty("config", out var config) && config.GetProperty("mediaType").GetString() == MediaTypes.Empty)
                ? PlayedAnswer.Error(403, "DENIED", "unknown manifest class for application/vnd.oci.image.index.v1+json")
                : null,
            MountStatus = 202,
        },

        // Shows a manifest when a tag leads to it, and says 202 to one.
        ["quay"] = () => new PlayingRegistry { HidesUntagged = true, ManifestStatus = 202, MountStatus = 202 },

        // Shows what was put a while later, takes parts of 4 MiB, and denies what is not there.
        ["ghcr"] = () => new PlayingRegistry { Lag = TimeSpan.FromSeconds(1), Most = (4 << 20, 416), AbsentStatus = 403, MountStatus = 405 },
    };
}
