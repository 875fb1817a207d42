using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using BusyboxGlibc.Configuration;
using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Package;
using BusyboxGlibc.Lock.Model;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

/// <summary>
/// Real packages from the mirror that the host's own apt uses, kept between tests, and a lock over them made by simple rules:
/// the libraries and commands named here, the base parts, copyrights and licences. It verifies nothing: that is another room's.
/// </summary>
internal sealed class RealArchive : IPackageStore
{
    private static readonly string[] _table =
    [
        "ethtool", "gcc-12-base", "gcc-14-base", "gcc-16-base", "iproute2", "libc-bin", "libc6",
        "libelf1", "libelf1t64", "libgcc-s1", "libmnl0", "libstdc++6", "zlib1g",
    ];

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> _fetches = new(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, Lazy<Task<Dictionary<string, PinnedPackage>>>> _indices = new(StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, Lazy<Task<LockedPlatform>>> _locks = new(StringComparer.Ordinal);

    private readonly string _suite;
    private readonly string[] _packages;

    private RealArchive(string suite, string[] packages)
    {
        _suite = suite;
        _packages = packages;
    }

    /// <summary>The archive's suite, with more packages in its locks than the table above.</summary>
    public static RealArchive Of(string suite, params string[] more)
    {
        Requires.That(Mirror is not null, "a Debian mirror among the host's apt sources");
        return new RealArchive(suite, [.. _table, .. more]);
    }

    private static string? Mirror { get; } = Sources()
        .SelectMany(path => Regex.Matches(File.ReadAllText(path), @"^(?:URIs:|deb )[^#\n]*?(https?://\S+/debian)/?(?=\s|$)", RegexOptions.Multiline))
        .Select(match => match.Groups[1].Value)
        .FirstOrDefault();

    public Task<string> FetchAsync(PinnedPackage package, CancellationToken cancellation) => Get(package.PoolPath);

    /// <summary>A lock of one platform over the table above, with the given features and Debian's BusyBox.</summary>
    public Task<LockedPlatform> LockAsync(Platform platform, ImageFeatures features = ImageFeatures.None) =>
        _locks.GetOrAdd($"{_suite} {platform} {features} of {string.Join(' ', _packages)}", _ => new Lazy<Task<LockedPlatform>>(() => MakeLockAsync(platform, features))).Value;

    private async Task<LockedPlatform> MakeLockAsync(Platform platform, ImageFeatures features)
    {
        var index = await IndexAsync(_suite, platform.DebianArchitecture);
        var parts = BaseParts.For(features, debianBusybox: true, _suite);
        var locked = new List<LockedPackage>();
        foreach (var listed in _packages.Concat(parts.Select(part => part.Package)).Distinct().Order(StringComparer.Ordinal)
            .Select(name => index.GetValueOrDefault(name)).OfType<PinnedPackage>())
        {
            var pin = await ThereAsync(listed, platform.DebianArchitecture);
            var patterns = parts.Where(part => part.Package == pin.Name).SelectMany(part => part.Patterns).Select(Glob)
                .Append($"^/usr/share/doc/{Regex.Escape(pin.Name)}(/copyright)?$")
                .Append("^/usr/share/common-licenses/")
                .Append($"^/usr/lib(64|/{platform.Triplet})?/[^/]+\\.so[.0-9]*$")
                .Append("^/usr/s?bin/(ip|ethtool|getconf)$");
            var wanted = new Regex(string.Join('|', patterns));
            var files = new List<string>();
            using var deb = DebFile.Open(File.OpenRead(await Get(pin.PoolPath)), pin.Name);
            deb.ReadData((entry, _) =>
            {
                var merged = Regex.Replace(entry.Path, "^/(bin|sbin|lib|lib64)/", "/usr/$1/");
                if (entry.Type != DebEntryType.Directory && wanted.IsMatch(merged))
                {
                    files.Add(entry.Path);
                }

                return true;
            });
            locked.Add(new LockedPackage(pin, 0, [.. files.Order(StringComparer.Ordinal)]));
        }

        return new LockedPlatform(platform, [], locked);
    }

    private static string Glob(string pattern) =>
        "^" + Regex.Escape(pattern).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$";

    // A mirror that is being renewed may list what it does not have yet; under the suite's other name it has the former set.
    private async Task<PinnedPackage> ThereAsync(PinnedPackage listed, string architecture)
    {
        try
        {
            await Get(listed.PoolPath);
            return listed;
        }
        catch (HttpRequestException error) when (error.StatusCode == HttpStatusCode.NotFound && Suites.Find(_suite) is { } known)
        {
            return (await IndexAsync(known.OtherName, architecture)).GetValueOrDefault(listed.Name) ?? listed;
        }
    }

    private Task<Dictionary<string, PinnedPackage>> IndexAsync(string name, string architecture) =>
        _indices.GetOrAdd($"{name} {architecture} {string.Join(' ', _packages)}", _ => new Lazy<Task<Dictionary<string, PinnedPackage>>>(() => ReadIndexAsync(name, architecture))).Value;

    private async Task<Dictionary<string, PinnedPackage>> ReadIndexAsync(string name, string architecture)
    {
        var wanted = _packages.Concat(BaseParts.For(FeatureList.Parse(string.Join(',', FeatureList.Names), "here"), debianBusybox: true, _suite).Select(part => part.Package)).ToHashSet(StringComparer.Ordinal);
        var path = await Get($"dists/{name}/main/binary-{architecture}/Packages.gz");
        var found = new Dictionary<string, PinnedPackage>(StringComparer.Ordinal);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                if (wanted.Contains(fields["Package"]))
                {
                    found.TryAdd(fields["Package"], new PinnedPackage(
                        fields["Package"], fields["Version"], fields["Architecture"], fields["Package"], fields["Version"], "debian", fields["Filename"],
                        long.Parse(fields["Size"]), fields["SHA256"]));
                }

                fields.Clear();
            }
            else if (line[0] != ' ' && line.Split(": ", 2) is [var key, var value])
            {
                fields[key] = value;
            }
        }

        return found;
    }

    private static Task<string> Get(string path) =>
        _fetches.GetOrAdd(path, key => new Lazy<Task<string>>(() => Task.Run(() => DownloadAsync(key)))).Value;

    private static async Task<string> DownloadAsync(string path)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "busybox-glibc-tests")).FullName;
        var target = Path.Combine(folder, path.Replace('/', '_'));
        if (File.Exists(target) && (!path.StartsWith("dists/", StringComparison.Ordinal) || File.GetLastWriteTimeUtc(target) > DateTime.UtcNow.AddHours(-12)))
        {
            return target;
        }

        var part = $"{target}.{Guid.NewGuid():N}";
        try
        {
            using var client = new HttpClient();
            using var answer = await client.GetStreamAsync(new Uri($"{Mirror}/{path}"));
            using (var file = File.Create(part))
            {
                await answer.CopyToAsync(file);
            }

            File.Move(part, target, overwrite: true);
        }
        catch (HttpRequestException fault) when (fault.StatusCode != HttpStatusCode.NotFound)
        {
            Requires.That(false, $"the Debian mirror: {fault.Message}");
        }

        return target;
    }

    private static IEnumerable<string> Sources() =>
        (Directory.Exists("/etc/apt/sources.list.d") ? Directory.EnumerateFiles("/etc/apt/sources.list.d").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            .Append("/etc/apt/sources.list")
            .Where(File.Exists);
}
