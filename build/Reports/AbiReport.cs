using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Abi;

namespace BusyboxGlibc.Reports;

/// <summary>The answer of CompareAbi, as text or as JSON.</summary>
internal static class AbiReport
{
    /// <summary>The lines: each loss with the platforms that have it.</summary>
    public static IReadOnlyList<string> Lines(AbiAnswer answer) => answer.Losses.Count == 0
        ? [$"nothing is lost: the image gives everything that {SafeText.Text(answer.From)} gives on {Plural.Count(answer.Platforms.Count, "platform")}"]
        : [.. answer.Losses.GroupBy(loss => loss.Text).Select(loss => $"lost   {loss.Key}{(loss.Count() == answer.Platforms.Count ? string.Empty : $" on {string.Join(", ", loss.Select(one => one.Platform))}")}")];

    /// <summary>The answer in one line if something is lost; null if nothing is.</summary>
    public static string? No(AbiAnswer answer) => answer.Losses.Count == 0 ? null : $"the image gives less than {SafeText.Text(answer.From)}: a program that uses it may not start any more";

    /// <summary>One object, keys in a fixed order, lists that are never absent.</summary>
    public static string Json(AbiAnswer answer) => JsonText.Object(json =>
    {
        json.WriteNumber("schema", 1);
        json.WriteString("from", answer.From);
        json.Texts("platforms", answer.Platforms.Select(platform => platform.Name));
        json.List("lost", answer.Losses, loss =>
        {
            json.WriteString("platform", loss.Platform.Name);
            json.WriteString("soname", loss.Soname);
            json.Texts("versions", loss.Versions);
        });
    });
}
