using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>A line of people's own that takes Docker to do.</summary>
/// <param name="Where">File and line.</param>
/// <param name="What">The line, cut, or what was taken away there.</param>
/// <param name="Why">Why no other engine can do it.</param>
public sealed record OwnLine(string Where, string What, string Why)
{
    private const int MostShown = 60;

    internal static OwnLine Of(DockerfileText file, DockerfileInstruction instruction, string why)
    {
        var line = SafeText.Text($"{instruction.Name} {instruction.Arguments}");
        return new OwnLine(file.PlaceOf(instruction), line.Length > MostShown ? line[..MostShown] + "..." : line, why);
    }

    /// <summary>The error for a run without Docker.</summary>
    /// <param name="reason">Why it is without: what was asked for, or what does not answer.</param>
    /// <param name="next">What to do.</param>
    internal DockerfileException WithoutDocker(string reason, string next) => new($"{What} takes Docker, and {reason}", Where, Why, next);
}
