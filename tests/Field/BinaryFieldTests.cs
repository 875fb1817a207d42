using BusyboxGlibc.Busybox.BuildRoot;
using BusyboxGlibc.Debian.Suite;
using BusyboxGlibc.Foundation.Processes;
using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
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
    // The packages of sixty programs for one platform take a minute; FIELD_PLATFORMS=linux/s390x,… names others.
    private static IEnumerable<string> Names => (Environment.GetEnvironmentVariable("FIELD_PLATFORMS") ?? "linux/amd64,linux/arm64,linux/arm/v6").Split(',');

    [TestCaseSource(nameof(Names))]
    public async Task WhatIsMissingIsWhatTheLoaderCallsMissing(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        using var project = new ProjectCopy();
        using var programs = new TemporaryFolder();
        var fetched = await FieldPrograms.FetchAsync(FieldPrograms.All.Where(program => program.Platforms?.Split(' ').Contains(name) != false), platform, programs.Path);
        List<string> paths = [.. fetched.Select(program => program.Path)];
        Assert.That(paths, Has.Count.AtLeast(35), "the suite has them");
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

        // gdb starts Python, which reads its own modules.
        File.AppendAllText(project.PathOf("lib-requires.txt"), "/usr/lib/python3.13/** = libpython3.13-minimal (plugin)\n");
        project.Run("--busybox=debian", "--target=Verify", $"--platforms={name}").Succeeded();
        var after = await AskLoaderAsync(project, platform, paths);
        Assert.That(after.Values.SelectMany(one => one.Faults), Is.Empty);

        // And they run; VLC says that it does not as root.
        List<(FieldProgram Program, string Path)> running = [.. fetched.Where(one => one.Program.Package != "vlc-bin")];
        Assert.That((await RunAsync(With(project, platform, paths), running)).Where(line => !line.EndsWith(": fine", StringComparison.Ordinal)), Is.Empty);
        project.Run("--target=CheckBinary", $"--platforms={name}", "--busybox=debian", "--offline", $"--binary={string.Join(',', paths)}").Succeeded();
    }

    private static async Task<BinaryAnswer> CheckAsync(ISuite suite, ProjectCopy project, Platform platform, IReadOnlyList<string> paths) => new(
        await new BinaryChecker(
            (asked, _) => Task.FromResult(ImageFiles.Read(project.Layout, asked)), new LibraryPackages([_ => Task.FromResult(suite)], default), [platform], _ => "trixie")
            .CheckAsync([.. paths.Select(path => GivenReader.Read(path, "/", default))], default),
        project.Layout);

    // The programs laid into the image where CheckBinary supposes them, and listed there by its loader.
    private static async Task<IReadOnlyDictionary<string, LinkAnswer>> AskLoaderAsync(ProjectCopy project, Platform platform, IReadOnlyList<string> paths)
    {
        var listed = await LoaderListing.AskAsync(With(project, platform, paths), [.. paths.Select(FieldPrograms.In)]);
        return paths.ToDictionary(path => path, path => listed[FieldPrograms.In(path)], StringComparer.Ordinal);
    }

    private static SmokeImage With(ProjectCopy project, Platform platform, IEnumerable<string> paths)
    {
        var image = SmokeImage.Read(OciLayoutReader.Open(project.Layout).ReadImages().Single());
        var tree = ImageFiles.Read(project.Layout, platform)!;
        foreach (var path in paths)
        {
            tree.Add(FieldPrograms.Entry(path));
        }

        return new SmokeImage(platform, tree, image.Environment);
    }

    // Each started in the image, with what makes it tell its version; what those say that do not end with success and a version.
    private static async Task<IReadOnlyList<string>> RunAsync(SmokeImage image, IReadOnlyList<(FieldProgram Program, string Path)> programs)
    {
        using var folder = new TemporaryFolder();
        var opening = await new PrivateRoot(folder.File("roots"), new CommandRunner(keptLines: int.MaxValue), BuildRootEntry.Ways).OpenAsync(image, default);
        await using var place = opening.Place!;
        const string script = "while [ $# -gt 0 ]; do out=$($RUN \"$1\" $2 2>&1 </dev/null); code=$?; if [ $code != 127 ]; then case $out in *[0-9].[0-9]*) out=fine ;; esac; fi; echo \"$1 $2: \"$out | head -n 1; shift 2; done";
        return (await place.RunAsync(new SmokeScript(script, [.. programs.SelectMany(one => new[] { FieldPrograms.In(one.Path), one.Program.Version })]), TimeSpan.FromMinutes(5), default)).Output;
    }
}
