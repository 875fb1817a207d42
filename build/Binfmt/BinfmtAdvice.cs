using BusyboxGlibc.Foundation.Processes;

namespace BusyboxGlibc.Binfmt;

/// <summary>Advice for the user if programs of a platform do not run: exact commands for this machine.</summary>
/// <param name="planner">Plans the steps.</param>
/// <param name="commands">Finds the machine's package manager.</param>
/// <param name="isRoot">Whether the user is root.</param>
internal sealed class BinfmtAdvice(BinfmtPlanner planner, ICommandRunner commands, bool isRoot)
{
    private const string Ourselves = "./build.sh --target=VerifyBinfmt --install-binfmt";

    // The packages with qemu's static user-mode emulators and their lines for binfmt_misc.
    private static readonly (string Manager, string[] Arguments)[] _managers =
    [
        ("apt-get", ["install", "qemu-user-static"]),
        ("dnf", ["install", "qemu-user-static"]),
        ("zypper", ["install", "qemu-linux-user"]),
        ("pacman", ["-S", "qemu-user-static", "qemu-user-static-binfmt"]),
    ];

    /// <summary>Returns the lines; none if nothing is missing.</summary>
    /// <param name="report">The current state.</param>
    /// <param name="hasDocker">Whether a Docker engine responds.</param>
    /// <param name="wasTried">Whether an installation was tried before.</param>
    public IReadOnlyList<string> Lines(BinfmtReport report, bool hasDocker, bool wasTried)
    {
        List<string> lines = [];
        var local = planner.Local(report);
        var byDocker = hasDocker ? BinfmtPlanner.ByDocker(report) : [];
        var unmet = planner.Unmet(report).Where(gap => gap.Handler is not null || gap.Gap != BinfmtGap.Failed).ToList();
        if (!wasTried && ((isRoot && local.Count > 0) || byDocker.Count > 0))
        {
            Add("to let this program do it:", [Ourselves]);
        }

        // Before the package is installed, its handlers cannot be registered.
        Add("manually:", [.. local.Select(step => step.Command(isRoot))]);
        if (unmet.Count > 0)
        {
            Add($"for {string.Join(", ", unmet.Select(gap => gap.Platform.Name))}, which nothing on this machine emulates:", [Install(), isRoot ? Ourselves : "sudo " + Ourselves]);
        }

        Add("with Docker:", [.. byDocker.Select(step => step.Command(isRoot))]);
        return lines;

        void Add(string head, IReadOnlyList<string> commandLines)
        {
            if (commandLines.Count > 0)
            {
                lines.Add(head);
                lines.AddRange(commandLines.Select(line => "  " + line));
            }
        }
    }

    private string Install() => _managers.FirstOrDefault(manager => commands.Find(manager.Manager) is not null) is ({ } name, { } arguments)
        ? new RunStep(name, arguments).Command(isRoot)
        : "# install qemu's static user-mode emulators (qemu-user-static)";
}
