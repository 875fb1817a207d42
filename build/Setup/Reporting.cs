using BusyboxGlibc.Attestations.Vex;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Image;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Reports.Page;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Verify;
using Cake.Core.Diagnostics;

namespace BusyboxGlibc.Setup;

/// <summary>Writes the report at the end of a run that verified an image, or that learnt something of the image that the report is about. It is no part of the image, and no failure of it fails a build.</summary>
/// <param name="services">The services of the run.</param>
public sealed class Reporting(IServiceProvider services)
{
    private const string Assertions = "assertions";

    private BuildPaths Paths => services.Get<BuildPaths>();

    private BuildInputs Inputs => services.Get<BuildInputs>();

    private BuildResults Results => services.Get<BuildResults>();

    /// <summary>Writes the report, and names it in the last line of the run.</summary>
    /// <param name="context">Cake's context.</param>
    /// <param name="error">What ended the run; null if nothing failed.</param>
    public void Write(BuildContext context, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Cancellation.IsCancellationRequested || (!Results.HasProof && Results.Vulnerabilities is null))
        {
            return;
        }

        try
        {
            if (IsCurrent(error))
            {
                Name(context);
            }
            else if (Facts(context, error) is { } facts)
            {
                Write(context, facts, error is null);
            }
        }
#pragma warning disable CA1031 // Whatever is wrong with the report, the image is what it is.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            services.Get<Foundation.Progress.IProgressBoard>().Warn($"no report was written: {failure.Message}");
        }
    }

    // A run that found nothing to do has nothing new to say, except on GitHub, where each step has a summary of its own.
    private bool IsCurrent(Exception? error) =>
        error is null && Results is { HasProof: true, Vulnerabilities: null, Smoke.Count: 0 } && !StepSummary.IsWanted(Environment.GetEnvironmentVariable)
        && BuildStamp.Read(Paths.ReportStamp) is { } stamp && new FileInfo(Paths.Report) is { Exists: true } page && page.Length == stamp.Size && stamp.Key == KeyOfState();

    private void Write(BuildContext context, ReportFacts facts, bool hasSucceeded)
    {
        AtomicFile.Discard(Paths.ReportStamp);
        ReportStore.Write(Paths.ReportData, facts);
        var page = System.Text.Encoding.UTF8.GetBytes(new ReportPage(facts, PageParts.Layouts).Html());
        AtomicFile.WriteChanged(Paths.Report, page);
        if (!Results.HasProof)
        {
            return;
        }

        if (hasSucceeded)
        {
            new BuildStamp(KeyOfState(), page.Length, string.Empty).Write(Paths.ReportStamp);
        }

        StepSummary.Append(facts, Environment.GetEnvironmentVariable);
        Name(context);
    }

    private void Name(BuildContext context)
    {
        StepOutputs.Append([("report", Paths.Report)], Environment.GetEnvironmentVariable);
        if (context.Log.Verbosity >= Verbosity.Normal)
        {
            context.Say([$"report {Paths.Shown(Paths.Report)}{(PageParts.HasLayouts ? string.Empty : ", without its two drawings, because npm did not answer when this program was compiled: delete build/obj/build.stamp and run the command again to try once more")}"]);
        }
    }

    private ReportFacts? Facts(BuildContext context, Exception? error)
    {
        var old = ReportStore.Read(Paths.ReportData);
        if (!Results.HasProof)
        {
            return old is not null && Results.Vulnerabilities is { } answer && OciLayoutReader.Open(Paths.Layout).Index.Digest == old.Image.Digest ? old with { Open = OpenOf(answer, old.Image) } : null;
        }

        var (plan, proof, layout, key) = (Results.Plan, Results.Proof, OciLayoutReader.Open(Paths.Layout), KeyOfImage());
        var isSame = old?.Image.Key == key;
        var last = RunOf(context, isSame ? old! : null);
        var image = isSame ? old!.Image : ImageOf(key, plan, proof, layout, context.Cancellation);
        var isSameImage = old?.Image.Digest == image.Digest;
        return new ReportFacts(
            ReportFacts.Current, image, ChecksOf(proof, error), Results.Vulnerabilities is { } found ? OpenOf(found, image) : isSameImage ? old!.Open : null,
            new ReportHistory(
                PublishedOf(old, image),
                old is null ? null : isSameImage ? old.History.Before : EarlierOf(old.Image),
                isSame ? old!.History.Lock : plan.IsTried ? null : services.Get<EarlierLock>().FindAsync(plan.Lock, context.Cancellation).GetAwaiter().GetResult()),
            isSameImage ? old!.Made : last,
            last);
    }

    private string KeyOfImage() => InputKey.Of(
    [
        BuildStamp.ProgramIdentity, Results.Proof.IndexDigest, Results.Plan.LockSha256, Results.Plan.Name.Full,
        .. Results.Plan.Variants.Select(variant => variant.Name.Full), .. Results.VariantProofs.Select(variant => variant.IndexDigest),
        .. Inputs.Requirements.Select(line => $"{line.Where} {line.Text}"), .. VexTable.Sums(Inputs.RootFolder),
    ]);

    // The image, and what other runs recorded about it.
    private string KeyOfState() => InputKey.Of([KeyOfImage(), .. new[] { $"{Paths.Layout}.smoke.json", Paths.Published }.Select(path => File.Exists(path) ? FileHash.Of(path) : string.Empty)]);

    private ReportImage ImageOf(string key, ImagePlan plan, LayoutProof proof, OciLayoutReader layout, CancellationToken cancellation)
    {
        var (images, contents) = (layout.ReadImages(), services.Get<ReportContents>());
        var read = contents.Of(images);
        var maps = services.Get<Inspections>().Reasons.MapAsync(Inputs.Options.Run.Busybox == BusyboxOrigin.Debian ? null : BaseParts.BusyboxPackage, cancellation).GetAwaiter().GetResult();
        List<ReportPlatform> platforms = [.. proof.Platforms.Select(row => new ReportPlatform(
            row.Platform, row.Digest, KnownPlatforms.Find(row.Platform)?.Triplet ?? string.Empty, Path.GetFileName(KnownPlatforms.Find(row.Platform)?.Loader ?? string.Empty), row.Files, row.Libraries, read.FirstOrDefault(one => one.Platform.Name == row.Platform)?.Applets ?? 0, row.UnpackedBytes, row.CompressedBytes))];
        return new ReportImage(
            key, plan.Name.Familiar, proof.IndexDigest, Rfc3339.FromEpoch(plan.Metadata.Epoch), plan.Metadata.Suite.Codename, plan.Metadata.GlibcVersion,
            Inputs.Release?.Version ?? (Inputs.Options.Run.Busybox == BusyboxOrigin.Debian ? "of Debian" : "none"), plan.LockSha256, platforms,
            ReasonFacts.Files(read), ReasonFacts.Packages(read), ReasonFacts.Of([.. images.Select(image => maps.FirstOrDefault(map => map.Platform == image.Platform)).OfType<Inspect.Reasons.ReasonMap>()], read),
            contents.VexOf(images),
            [.. plan.Variants.Zip(Results.VariantProofs, (variant, of) => new ReportVariant(
                variant.Name.Familiar, of.IndexDigest, of.Platforms.Zip(proof.Platforms, (one, own) => one.CompressedBytes - own.CompressedBytes).DefaultIfEmpty().Max()))]);
    }

    // What the user's programs and entries of vex/ assert is checked after the rules, and has an error of its own.
    private ReportChecks ChecksOf(LayoutProof proof, Exception? error)
    {
        var refuted = proof.Findings.Count == 0 && services.Get<TaskTimes>().Tasks.Any(task => task is { Name: nameof(Verify), State: "failed" }) ? error?.Message : null;
        return new ReportChecks(
            [.. LayoutProof.Checks, Assertions], refuted is null ? [.. proof.Failed.Select(failed => new ReportFailed(failed.Platform, failed.Rule))] : [new ReportFailed(string.Empty, Assertions)],
            refuted is null ? proof.Findings : refuted.Split('\n'), proof.Notes,
            [
                .. (Results.Smoke is { Count: > 0 } now ? now : services.Get<SmokeRuns>().FindEarlier(Results.Plan)).Select(platform => new ReportSmoke(
                    platform.Platform, platform.How, [.. platform.Results.Select(result => new ReportSmokeCheck(result.Check, StateOf(result.State), result.Reason))])),
            ]);
    }

    private static string StateOf(SmokeState state) => state switch { SmokeState.Passed => "passed", SmokeState.Failed => "failed", SmokeState.NotRun => "not-run", _ => "absent" };

    private static ReportOpen OpenOf(Inspect.Vulnerabilities.VulnerabilityAnswer answer, ReportImage image) => new(
        image.Digest, answer.Tracker,
        [
            .. answer.Found.Where(found => found.IsOpen).GroupBy(found => (found.Id, found.Source, found.State, found.Urgency, found.FixedVersion, found.Description)).Select(group => new ReportVulnerability(
                group.Key.Id, group.Key.Source, group.Key.State == Inspect.Vulnerabilities.VulnerabilityState.Open ? "open" : "undetermined", group.Key.Urgency, group.Key.FixedVersion, group.Key.Description,
                image.Platforms.Index().Where(pair => group.Any(found => found.Platform.Name == pair.Item.Name)).Aggregate(0, (set, pair) => set | (1 << pair.Index)))),
        ]);

    // published.json is there if the last push succeeded; its image may be an older one, of which an earlier report has the sizes.
    private ReportEarlier? PublishedOf(ReportFacts? old, ReportImage image)
    {
        var (name, digest) = PublishedFile.Last(Paths.Published) ?? default;
        return digest is null ? old?.History.Published
            : digest == image.Digest ? EarlierOf(image) with { Name = name! }
            : old?.Image.Digest == digest ? EarlierOf(old.Image) with { Name = name! }
            : old?.History.Published is { } known && known.Digest == digest ? known : new ReportEarlier(name!, digest, []);
    }

    private static ReportEarlier EarlierOf(ReportImage image) => new(image.Name, image.Digest, [.. image.Platforms.Select(platform => new ReportSize(platform.Name, platform.Unpacked, platform.Compressed))]);

    // git is asked once for an image.
    private ReportRun RunOf(BuildContext context, ReportFacts? known)
    {
        var options = RepeatedOptions.Of(context.Arguments.GetArguments(), Environment.GetEnvironmentVariable);
        var revision = known is null ? SourceTree.FindRevision(context, Inputs.RootFolder) : null;
        return new ReportRun(
            services.Get<EngineChoice>().Description, Results.Plan.LockState, Math.Round(services.Get<RunClock>().Elapsed.TotalSeconds, 2), services.Get<TaskTimes>().Tasks,
            $"{options.Program}{options.Text}{(options.Hint is { } hint ? $"   # {hint}" : string.Empty)}", revision?.Commit ?? known?.Last.Revision, revision?.IsDirty ?? known?.Last.IsDirty ?? false);
    }
}
