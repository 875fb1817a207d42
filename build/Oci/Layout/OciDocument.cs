using System.Text.Json;
using System.Text.Unicode;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Oci.Layout;

/// <summary>Reads the JSON documents of a layout, which is untrusted input: any error in one throws an <see cref="OciException"/>.</summary>
internal static class OciDocument
{
    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Reads an index: its entries and its annotations.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="where">Its name in errors.</param>
    /// <param name="limits">The maximum number of entries.</param>
    /// <param name="mediaType">The type that its descriptor has; a type in the document must be the same.</param>
    public static OciIndex Index(ReadOnlyMemory<byte> content, string where, LayoutLimits limits, string mediaType = MediaTypes.Index) => Read(content, where, root =>
    {
        ExpectVersion(root, mediaType);
        var manifests = List(root, "manifests");
        if (manifests.Count > limits.MaximumManifests)
        {
            throw new FormatException($"more than {limits.MaximumManifests} entries");
        }

        return new OciIndex([.. manifests.Select(Descriptor)], Map(root, "annotations"));
    });

    /// <summary>Reads a list that others write too, such as one of referrers: an entry that is malformed, or has a digest of another algorithm, is passed over.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="where">Its name in errors.</param>
    /// <param name="limits">The maximum number of entries.</param>
    /// <exception cref="OciException">The list itself is malformed.</exception>
    public static OciIndex OpenList(ReadOnlyMemory<byte> content, string where, LayoutLimits limits) => Read(content, where, root =>
    {
        ExpectVersion(root, MediaTypes.Index);
        List<string> passedOver = [];
        List<OciDescriptor> read = [];
        foreach (var entry in List(root, "manifests").Take(limits.MaximumManifests))
        {
            try
            {
                read.Add(Descriptor(entry));
            }
            catch (FormatException error)
            {
                passedOver.Add(error.Message);
            }
        }

        return new OciIndex(read, Map(root, "annotations")) { PassedOver = passedOver };
    });

    /// <summary>Reads a manifest.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="where">Its name in errors.</param>
    /// <param name="mediaType">The type that its descriptor has; a type in the document must be the same.</param>
    public static OciManifest Manifest(ReadOnlyMemory<byte> content, string where, string mediaType = MediaTypes.Manifest) => Read(content, where, root =>
    {
        ExpectVersion(root, mediaType);
        return new OciManifest(Descriptor(Required(root, "config")), [.. List(root, "layers").Select(Descriptor)])
        {
            Annotations = Map(root, "annotations"),
            ArtifactType = Text(root, "artifactType"),
            Subject = Optional(root, "subject") is { } subject ? Descriptor(subject) : null,
        };
    });

    /// <summary>Reads an image configuration.</summary>
    public static OciImageConfig Config(ReadOnlyMemory<byte> content, string where) => Read(content, where, root =>
    {
        var rootfs = Required(root, "rootfs");
        if (Text(rootfs, "type") != "layers")
        {
            throw new FormatException("rootfs.type is not 'layers'");
        }

        var diffIds = Texts(rootfs, "diff_ids");
        if (diffIds.FirstOrDefault(digest => !OciDigest.IsValid(digest)) is { } wrong)
        {
            throw new FormatException($"'{SafeText.Text(wrong)}' is not a sha256 digest");
        }

        var config = Optional(root, "config");
        return new OciImageConfig(Platform(root), diffIds)
        {
            Created = Text(root, "created"),
            Run = (config is { } run ? RunConfig(run) : new ImageRunConfig([], [])) with { Author = Filled(root, "author") },
            Labels = config is { } labels ? Map(labels, "Labels") : OciJson.NoAnnotations,
            LayerHistory = List(root, "history").Count(entry => Optional(entry, "empty_layer") is not { ValueKind: JsonValueKind.True }),
        };
    });

    private static ImageRunConfig RunConfig(JsonElement config) => new(Texts(config, "Env"), Texts(config, "Cmd"))
    {
        EntryPoint = Texts(config, "Entrypoint"),
        User = Filled(config, "User"),
        WorkingDirectory = Filled(config, "WorkingDir"),
        StopSignal = Filled(config, "StopSignal"),
        ExposedPorts = Members(config, "ExposedPorts"),
        Volumes = Members(config, "Volumes"),
        HealthCheck = Optional(config, "Healthcheck") is { } check && Texts(check, "Test") is { Count: > 0 } test ? HealthCheck(check, test) : null,
        OnBuild = Texts(config, "OnBuild"),
        Shell = Texts(config, "Shell"),
    };

    private static HealthCheck HealthCheck(JsonElement check, IReadOnlyList<string> test) => new(test)
    {
        Interval = Number(check, "Interval") ?? 0,
        Timeout = Number(check, "Timeout") ?? 0,
        StartPeriod = Number(check, "StartPeriod") ?? 0,
        StartInterval = Number(check, "StartInterval") ?? 0,
        Retries = Number(check, "Retries") is not { } retries ? 0 : retries is >= 0 and <= int.MaxValue ? (int)retries : throw new FormatException("Retries is not a valid number of attempts"),
    };

    private static string? Filled(JsonElement element, string name) => Text(element, name) is { Length: > 0 } text ? text : null;

    // A set is an object with empty values.
    private static IReadOnlyList<string> Members(JsonElement element, string name) => Optional(element, name) is not { } set ? []
        : set.ValueKind == JsonValueKind.Object ? [.. set.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)]
        : throw new FormatException($"{name} is not a set");

    /// <summary>Reads the version in the marker file.</summary>
    public static string? LayoutVersion(ReadOnlyMemory<byte> content, string where) =>
        Read(content, where, root => Text(root, "imageLayoutVersion"));

    private static T Read<T>(ReadOnlyMemory<byte> content, string where, Func<JsonElement, T> read)
    {
        try
        {
            if (!Utf8.IsValid(content.Span))
            {
                throw new FormatException("it is not UTF-8");
            }

            using var document = JsonDocument.Parse(content, _strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(document.RootElement)
                : throw new FormatException("it is not a JSON object");
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            // System.Text.Json throws InvalidOperationException for an escaped lone surrogate.
            throw new OciException("a document of the image cannot be read", where, SafeText.Text(error.Message), inner: error);
        }
    }

    private static void ExpectVersion(JsonElement root, string mediaType)
    {
        if (Number(root, "schemaVersion") != 2)
        {
            throw new FormatException("schemaVersion is not 2");
        }

        if (Text(root, "mediaType") is { } found && found != mediaType)
        {
            throw new FormatException($"mediaType is '{SafeText.Text(found)}', not {mediaType}");
        }
    }

    private static OciDescriptor Descriptor(JsonElement element)
    {
        var digest = Text(element, "digest");
        var size = Number(element, "size");
        if (!OciDigest.IsValid(digest))
        {
            throw new FormatException($"'{SafeText.Text(digest ?? string.Empty)}' is not a sha256 digest");
        }

        if (size is null or <= 0)
        {
            throw new FormatException($"the size of {digest} is not a positive number");
        }

        return new OciDescriptor(Text(element, "mediaType") ?? string.Empty, digest!, size.Value)
        {
            ArtifactType = Text(element, "artifactType"),
            Platform = Optional(element, "platform") is { } platform && Text(platform, "os") is not null && Text(platform, "architecture") is not null ? Platform(platform) : null,
            Annotations = Map(element, "annotations"),
        };
    }

    private static OciPlatform Platform(JsonElement element) => new(
        Text(element, "os") ?? throw new FormatException("no os"),
        Text(element, "architecture") ?? throw new FormatException("no architecture"),
        Text(element, "variant") is { Length: > 0 } variant ? variant : null);

    private static JsonElement Required(JsonElement element, string name) =>
        Optional(element, name) ?? throw new FormatException($"no {name}");

    // A null means an absent member, as Go's encoders write it.
    private static JsonElement? Optional(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{name} is not a JSON object");
        }

        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private static string? Text(JsonElement element, string name) => Optional(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw new FormatException($"{name} is not a string"),
    };

    private static long? Number(JsonElement element, string name) => Optional(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        _ => throw new FormatException($"{name} is not a whole number"),
    };

    private static List<JsonElement> List(JsonElement element, string name) => Optional(element, name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray()],
        _ => throw new FormatException($"{name} is not a list"),
    };

    private static IReadOnlyList<string> Texts(JsonElement element, string name) =>
        [.. List(element, name).Select(item => item.ValueKind == JsonValueKind.String
            ? item.GetString()!
            : throw new FormatException($"{name} is not a list of strings"))];

    private static IReadOnlyDictionary<string, string> Map(JsonElement element, string name) => Optional(element, name) switch
    {
        null => OciJson.NoAnnotations,
        { ValueKind: JsonValueKind.Object } value => value.EnumerateObject().ToDictionary(
            member => member.Name,
            member => member.Value.ValueKind == JsonValueKind.String
                ? member.Value.GetString()!
                : throw new FormatException($"{name} is not a map of strings"),
            StringComparer.Ordinal),
        _ => throw new FormatException($"{name} is not a map"),
    };
}

/// <summary>An index as read.</summary>
internal sealed record OciIndex(IReadOnlyList<OciDescriptor> Manifests, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>Why entries were passed over; empty if none was.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];
}
