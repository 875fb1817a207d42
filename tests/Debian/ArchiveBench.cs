using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Net;
using BusyboxGlibc.Foundation.Progress;

namespace BusyboxGlibc.Tests.Debian;

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

/// <summary>A board that keeps its warnings.</summary>
internal sealed class WarningBoard : IProgressBoard
{
    private readonly SilentProgressBoard _silent = new();

    public System.Collections.Concurrent.ConcurrentQueue<string> Warnings { get; } = [];

    public IProgressLine Begin(string label, long? total, ProgressUnit unit) => _silent.Begin(label, total, unit);

    public void Note(string text)
    {
    }

    public void Warn(string text) => Warnings.Enqueue(text);
}

/// <summary>A fresh folder with a cache and a served folder in it, and everything that reads archives put together.</summary>
internal sealed class ArchiveBench : IDisposable
{
    private readonly HttpClient _http = Downloader.NewClient();

    public ArchiveBench()
    {
        Folder = Directory.CreateTempSubdirectory("archive-test-").FullName;
        Served = Directory.CreateDirectory(Path.Combine(Folder, "served")).FullName;
        Mirror = new FaultyMirror(Served);
    }

    public static RetryPolicy Quick { get; } = new(3, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(20));

    public string Folder { get; }

    public string Served { get; }

    public string CacheFolder => Path.Combine(Folder, "cache");

    public FaultyMirror Mirror { get; }

    public WarningBoard Board { get; } = new();

    public Downloader NewDownloader(RetryPolicy? policy = null) => new(_http, policy ?? Quick);

    public ArchiveClient Client(bool isOffline = false) => new(new ArchiveCache(CacheFolder), NewDownloader(), isOffline);

    public PackageStore Store(Uri? snapshot = null, bool isOffline = false, Mirrors? mirrors = null) =>
        new(Client(isOffline), mirrors ?? TestArchive.Mirrors(Mirror.Root, snapshot), Folder, Board);

    public Task<DebianSuite> OpenAsync(SuiteOptions? options = null, bool isOffline = false, ArchiveKeyring? keyring = null, DateTimeOffset? now = null, Mirrors? mirrors = null) => DebianSuite.OpenAsync(
        options ?? new SuiteOptions("trixie"), mirrors ?? TestArchive.Mirrors(Mirror.Root), Client(isOffline), keyring ?? TestKey.Archive.Keyring, new FixedClock(now ?? TestArchive.Now), Board, default);

    /// <summary>Puts a file where the mirror serves it.</summary>
    public byte[] Serve(string path, int size, int seed = 1)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        var full = Path.Combine(Served, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return content;
    }

    public void Dispose()
    {
        _http.Dispose();
        Mirror.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
