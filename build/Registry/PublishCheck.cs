using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Registry;

/// <summary>Finds out before any work whether a publish will be refused: by a registry that does not answer, an account that may not push, or a
/// tag that stays where it is.</summary>
/// <param name="newHandler">Makes the innermost handler for a registry.</param>
/// <param name="policy">The limits.</param>
/// <param name="board">Where progress is told.</param>
/// <param name="clock">The clock of the waits; null for the machine's.</param>
internal sealed class PublishCheck(Func<RegistryHost, HttpMessageHandler> newHandler, RegistryPolicy policy, IProgressBoard board, TimeProvider? clock = null)
{
    /// <summary>Asks every registry. Each upload that is started to learn whether that is allowed is cancelled again.</summary>
    /// <param name="places">Where the image is to go.</param>
    /// <param name="tags">The tags that are known before the image is.</param>
    /// <param name="expected">What the image will say of itself, as far as that is known.</param>
    /// <param name="forceTag">Whether tags may take what they otherwise must not.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryException">Publishing would be refused; what is wrong in several places is told together.</exception>
    public async Task RunAsync(
        IReadOnlyList<PublishPlace> places, IReadOnlyList<ImageTag> tags, ImageIdentity expected, bool forceTag, CancellationToken cancellation)
    {
        using var open = new OpenPlaces(places, newHandler, policy, board.Note, clock);
        using var line = board.Begin("ask registries", places.Count, ProgressUnit.Items);
        var failures = await Task.WhenAll(open.Groups.SelectMany(group => group).Select(async repository =>
        {
            try
            {
                await repository.CheckPushAsync(cancellation);
                var named = await TaggedImage.ReadAllAsync(repository, tags, _ => false, cancellation);
                TagRefusal.Check(
                    repository.Name,
                    [.. tags.Select(tag => (Tag: tag, Why: named[tag.Name] is { Digest: not null } there ? TagMove.Refusal(tag, expected, there.Identity) : null))
                        .Where(pair => pair.Why is not null).Select(pair => (pair.Tag, pair.Why!))],
                    forceTag);
                line.Add(1);
                return null;
            }
            catch (RegistryException error)
            {
                return error;
            }
        }));
        switch (failures.OfType<RegistryException>().ToList())
        {
            case []:
                return;
            case [var only]:
                throw only;
            case var several:
                throw new RegistryException(
                    $"{several.Count} of {places.Count} registries would refuse the image",
                    why: string.Join('\n', several.Select(error => string.Join(": ", new[] { error.What, error.Why }.OfType<string>()))),
                    next: several[0].Next,
                    inner: several[0]);
        }
    }
}

/// <summary>The refusal to move tags.</summary>
internal static class TagRefusal
{
    /// <summary>Refuses tags that may not move.</summary>
    /// <exception cref="RegistryException">There are any, and they are not to be forced.</exception>
    public static void Check(string name, IReadOnlyList<(ImageTag Tag, string Why)> stuck, bool forceTag)
    {
        if (stuck.Count > 0 && !forceTag)
        {
            throw Error(name, stuck);
        }
    }

    /// <summary>The error for tags that may not move.</summary>
    public static RegistryException Error(string name, IReadOnlyList<(ImageTag Tag, string Why)> stuck) => new(
        $"{name}: {(stuck.Count == 1 ? $"the tag {stuck[0].Tag} stays" : $"{stuck.Count} tags stay")} where {(stuck.Count == 1 ? "it is" : "they are")}",
        why: string.Join('\n', stuck.Select(pair => $"{pair.Tag}: {pair.Why}")),
        next: "publish under another name (--repository=NAME), or move the tags all the same: --force-tag");
}
