using System.Diagnostics;
using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Lock.Resolve;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;
using BuildRootHome = BusyboxGlibc.Busybox.BuildRoot.BuildRootFolder;

namespace BusyboxGlibc.Tests.Busybox.BuildRoot;

/// <summary>A build root of real packages; it stays between runs.</summary>
internal static class RealRoot
{
    private static readonly Lazy<Task<IReadOnlyList<LockedBuildRoot>>> _roots = new(ResolveAsync);

    /// <summary>The platforms whose compilers the tests use.</summary>
    public static IReadOnlyList<Platform> Few { get; } = [KnownPlatforms.Amd64, KnownPlatforms.Find("linux/arm64")!];

    // Other users enter it too, and cannot where the cache is in root's home.
    private static string Open { get; } = Path.Combine(Path.GetTempPath(), "busybox-glibc-test-root");

    public static async Task<LockedBuildRoot> LockedAsync(string host) => (await _roots.Value).Single(root => root.Host == host);

    public static async Task<BuildRootHome> FilledAsync(IReadOnlyList<Platform> platforms, string? cache = null)
    {
        Requires.That(PreparedBuildRoot.HostArchitecture() is not null, "Linux on amd64 or arm64");
        var folder = new BuildRootHome(await LockedAsync(PreparedBuildRoot.HostArchitecture()!), cache ?? Open);
        var board = new SilentProgressBoard();
        var store = new PackageStore(RealSuite.Client(), RealSuite.HostMirrors, RealSuite.Cache, board);
        var watch = Stopwatch.StartNew();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var fetched = TimeSpan.Zero;
        await folder.FillAsync(
            platforms,
            store,
            async missing =>
            {
                await store.FetchAllAsync(missing, default);
                fetched = watch.Elapsed;
            },
            board,
            Environment.ProcessorCount,
            default);
        await TestContext.Out.WriteLineAsync(
            $"{platforms.Count} platforms: {watch.Elapsed.TotalSeconds:F2} s, {fetched.TotalSeconds:F2} s of them to fetch, {(Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds:F1} s of processor, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        return folder;
    }

    private static async Task<IReadOnlyList<LockedBuildRoot>> ResolveAsync()
    {
        using var suite = await RealSuite.OpenAsync("trixie");
        var roots = new List<LockedBuildRoot>();
        foreach (var host in BuildRootRequest.Hosts)
        {
            roots.Add(new BuildRootResolver(host, await suite.PackagesAsync(host, default), BuildRootPackages.For(Suites.Trixie, KnownPlatforms.Default), null, null).Resolve());
        }

        return roots;
    }
}
