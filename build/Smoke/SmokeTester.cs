using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Smoke;

/// <summary>Runs the checks on every platform of a layout, platforms in parallel.</summary>
/// <param name="runners">The runners, best first: a platform uses the first suitable one.</param>
/// <param name="compile">Returns the path of a program for an image. A <see cref="SmokeException"/> means that the image is wrong; another <see
/// cref="BuildException"/> states why the program is not available here.</param>
/// <param name="board">Where progress is shown.</param>
/// <param name="jobs">The number of platforms tested concurrently.</param>
public sealed class SmokeTester(
    IReadOnlyList<ISmokeRunner> runners, Func<SmokeImage, SmokeSource, CancellationToken, Task<string>> compile, IProgressBoard board, int jobs)
{
    private const int ShownLines = 12;

    /// <summary>The checks.</summary>
    internal IReadOnlyList<SmokeCheck> Checks { get; init; } = SmokeChecks.All;

    /// <summary>The requirements and exemptions of lines of lib-requires.txt for a platform.</summary>
    public Func<Platform, FileOrigins> Origins { get; init; } = _ => FileOrigins.Unknown;

    /// <summary>The time limit for all checks of one platform.</summary>
    public TimeSpan PlatformLimit { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>Tests the images.</summary>
    /// <param name="images">The images, one per platform.</param>
    /// <param name="cancellation">Stops and removes everything that runs.</param>
    /// <returns>The result of each, in the same order.</returns>
    /// <exception cref="BuildException">An image is damaged, or a disk operation failed.</exception>
    internal async Task<IReadOnlyList<PlatformSmoke>> TestAsync(IReadOnlyList<OciImage> images, CancellationToken cancellation)
    {
        if (images.Count == 0)
        {
            return [];
        }

        using var line = board.Begin("smoke test", images.Count, ProgressUnit.Platforms);
        var done = new ConcurrentDictionary<OciImage, PlatformSmoke>();
        await Parallel.ForEachAsync(
            images,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, jobs), CancellationToken = cancellation },
            async (image, token) =>
            {
                done[image] = await TestAsync(SmokeImage.Read(image, Origins(image.Platform)), token);
                line.Add(1);
            });
        line.Done();
        return [.. images.Select(image => done[image])];
    }

    /// <summary>Tests one image.</summary>
    /// <exception cref="BuildException">A disk operation failed.</exception>
    internal async Task<PlatformSmoke> TestAsync(SmokeImage image, CancellationToken cancellation)
    {
        var reasons = new List<string>(image.HasShell ? [] : ["the image has no shell to run the checks with (--busybox=none)"]);
        foreach (var runner in image.HasShell ? runners : [])
        {
            var opening = await runner.OpenAsync(image, cancellation);
            if (opening.Place is null)
            {
                reasons.Add(opening.Reason);
                continue;
            }

            await using var place = opening.Place;
            return new PlatformSmoke(image.Platform.Name, opening.Place.How, await TestAsync(image, opening.Place, cancellation));
        }

        var reason = string.Join('\n', reasons);
        return new PlatformSmoke(
            image.Platform.Name, "not run", [.. Checks.Select(check => Absent(check, image) ?? new SmokeResult(check.Name, SmokeState.NotRun, reason))]);
    }

    private async Task<IReadOnlyList<SmokeResult>> TestAsync(SmokeImage image, ISmokePlace place, CancellationToken cancellation)
    {
        var results = new List<SmokeResult>();
        var watch = Stopwatch.StartNew();
        foreach (var check in Checks)
        {
            var left = PlatformLimit - watch.Elapsed;
            results.Add(Absent(check, image) ?? (left <= TimeSpan.Zero
                ? new SmokeResult(check.Name, SmokeState.Failed, string.Create(CultureInfo.InvariantCulture, $"the {PlatformLimit.TotalSeconds:0} s of the platform had already elapsed"))
                : await RunAsync(check, image, place, left < check.Limit ? left : check.Limit, cancellation)));
        }

        return results;
    }

    private async Task<SmokeResult> RunAsync(SmokeCheck check, SmokeImage image, ISmokePlace place, TimeSpan limit, CancellationToken cancellation)
    {
        if (check.Source is { } source)
        {
            try
            {
                await place.PutAsync(await compile(image, source, cancellation), source.Inside, cancellation);
            }
            catch (SmokeException error)
            {
                return new SmokeResult(check.Name, SmokeState.Failed, $"{error.What}\n{error.Why}");
            }
            catch (BuildException error)
            {
                return new SmokeResult(check.Name, SmokeState.NotRun, string.Join('\n', new[] { error.What, error.Why, error.Next }.OfType<string>()));
            }
        }

        var result = await place.RunAsync(check.Script(image), limit, cancellation);
        var said = result.Output.Concat(result.Error).TakeLast(ShownLines).Select(SafeText.Text);
        return result.ExitCode switch
        {
            null => Failed(check, said.Prepend(string.Create(CultureInfo.InvariantCulture, $"did not finish within {limit.TotalSeconds:0.#} s"))),
            0 => check.Fault(image, result.Output) is { } fault ? Failed(check, fault.Split('\n').Concat(result.Error.TakeLast(ShownLines)).Select(SafeText.Text)) : new SmokeResult(check.Name, SmokeState.Passed),
            { } code => Failed(check, said.Prepend(string.Create(CultureInfo.InvariantCulture, $"exit code {code}"))),
        };
    }

    private static SmokeResult Failed(SmokeCheck check, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        return new SmokeResult(
            check.Name, SmokeState.Failed, string.Join('\n', all.Count <= ShownLines ? all : [.. all.Take(ShownLines), $"and {all.Count - ShownLines} more lines"]));
    }

    private static SmokeResult? Absent(SmokeCheck check, SmokeImage image) =>
        check.Absence(image) is { } reason ? new SmokeResult(check.Name, SmokeState.Absent, reason) : null;
}
