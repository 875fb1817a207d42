using System.Text.RegularExpressions;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Configuration;

/// <summary>A build machine: its platforms and its address.</summary>
/// <param name="Platforms">The platforms, at least one, in the order of <see cref="KnownPlatforms.All"/>.</param>
/// <param name="Endpoint">Its address as <c>docker buildx create</c> accepts it: a URL of ssh, tcp, unix, npipe or kubernetes, or a Docker context.</param>
internal sealed record BuilderNode(IReadOnlyList<Platform> Platforms, string Endpoint);

/// <summary>The options of a Docker build; none of them may change a byte of the image, except through the user's additions to Dockerfile.builder.</summary>
/// <param name="Driver">The driver, one of <see cref="Drivers"/>.</param>
/// <param name="Base">The base image of Dockerfile.builder; null for the suite's own.</param>
/// <param name="Nodes">The build machines; empty for the machine of the Docker engine.</param>
/// <param name="Name">An existing builder; null for the builder of this project.</param>
/// <param name="CacheFrom">The cache sources, in buildx syntax.</param>
/// <param name="CacheTo">The cache destinations, in buildx syntax.</param>
/// <param name="InstallBinfmt">Whether missing emulators are registered.</param>
internal sealed partial record BuilderOptions(
    string Driver,
    string? Base,
    IReadOnlyList<BuilderNode> Nodes,
    string? Name,
    IReadOnlyList<string> CacheFrom,
    IReadOnlyList<string> CacheTo,
    bool InstallBinfmt)
{
    /// <summary>Whether Docker compiles BusyBox even if the cache contains it.</summary>
    public bool NoCachedBusybox { get; init; }

    /// <summary>The drivers, with the word for automatic selection first (docs.docker.com/build/builders/drivers).</summary>
    public static IReadOnlyList<string> Drivers { get; } = ["auto", "docker", "docker-container", "kubernetes", "remote"];

    /// <summary>Reads the options of the builder.</summary>
    /// <exception cref="ConfigurationException">A value is invalid; the error names its source.</exception>
    internal static BuilderOptions Read(OptionReader reader) => new(
        ReadDriver(reader.Get(OptionTable.BuilderDriver)),
        ReadBase(reader.Get(OptionTable.BuilderBase)),
        ReadNodes(reader.Get(OptionTable.BuilderNodes)),
        ReadName(reader.Get(OptionTable.Builder)),
        ReadCache(reader.Get(OptionTable.CacheFrom)),
        ReadCache(reader.Get(OptionTable.CacheTo)),
        reader.GetSwitch(OptionTable.InstallBinfmt))
    { NoCachedBusybox = reader.GetSwitch(OptionTable.NoCachedBusybox) };

    private static string ReadDriver(OptionValue value) =>
        Drivers.FirstOrDefault(driver => driver.Equals(value.Value, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigurationException($"unknown driver {ValueList.Show(value.Value)}", value.Where, next: $"allowed: {OptionTable.BuilderDriver.Allowed}");

    // The name is written into a FROM line: it must not contain anything that could end the line or the word.
    private static string? ReadBase(OptionValue value) =>
        value.Value.Length == 0 ? null
        : ImagePattern().IsMatch(value.Value) ? value.Value
        : throw new ConfigurationException(
            $"{ValueList.Show(value.Value)} is not an image name", value.Where, next: "write it like debian:trixie-slim, mirror.lan:5000/debian:trixie or debian@sha256:...");

    private static List<BuilderNode> ReadNodes(OptionValue value)
    {
        var nodes = new List<BuilderNode>();
        foreach (var text in ValueList.Split(value.Value, hasSemicolons: true))
        {
            // A platform contains neither character, an address may. Cake cannot read a second = from its file, hence the @.
            var cut = text.IndexOfAny(['=', '@']);
            var endpoint = text[(cut + 1)..];
            if (cut < 1 || !EndpointPattern().IsMatch(endpoint))
            {
                throw new ConfigurationException(
                    $"{ValueList.Show(text)} is not a builder node", value.Where, "a node consists of its platforms, joined by +, and its address", $"allowed: {OptionTable.BuilderNodes.Allowed}");
            }

            nodes.Add(new BuilderNode(PlatformList.Parse(text[..cut].Replace('+', ','), value.Where), endpoint));
        }

        return nodes.SelectMany(node => node.Platforms).GroupBy(platform => platform).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ConfigurationException($"{twice.Key} is built by two nodes", value.Where, next: "assign it to one of them")
            : nodes;
    }

    private static string? ReadName(OptionValue value) =>
        value.Value.Length == 0 ? null
        : NamePattern().IsMatch(value.Value) ? value.Value
        : throw new ConfigurationException($"{ValueList.Show(value.Value)} is not a builder name", value.Where, "a builder name consists of letters, digits, dots, dashes and underscores, and starts with a letter");

    private static List<string> ReadCache(OptionValue value) =>
        ValueList.IsNone(value.Value) ? [] : [.. value.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"\A(?:(?:ssh|tcp|unix|npipe|kubernetes)://[^\s]{0,500}|[A-Za-z0-9][A-Za-z0-9_.+-]{0,99})\z", RegexOptions.CultureInvariant)]
    private static partial Regex EndpointPattern();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
