using System.Text.Json;

namespace BusyboxGlibc.Lock.Model;

/// <content>Reads the requirements of a platform.</content>
internal sealed partial class LockParser
{
    private LockedRequirement ReadRequirement(ref Utf8JsonReader json)
    {
        var text = string.Empty;
        IReadOnlyList<string> files = [];
        ReadObject(ref json, "a requirement", _requirementKeys, (string key, ref Utf8JsonReader value) =>
        {
            if (key == "text")
            {
                text = ReadText(ref value, key, LockText.IsLine, "one line of text");
            }
            else
            {
                files = ReadFiles(ref value, key);
            }
        });
        return new LockedRequirement(text, files);
    }
}
