using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Reports;
using BusyboxGlibc.Setup;
using Cake.Core.Diagnostics;
using Cake.Frosting;

namespace BusyboxGlibc.Tasks;

/// <summary>Prints what was built, and what to do next.</summary>
[TaskName(nameof(Summary))]
[TaskDescription("Prints sizes, libraries and digest of every platform's image, and what to do next; with --verbosity=quiet only the digest of the index")]
[IsDependentOn(typeof(Archive))]
public sealed class Summary(BuildInputs inputs, BuildPaths paths, BuildResults results, Lazy<EngineChoice> engine, RunClock clock) : FrostingTask<BuildContext>
{
    /// <inheritdoc/>
    public override void Run(BuildContext context)
    {
        if (context.Log.Verbosity < Verbosity.Normal)
        {
            context.Log.Write(Verbosity.Quiet, LogLevel.Information, "{0}", results.Proof.IndexDigest);
            return;
        }

        // Other targets continue, and print their own result.
        var isEnd = inputs.Targets.All(target => new[] { nameof(Default), nameof(Summary) }.Contains(target, StringComparer.OrdinalIgnoreCase));
        var client = ContainerClient.Names.FirstOrDefault(name => context.Tools.Resolve(name) is not null);
        var summary = new BuildSummary(
            [.. results.Proof.Platforms.Select(row => new PlatformRow(row.Platform, row.Libraries, row.UnpackedBytes, row.CompressedBytes, row.Digest))],
            [.. new[] { paths.Layout, paths.Archive }.Where(Path.Exists).Select(path => paths.Shown(path))],
            $"{engine.Value.Description}, {HumanReadable.Duration(clock.Elapsed)}",
            results.Plan.Name.Familiar,
            results.Proof.IndexDigest,
            $"lock: {results.Plan.LockState}",
            isEnd ? NextSteps.AfterBuild(results.Plan.Name, paths.Shown(paths.Archive), RepeatedOptions.Of(context.Arguments.GetArguments(), Environment.GetEnvironmentVariable, inputs.Typed), client, inputs.Options.Image.Platforms) : [])
        { Variants = Variants() };
        context.Say([string.Empty, .. summary.Lines(Terminal.Width())]);
        StepOutputs.Append([("digest", results.Proof.IndexDigest), ("changed", results.Plan.IsLockChanged ? "true" : "false")], Environment.GetEnvironmentVariable);
    }

    private IReadOnlyList<VariantRow> Variants() => [.. results.Plan.Variants.Zip(results.VariantProofs, (plan, proof) => new VariantRow(
        plan.Name.Familiar, proof.IndexDigest, paths.Shown(plan.Paths.Layout),
        proof.Platforms.Zip(results.Proof.Platforms, (variant, image) => variant.CompressedBytes - image.CompressedBytes).Max()))];
}
