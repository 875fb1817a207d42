using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Registry;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Inspect.Abi;

/// <summary>What a new image no longer gives.</summary>
/// <param name="From">The old image, as the user named it.</param>
/// <param name="Platforms">The platforms of the old image that were compared.</param>
/// <param name="Losses">What is lost; empty if nothing is.</param>
internal sealed record AbiAnswer(string From, IReadOnlyList<Platform> Platforms, IReadOnlyList<AbiLoss> Losses);

/// <summary>Compares what images promise to programs, from their layers.</summary>
internal static class AbiComparison
{
    /// <summary>Compares an image with the finished layout.</summary>
    /// <param name="from">The old image.</param>
    /// <param name="ours">The layout.</param>
    /// <param name="platforms">The platforms to compare, of those that the old image has.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="Foundation.Errors.BuildException">One of the images cannot be read.</exception>
    public static async Task<AbiAnswer> CompareAsync(AgainstImage from, OciLayoutReader ours, IEnumerable<Platform> platforms, CancellationToken cancellation)
    {
        var compared = new List<Platform>();
        var losses = new List<AbiLoss>();
        foreach (var platform in platforms)
        {
            cancellation.ThrowIfCancellationRequested();
            var old = await from.FindAsync(platform, cancellation);
            if (old is null)
            {
                continue;
            }

            // An image with the same digest needs no reading.
            compared.Add(platform);
            var mine = ours.Find(platform);
            if (mine is null)
            {
                losses.Add(new AbiLoss(platform, null, []));
            }
            else if (mine.Digest != old.Digest)
            {
                losses.AddRange(PlatformAbi.Of(platform, (await from.OpenAsync(platform, cancellation))!).LostIn(PlatformAbi.Of(platform, ImageFiles.Read(ours.Path, platform)!)));
            }
        }

        return new AbiAnswer(from.Name, compared, losses);
    }

    /// <summary>What an image in a registry gives and the layout does not, in one line; null if there is nothing.</summary>
    /// <exception cref="Foundation.Errors.BuildException">One of the images cannot be read.</exception>
    public static async Task<string?> FindLossAsync(RepositoryClient repository, string digest, OciLayoutReader ours, CancellationToken cancellation)
    {
        using var old = AgainstImage.Of(repository, digest);
        var losses = (await CompareAsync(old, ours, KnownPlatforms.All, cancellation)).Losses;
        return losses.Count == 0 ? null : $"such as {losses[0].Text} on {losses[0].Platform}";
    }
}
