using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Debian.Tracker;

/// <summary>Takes the words of the tracker's data one after another; keeps what some source packages have in some releases.</summary>
/// <param name="sources">The source packages.</param>
/// <param name="suites">The releases.</param>
/// <param name="longestText">The largest number of characters of a text that is kept.</param>
internal sealed class TrackerParser(IReadOnlySet<string> sources, IReadOnlySet<string> suites, int longestText)
{
    // The levels of the file: source packages, their vulnerabilities, what is said of one, its releases, and what is said of one of these.
    private const int SourceLevel = 1;
    private const int IdLevel = 2;
    private const int MemberLevel = 3;
    private const int SuiteLevel = 4;
    private const int FactLevel = 5;

    private readonly Dictionary<string, IReadOnlyList<TrackedVulnerability>> _packages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seenSuites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly List<(string Suite, IReadOnlyDictionary<string, string> Facts)> _releases = [];

    private string _source = string.Empty;
    private string _id = string.Empty;
    private string _member = string.Empty;
    private string _suite = string.Empty;
    private string _fact = string.Empty;
    private string _description = string.Empty;
    private bool _hasReleases;
    private List<TrackedVulnerability>? _found;

    /// <summary>The packages that were found, with what concerns them in the releases.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TrackedVulnerability>> Packages => _packages;

    /// <summary>The number of source packages in the file.</summary>
    public int Sources => _seen.Count;

    private bool IsKept => _found is not null;

    // The level of what is read belongs to the file's own form only below "releases"; other members may contain anything.
    private bool IsInReleases => _member == "releases";

    /// <summary>Takes one word.</summary>
    /// <exception cref="FormatException">The file is not of that form; the message says what is there instead.</exception>
    public void Take(ref Utf8JsonReader json)
    {
        var level = json.CurrentDepth;
        switch (json.TokenType)
        {
            case JsonTokenType.PropertyName:
                if (level == SourceLevel || IsKept)
                {
                    Name(level, json.GetString()!);
                }

                return;
            case JsonTokenType.EndObject:
                End(level);
                return;
            case JsonTokenType.StartObject when level == 0:
                return;
            default:
                Value(level, ref json);
                return;
        }
    }

    private void Name(int level, string name)
    {
        switch (level)
        {
            case SourceLevel:
                _source = Once(_seen, name, "the source package");
                _found = sources.Contains(name) ? [] : null;
                _ids.Clear();
                return;
            case IdLevel:
                _id = Once(_ids, name, "the vulnerability");
                (_description, _hasReleases) = (string.Empty, false);
                _releases.Clear();
                _seenSuites.Clear();
                return;
            case MemberLevel:
                _member = name;
                return;
            case SuiteLevel when IsInReleases:
                _suite = Once(_seenSuites, name, "the release");
                _facts.Clear();
                return;
            case FactLevel when IsInReleases:
                _fact = name;
                return;
        }
    }

    private void Value(int level, ref Utf8JsonReader json)
    {
        var isObject = json.TokenType == JsonTokenType.StartObject;
        if (!isObject && level <= IdLevel)
        {
            throw new FormatException(level == 0 ? $"it begins with {Words(json.TokenType)} instead of an object"
                : $"{SafeText.Text(level == SourceLevel ? _source : $"{_source}: {_id}")} is {Words(json.TokenType)} instead of an object");
        }

        if (!IsKept)
        {
            return;
        }

        if (level == MemberLevel && IsInReleases)
        {
            _hasReleases = isObject ? true : throw new FormatException($"the releases of {SafeText.Text($"{_id} of {_source}")} are {Words(json.TokenType)} instead of an object");
        }
        else if (level == SuiteLevel && IsInReleases && !isObject)
        {
            throw new FormatException($"{SafeText.Text($"{_suite} of {_id} of {_source}")} is {Words(json.TokenType)} instead of an object");
        }
        else if (level == MemberLevel && _member == "description" && json.TokenType == JsonTokenType.String)
        {
            _description = Text(ref json);
        }
        else if (level == FactLevel && IsInReleases && json.TokenType == JsonTokenType.String)
        {
            _facts[_fact] = Text(ref json);
        }
    }

    private void End(int level)
    {
        if (!IsKept)
        {
            return;
        }

        switch (level)
        {
            case SuiteLevel when IsInReleases && suites.Contains(_suite):
                _releases.Add((_suite, new Dictionary<string, string>(_facts, StringComparer.Ordinal)));
                return;
            case IdLevel:
                _found!.AddRange(_hasReleases ? _releases.Select(Vulnerability) : throw new FormatException($"{SafeText.Text($"{_id} of {_source}")} has no releases"));
                return;
            case SourceLevel:
                _packages[_source] = [.. _found!.OrderBy(one => one.Id, StringComparer.Ordinal)];
                return;
        }
    }

    private TrackedVulnerability Vulnerability((string Suite, IReadOnlyDictionary<string, string> Facts) release) => new(_id, release.Suite, release.Facts.GetValueOrDefault("status", string.Empty))
    {
        FixedVersion = release.Facts.GetValueOrDefault("fixed_version"),
        Urgency = release.Facts.GetValueOrDefault("urgency"),
        NoAdvisory = release.Facts.GetValueOrDefault("nodsa"),
        Description = _description,
    };

    private string Text(ref Utf8JsonReader json)
    {
        try
        {
            return SafeText.Cut(json.GetString()!, longestText);
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"a text of {SafeText.Text($"{_id} of {_source}")} is not UTF-8", error);
        }
    }

    private static string Once(HashSet<string> seen, string name, string what) => seen.Add(name) ? name : throw new FormatException($"{what} {SafeText.Text(name)} is there twice");

    private static string Words(JsonTokenType type) => type switch
    {
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}
