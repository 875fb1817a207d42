using System.Text.Json;
using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Inspect.Reasons;

/// <summary>A <see cref="ReasonAnswer"/> as JSON: one object, keys in a fixed order, lists that are never absent.</summary>
internal static class ReasonJson
{
    /// <summary>The text, without a line end.</summary>
    public static string Of(ReasonAnswer answer) => JsonText.Object(writer =>
    {
        writer.WriteNumber("schema", 1);
        writer.WriteString("query", answer.Question);
        writer.WriteBoolean("found", answer.IsFound);
        writer.List("answers", answer.Groups, group => Write(writer, group));
        writer.Texts("nearest", answer.Nearest);
        writer.Texts("notes", answer.Notes);
    });

    private static void Write(Utf8JsonWriter writer, ReasonGroup group)
    {
        writer.Texts("platforms", [.. group.Platforms.Select(platform => platform.Name)]);
        writer.List("chains", group.Reason.Chains, chain =>
        {
            writer.WriteString("requirement", chain.Root);
            writer.List("steps", chain.Steps, step =>
            {
                writer.WriteString("how", step.How);
                writer.WriteString("path", step.Path);
                writer.WriteString("package", step.Package);
            });
        });
        writer.WriteNumber("more", group.Reason.More);
        writer.List("leaving", group.Reason.Leaving, package =>
        {
            writer.WriteString("package", package.Name);
            writer.WriteBoolean("whole", package.IsWhole);
            writer.WriteNumber("files", package.Files);
        });
        writer.List("sizes", [.. group.Platforms.Zip(group.Sizes)], pair =>
        {
            writer.WriteString("platform", pair.First.Name);
            writer.WriteNumber("unpackedBytes", pair.Second.Unpacked);
            writer.WriteNumber("compressedBytes", pair.Second.Compressed);
        });
    }
}
