using System.Reflection;
using System.Text.RegularExpressions;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Processes;
using Cake.Core;

namespace BusyboxGlibc.Reports.Help;

/// <summary>
/// The version of the project in its folder, from <c>git describe --tags --dirty</c>. It is determined on request and not
/// compiled in: the program reads its Dockerfiles, lock and patches from that folder, and is not compiled again for a commit that
/// changes only those.
/// </summary>
internal static partial class ProgramVersion
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    /// <summary>The version of Cake's engine.</summary>
    public static string OfCake =>
        typeof(CakeEngine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>The version: the nearest tag, plus the number of later commits and the commit if it is not tagged itself; <c>0.0.0-gCOMMIT</c> if there
    /// is no tag; with <c>-dirty</c> if a tracked file was changed. <c>0.0.0</c> with the reason if git gives no answer.</summary>
    public static string Of(string rootFolder, ICommandRunner commands)
    {
        // The package of an installed program says its version.
        if (Path.Combine(rootFolder, "version") is var packed && ProjectFolders.IsInstalled && File.Exists(packed))
        {
            return File.ReadAllText(packed).Trim();
        }

        // A repository that merely contains this folder is ignored, as after unpacking an archive in it.
        if (!Path.Exists(Path.Combine(rootFolder, ".git")))
        {
            return "0.0.0 (the project's folder is not a git repository)";
        }

        if (commands.Find("git") is not { } git)
        {
            return "0.0.0 (git is not on PATH)";
        }

        try
        {
            var result = commands.RunAsync(git, ["-C", rootFolder, "describe", "--tags", "--always", "--dirty"], _limit, CancellationToken.None).GetAwaiter().GetResult();
            return result is not { Succeeded: true, Output: [{ Length: > 0 } described, ..] }
                ? $"0.0.0 (git describe: {(result.Error is [var line, ..] ? line : "no answer")})"
                : BareCommit().IsMatch(described) ? $"0.0.0-g{described}" : described;
        }
        catch (CommandException error)
        {
            return $"0.0.0 ({error.Message})";
        }
    }

    [GeneratedRegex(@"\A[0-9a-f]{7,64}(-dirty)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BareCommit();
}
