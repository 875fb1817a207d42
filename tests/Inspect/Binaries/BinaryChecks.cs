using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Tests.Lock.Resolve;

namespace BusyboxGlibc.Tests.Inspect.Binaries;

/// <summary>Checks of given files against a small image, with the packages of a small archive.</summary>
internal sealed class BinaryChecks : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Where the given files are.</summary>
    public string Folder => _folder.Path;

    public FakeArchive Archive { get; } = new();

    /// <summary>The ways to open the suite; null for the archive.</summary>
    public IReadOnlyList<Func<CancellationToken, Task<BusyboxGlibc.Debian.Suite.ISuite>>>? Ways { get; set; }

    /// <summary>The other suites.</summary>
    public IReadOnlyList<(SuiteFacts Suite, Func<CancellationToken, Task<BusyboxGlibc.Debian.Suite.ISuite>> Open)> Others { get; set; } = [];

    /// <summary>The image, for every platform; null has it contain the loader and glibc.</summary>
    public RootfsTree? Image { get; set; }

    /// <summary>The platform that comes from forky, if any.</summary>
    public Platform? Forky { get; set; }

    /// <summary>The platforms of the image.</summary>
    public IReadOnlyList<Platform> Platforms { get; set; } = KnownPlatforms.Default;

    /// <summary>The sonames that lines make optional.</summary>
    public IReadOnlySet<string> Optional { get; set; } = new HashSet<string>();

    public string Write(string name, byte[] content)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public async Task<BinaryAnswer> AnswerAsync(params string[] paths) => new(
        await new BinaryChecker(
            (platform, _) => Task.FromResult(Platforms.Contains(platform) ? Image ?? Small(platform) : null),
            new LibraryPackages(Ways ?? [_ => Task.FromResult<BusyboxGlibc.Debian.Suite.ISuite>(Archive)], default, Others),
            Platforms,
            platform => platform == Forky ? "forky" : "trixie")
        { MayLack = _ => Optional }.CheckAsync([.. paths.Select(path => GivenReader.Read(path, _folder.Path, default))], default),
        "the image");

    /// <summary>The findings of what was given, each as its id and text.</summary>
    public async Task<string[]> CheckAsync(params string[] paths) =>
        [.. (await AnswerAsync(paths)).Files.SelectMany(file => file.Findings).Select(finding => $"{finding.Id}: {finding.What}")];

    public static RootfsEntry Entry(string path, byte[] content) => new(path, RootfsEntryType.File, 0x1ED, 0, 0, null, null, content, "test");

    public static RootfsTree Small(Platform platform, params RootfsEntry[] more)
    {
        var tree = new RootfsTree();
        foreach (var entry in more)
        {
            tree.Add(entry);
        }

        tree.Add(Entry(platform.Loader[1..], TinyElf.Library(platform, Path.GetFileName(platform.Loader))));
        tree.Add(Entry("lib/libc.so.6", TinyElf.Library(platform, "libc.so.6")));
        tree.Add(Entry("usr/share/zoneinfo/Europe/Berlin", []));
        return tree;
    }

    public void Dispose()
    {
        _folder.Dispose();
        Archive.Dispose();
    }
}
