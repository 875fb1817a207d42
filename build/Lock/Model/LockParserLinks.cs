using System.Text.Json;

namespace BusyboxGlibc.Lock.Model;

/// <summary>The part that reads links which the build makes.</summary>
internal sealed partial class LockParser
{
    private static readonly string[] LinkKeys = ["path", "target"];

    // Most packages have none.
    private static readonly string[] OptionalPackageKeys = ["links"];

    private LockedLink ReadLink(ref Utf8JsonReader json)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        ReadObject(ref json, "a link", LinkKeys, (string key, ref Utf8JsonReader value) =>
            texts[key] = ReadText(ref value, key, LockText.IsFilePath, "an absolute path without \"..\""));
        return new LockedLink(texts["path"], texts["target"]);
    }
}
