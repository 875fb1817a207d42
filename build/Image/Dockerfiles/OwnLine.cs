using BusyboxGlibc.Foundation.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>A line added by the user that requires Docker.</summary>
/// <param name="Where">File and line.</param>
/// <param name="What">The line, shortened, or the shipped line that was removed there.</param>
/// <param name="Why">Why no other engine supports it.</param>
public sealed record OwnLine(string Where, string What, string Why)
{
    private const int MostShown = 60;

    internal static OwnLine Of(DockerfileText file, DockerfileInstruction instruction, string why)
    {
        var line = SafeText.Text($"{instruction.Name} {instruction.Arguments}");
        return new OwnLine(file.PlaceOf(instruction), line.Length > MostShown ? line[..MostShown] + "..." : line, why);
    }

    /// <summary>The error for a run without Docker.</summary>
    /// <param name="reason">Why the run does not use Docker: the user's choice, or an engine that does not answer.</param>
    /// <param name="next">How to fix it.</param>
    internal DockerfileException WithoutDocker(string reason, string next) => new($"{What} requires Docker, and {reason}", Where, Why, next);
}
