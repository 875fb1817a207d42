using System.Globalization;
using System.Text;

namespace BusyboxGlibc.Engines.Buildx;

/// <summary>
/// Joins <c>Dockerfile.builder</c> and <c>Dockerfile.run</c> into one Dockerfile with every version, digest and label filled in. Both
/// texts stay as people wrote them but for the lines that are exchanged, so what they added is there.
/// </summary>
public static class DockerfileRenderer
{
    /// <summary>The file that compiles, at the top of the project.</summary>
    public const string BuilderPath = "Dockerfile.builder";

    /// <summary>The file that makes the image, at the top of the project.</summary>
    public const string RunPath = "Dockerfile.run";

    /// <summary>What the build brings along, as named contexts in place of empty stages of these names.</summary>
    public static IReadOnlyList<string> Contexts { get; } = ["packages", "release", "base-trees"];

    private const string BuilderStage = "builder";
    private const string BuilderImage = "busybox:glibc-builder";

    /// <summary>The joined Dockerfile, lines ended by a line feed.</summary>
    /// <param name="builder">Dockerfile.builder.</param>
    /// <param name="run">Dockerfile.run.</param>
    /// <param name="values">What is filled in.</param>
    /// <exception cref="BuildxException">One of them lacks what the build relies on; the error names the line.</exception>
    public static string Render(DockerfileText builder, DockerfileText run, DockerfileValues values)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(values);
        CheckStages(builder);
        var text = new StringBuilder();
        Line(text, $"# Made by ./build.sh out of {BuilderPath} and {RunPath}: change those. It builds with the named contexts");
        Line(text, $"# {string.Join(", ", Contexts)}, which lie beside it in the folder buildx.");
        Line(text, string.Create(CultureInfo.InvariantCulture, $"ARG SOURCE_DATE_EPOCH={values.Epoch}"));
        Line(text, string.Empty);
        Line(text, $"# ---- {BuilderPath} ----");
        Write(text, builder, BuilderLines(builder, values));
        Line(text, string.Empty);
        Line(text, $"# ---- {RunPath} ----");
        Write(text, run, RunLines(run, values));
        return text.ToString();
    }

    // What stands in place of an instruction, by its line.
    private static Dictionary<int, IReadOnlyList<string>> BuilderLines(DockerfileText builder, DockerfileValues values)
    {
        var exchanged = new Dictionary<int, IReadOnlyList<string>> { [Argument(builder, "BASE").Line] = [$"ARG BASE={values.Base}"] };
        void Fill(string name, string value) => exchanged[Argument(builder, name).Line] = [$"ARG {name}={Quote(value)}"];
        if (values.Release is { } release)
        {
            Fill("BUSYBOX_VERSION", release.Version);
            Fill("BUSYBOX_SHA256", release.Sha256);
            Fill("BUSYBOX_DATE", release.Date);
            Fill("BUSYBOX_PATCHES", string.Join(' ', release.Patches));
        }

        return exchanged;
    }

    private static Dictionary<int, IReadOnlyList<string>> RunLines(DockerfileText run, DockerfileValues values)
    {
        var stages = run.Instructions.Where(instruction => instruction.Name == "FROM").ToList();
        if (stages is not [{ Arguments: "scratch" }])
        {
            throw Broken(run, stages.ElementAtOrDefault(stages.Count > 1 ? 1 : 0), "it must have one stage, FROM scratch", "what needs other stages belongs into " + BuilderPath);
        }

        var copies = run.Instructions.Where(instruction => instruction.Name is "COPY" or "ADD" or "RUN").ToList();
        var ours = copies.FirstOrDefault(copy => copy.Name == "COPY" && copy.Arguments == $"--from={BuilderImage} /rootfs/ /")
            ?? throw Broken(run, null, $"it must have the line COPY --from={BuilderImage} /rootfs/ /", "take the committed line back");
        if (copies.FirstOrDefault(copy => copy != ours) is { } other)
        {
            throw Broken(run, other, $"{other.Name} would be a second layer", $"put what makes files below /rootfs, in {BuilderPath}");
        }

        List<string> lines = [$"COPY --from={BuilderStage} /rootfs/ /"];
        lines.AddRange(values.Environment.Select(variable => $"ENV {variable[..variable.IndexOf('=', StringComparison.Ordinal)]}={Quote(variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..])}"));
        lines.AddRange(values.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"LABEL {label.Key}={Quote(label.Value)}"));
        return new Dictionary<int, IReadOnlyList<string>> { [ours.Line] = lines };
    }

    private static void CheckStages(DockerfileText builder)
    {
        foreach (var context in Contexts)
        {
            Stage(builder, context, instruction => instruction.Arguments.StartsWith("scratch ", StringComparison.OrdinalIgnoreCase), $"FROM scratch AS {context}");
        }

        Stage(builder, BuilderStage, _ => true, $"FROM tools AS {BuilderStage}");
    }

    private static void Stage(DockerfileText builder, string name, Func<DockerfileInstruction, bool> isRight, string line)
    {
        var stages = builder.Instructions.Where(instruction => instruction.Name == "FROM"
            && instruction.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var word, var stage]
            && word.Equals("AS", StringComparison.OrdinalIgnoreCase) && stage.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (stages.Count != 1 || !isRight(stages[0]))
        {
            throw Broken(builder, stages.LastOrDefault(), $"it must have one stage {name}, as in the line {line}", "take the committed line back");
        }
    }

    private static DockerfileInstruction Argument(DockerfileText builder, string name)
    {
        var found = builder.Instructions.Where(instruction => instruction.Name == "ARG" && instruction.Arguments.Split('=')[0] == name).ToList();
        return found.Count == 1 && found[0].Arguments.Length > name.Length
            ? found[0]
            : throw Broken(builder, found.LastOrDefault(), $"it must have one line ARG {name}=...", "take the committed line back");
    }

    private static BuildxException Broken(DockerfileText file, DockerfileInstruction? at, string why, string next) => new(
        $"{System.IO.Path.GetFileName(file.Path)} is not what the build can fill in",
        string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{at?.Line ?? file.Lines.Count}"),
        why,
        next);

    private static void Write(StringBuilder text, DockerfileText file, Dictionary<int, IReadOnlyList<string>> exchanged)
    {
        var lengths = file.Instructions.ToDictionary(instruction => instruction.Line, instruction => instruction.Count);
        for (var line = 1; line <= file.Lines.Count; line++)
        {
            if (!exchanged.TryGetValue(line, out var instead))
            {
                Line(text, file.Lines[line - 1]);
                continue;
            }

            foreach (var each in instead)
            {
                Line(text, each);
            }

            line += lengths[line] - 1;
        }
    }

    // In double quotes a backslash, a quote and a $ need a backslash before them.
    private static string Quote(string value) =>
        value.Any(char.IsControl) ? throw new BuildxException("a value cannot stand in a Dockerfile", why: "it has a line end or another control character")
        : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal)}\"";

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
