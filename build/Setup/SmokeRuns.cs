using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Setup;

/// <summary>Smoke tests of the images of a build: the image, and its variants.</summary>
public sealed class SmokeRuns
{
    private readonly Func<string, SmokeStamp> _stamp;
    private readonly Func<Func<Platform, FileOrigins>, SmokeTester> _tester;

    /// <summary>Nothing is run before it is asked for.</summary>
    /// <param name="stamp">Returns the record of a layout.</param>
    /// <param name="tester">Returns the tester of an image, given what is known about the origin of its files.</param>
    internal SmokeRuns(Func<string, SmokeStamp> stamp, Func<Func<Platform, FileOrigins>, SmokeTester> tester) => (_stamp, _tester) = (stamp, tester);

    /// <summary>Tests a finished layout on every platform that was not tested before.</summary>
    /// <param name="plan">The plan of the image.</param>
    /// <param name="cancellation">Stops and removes everything that runs.</param>
    internal Task<IReadOnlyList<PlatformSmoke>> TestAsync(ImagePlan plan, CancellationToken cancellation)
    {
        var layout = OciLayoutReader.Open(plan.Paths.Layout);
        return _stamp(plan.Paths.Layout).CompleteAsync(layout.Index.Digest, layout.ReadImages(), images => _tester(plan.OriginsOf).TestAsync(images, cancellation));
    }

    /// <summary>What earlier runs found of a finished layout: the platforms that passed. Empty if none tested it.</summary>
    /// <param name="plan">The plan of the image.</param>
    /// <param name="digest">The digest of the layout's index.</param>
    internal IReadOnlyList<PlatformSmoke> FindEarlier(ImagePlan plan, string digest) =>
        _stamp(plan.Paths.Layout) is var stamp && File.Exists(stamp.Path) ? [.. stamp.Proven(digest).Values] : [];
}
