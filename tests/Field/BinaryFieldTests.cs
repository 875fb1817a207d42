using BusyboxGlibc.Debian;
using BusyboxGlibc.Debian.Archive;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Progress;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Rootfs;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.EndToEnd;

namespace BusyboxGlibc.Tests.Field;

/// <summary>
/// Programs of Debian's packages, as users bring them: what CheckBinary calls missing is what the image's own loader calls missing, and after
/// <c>--add</c> and a build nothing is.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class BinaryFieldTests
{
    // The package, and the program in it.
    private static readonly (string Package, string Path)[] _programs =
    [
        ("curl", "/usr/bin/curl"), ("python3.13-minimal", "/usr/bin/python3.13"), ("nginx", "/usr/sbin/nginx"), ("git", "/usr/bin/git"), ("gdb", "/usr/bin/gdb"),
        ("ffmpeg", "/usr/bin/ffmpeg"), ("nodejs", "/usr/bin/node"), ("php8.4-cli", "/usr/bin/php8.4"), ("sqlite3", "/usr/bin/sqlite3"),
        ("postgresql-client-17", "/usr/lib/postgresql/17/bin/psql"), ("openssl", "/usr/bin/openssl"), ("rsync", "/usr/bin/rsync"), ("systemd", "/usr/lib/systemd/systemd"), ("bash", "/usr/bin/bash"),
    ];

    [TestCase("linux/amd64")]
    [TestCase("linux/arm64")]
    [TestCase("linux/arm/v6")]
    public async Task WhatIsMissingIsWhatTheLoaderCallsMissing(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        using var project = new ProjectCopy();
        using var programs = new TemporaryFolder();
        var paths = await FetchAsync(platform, programs.Path);
        Assert.That(paths, Has.Count.GreaterThan(5), "the suite has them");
        project.Run("--busybox=debian", "--target=Pack", $"--platforms={name}").Succeeded();

        using var suite = await RealSuite.OpenAsync("trixie");
        var answer = await CheckAsync(suite, project, platform, paths);
        var loader = await AskLoaderAsync(project, platform, paths);
        Assert.Multiple(() =>
        {
            foreach (var file in answer.Files)
            {
                var missing = file.Findings.Where(finding => finding.Weight == FindingWeight.Missing && finding.Id != "missing-dlopen").ToList();
                Assert.That(missing.Select(finding => finding.Id), Is.All.EqualTo("missing-library"), file.File);
                Assert.That(
                    missing.Select(finding => finding.Name), Is.EquivalentTo(loader[file.File].Faults.Where(fault => fault.Kind == LinkFaultKind.Library).Select(fault => fault.Name)), file.File);
                Assert.That(missing.Select(finding => finding.Line), Is.All.Not.Null, $"{file.File}: {string.Join(", ", missing.Select(finding => finding.Next))}");
            }
        });
        Assert.That(answer.Lines, Has.Count.GreaterThan(5));

        // The program itself adds the lines; then nothing is missing.
        Assert.That(project.Run("--target=CheckBinary", $"--platforms={name}", "--busybox=debian", "--add", $"--binary={string.Join(',', paths)}").ExitCode, Is.EqualTo(1));
        project.Run("--busybox=debian", "--target=Verify", $"--platforms={name}").Succeeded();
        var after = await AskLoaderAsync(project, platform, paths);
        Assert.That(after.Values.SelectMany(one => one.Faults), Is.Empty);
        project.Run("--target=CheckBinary", $"--platforms={name}", "--busybox=debian", "--offline", $"--binary={string.Join(',', paths)}").Succeeded();
    }

    private static async Task<IReadOnlyList<string>> FetchAsync(Platform platform, string folder)
    {
        using var suite = await RealSuite.OpenAsync("trixie");
        var index = await suite.PackagesAsync(platform.DebianArchitecture, default);
        var store = new PackageStore(RealSuite.Client(), RealSuite.HostMirrors, RealSuite.Cache, new SilentProgressBoard());
        var paths = new List<string>();
        foreach (var (package, path) in _programs)
        {
            if (index.Find(package) is not { } found || await FileOfAsync(store, found.Pin) is not { } deb)
            {
                continue;
            }

            var given = GivenReader.Read(deb, "/", default);
            var file = given.Files.FirstOrDefault(file => file.Path == path);
            Assert.That(file, Is.Not.Null, $"{package}: {path} of {string.Join(' ', given.Files.Take(9).Select(other => other.Path))}");
            paths.Add(Path.Combine(folder, Path.GetFileName(path)));
            await File.WriteAllBytesAsync(paths[^1], file!.Content.ToArray());
        }

        return paths;
    }

    // A mirror in mid-update lists packages that it does not have yet.
    private static async Task<string?> FileOfAsync(PackageStore store, PinnedPackage pin)
    {
        try
        {
            return await store.FetchAsync(pin, default);
        }
        catch (PackageGoneException)
        {
            return null;
        }
    }

    private static async Task<BinaryAnswer> CheckAsync(ISuite suite, ProjectCopy project, Platform platform, IReadOnlyList<string> paths) => new(
        await new BinaryChecker(
            (asked, _) => Task.FromResult(ImageFiles.Read(project.Layout, asked)), new LibraryPackages([_ => Task.FromResult(suite)], default), [platform], "trixie")
            .CheckAsync([.. paths.Select(path => GivenReader.Read(path, "/", default))], default),
        project.Layout);

    // The programs laid into the image where CheckBinary supposes them, and listed there by its loader.
    private static async Task<IReadOnlyDictionary<string, LinkAnswer>> AskLoaderAsync(ProjectCopy project, Platform platform, IReadOnlyList<string> paths)
    {
        var image = SmokeImage.Read(OciLayoutReader.Open(project.Layout).ReadImages().Single());
        var tree = ImageFiles.Read(project.Layout, platform)!;
        string In(string path) => $"opt/{Path.GetFileName(path)}/{Path.GetFileName(path)}";
        foreach (var path in paths)
        {
            tree.Add(new RootfsEntry(In(path), RootfsEntryType.File, 0x1ED, 0, 0, null, null, await File.ReadAllBytesAsync(path), "test"));
        }

        var listed = await LoaderListing.AskAsync(new SmokeImage(platform, tree, image.Environment), [.. paths.Select(path => "/" + In(path))]);
        return paths.ToDictionary(path => path, path => listed["/" + In(path)], StringComparer.Ordinal);
    }
}
