using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BusyboxGlibc.Configuration;

namespace BusyboxGlibc.Tests.Configuration;

/// <summary>What the documentation says of the options, written from the table.</summary>
internal static class OptionDocuments
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The cells of an option's row in the documentation, without the description.</summary>
    public static IReadOnlyList<string> Cells(Option option) =>
    [
        option.Section is null ? string.Empty : Code($"[{option.Section}] {option.Name}"),
        Code(option.ExampleArgument),
        option.EnvironmentVariable is { } variable ? Code(variable) : string.Empty,
        Default(option) is var text && text.Contains(' ') ? text : Code(text),
    ];

    /// <summary>Whether the default is a value, the same in every language.</summary>
    public static bool HasValueAsDefault(Option option) => !Default(option).Contains(' ');

    /// <summary>The rows of the table of <c>docs/options.md</c>.</summary>
    public static string Rows() => string.Concat(OptionTable.All.Select(option => Row([.. Cells(option), option.Description])));

    /// <summary><c>docs/options.schema.json</c>.</summary>
    public static string Schema()
    {
        var sections = OptionTable.Sections.Select(section =>
            KeyValuePair.Create<string, JsonNode?>(section, Closed(
                $"Section [{section}] of cake.config.",
                OptionTable.All.Where(option => option.Section == section).Select(option => KeyValuePair.Create<string, JsonNode?>(option.Name, Value(option))))));
        var arguments = OptionTable.All.Select(option => KeyValuePair.Create<string, JsonNode?>(
            option.Argument,
            option.Section is null ? Value(option) : new JsonObject { ["$ref"] = $"#/properties/{option.Section}/properties/{option.Name}" }));
        var cakes = CakeConfigFile.CakeSections.Select(section =>
            KeyValuePair.Create<string, JsonNode?>(section, new JsonObject { ["description"] = "Cake's own.", ["type"] = "object" }));
        var all = Closed(
            "What cake.config may hold, an object a section, and under arguments what the command line may, names without dashes.",
            [.. sections, .. cakes, KeyValuePair.Create<string, JsonNode?>("arguments", Closed("Arguments of build.sh.", arguments))]);
        var variant = Closed(
            "A variant of the image.",
            VariantSection.Keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key, OptionTable.Find(OptionTable.Image, key) is null
                ? new JsonObject { ["description"] = "Lines of lib-requires.txt that the variant adds, separated by commas.", ["type"] = "string", ["examples"] = new JsonArray("+libssl,libcrypto") }
                : new JsonObject { ["$ref"] = $"#/properties/{OptionTable.Image}/properties/{key}" })));
        all["patternProperties"] = new JsonObject { ["^Variant[.][a-z0-9]+([.-][a-z0-9]+)*$"] = variant };
        var whole = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "Options of busybox-glibc" };
        foreach (var (key, value) in all)
        {
            whole[key] = value?.DeepClone();
        }

        return whole.ToJsonString(_indented).Replace("\r\n", "\n", StringComparison.Ordinal) + "\n";
    }

    private static string Default(Option option) => option.DefaultText ?? option.Default;

    private static string Code(string text) => $"`{text}`";

    private static string Row(IEnumerable<string> cells) => $"|{string.Concat(cells.Select(cell => cell.Length == 0 ? " |" : $" {cell} |"))}\n";

    private static JsonObject Closed(string description, IEnumerable<KeyValuePair<string, JsonNode?>> properties) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(properties),
    };

    private static JsonObject Value(Option option)
    {
        var value = new JsonObject { ["description"] = option.Description };
        if (option.IsSwitch)
        {
            value["enum"] = new JsonArray(true, false, "true", "false", "yes", "no", "on", "off", "1", "0");
        }
        else if (option.Maximum is { } maximum)
        {
            value["type"] = new JsonArray("integer", "string");
            (value["minimum"], value["maximum"], value["pattern"]) = (1, maximum, "^[0-9]+$");
        }
        else
        {
            value["type"] = "string";
            if (option is { Words: { } words, TakesSeveralWords: true })
            {
                var any = $"{(option.TakesChanges ? "[+-]?" : null)}({string.Join('|', words)})";
                value["pattern"] = $"^({(option.Allowed.EndsWith("or none", StringComparison.Ordinal) ? "none|" : string.Empty)}{any}([,; ]+{any})*[,; ]*)$";
            }
            else if (option.Words is { } choice)
            {
                value["enum"] = new JsonArray([.. choice.Select(word => JsonValue.Create(word))]);
            }
        }

        if (option.DefaultText is null || option.Words is not null)
        {
            value["default"] = Typed(option, option.Default);
        }

        value["examples"] = new JsonArray(Typed(option, option.Example));
        return value;
    }

    private static JsonValue Typed(Option option, string text) =>
        option.IsSwitch ? JsonValue.Create(text is "" or "true")
        : option.Maximum is not null ? JsonValue.Create(int.Parse(text))
        : JsonValue.Create(text);
}
