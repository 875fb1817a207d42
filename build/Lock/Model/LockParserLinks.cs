using System.Text.Json;

namespace BusyboxGlibc.Lock.Model;

/// <summary>The part that reads the links which the build creates.</summary>
internal sealed partial class LockParser
{
    private static readonly string[] _linkKeys = ["path", "target"];

    // Most packages have no such links.
    private static readonly string[] _optionalPackageKeys = ["links"];

    private LockedLink ReadLink(ref Utf8JsonReader json)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        ReadObject(ref json, "a link", _linkKeys, (string key, ref Utf8JsonReader value) =>
            texts[key] = ReadText(ref value, key, LockText.IsFilePath, "an absolute path without \"..\""));
        return new LockedLink(texts["path"], texts["target"]);
    }
}
