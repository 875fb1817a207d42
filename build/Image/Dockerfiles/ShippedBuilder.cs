using System.Security.Cryptography;
using System.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// What the project ships in <c>Dockerfile.builder</c>, one digest an instruction, so that people's own lines can be told from it: what is
/// shipped there is what the embedded engine does by itself, and what is not, it cannot do.
/// </summary>
internal static class ShippedBuilder
{
    // Its values are filled in by the build, or they say what a plain docker build of the file takes.
    private static readonly string[] _filledIn = ["BASE", "BUSYBOX_VERSION", "BUSYBOX_SHA256", "BUSYBOX_DATE", "BUSYBOX_PATCHES"];

    // What has no effect in a stage that only files are taken of.
    private static readonly string[] _withoutEffect = ["LABEL", "EXPOSE", "VOLUME", "STOPSIGNAL", "CMD", "ENTRYPOINT", "HEALTHCHECK", "MAINTAINER", "ONBUILD"];

    /// <summary>The digests of the shipped instructions, in their order. A test tells what to write where the file changes.</summary>
    public static IReadOnlyList<string> Digests { get; } =
    [
        "6c030744dd0771a3", "0140b651f17f3a84", "9f563641e15ce8de", "b266aa7a5882cbdc", "bd51a8dd2ead6e9a", "8e74ef5ac1fdac97",
        "b6c170a47aef383b", "9fea1053992b8cd9", "0873c9fb20afc8af", "bd51a8dd2ead6e9a", "720a960f0cd838fe", "435935f741319fc0",
        "8e74ef5ac1fdac97", "894add5c53d835e8", "f164df1fb72c8146", "81150a9826ea014a", "86ec9f565285e0df", "2fc5a68ebb5945d7",
        "fc6e0ea33f5c0ab6", "8a59a82b8ac21600",
    ];

    /// <summary>The first line of people's own that takes Docker, or null.</summary>
    public static OwnLine? FirstOwn(DockerfileText file)
    {
        var next = 0;
        DockerfileInstruction? waiting = null;
        var isInStage = false;
        foreach (var instruction in file.Instructions)
        {
            isInStage |= instruction.Name == "FROM";
            var shipped = IndexOf(Digest(instruction), next);
            if (shipped < 0)
            {
                if (_withoutEffect.Contains(instruction.Name) || (instruction.Name == "ARG" && !isInStage))
                {
                    continue;
                }

                if (instruction.Name is not ("ENV" or "ARG" or "USER" or "SHELL"))
                {
                    return OwnLine.Of(file, instruction, instruction.Name == "FROM" ? "it is a stage of your own, or one that was changed" : "it makes files, or changes what makes them");
                }

                waiting ??= instruction;
                continue;
            }

            if (shipped > next)
            {
                return new OwnLine(file.PlaceOf(instruction), "what was taken away before this line", "the embedded engine does all that the shipped file does");
            }

            if (waiting is not null && instruction.Name != "ARG")
            {
                return OwnLine.Of(file, waiting, $"{instruction.Name} in line {instruction.Line} may make other files by it");
            }

            next = shipped + 1;
        }

        return next == Digests.Count ? null : new OwnLine(file.PlaceOf(null), "what was taken away from the end of the file", "the embedded engine does all that the shipped file does");
    }

    private static int IndexOf(string digest, int from)
    {
        for (var at = from; at < Digests.Count; at++)
        {
            if (Digests[at] == digest)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The digest of an instruction, its white space and a value that is filled in not counted.</summary>
    public static string Digest(DockerfileInstruction instruction)
    {
        var arguments = string.Join(' ', DockerfileWords.Plain(instruction.Arguments));
        if (instruction.Name == "ARG" && arguments.Split('=', 2) is [var name, _] && _filledIn.Contains(name))
        {
            arguments = name + "=";
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{instruction.Name} {arguments}{instruction.Heredocs}")))[..16];
    }
}
