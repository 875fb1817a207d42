using System.Text.Json;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Changes;

namespace BusyboxGlibc.Reports;

/// <summary>The answer of Diff as JSON: one object, keys in a fixed order, lists that are never absent.</summary>
internal static class ChangesJson
{
    /// <summary>The object.</summary>
    public static string Of(ChangesAnswer answer) => JsonText.Object(json =>
    {
        json.WriteNumber("schema", 1);
        json.WriteString("from", answer.From);
        json.WriteString("to", answer.To);
        json.WriteString("result", answer.IsSecurity ? "security" : answer.IsChanged ? "changed" : "same");
        json.Texts("samePlatforms", answer.Same.Select(platform => platform.Name));
        json.Texts("addedPlatforms", answer.Added.Select(platform => platform.Name));
        json.Texts("removedPlatforms", answer.Removed.Select(platform => platform.Name));
        json.List("security", answer.Fixes, source =>
        {
            json.WriteString("source", source.Source);
            json.WriteString("before", source.Before);
            json.WriteString("after", source.After);
            json.Texts("packages", source.Packages);
            json.Texts(source.IsBack ? "lost" : "fixed", source.Cves);
            json.Texts(source.IsBack ? "fixed" : "lost", []);
            json.WriteStartArray("bugs");
            foreach (var bug in source.Bugs)
            {
                json.WriteNumberValue(bug);
            }

            json.WriteEndArray();
            WriteIfAny(json, "urgency", source.Urgency);
            WriteIfAny(json, "unknown", source.Unknown);
        });
        json.List("platforms", answer.Platforms, one =>
        {
            json.WriteString("platform", one.Platform.Name);
            WriteSize(json, "before", one.Before);
            WriteSize(json, "after", one.After);
            json.WriteNumber("otherTimes", one.OtherTimes);
            json.List("changes", one.Changes, change => Write(json, change));
        });
    });

    private static void Write(Utf8JsonWriter json, ImageChange change)
    {
        json.WriteString("subject", change.Subject switch
        {
            ChangeSubject.Package => "package",
            ChangeSubject.Library => "library",
            ChangeSubject.Applet => "applet",
            ChangeSubject.Setting => "setting",
            _ => "file",
        });
        json.WriteString("kind", ChangesReport.KindOf(change.Kind));
        json.WriteString("name", change.Name);
        if (change.SizeBefore is { } before)
        {
            json.WriteNumber("sizeBefore", before);
        }

        if (change.SizeAfter is { } after)
        {
            json.WriteNumber("sizeAfter", after);
        }

        json.List("differences", change.Differences, difference =>
        {
            json.WriteString("what", difference.What);
            WriteIfAny(json, "before", difference.Before);
            WriteIfAny(json, "after", difference.After);
        });
    }

    private static void WriteSize(Utf8JsonWriter json, string name, ImageSize size)
    {
        json.WriteStartObject(name);
        json.WriteNumber("unpacked", size.Unpacked);
        json.WriteNumber("compressed", size.Compressed);
        json.WriteNumber("files", size.Files);
        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
