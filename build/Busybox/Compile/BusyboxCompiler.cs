using System.Collections.Concurrent;
using System.Globalization;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Busybox.Releases;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Foundation.Text;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Busybox.Compile;

/// <summary>
/// Compiles BusyBox for several platforms in parallel and caches each result by the hash of all inputs, so that an interrupted run continues with the missing ones.
/// </summary>
/// <param name="cacheFolder">The cache.</param>
/// <param name="logFolder">Receives one log per platform.</param>
/// <param name="board">Where progress is shown.</param>
/// <param name="jobs">The approximate number of concurrent compiler processes.</param>
public sealed class BusyboxCompiler(string cacheFolder, string logFolder, IProgressBoard board, int jobs)
{
    // EX_DATAERR of sysexits.h: the recipe's exit code if a configuration line or a patch is wrong.
    private const int DataFault = 65;

    /// <summary>Returns the result for those inputs if the cache contains it complete, otherwise null.</summary>
    internal CompiledBusybox? Find(CompileInputs inputs) => new CompiledFolder(cacheFolder, inputs.Key).Read();

    /// <summary>Returns the platforms whose complete result is not in the cache.</summary>
    internal IReadOnlyList<Platform> Missing(IEnumerable<CompileInputs> wanted) =>
        [.. wanted.Where(inputs => Find(inputs) is null).Select(inputs => inputs.Platform)];

    /// <summary>Compiles the platforms whose result is not in the cache.</summary>
    /// <param name="wanted">The inputs, one per platform.</param>
    /// <param name="openRoot">Returns the build root for the platforms to compile; not called if there are none.</param>
    /// <param name="fetch">Returns the path of the release's tarball.</param>
    /// <param name="cancellation">Stops the compilers; finished results are kept.</param>
    /// <returns>The results, one per platform.</returns>
    /// <exception cref="BusyboxException">A platform did not compile: the error contains its last lines and the path of its log.</exception>
    internal async Task<IReadOnlyDictionary<Platform, CompiledBusybox>> CompileAsync(
        IReadOnlyList<CompileInputs> wanted,
        Func<IReadOnlyList<Platform>, Task<IBuildRoot>> openRoot,
        Func<BusyboxRelease, Task<string>> fetch,
        CancellationToken cancellation)
    {
        var results = new ConcurrentDictionary<Platform, CompiledBusybox>();
        var missing = new List<CompileInputs>();
        foreach (var inputs in wanted)
        {
            var folder = new CompiledFolder(cacheFolder, inputs.Key);
            if (folder.Read() is { } known)
            {
                results[inputs.Platform] = known;
                continue;
            }

            if (folder.HasStamp)
            {
                board.Warn($"the BusyBox of {inputs.Platform} in the cache is damaged: it is compiled again");
            }

            missing.Add(inputs);
        }

        if (missing.Count == 0)
        {
            return results;
        }

        var tarball = await fetch(missing[0].Release);
        var root = await openRoot([.. missing.Select(inputs => inputs.Platform)]);
        var atOnce = Math.Min(missing.Count, Math.Max(1, jobs));
        await Parallel.ForEachAsync(
            missing,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation },
            async (inputs, token) =>
            {
                // Twice as many as the total number of jobs: one platform links or configures while another compiles.
                var processes = Math.Max(1, (2 * jobs) / atOnce);
                results[inputs.Platform] = await CompileAsync(inputs, tarball, root, processes, token);
            });
        return results;
    }

    private async Task<CompiledBusybox> CompileAsync(CompileInputs inputs, string tarball, IBuildRoot root, int processes, CancellationToken cancellation)
    {
        var folder = new CompiledFolder(cacheFolder, inputs.Key);
        using var claim = await FolderLock.TakeAsync(
            folder.Path, () => board.Note($"waiting for another build that compiles the same BusyBox for {inputs.Platform}"), cancellation);
        if (folder.Read() is { } meanwhile)
        {
            return meanwhile;
        }

        var label = $"busybox {inputs.Platform}";
        using var progress = board.Begin(label, null, ProgressUnit.Files);
        using var log = new CompileLog(Path.Combine(logFolder, $"busybox-{inputs.Platform.FileName}.log"), progress);
        var work = new CompileWork(Path.Combine(folder.Path, "work"));
        try
        {
            var command = work.Lay(inputs, tarball, processes);
            var code = await root.RunAsync(command, log.Add, cancellation);
            if (code != 0)
            {
                throw work.Refusal() ?? Failure(inputs, code, log);
            }

            folder.Take(work.OutputFolder);
        }
        finally
        {
            work.Remove();
        }

        var compiled = folder.Read() ?? throw new BusyboxException(
            $"the BusyBox compiled for {inputs.Platform} cannot be read back", folder.Path, next: "check the disk, then run the command again");
        progress.Done(string.Create(CultureInfo.InvariantCulture, $"{compiled.Binary.Length / 1e6:0.00} MB, {Plural.Count(compiled.Links.Count, "applet")}"));
        return compiled;
    }

    private static BuildException Failure(CompileInputs inputs, int code, CompileLog log)
    {
        var lines = log.Last.Where(line => inputs.Fragments.Any(fragment => line.StartsWith(fragment.Name + ":", StringComparison.Ordinal))).ToList();
        if (code == DataFault && lines.Count > 0)
        {
            return new BusyboxException(
                $"the configuration of BusyBox {inputs.Release.Version} for {inputs.Platform} has invalid lines, or lines without effect",
                CompileInputs.FragmentPath,
                string.Join('\n', lines),
                $"fix or remove these lines; the full output of the configuration is in {log.Path}");
        }

        return new BusyboxException(
            code == DataFault ? $"a patch of BusyBox {inputs.Release.Version} does not apply ({inputs.Platform})" : $"BusyBox {inputs.Release.Version} does not compile for {inputs.Platform}",
            log.Path,
            $"exit code {code}; its last lines:\n{string.Join('\n', log.Last)}",
            code == DataFault
                ? $"fix or remove the patch, one of {string.Join(", ", inputs.Patches.Select(patch => patch.Name))}"
                : "read the log; --busybox=debian uses Debian's package instead");
    }
}
