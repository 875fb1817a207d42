using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>
/// The real archive by the host's own mirror. A mirror that is a cache may hold index files older than its Release; then an older
/// set, signed and whole, serves tests as well.
/// </summary>
internal static class RealSuite
{
    private static readonly Lazy<Task<bool>> _answers = new(AnswersAsync);

    public static Mirrors HostMirrors { get; } = MirrorDiscovery.Find([], [], null, new HostFiles());

    /// <summary>Stays between runs: everything in it is named by its checksum. <c>TEST_CACHE</c> names another, such as the one that a
    /// build filled just before, so that nothing is fetched and compiled twice.</summary>
    public static string Cache { get; } =
        Environment.GetEnvironmentVariable("TEST_CACHE") is { Length: > 0 } folder ? folder : Path.Combine(Path.GetTempPath(), "busybox-glibc-test-cache");

    public static async Task RequireAsync() => Requires.That(await _answers.Value, "a Debian mirror");

    public static async Task<DebianSuite> OpenAsync(string codename, ArchiveClient? client = null)
    {
        await RequireAsync();
        return await DebianSuite.OpenAsync(
            new SuiteOptions(codename, ChecksValidUntil: false, OtherName: codename == "bookworm" ? null : Suites.Find(codename)?.OtherName),
            HostMirrors,
            client ?? Client(),
            ArchiveKeyring.For(Suites.Find(codename)?.KeysOf ?? codename),
            TimeProvider.System,
            new SilentProgressBoard(),
            default,
            new InconsistentMirrors(Cache, TimeProvider.System));
    }

    public static ArchiveClient Client(string? cache = null, bool isOffline = false) =>
        new(new ArchiveCache(cache ?? Cache), new Downloader(Downloader.NewClient(), RetryPolicy.Standard), isOffline);

    private static async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = Downloader.NewClient();
            using var response = await client.GetAsync(
                new Uri($"{HostMirrors.Main[0].AbsoluteUri.TrimEnd('/')}/dists/trixie/InRelease"), HttpCompletionOption.ResponseHeadersRead);
            return (int)response.StatusCode < 400;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
