
namespace BusyboxGlibc.Registry.Housekeeping;

/// <summary>What was deleted from a repository.</summary>
/// <param name="Tags">The tags that are gone, in the order in which they went.</param>
/// <param name="Manifests">How many manifests were deleted, with those of platforms and of what was beside them.</param>
/// <param name="Failed">What could not be deleted, with the registry's reason and advice.</param>
internal sealed record DeletedTags(IReadOnlyList<string> Tags, int Manifests, IReadOnlyList<(string Reference, RegistryException Error)> Failed);

/// <summary>Deletes images with what belongs to them. A digest is deleted, which takes its tags with it; where a registry does not do that, its tags.</summary>
/// <param name="repository">The repository.</param>
/// <param name="survey">Finds what is stored beside a manifest.</param>
internal sealed class TagDeletion(RepositoryClient repository, TagSurvey survey)
{
    private readonly List<string> _tags = [];
    private readonly List<(string Reference, RegistryException Error)> _failed = [];
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <summary>Deletes what the plan says, after a look whether it still holds.</summary>
    /// <param name="known">What the plan was made from.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <exception cref="RegistryException">The repository changed since, a tag of it cannot be read, or the registry deletes nothing over this API.</exception>
    public async Task<DeletedTags> DeleteAsync(ListedRepository known, TagPlan plan, CancellationToken cancellation)
    {
        if (known.Unreadable is [var unknown, ..] && known.Unreadable.Any(one => !one.Why.Contains("leads to nothing", StringComparison.Ordinal)))
        {
            throw new RegistryException(
                $"nothing is deleted from {repository.Name}", unknown.Tag, $"{known.Unreadable.Count} of its tags cannot be read, and may name an image that would go: {unknown.Why}", "run the command again, with an account that may read all tags");
        }

        await CheckUnchangedAsync(known, plan, cancellation);
        var stays = known.Images.Where(image => !plan.Going.Contains(image)).SelectMany(image => image.Parts.Prepend(image.Digest)).ToHashSet(StringComparer.Ordinal);
        foreach (var image in plan.Going)
        {
            cancellation.ThrowIfCancellationRequested();
            await DeleteAsync(image, [.. image.Parts.Where(part => !stays.Contains(part))], stays, known.Attached, cancellation);
        }

        return new DeletedTags(_tags, _deleted.Count, _failed);
    }

    // Tags that move may have moved to what is about to go, and new ones may name it.
    private async Task CheckUnchangedAsync(ListedRepository known, TagPlan plan, CancellationToken cancellation)
    {
        var before = known.Images.SelectMany(image => image.Tags).Concat(known.Attached).Concat(known.Unreadable.Select(one => one.Tag)).ToHashSet(StringComparer.Ordinal);
        var moved = (await repository.ListTagsAsync(cancellation) ?? []).FirstOrDefault(tag => !before.Contains(tag));
        var goes = plan.Going.Select(image => image.Digest).ToHashSet(StringComparer.Ordinal);
        await RepositoryUpload.EachAsync(
            [.. known.Images.Where(image => moved is null && image.IsImage && !goes.Contains(image.Digest)).SelectMany(image => image.Tags.Where(tag => !TagPlan.IsDated(image, tag)))],
            async (tag, token) =>
            {
                if (await repository.FindManifestAsync(tag, token) is { } now && goes.Contains(now.Descriptor.Digest))
                {
                    moved = tag;
                }
            },
            TagSurvey.Jobs,
            cancellation);
        if (moved is not null)
        {
            throw new RegistryException($"{repository.Name} was changed meanwhile", moved, "someone published while its tags were read", "run the command again: nothing was deleted");
        }
    }

    private async Task DeleteAsync(ListedImage image, IReadOnlyList<string> parts, HashSet<string> stays, IReadOnlyList<string> attached, CancellationToken cancellation)
    {
        // Before anything goes, since some registries list nothing beside a manifest that is gone.
        var beside = new List<(IReadOnlyList<Oci.OciDescriptor> Artifacts, IReadOnlyList<string> Tags)>();
        foreach (var digest in parts.Prepend(image.Digest))
        {
            beside.Add(image.IsImage ? await survey.BesideAsync(digest, attached, cancellation) : ([], []));
        }

        if (!await DeleteImageAsync(image, cancellation))
        {
            return;
        }

        foreach (var digest in parts.Concat(beside.SelectMany(one => one.Artifacts).Select(artifact => artifact.Digest)).Where(digest => !stays.Contains(digest)))
        {
            await TryAsync(digest, cancellation);
        }

        foreach (var tag in beside.SelectMany(one => one.Tags))
        {
            if (await repository.FindManifestAsync(tag, cancellation) is { } read && !stays.Contains(read.Descriptor.Digest) && await TryAsync(read.Descriptor.Digest, cancellation))
            {
                _tags.Add(tag);
            }
        }
    }

    private async Task<bool> DeleteImageAsync(ListedImage image, CancellationToken cancellation)
    {
        try
        {
            var byDigest = await repository.DeleteAsync(image.Digest, cancellation);
            var left = byDigest is null ? await LeftAsync(image.Tags, image.Digest, cancellation) : image.Tags;
            foreach (var tag in left)
            {
                // Refused in both ways by the first image: it will be by all.
                if (await repository.DeleteAsync(tag, cancellation) is { } byTag)
                {
                    throw _deleted.Count == 0 && byDigest is not null ? byDigest : byTag;
                }
            }

            _deleted.Add(image.Digest);
            _tags.AddRange(image.Tags);
            return true;
        }
        catch (RegistryException error) when (_deleted.Count > 0 || (error is not RegistryDeniedException && error.InnerException is not RegistryException))
        {
            _failed.Add((image.Tags[0], error));
            return false;
        }
    }

    // Some keep the tags of a manifest that was deleted.
    private async Task<IReadOnlyList<string>> LeftAsync(IReadOnlyList<string> tags, string digest, CancellationToken cancellation)
    {
        var left = new List<string>();
        foreach (var tag in tags)
        {
            if (await repository.FindManifestAsync(tag, cancellation) is { } read && read.Descriptor.Digest == digest)
            {
                left.Add(tag);
            }
        }

        return left;
    }

    // What belongs to an image that is gone: another attempt finds the rest of it no more, so that a failure is told.
    private async Task<bool> TryAsync(string digest, CancellationToken cancellation)
    {
        try
        {
            if (!_deleted.Contains(digest) && await repository.DeleteAsync(digest, cancellation) is null)
            {
                _deleted.Add(digest);
                return true;
            }
        }
        catch (RegistryException error)
        {
            _failed.Add((digest, error));
        }

        return _deleted.Contains(digest);
    }
}
