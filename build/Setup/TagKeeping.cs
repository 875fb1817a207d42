using BusyboxGlibc.Attestations.Publishing;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Oci;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Registry.Housekeeping;
using BusyboxGlibc.Supply.Sources;

namespace BusyboxGlibc.Setup;

/// <summary>What a repository has, what goes, and what was deleted.</summary>
/// <param name="Repository">What it has.</param>
/// <param name="Plan">What goes; null if that is not asked.</param>
/// <param name="Deleted">What was deleted; null if nothing was to be.</param>
internal sealed record KeptTags(ListedRepository Repository, TagPlan? Plan, DeletedTags? Deleted);

/// <summary>Lists and deletes tags in the repositories that the run's options name.</summary>
/// <param name="inputs">The options.</param>
/// <param name="paths">The paths of images that were built.</param>
/// <param name="publishing">The repositories.</param>
/// <param name="clock">The clock.</param>
public sealed class TagKeeping(BuildInputs inputs, BuildPaths paths, Publishing publishing, TimeProvider clock)
{
    /// <summary>Lists the repositories, and deletes what the options say.</summary>
    /// <exception cref="BuildException">No repository is named, or a registry does not answer, or does not delete.</exception>
    internal async Task<IReadOnlyList<KeptTags>> KeepAsync(CancellationToken cancellation)
    {
        var options = inputs.Options.Housekeeping;
        if (!inputs.Options.Publish.IsRegistryNamed)
        {
            throw new BuildException("Tags is not told which repository to list", "argument --registry", next: "name it as Publish does: ./build.sh --target=Tags --registry=HOST/NAMESPACE");
        }

        if (options.WithoutAge is { } alone)
        {
            throw new BuildException($"{alone} has no effect alone", $"argument {alone}", $"{OptionTable.PruneOlderThan} says how old the images are that can go", $"add it, such as {OptionTable.PruneOlderThan.ExampleArgument}");
        }

        using var places = publishing.OpenAll(RegistryPolicy.Standard);
        var all = new List<KeptTags>();
        foreach (var client in places.Groups.SelectMany(group => group))
        {
            var survey = new TagSurvey(client, SourceArtifact.Type, AttachmentKeys.BundleContent);
            var known = await survey.ReadAsync(cancellation);
            var plan = options.PruneOlderThan is { } age ? TagPlan.Of(known, RulesOf(age), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)) : null;
            all.Add(new KeptTags(known, plan, plan is not null && options.Deletes ? await new TagDeletion(client, survey).DeleteAsync(known, plan, cancellation) : null));
        }

        return all;
    }

    private TagRules RulesOf(TimeSpan age) => new(age, inputs.Options.Housekeeping.Keep, inputs.Options.Housekeeping.Foreign)
    {
        Named = publishing.ExpectedTags.Select(tag => tag.Name).ToHashSet(StringComparer.Ordinal),
        Made = inputs.AllVariants.Select(variant => new BuildPaths(variant).Layout).Prepend(paths.Layout).Select(Find).OfType<string>().Concat(PublishedFile.Digests(paths.Published)).ToHashSet(StringComparer.Ordinal),
    };

    // A damaged layout names nothing.
    private static string? Find(string layout)
    {
        try
        {
            return Directory.Exists(layout) ? OciLayoutReader.Open(layout).Index.Digest : null;
        }
        catch (OciException)
        {
            return null;
        }
    }
}
