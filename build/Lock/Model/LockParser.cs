using System.Globalization;
using System.Text;
using System.Text.Json;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <summary>
/// Reads a lock strictly: every key must be known, occur once and have the right type, and every value must be valid. A lock is
/// edited by hand and merged by git, so every error is reported with its line and column, without guesses.
/// </summary>
internal sealed partial class LockParser(ReadOnlyMemory<byte> data, string path)
{
    /// <summary>The advice to the user for a lock that cannot be read.</summary>
    public const string Advice = "restore the committed file, or renew it: ./build.sh --target=Lock";

    private const int DepthLimit = 10;

    private static readonly string[] _lockKeys = ["schema", "suite", "releases", "platforms", "variants", "buildRoots", "busybox"];

    // Locks written before BusyBox was compiled, and those of projects that do not compile it or have no variants, do not contain these keys.
    private static readonly string[] _optionalLockKeys = ["variants", "buildRoots", "busybox"];
    private static readonly string[] _releaseKeys = ["suite", "date", "sha256", "signedBy"];
    private static readonly string[] _platformKeys = ["platform", "suite", "requirements", "packages"];
    private static readonly string[] _optionalPlatformKeys = ["suite"];
    private static readonly string[] _requirementKeys = ["text", "files"];
    private static readonly string[] _packageKeys =
        ["name", "version", "architecture", "source", "sourceVersion", "archive", "pool", "size", "sha256", "newest", "files", "links"];

    private delegate T Element<T>(ref Utf8JsonReader json);

    private delegate void Value(string key, ref Utf8JsonReader json);

    /// <summary>Returns the lock, or throws a <see cref="LockException"/>.</summary>
    public ImageLock Parse()
    {
        try
        {
            CheckSchema();
            var json = NewReader();
            json.Read();
            var result = ReadLock(ref json);
            if (json.Read())
            {
                throw Wrong(json.TokenStartIndex, "there is data after the end of the lock");
            }

            return result;
        }
        catch (JsonException error)
        {
            var why = error.Message.Split(" LineNumber:")[0].Replace(" Change the reader options.", string.Empty, StringComparison.Ordinal);
            var where = $"{path}:{(error.LineNumber ?? 0) + 1}:{(error.BytePositionInLine ?? 0) + 1}";
            throw new LockException($"{path} is not JSON", where, why, Advice, error);
        }
    }

    private Utf8JsonReader NewReader() =>
        new(data.Span, new JsonReaderOptions { MaxDepth = DepthLimit, CommentHandling = JsonCommentHandling.Disallow });

    // Checked first, so that a lock with a newer schema is reported as newer, and not as full of unknown keys.
    private void CheckSchema()
    {
        var json = NewReader();
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1 && TextOf(ref json) == "schema")
            {
                json.Read();
                if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var schema) && schema > LockFile.Schema)
                {
                    throw new LockException(
                        $"{path} was written by a newer version (schema {schema}; this one reads {LockFile.Schema})",
                        Where(json.TokenStartIndex),
                        next: "update this checkout to the version that wrote it, or renew the lock: ./build.sh --target=Lock");
                }

                return;
            }
        }
    }

    private ImageLock ReadLock(ref Utf8JsonReader json)
    {
        var suite = string.Empty;
        IReadOnlyList<ReleaseIdentity> releases = [];
        IReadOnlyList<LockedPlatform> platforms = [];
        IReadOnlyList<LockedBuildRoot> buildRoots = [];
        LockedBusyboxRelease? busybox = null;
        IReadOnlyList<LockedVariant> variants = [];
        var variantsAt = json.TokenStartIndex;
        ReadObject(ref json, "the lock", _lockKeys, _optionalLockKeys, (string key, ref Utf8JsonReader value) =>
        {
            switch (key)
            {
                case "schema":
                    if (ReadNumber(ref value, key, LockFile.Schema, LockFile.Schema) != LockFile.Schema)
                    {
                        throw Wrong(value.TokenStartIndex, $"schema must be {LockFile.Schema}");
                    }

                    break;
                case "suite":
                    suite = ReadText(ref value, key, LockText.IsWord, "a suite's name");
                    break;
                case "releases":
                    releases = ReadArray(ref value, key, ReadRelease);
                    break;
                case "buildRoots":
                    buildRoots = ReadDistinct(ref value, key, ReadBuildRoot, root => root.Host);
                    break;
                case "busybox":
                    busybox = ReadBusybox(ref value);
                    break;
                case "variants":
                    variantsAt = value.TokenStartIndex;
                    variants = ReadDistinct(ref value, key, ReadVariant, variant => variant.Name);
                    break;
                default:
                    platforms = ReadDistinct(ref value, key, (ref Utf8JsonReader platform) => ReadPlatform(ref platform, isPart: false), platform => platform.Platform.Name);
                    break;
            }
        });
        var result = new ImageLock(suite, releases, [.. LockFile.InOrder(platforms)])
        {
            BuildRoots = [.. LockFile.InOrder(buildRoots)],
            Busybox = busybox,
            Variants = [.. variants.OrderBy(variant => variant.Name, StringComparer.Ordinal)],
        };
        Check(result, variantsAt);
        return result;
    }

    private ReleaseIdentity ReadRelease(ref Utf8JsonReader json)
    {
        string suite = string.Empty, sha256 = string.Empty, signedBy = string.Empty;
        var date = default(DateTimeOffset);
        ReadObject(ref json, "a release", _releaseKeys, (string key, ref Utf8JsonReader value) =>
        {
            switch (key)
            {
                case "suite":
                    suite = ReadText(ref value, key, LockText.IsWord, "a suite's name");
                    break;
                case "date":
                    var text = ReadText(ref value, key, text => IsDate(text, out _), "a date such as 2026-11-14T08:33:01Z");
                    IsDate(text, out date);
                    break;
                case "sha256":
                    sha256 = ReadText(ref value, key, LockText.IsSha256, "64 lower-case hexadecimal digits");
                    break;
                default:
                    signedBy = ReadText(ref value, key, LockText.IsFingerprint, "a key's fingerprint in upper-case hexadecimal");
                    break;
            }
        });
        return new ReleaseIdentity(suite, date, sha256, signedBy);
    }

    private LockedPlatform ReadPlatform(ref Utf8JsonReader json, bool isPart)
    {
        var start = json.TokenStartIndex;
        Platform? platform = null;
        string? suite = null;
        var requirementsAt = start;
        IReadOnlyList<LockedRequirement> requirements = [];
        IReadOnlyList<LockedPackage> packages = [];
        ReadObject(ref json, "a platform", _platformKeys, _optionalPlatformKeys, (string key, ref Utf8JsonReader value) =>
        {
            switch (key)
            {
                case "platform":
                    platform = ReadPlatformName(ref value);
                    break;
                case "suite":
                    suite = ReadText(ref value, key, LockText.IsWord, "a suite's name");
                    break;
                case "requirements":
                    requirementsAt = value.TokenStartIndex;
                    requirements = ReadDistinct(ref value, key, ReadRequirement, requirement => requirement.Text);
                    break;
                default:
                    packages = ReadDistinct(ref value, key, ReadPackage, package => package.Pin.Name);
                    break;
            }
        });
        var alien = packages.FirstOrDefault(package => package.Pin.Architecture != "all" && package.Pin.Architecture != platform!.DebianArchitecture);
        if (alien is not null)
        {
            throw Wrong(start, $"{platform}: package {alien.Pin.Name} is for {alien.Pin.Architecture}, not for {platform!.DebianArchitecture}");
        }

        var taken = TakenFrom(packages);
        foreach (var requirement in isPart ? [] : requirements)
        {
            if (requirement.Files.FirstOrDefault(file => !taken.Contains(file)) is { } lost)
            {
                throw Wrong(requirementsAt, $"{platform}: {lost}, the answer to \"{requirement.Text}\", belongs to no package");
            }
        }

        return new LockedPlatform(
            platform!,
            [.. requirements.OrderBy(requirement => requirement.Text, StringComparer.Ordinal)],
            [.. packages.OrderBy(package => package.Pin.Name, StringComparer.Ordinal)])
        {
            Suite = suite,
        };
    }

    private Platform ReadPlatformName(ref Utf8JsonReader json)
    {
        var name = ReadText(ref json, "platform", _ => true, "a platform");
        return KnownPlatforms.Find(name)
            ?? throw Wrong(json.TokenStartIndex, $"\"{SafeText.Text(name)}\" is not a platform", KnownPlatforms.Advice(SafeText.Text(name)));
    }

    private LockedPackage ReadPackage(ref Utf8JsonReader json)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
        IReadOnlyList<string> files = [];
        IReadOnlyList<LockedLink> links = [];
        ReadObject(ref json, "a package", _packageKeys, _optionalPackageKeys, (string key, ref Utf8JsonReader value) =>
        {
            switch (key)
            {
                case "size":
                    numbers[key] = ReadNumber(ref value, key, 1, long.MaxValue);
                    break;
                case "newest":
                    numbers[key] = ReadNumber(ref value, key, 0, LockText.LastSecond);
                    break;
                case "files":
                    files = ReadFiles(ref value, key);
                    break;
                case "links":
                    links = ReadDistinct(ref value, key, ReadLink, link => link.Path);
                    break;
                default:
                    var (isRight, expected) = LockText.RuleOf(key);
                    texts[key] = ReadText(ref value, key, isRight, expected);
                    break;
            }
        });
        return new LockedPackage(PinOf(texts, numbers["size"]), numbers["newest"], files) { Links = [.. links.OrderBy(link => link.Path, StringComparer.Ordinal)] };
    }

    private static PinnedPackage PinOf(Dictionary<string, string> texts, long size) => new(
        texts["name"], texts["version"], texts["architecture"], texts["source"], texts["sourceVersion"], texts["archive"], texts["pool"], size, texts["sha256"]);

    private IReadOnlyList<string> ReadFiles(ref Utf8JsonReader json, string key)
    {
        var files = ReadDistinct(
            ref json,
            key,
            (ref Utf8JsonReader value) => ReadText(ref value, "a file", LockText.IsFilePath, "an absolute path without \"..\""),
            file => file);
        return [.. files.Order(StringComparer.Ordinal)];
    }

    private void ReadObject(ref Utf8JsonReader json, string thing, string[] keys, Value read) => ReadObject(ref json, thing, keys, [], read);

    private void ReadObject(ref Utf8JsonReader json, string thing, string[] keys, string[] optional, Value read)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong(json.TokenStartIndex, $"{thing} must be an object, not {Describe(json.TokenType)}");
        }

        var start = json.TokenStartIndex;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = TextOf(ref json);
            if (!keys.Contains(key, StringComparer.Ordinal))
            {
                throw Wrong(json.TokenStartIndex, $"{thing} has no key \"{SafeText.Text(key)}\"", $"its keys are {string.Join(", ", keys)}");
            }

            if (!seen.Add(key))
            {
                throw Wrong(json.TokenStartIndex, $"the key \"{key}\" appears twice");
            }

            json.Read();
            read(key, ref json);
        }

        if (keys.FirstOrDefault(key => !seen.Contains(key) && !optional.Contains(key, StringComparer.Ordinal)) is { } missing)
        {
            throw Wrong(start, $"{thing} lacks its key \"{missing}\"");
        }
    }

    private List<T> ReadArray<T>(ref Utf8JsonReader json, string key, Element<T> read)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong(json.TokenStartIndex, $"{key} must be an array, not {Describe(json.TokenType)}");
        }

        var result = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            result.Add(read(ref json));
        }

        return result;
    }

    private List<T> ReadDistinct<T>(ref Utf8JsonReader json, string key, Element<T> read, Func<T, string> name)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return ReadArray(ref json, key, (ref Utf8JsonReader value) =>
        {
            var start = value.TokenStartIndex;
            var item = read(ref value);
            return seen.Add(name(item)) ? item : throw Wrong(start, $"\"{SafeText.Text(name(item))}\" appears twice in {key}");
        });
    }

    private string ReadText(ref Utf8JsonReader json, string key, Func<string, bool> isRight, string expected)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            throw Wrong(json.TokenStartIndex, $"{key} must be a string, not {Describe(json.TokenType)}");
        }

        var text = TextOf(ref json);
        return isRight(text) ? text : throw Wrong(json.TokenStartIndex, $"{key} must be {expected}, not \"{SafeText.Text(text)}\"");
    }

    private long ReadNumber(ref Utf8JsonReader json, string key, long least, long most)
    {
        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number))
        {
            throw Wrong(json.TokenStartIndex, $"{key} must be a whole number, not {Describe(json.TokenType)}");
        }

        return number >= least && number <= most
            ? number
            : throw Wrong(json.TokenStartIndex, least == most ? $"{key} must be {least}, not {number}" : $"{key} cannot be {number}");
    }

    private string TextOf(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new LockException($"{path} is not a valid lock file", Where(json.TokenStartIndex), $"not valid text: {error.Message}", Advice, error);
        }
    }

    private static bool IsDate(string text, out DateTimeOffset date) =>
        DateTimeOffset.TryParseExact(
            text, LockFile.DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "the end",
    };

    private LockException Wrong(long offset, string why, string? advice = null) =>
        new($"{path} is not a valid lock file", Where(offset), why, advice is null ? Advice : $"{advice}\n{Advice}");

    private string Where(long offset)
    {
        var before = data.Span[..(int)Math.Min(offset, data.Length)];
        var line = before.Count((byte)'\n') + 1;
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        // Columns count characters, not bytes, as an editor does.
        return $"{path}:{line}:{Encoding.UTF8.GetCharCount(before[lineStart..]) + 1}";
    }
}
