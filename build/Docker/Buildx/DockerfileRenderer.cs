using System.Globalization;
using System.Text;
using BusyboxGlibc.Image.Dockerfiles;

namespace BusyboxGlibc.Docker.Buildx;

/// <summary>
/// Combines <c>Dockerfile.builder</c> and <c>Dockerfile.run</c> into one Dockerfile with all versions, digests and labels filled in. Both texts are
/// unchanged except for the replaced lines, so the user's additions are included.
/// </summary>
internal static class DockerfileRenderer
{
    /// <summary>The named contexts that replace the empty stages of these names.</summary>
    public static IReadOnlyList<string> Contexts { get; } = ["packages", "release", "rootfs"];

    /// <summary>The stage that contains only what was compiled; it is built before the root file systems are made.</summary>
    public const string BusyboxStage = "busybox";

    private const string BuilderStage = "builder";

    /// <summary>Returns the combined Dockerfile, with line feeds as line ends.</summary>
    /// <param name="dockerfiles">Both files.</param>
    /// <param name="values">The values to fill in.</param>
    /// <param name="files">The files that the project lacks.</param>
    /// <exception cref="DockerfileException">Dockerfile.builder lacks a part that the build needs; the error names the line.</exception>
    /// <exception cref="BuildxException">A value is not allowed in a Dockerfile.</exception>
    public static string Render(ProjectDockerfiles dockerfiles, DockerfileValues values, ProgramFiles files)
    {
        ArgumentNullException.ThrowIfNull(dockerfiles);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(files);
        var builder = dockerfiles.Builder
            ?? throw new DockerfileException($"there is no {ProjectDockerfiles.BuilderPath}", ProjectDockerfiles.BuilderPath, "Docker builds from it", "restore the committed file");
        var run = dockerfiles.Run;
        CheckStages(builder);
        var text = new StringBuilder();
        WriteDirectives(text, dockerfiles, builder.Escape);
        Line(text, $"# Made by ./build.sh out of {ProjectDockerfiles.BuilderPath} and {ProjectDockerfiles.RunPath}: change those. It builds with the named contexts");
        Line(text, $"# {string.Join(", ", files.IsEmpty ? Contexts : [.. Contexts, ProgramFiles.Context])}, which lie beside it in the folder buildx.");
        Line(text, string.Create(CultureInfo.InvariantCulture, $"ARG SOURCE_DATE_EPOCH={values.Epoch}"));

        // Below the stages of the other file they would become arguments of its last stage.
        foreach (var argument in run.Head)
        {
            Line(text, $"{argument.Name} {argument.Arguments}");
        }

        Line(text, string.Empty);
        Line(text, $"# ---- {ProjectDockerfiles.BuilderPath} ----");
        Write(text, builder, BuilderLines(builder, values), files.Located);
        Line(text, string.Empty);
        Line(text, $"# ---- {ProjectDockerfiles.RunPath} ----");
        Write(text, run.Text, RunLines(run, values, builder.Escape), line => line);
        return text.ToString();
    }

    // They are allowed only in the first lines of the whole file.
    private static void WriteDirectives(StringBuilder text, ProjectDockerfiles dockerfiles, char escape)
    {
        if (dockerfiles.Syntax is { } syntax)
        {
            Line(text, $"# syntax={syntax}");
        }

        if (escape != '\\')
        {
            Line(text, $"# escape={escape}");
        }
    }

    // The replacement of an instruction, by its line.
    private static Dictionary<int, IReadOnlyList<string>> BuilderLines(DockerfileText builder, DockerfileValues values)
    {
        var exchanged = new Dictionary<int, IReadOnlyList<string>> { [Argument(builder, "BASE").Line] = [$"ARG BASE={values.Base}"] };
        void Fill(string name, string value) => exchanged[Argument(builder, name).Line] = [$"ARG {name}={Quote(value, builder.Escape)}"];
        if (values.Release is { } release)
        {
            Fill("BUSYBOX_VERSION", release.Version);
            Fill("BUSYBOX_SHA256", release.Sha256);
            Fill("BUSYBOX_DATE", release.Date);
            Fill("BUSYBOX_PATCHES", string.Join(' ', release.Patches));
        }

        return exchanged;
    }

    private static Dictionary<int, IReadOnlyList<string>> RunLines(RunDockerfile run, DockerfileValues values, char escape)
    {
        var exchanged = new Dictionary<int, IReadOnlyList<string>>();
        if (run.Text.Escape != escape)
        {
            // Continued lines would need another continuation character.
            foreach (var instruction in run.Text.Instructions)
            {
                exchanged[instruction.Line] = [$"{instruction.Name} {instruction.Arguments}{instruction.Heredocs}"];
            }
        }

        foreach (var argument in run.Head)
        {
            exchanged[argument.Line] = [];
        }

        List<string> lines = [$"COPY --from={BuilderStage} /rootfs/ /"];
        lines.AddRange(values.Environment.Select(variable => $"ENV {variable[..variable.IndexOf('=', StringComparison.Ordinal)]}={Quote(variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..], escape)}"));
        lines.AddRange(values.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"LABEL {label.Key}={Quote(label.Value, escape)}"));
        exchanged[run.Copy.Line] = lines;
        return exchanged;
    }

    private static void CheckStages(DockerfileText builder)
    {
        foreach (var context in (string[])[.. Contexts, BusyboxStage])
        {
            Stage(builder, context, instruction => instruction.Arguments.StartsWith("scratch ", StringComparison.OrdinalIgnoreCase), $"FROM scratch AS {context}");
        }

        Stage(builder, BuilderStage, _ => true, $"FROM compiler AS {BuilderStage}");
    }

    private static void Stage(DockerfileText builder, string name, Func<DockerfileInstruction, bool> isRight, string line)
    {
        var stages = builder.Instructions.Where(instruction => instruction.Name == "FROM"
            && DockerfileWords.Plain(instruction.Arguments) is [.., var word, var stage]
            && word.Equals("AS", StringComparison.OrdinalIgnoreCase) && stage.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (stages.Count != 1 || !isRight(stages[0]))
        {
            throw RunDockerfile.NotFilledIn(builder, stages.LastOrDefault(), $"it must contain one stage {name}, as in the line {line}", "restore the committed line");
        }
    }

    private static DockerfileInstruction Argument(DockerfileText builder, string name)
    {
        var found = builder.Instructions.Where(instruction => instruction.Name == "ARG" && instruction.Arguments.Split('=')[0] == name).ToList();
        return found.Count == 1 && found[0].Arguments.Length > name.Length
            ? found[0]
            : throw RunDockerfile.NotFilledIn(builder, found.LastOrDefault(), $"it must contain one line ARG {name}=...", "restore the committed line");
    }

    private static void Write(StringBuilder text, DockerfileText file, Dictionary<int, IReadOnlyList<string>> exchanged, Func<string, string> located)
    {
        var lengths = file.Instructions.ToDictionary(instruction => instruction.Line, instruction => instruction.Count);
        for (var line = 1; line <= file.Lines.Count; line++)
        {
            if (!exchanged.TryGetValue(line, out var instead))
            {
                Line(text, located(file.Lines[line - 1]));
                continue;
            }

            foreach (var each in instead)
            {
                Line(text, each);
            }

            line += lengths[line] - 1;
        }
    }

    // In double quotes, the escape character, a quote and a $ must be escaped.
    private static string Quote(string value, char escape) =>
        value.Any(char.IsControl) ? throw new BuildxException("a value cannot be written to a Dockerfile", why: "it contains a line break or another control character")
        : $"\"{string.Concat(value.Select(letter => letter == escape || letter is '"' or '$' ? $"{escape}{letter}" : letter.ToString()))}\"";

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
