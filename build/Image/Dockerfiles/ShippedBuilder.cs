using System.Security.Cryptography;
using System.Text;

namespace BusyboxGlibc.Image.Dockerfiles;

/// <summary>
/// The content of the shipped <c>Dockerfile.builder</c>, one digest per instruction, to distinguish the user's lines from it: the embedded engine
/// does by itself what the shipped lines do, and does not support any others.
/// </summary>
internal static class ShippedBuilder
{
    // The build fills in their values, or they are the defaults for a plain docker build of the file.
    private static readonly string[] _filledIn = ["BASE", "BUSYBOX_VERSION", "BUSYBOX_SHA256", "BUSYBOX_DATE", "BUSYBOX_PATCHES"];

    // Instructions without an effect in a stage from which only files are copied.
    private static readonly string[] _withoutEffect = ["LABEL", "EXPOSE", "VOLUME", "STOPSIGNAL", "CMD", "ENTRYPOINT", "HEALTHCHECK", "MAINTAINER", "ONBUILD"];

    /// <summary>The digests of the shipped instructions, in order. If the file changes, a test reports what to write here.</summary>
    public static IReadOnlyList<string> Digests { get; } =
    [
        "6c030744dd0771a3", "0140b651f17f3a84", "30d771cc517b8fe6", "b266aa7a5882cbdc", "bd51a8dd2ead6e9a", "8e74ef5ac1fdac97",
        "b6c170a47aef383b", "9fea1053992b8cd9", "0873c9fb20afc8af", "bd51a8dd2ead6e9a", "720a960f0cd838fe", "fcfd8c181ca17173",
        "8e74ef5ac1fdac97", "894add5c53d835e8", "f164df1fb72c8146", "81150a9826ea014a", "86ec9f565285e0df", "2fc5a68ebb5945d7",
        "fc6e0ea33f5c0ab6", "3afd16b0e1fda79f", "2519175156ab9db4", "c1fd5306c351a47a", "6cfaec86fca045ec",
    ];

    /// <summary>Whether the file is the shipped one up to the stage <c>builder</c>, which has one step: then BusyBox is what the embedded engine compiles.</summary>
    public static bool CompilesAsShipped(DockerfileText file) => file.Instructions.Select(Digest).Take(Digests.Count - 1).SequenceEqual(Digests.SkipLast(1));

    /// <summary>The first user-written line that requires Docker, or null.</summary>
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
                    return OwnLine.Of(file, instruction, instruction.Name == "FROM" ? "it is a stage of your own, or one that was changed" : "it creates files, or changes how they are created");
                }

                waiting ??= instruction;
                continue;
            }

            if (shipped > next)
            {
                return new OwnLine(file.PlaceOf(instruction), "the part that was removed before this line", "the embedded engine does all that the shipped file does");
            }

            if (waiting is not null && instruction.Name != "ARG")
            {
                return OwnLine.Of(file, waiting, $"{instruction.Name} in line {instruction.Line} may create other files because of it");
            }

            next = shipped + 1;
        }

        return next == Digests.Count ? null : new OwnLine(file.PlaceOf(null), "the part that was removed from the end of the file", "the embedded engine does all that the shipped file does");
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

    /// <summary>The digest of an instruction, ignoring white space and filled-in values.</summary>
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
