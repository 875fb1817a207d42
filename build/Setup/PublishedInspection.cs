using BusyboxGlibc.Attestations.Signing;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Images;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Inspect.Published;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Setup;

/// <summary>Checks the published image that the run's options name.</summary>
/// <param name="inputs">The options.</param>
/// <param name="publishing">Opens the repository, with the account for it.</param>
/// <param name="services">The services of the run, for the archive.</param>
public sealed class PublishedInspection(BuildInputs inputs, Publishing publishing, IServiceProvider services)
{
    // A Release has three parts; who writes a provenance decides how many it names.
    private const int MostSnapshots = 3;

    /// <summary>Checks the image of <c>--image</c> with the key of <c>--key</c>, and builds it again with <c>--rebuild</c>.</summary>
    /// <param name="given">The arguments of the run, by name.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="BuildException">No image is named, or it cannot be read or built again.</exception>
    internal async Task<ProofAnswer> CheckAsync(IEnumerable<KeyValuePair<string, ICollection<string>>> given, CancellationToken cancellation)
    {
        var options = inputs.Options.Inspect;
        if (options.Image is not { } name)
        {
            throw new BuildException("no image to check is given", "argument --image", next: "name it as it is pulled: --image=HOST/NAME:TAG, or by digest: --image=HOST/NAME@sha256:...");
        }

        var (repository, digest) = name.Split('@') is [var before, var after] ? (before, after) : (name, null);
        if (ImageReference.TryParse(repository) is not { } reference || (digest is not null && !Oci.OciDigest.IsValid(digest)))
        {
            throw new BuildException($"{SafeText.Text(name)} is not the name of an image", "argument --image", next: "write it as it is pulled: --image=HOST/NAME:TAG, or by digest: --image=HOST/NAME@sha256:...");
        }

        var key = options.Key is { } file ? PublicKey.Read(KeyFiles.ReadText(file), file) : null;
        using var places = publishing.Open(reference);
        var folder = Directory.CreateTempSubdirectory("busybox-glibc-published-").FullName;
        try
        {
            var answer = await new PublishedVerifier(places.Groups[0][0], key) { Origins = new PackageOrigins(States) }.CheckAsync(digest ?? reference.Tag ?? "latest", Path.Combine(folder, "image"), cancellation);
            if (!options.Rebuilds)
            {
                return answer;
            }

            var rebuild = await new PublishedRebuild(inputs, services.Get<ICommandRunner>(), services.Get<IProgressBoard>()).RunAsync(answer.Claims!, given, folder, cancellation);
            return answer with { Findings = [.. answer.Findings, rebuild] };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The cache needs no network, the mirrors have what is new, the snapshot archive what was.
    private IEnumerable<ArchiveState> States(SuiteFacts suite, IReadOnlyList<DateTimeOffset> dates) =>
    [
        new(false, async token => await DebianServices.OpenCachedSuiteAsync(services, suite, token)),
        .. inputs.Options.Run.Offline ? Array.Empty<ArchiveState>() : [new(true, async token => await DebianServices.OpenOneSuiteAsync(services, suite, token))],
        .. DebianServices.SnapshotTimes(dates).Take(MostSnapshots).Select(time => new ArchiveState(false, async token => (await DebianServices.OpenPastSuiteAsync(services, suite, time, token))?.Suite)),
    ];
}
