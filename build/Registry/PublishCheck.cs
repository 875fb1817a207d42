using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Registry.Tags;

namespace BusyboxGlibc.Registry;

/// <summary>Checks before any work whether a publish will be refused: by a registry that does not respond, an account without push permission, or a
/// tag that must not move.</summary>
/// <param name="newHandler">Creates the innermost handler for a registry.</param>
/// <param name="policy">The limits.</param>
/// <param name="board">Where progress is shown.</param>
/// <param name="clock">The clock used for delays; null for the system clock.</param>
internal sealed class PublishCheck(Func<RegistryHost, HttpMessageHandler> newHandler, RegistryPolicy policy, IProgressBoard board, TimeProvider? clock = null)
{
    /// <summary>Checks every registry. Each upload that is started to test the permission is cancelled again.</summary>
    /// <param name="places">The target repositories.</param>
    /// <param name="tags">The tags that are known before the image is built.</param>
    /// <param name="expected">The expected identity of the image, as far as it is known.</param>
    /// <param name="forceTag">Whether tags may move that otherwise must not.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="RegistryException">Publishing would be refused; the problems of several targets are reported together.</exception>
    public async Task RunAsync(
        IReadOnlyList<PublishPlace> places, IReadOnlyList<ImageTag> tags, ImageIdentity expected, bool forceTag, CancellationToken cancellation)
    {
        using var open = new OpenPlaces(places, newHandler, policy, board.Note, clock);
        using var line = board.Begin("check registries", places.Count, ProgressUnit.Registries);
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
                line.Done();
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
    /// <summary>Refuses to continue if there are tags that must not move.</summary>
    /// <exception cref="RegistryException">There are such tags, and moving them is not forced.</exception>
    public static void Check(string name, IReadOnlyList<(ImageTag Tag, string Why)> stuck, bool forceTag)
    {
        if (stuck.Count > 0 && !forceTag)
        {
            throw Error(name, stuck);
        }
    }

    /// <summary>Creates the error for tags that must not move.</summary>
    public static RegistryException Error(string name, IReadOnlyList<(ImageTag Tag, string Why)> stuck) => new(
        $"{name}: {(stuck.Count == 1 ? $"the tag {stuck[0].Tag} stays" : $"{stuck.Count} tags stay")} where {(stuck.Count == 1 ? "it is" : "they are")}",
        why: string.Join('\n', stuck.Select(pair => $"{pair.Tag}: {pair.Why}")),
        next: "publish under another name (--repository=NAME), or move the tags anyway: --force-tag");
}
