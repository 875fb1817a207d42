using System.Text.Json;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Lock.Model;

/// <content>Reads the part of a lock about compiling BusyBox.</content>
internal sealed partial class LockParser
{
    private static readonly string[] _busyboxKeys = ["version", "sha256"];
    private static readonly string[] _buildRootKeys = ["host", "asked", "packages"];
    private static readonly string[] _toolKeys =
        ["name", "version", "architecture", "source", "sourceVersion", "archive", "pool", "size", "sha256", "platforms", "c++", "emulators"];

    private static readonly string[] _optionalToolKeys = ["platforms", "c++", "emulators"];

    private LockedBusyboxRelease ReadBusybox(ref Utf8JsonReader json)
    {
        string version = string.Empty, sha256 = string.Empty;
        ReadObject(ref json, "busybox", _busyboxKeys, (string key, ref Utf8JsonReader value) =>
        {
            if (key == "version")
            {
                version = ReadText(ref value, key, LockText.IsVersion, "a version");
            }
            else
            {
                sha256 = ReadText(ref value, key, LockText.IsSha256, "64 lower-case hexadecimal digits");
            }
        });
        return new LockedBusyboxRelease(version, sha256);
    }

    private LockedBuildRoot ReadBuildRoot(ref Utf8JsonReader json)
    {
        var start = json.TokenStartIndex;
        var host = string.Empty;
        IReadOnlyList<string> asked = [];
        IReadOnlyList<LockedTool> packages = [];
        ReadObject(ref json, "a build root", _buildRootKeys, (string key, ref Utf8JsonReader value) =>
        {
            switch (key)
            {
                case "host":
                    host = ReadText(ref value, key, text => BuildRootRequest.Hosts.Contains(text, StringComparer.Ordinal), string.Join(" or ", BuildRootRequest.Hosts));
                    break;
                case "asked":
                    asked = ReadDistinct(
                        ref value, key, (ref Utf8JsonReader text) => ReadText(ref text, "what is asked", LockText.IsLine, "one line of text"), text => text);
                    break;
                default:
                    packages = ReadDistinct(ref value, key, ReadTool, tool => tool.Pin.Name);
                    break;
            }
        });
        var alien = packages.FirstOrDefault(tool => tool.Pin.Architecture != "all" && tool.Pin.Architecture != host);
        if (alien is not null)
        {
            throw Wrong(start, $"build root {host}: package {alien.Pin.Name} is for {alien.Pin.Architecture}, not for {host}");
        }

        return new LockedBuildRoot(
            host,
            [.. asked.Order(StringComparer.Ordinal)],
            [.. packages.OrderBy(tool => tool.Pin.Name, StringComparer.Ordinal)]);
    }

    private LockedTool ReadTool(ref Utf8JsonReader json)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var size = 0L;
        IReadOnlyList<Platform> platforms = [];
        IReadOnlyList<Platform> cxxPlatforms = [];
        var isEmulator = false;
        ReadObject(ref json, "a package", _toolKeys, _optionalToolKeys, (string key, ref Utf8JsonReader value) =>
        {
            switch (key)
            {
                case "size":
                    size = ReadNumber(ref value, key, 1, long.MaxValue);
                    break;
                case "platforms":
                    platforms = ReadDistinct(ref value, key, ReadPlatformName, platform => platform.Name);
                    break;
                case "c++":
                    cxxPlatforms = ReadDistinct(ref value, key, ReadPlatformName, platform => platform.Name);
                    break;
                case "emulators":
                    isEmulator = value.TokenType == JsonTokenType.True ? true : throw Wrong(value.TokenStartIndex, $"{key} must be true, not {Describe(value.TokenType)}");
                    break;
                case "archive":
                    texts[key] = ReadText(ref value, key, text => text is ArchiveNames.Main or ArchiveNames.Security, "debian or debian-security");
                    break;
                default:
                    var (isRight, expected) = LockText.RuleOf(key);
                    texts[key] = ReadText(ref value, key, isRight, expected);
                    break;
            }
        });
        return new LockedTool(PinOf(texts, size), [.. KnownPlatforms.All.Where(platforms.Contains)]) { CxxPlatforms = [.. KnownPlatforms.All.Where(cxxPlatforms.Contains)], IsEmulator = isEmulator };
    }
}
