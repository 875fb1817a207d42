namespace BusyboxGlibc.Binfmt;

/// <summary>Plans the steps needed to run programs of every platform.</summary>
/// <param name="offers">The handlers that could be registered.</param>
/// <param name="exists">Whether a file exists.</param>
internal sealed class BinfmtPlanner(IReadOnlyList<BinfmtOffer> offers, Predicate<string> exists)
{
    /// <summary>Docker's image with emulators for every platform (github.com/tonistiigi/binfmt).</summary>
    public const string DockerImage = "tonistiigi/binfmt";

    private const string Enable = "1";
    private const string Remove = "-1";

    /// <summary>Returns the steps for root with the files on this machine.</summary>
    public IReadOnlyList<BinfmtStep> Local(BinfmtReport report)
    {
        if (report.Gaps.Count == 0)
        {
            return [];
        }

        var status = report.Status;
        List<BinfmtStep> steps = [];
        if (status.Mount == BinfmtMount.None)
        {
            steps.Add(new RunStep("modprobe", ["binfmt_misc"]));
        }

        if (status.Mount is BinfmtMount.None or BinfmtMount.NotMounted)
        {
            steps.Add(new RunStep("mount", ["-t", "binfmt_misc", "binfmt_misc", BinfmtFolder.Usual]));
        }
        else if (!status.IsEnabled)
        {
            steps.Add(new WriteStep(BinfmtFolder.StatusFile, Enable));
        }

        // Two platforms may share a handler, such as the two 32-bit ARM platforms.
        return [.. steps.Concat(report.Gaps.SelectMany(gap => Local(gap, status))).DistinctBy(step => step.Command(isRoot: true))];
    }

    /// <summary>Returns the platforms that no step for root with the files on this machine can fix.</summary>
    public IReadOnlyList<PlatformBinfmt> Unmet(BinfmtReport report) => [.. report.Gaps.Where(gap => !CanBeMet(gap))];

    /// <summary>Returns the step that uses Docker's container with emulators, on a machine where binfmt_misc is at most not mounted.</summary>
    public static IReadOnlyList<BinfmtStep> ByDocker(BinfmtReport report)
    {
        var gaps = report.Gaps.Where(gap => gap.Handler is not null || gap.Gap != BinfmtGap.Failed).ToList();
        if (gaps.Count == 0 || report.Status.Mount is BinfmtMount.None or BinfmtMount.Elsewhere || (report.Status.Mount == BinfmtMount.Mounted && !report.Status.IsEnabled))
        {
            return [];
        }

        // It does not change registered handlers.
        var bad = gaps.Select(gap => gap.Handler?.Name).OfType<string>().Distinct(StringComparer.Ordinal);
        return [.. bad.Select(name => Docker("--uninstall", name)), Docker("--install", "all")];
    }

    private static RunStep Docker(params string[] arguments) => new("docker", ["run", "--privileged", "--rm", DockerImage, .. arguments], NeedsRoot: false);

    private bool CanBeMet(PlatformBinfmt gap) =>
        (gap is { Gap: BinfmtGap.Disabled or BinfmtGap.AllDisabled, Handler.IsForContainers: true }) || (gap is not { Gap: BinfmtGap.Failed, Handler: null } && Replacement(gap) is not null);

    private IEnumerable<BinfmtStep> Local(PlatformBinfmt gap, BinfmtStatus status)
    {
        if (gap.Handler is not { } handler)
        {
            // A native program has failed: no handler helps.
            return gap.Gap != BinfmtGap.Failed && Replacement(gap) is { } register ? [register] : [];
        }

        if (gap.Gap is BinfmtGap.Disabled or BinfmtGap.AllDisabled && handler.IsForContainers)
        {
            return handler.IsEnabled ? [] : [new WriteStep(handler.Name, Enable)];
        }

        var program = TinyProgram.For(gap.Platform);
        var removal = new WriteStep(handler.Name, Remove);
        if (status.Handlers.Any(other => other.Name != handler.Name && other is { IsEnabled: true, IsForContainers: true } && other.Takes(program)))
        {
            return [removal];
        }

        return Replacement(gap) is { } again ? [removal, again] : [];
    }

    // Returns a handler for the platform with the F flag: an available one, otherwise the current one, registered again. A failed handler is not tried twice.
    private WriteStep? Replacement(PlatformBinfmt gap)
    {
        var program = TinyProgram.For(gap.Platform);
        var offer = offers.FirstOrDefault(offer => offer.Handler.IsForContainers && offer.Handler.Takes(program) && !(gap.Gap == BinfmtGap.Failed && offer.Handler.Interpreter == gap.Handler?.Interpreter));
        if (offer is null && gap is { Handler: { } handler, Gap: not BinfmtGap.Failed } && exists(handler.Interpreter))
        {
            offer = new BinfmtOffer(handler with { Flags = handler.IsForContainers ? handler.Flags : handler.Flags + "F" });
        }

        return offer is not null && BinfmtText.Line(offer.Handler) is { } line ? new WriteStep(BinfmtFolder.RegisterFile, line, offer.File) : null;
    }
}
