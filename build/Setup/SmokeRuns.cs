using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Setup;

/// <summary>Smoke tests of the images of a build: the image, and its variants.</summary>
public sealed class SmokeRuns
{
    private readonly Func<ImagePlan, SmokeStamp> _stamp;
    private readonly Func<Func<Platform, FileOrigins>, SmokeTester> _tester;

    /// <summary>Nothing is run before it is asked for.</summary>
    /// <param name="stamp">Returns the record of a plan's layout.</param>
    /// <param name="tester">Returns the tester of an image, given what is known about the origin of its files.</param>
    internal SmokeRuns(Func<ImagePlan, SmokeStamp> stamp, Func<Func<Platform, FileOrigins>, SmokeTester> tester) => (_stamp, _tester) = (stamp, tester);

    /// <summary>Tests a finished layout on every platform whose image was not tested before. A variant may have images of the image itself, started otherwise.</summary>
    /// <param name="plan">The plan of the image.</param>
    /// <param name="cancellation">Stops and removes everything that runs.</param>
    internal Task<IReadOnlyList<PlatformSmoke>> TestAsync(ImagePlan plan, CancellationToken cancellation) => _stamp(plan).CompleteAsync(
        OciLayoutReader.Open(plan.Paths.Layout).ReadImages(), images => _tester(plan.OriginsOf).TestAsync(images, cancellation), plan.OfImage == plan ? null : _stamp(plan.OfImage));

    /// <summary>What earlier runs found of a finished layout: the platforms that passed. Empty if none tested it.</summary>
    /// <param name="plan">The plan of the image.</param>
    internal IReadOnlyList<PlatformSmoke> FindEarlier(ImagePlan plan) =>
        _stamp(plan) is var stamp && File.Exists(stamp.Path) ? [.. stamp.Proven(OciLayoutReader.Open(plan.Paths.Layout).ReadImages()).Values] : [];
}
