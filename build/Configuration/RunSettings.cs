using System.Globalization;
using System.Text.Json;

namespace BusyboxGlibc.Configuration;

/// <summary>A setting of an image's run configuration.</summary>
/// <param name="Value">The value.</param>
/// <param name="Where">Where it was written, for an error.</param>
/// <param name="IsOfRun">Whether this run alone sets it, by an argument or the environment: then it takes precedence over Dockerfile.run, otherwise that does.</param>
internal sealed record RunSetting<T>(T Value, string Where, bool IsOfRun);

/// <summary>
/// The settings of <c>[Image]</c> that say how a container of the image is started (OCI config.md). Each is null if it is not set. Ports and the signal
/// are checked where they are used.
/// </summary>
internal sealed record RunSettings
{
    private const string ListAdvice = """write words separated by blanks, or a JSON array: --{0}='["prog", "--name=two words"]'; without its brackets in cake.config, such as {1}="prog", "two words" there""";

    /// <summary>No setting.</summary>
    public static RunSettings None { get; } = new();

    /// <summary>The user: <c>name</c>, <c>uid</c>, either with <c>:group</c> or <c>:gid</c>.</summary>
    public RunSetting<string>? User { get; init; }

    /// <summary>The environment: names and values, in the order written.</summary>
    public RunSetting<IReadOnlyList<(string Name, string Value)>>? Environment { get; init; }

    /// <summary>The working directory: absolute.</summary>
    public RunSetting<string>? WorkingDirectory { get; init; }

    /// <summary>What a container runs: a program and its first arguments.</summary>
    public RunSetting<IReadOnlyList<string>>? EntryPoint { get; init; }

    /// <summary>The default command, or the arguments of the entry point.</summary>
    public RunSetting<IReadOnlyList<string>>? Command { get; init; }

    /// <summary>The labels: keys and values, in the order written.</summary>
    public RunSetting<IReadOnlyList<(string Name, string Value)>>? Labels { get; init; }

    /// <summary>The ports, as in <c>EXPOSE</c>.</summary>
    public RunSetting<IReadOnlyList<string>>? Ports { get; init; }

    /// <summary>The folders that are volumes: absolute.</summary>
    public RunSetting<IReadOnlyList<string>>? Volumes { get; init; }

    /// <summary>The signal that stops a container, as in <c>STOPSIGNAL</c>.</summary>
    public RunSetting<string>? StopSignal { get; init; }

    /// <summary>The values as text: equal settings have equal texts, wherever they were written.</summary>
    public string Key => JsonSerializer.Serialize<object?[]>(
    [
        User?.Value, Pairs(Environment), WorkingDirectory?.Value, EntryPoint?.Value, Command?.Value, Pairs(Labels), Ports?.Value, Volumes?.Value, StopSignal?.Value,
        // Which of them take precedence over Dockerfile.run.
        new object?[] { User?.IsOfRun, Environment?.IsOfRun, WorkingDirectory?.IsOfRun, EntryPoint?.IsOfRun, Command?.IsOfRun, Labels?.IsOfRun, StopSignal?.IsOfRun },
    ]);

    /// <summary>Reads the options.</summary>
    /// <exception cref="ConfigurationException">One is malformed.</exception>
    public static RunSettings Read(OptionReader reader) => new()
    {
        User = Read(reader, OptionTable.User, UserOf),
        Environment = Read(reader, OptionTable.Env, value => Pairs(OptionTable.Env, value)),
        WorkingDirectory = Read(reader, OptionTable.WorkingDirectory, value => Folder(OptionTable.WorkingDirectory, value.Value, value.Where)),
        EntryPoint = Read(reader, OptionTable.Entrypoint, value => Words(OptionTable.Entrypoint, value)),
        Command = Read(reader, OptionTable.Cmd, value => Words(OptionTable.Cmd, value)),
        Labels = Read(reader, OptionTable.Labels, value => Pairs(OptionTable.Labels, value)),
        Ports = Read(reader, OptionTable.Ports, value => (IReadOnlyList<string>)ValueList.Split(value.Value)),
        Volumes = Read(reader, OptionTable.Volumes, value => (IReadOnlyList<string>)[.. PathList.Split(value.Value).Select(path => Folder(OptionTable.Volumes, path, value.Where))]),
        StopSignal = Read(reader, OptionTable.StopSignal, value => value.Value),
    };

    private static RunSetting<T>? Read<T>(OptionReader reader, Option option, Func<OptionValue, T> read) =>
        reader.Get(option) is var value && ValueList.IsNone(value.Value) && !IsCleared(option, value) ? null : new RunSetting<T>(read(value), value.Where, value.IsOfVariant || value is { Line: 0, IsDefault: false });

    // A variant clears the entry point of the image, which other settings can be changed in place of.
    private static bool IsCleared(Option option, OptionValue value) => value.IsOfVariant && (option == OptionTable.Entrypoint ? true : throw new ConfigurationException(
        $"{option.Name}={OptionTable.None} has no meaning in a variant", value.Where, "what a variant does not set is that of the image", option == OptionTable.User ? "write User=0 for root, or remove the line" : "write a value, or remove the line"));

    private static string[][]? Pairs(RunSetting<IReadOnlyList<(string Name, string Value)>>? setting) => setting is null ? null : [.. setting.Value.Select(pair => new[] { pair.Name, pair.Value })];

    // The form alone: whether the image has the account is checked in the image.
    private static string UserOf(OptionValue value)
    {
        var parts = value.Value.Split(':');
        var fault = parts.Length > 2 ? "it has more than two parts"
            : parts.Any(part => part.Length == 0) ? "a part is empty"
            : parts.Any(part => part.Any(letter => char.IsWhiteSpace(letter) || letter is ',' or '/')) ? "a name has no blanks, commas or slashes"
            : parts.Any(part => part.All(char.IsAsciiDigit) && !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? "a number is above 2147483647"
            : null;
        return fault is null ? value.Value
            : throw new ConfigurationException($"{OptionTable.User.Name} is not a user: {ValueList.Show(value.Value)}", value.Where, fault, "write a name or a number, and a group after a colon if it is another: nonroot, 65532, 65532:0");
    }

    private static string Folder(Option option, string path, string where) => path.StartsWith('/') && !path.Any(char.IsControl) ? path
        : throw new ConfigurationException($"{option.Name} must be an absolute path, not {ValueList.Show(path)}", where, next: $"write --{option.Argument}=/{ValueList.Show(path).TrimStart('.', '/')}");

    private static IReadOnlyList<string> Words(Option option, OptionValue value)
    {
        var text = value.Value;
        if (ValueList.IsNone(text))
        {
            return [];
        }

        if (text[0] is not ('[' or '"'))
        {
            return text.IndexOfAny(['"', '\'', '$', '|', '&', '>', '<']) < 0 ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : throw Malformed("quotes and variables have no meaning here, because no shell reads it");
        }

        try
        {
            return JsonSerializer.Deserialize<string[]>(text[0] == '"' ? $"[{text}]" : text) is { Length: > 0 } words && words.All(word => !string.IsNullOrEmpty(word)) ? words
                : throw Malformed("the array has no words, or empty ones");
        }
        catch (JsonException)
        {
            throw Malformed("it is not a JSON array of texts");
        }

        ConfigurationException Malformed(string why) =>
            new($"{option.Name} cannot be read", value.Where, why, ListAdvice.Replace("{0}", option.Argument, StringComparison.Ordinal).Replace("{1}", option.Name, StringComparison.Ordinal));
    }

    // Values may be secrets: an error shows names alone.
    private static IReadOnlyList<(string Name, string Value)> Pairs(Option option, OptionValue value)
    {
        var pairs = new List<(string Name, string Value)>();
        foreach (var line in value.Value.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            pairs.AddRange(line[0] == '{' ? Object(option, line, value.Where) : line.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(entry => Pair(option, entry, value.Where)));
        }

        return pairs.GroupBy(pair => pair.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ConfigurationException($"{option.Name} sets {ValueList.Show(twice.Key)} twice", value.Where, next: "remove one of them")
            : pairs;
    }

    private static (string Name, string Value) Pair(Option option, string entry, string where)
    {
        var end = entry.AsSpan().IndexOfAny('=', ':');
        return end > 0 ? Checked(option, entry[..end], entry[(end + 1)..], where)
            : throw new ConfigurationException(
                $"{option.Name} has an entry without {(end == 0 ? "a name" : "a value")}", where,
                end == 0 ? "it begins with = or :" : "the text after a comma is an entry of its own",
                $$"""write KEY=value, in cake.config KEY:value; a value with a comma as JSON: {{option.Name}}={"KEY": "a,b"}""");
    }

    private static IEnumerable<(string Name, string Value)> Object(Option option, string text, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.String
                ? Checked(option, member.Name, member.Value.GetString()!, where)
                : throw new ConfigurationException($"the value of {ValueList.Show(member.Name)} in {option.Name} is not a text", where, next: "write it in quotes"))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second one for half of a surrogate pair, which JSON may have and a text may not.
            throw new ConfigurationException($"{option.Name} is not valid JSON", where, "a value that begins with { is a JSON object", $$"""write {{option.Name}}={"KEY": "value"}""");
        }
    }

    private static (string Name, string Value) Checked(Option option, string name, string value, string where)
    {
        var fault = name.Length == 0 || name.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter == '=') ? "a name has no blanks, no = and no control characters"
            : value.Any(char.IsControl) ? "a value has no line ends and other control characters"
            : option == OptionTable.Labels && name.StartsWith("io.github.busybox-glibc.", StringComparison.OrdinalIgnoreCase) ? "the build sets the labels with this prefix from what is in the image"
            : null;
        return fault is null ? (name, value) : throw new ConfigurationException($"{option.Name} cannot set {(name.Length == 0 ? "an empty name" : ValueList.Show(name))}", where, fault, "choose another name or value");
    }
}
