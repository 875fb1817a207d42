using BusyboxGlibc.Binfmt;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Foundation.Errors;
using BusyboxGlibc.Foundation.Files;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Platforms;

namespace BusyboxGlibc.Smoke;

/// <summary>An emulator for programs of a platform.</summary>
/// <param name="Name">Its name, shown to the user.</param>
/// <param name="Content">Its content: an executable that needs no library.</param>
internal sealed record SmokeEmulator(string Name, ReadOnlyMemory<byte> Content);

/// <summary>
/// The emulators of the lock: unpacked from their verified package into the cache when a platform first needs one, and checked at each use, so that
/// this machine needs no qemu of its own.
/// </summary>
/// <param name="packages">The packages of the lock for this machine.</param>
/// <param name="fetch">Returns the path of the verified file of a package.</param>
/// <param name="cacheFolder">The cache.</param>
/// <param name="board">Where progress is shown.</param>
internal sealed class LockedEmulators(
    IReadOnlyList<PinnedPackage> packages, Func<PinnedPackage, CancellationToken, Task<string>> fetch, string cacheFolder, IProgressBoard board) : IDisposable
{
    private const string Folder = "/usr/bin/";

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Identifies the emulators.</summary>
    public string Identity => string.Join(' ', packages.Select(package => package.Sha256));

    /// <summary>Returns the emulator of a platform. Safe for concurrent calls.</summary>
    /// <exception cref="BuildException">The lock has no emulators for this machine, none for this platform, or their package is not available.</exception>
    public async Task<SmokeEmulator> FindAsync(Platform platform, CancellationToken cancellation)
    {
        if (packages.Count == 0)
        {
            throw new SmokeException("the lock has no emulators for this machine");
        }

        // The first platform that comes unpacks those of all.
        await _turn.WaitAsync(cancellation);
        try
        {
            foreach (var package in packages)
            {
                var content = Emulator.Names(platform).Select(name => Kept(package, name)).FirstOrDefault(kept => kept is not null)
                    ?? await UnpackAsync(package, platform, cancellation);
                if (content is { } found)
                {
                    return new SmokeEmulator($"locked {Emulator.Names(platform)[^1]}", found);
                }
            }
        }
        finally
        {
            _turn.Release();
        }

        throw new SmokeException($"{string.Join(" and ", packages.Select(package => $"{package.Name} {package.Version}"))} of the lock has no static {Emulator.Names(platform)[^1]}");
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ReadOnlyMemory<byte>?> UnpackAsync(PinnedPackage package, Platform platform, CancellationToken cancellation)
    {
        var file = await fetch(package, cancellation);
        var wanted = KnownPlatforms.All.SelectMany(Emulator.Names).Select(name => Folder + name).ToHashSet(StringComparer.Ordinal);
        var names = Emulator.Names(platform);
        ReadOnlyMemory<byte>? found = null;
        using var line = board.Begin("emulators", KnownPlatforms.All.Select(known => Emulator.Names(known)[^1]).Distinct().Count(), ProgressUnit.Files);
        using var deb = DebFile.Open(File.OpenRead(file), Path.GetFileName(package.PoolPath));
        deb.ReadData((entry, content) =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (content is not null && entry.Size <= Emulator.MaximumSize && wanted.Contains(entry.Path))
            {
                var bytes = new byte[entry.Size];
                content.ReadExactly(bytes);
                if (Emulator.IsStatic(bytes))
                {
                    line.Add(1);
                    CheckedFile.Keep(PathOf(package, entry.Path[Folder.Length..]), writer => writer.Write(bytes));
                    found = names.Contains(entry.Path[Folder.Length..], StringComparer.Ordinal) ? (ReadOnlyMemory<byte>?)bytes : found;
                }
            }

            return true;
        });
        line.Done();
        return found;
    }

    // Not null: that converts to an empty memory.
    private ReadOnlyMemory<byte>? Kept(PinnedPackage package, string name) =>
        CheckedFile.Find(PathOf(package, name), Emulator.MaximumSize) is { } kept ? kept.AsMemory() : default(ReadOnlyMemory<byte>?);

    /// <summary>The path of the emulators of a package below the cache.</summary>
    public static string PathOf(PinnedPackage package) => $"derived/emulators/{package.Sha256[..32]}";

    private string PathOf(PinnedPackage package, string name) => Path.Combine(cacheFolder, PathOf(package), name);
}
