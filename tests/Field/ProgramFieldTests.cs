using BusyboxGlibc.Inspect.Binaries;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Smoke;
using BusyboxGlibc.Tests.Debian;
using BusyboxGlibc.Tests.Verify;

namespace BusyboxGlibc.Tests.Field;

/// <summary>What CheckBinary calls missing of sixty programs is what the loader calls missing in an image. Nothing is built; <see cref="BinaryFieldTests"/> does that on other platforms.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class ProgramFieldTests
{
    // A mirror lists some packages of ppc64el and s390x that it does not have yet.
    private const int Fewest = 35;

    [TestCase("linux/arm/v7")]
    [TestCase("linux/ppc64le")]
    [TestCase("linux/riscv64")]
    [TestCase("linux/s390x")]
    public async Task WhatIsMissingIsWhatTheLoaderCallsMissing(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        using var folder = new TemporaryFolder();
        var programs = await FieldPrograms.FetchAsync(FieldPrograms.All.Where(program => program.Platforms?.Split(' ').Contains(name) != false), platform, folder.Path);
        Assert.That(programs, Has.Count.AtLeast(Fewest), "the suite has them");
        var image = await RealImages.OfAsync(platform);
        using var suite = await RealSuite.OpenAsync("trixie");
        var answers = await new BinaryChecker((_, _) => Task.FromResult<BusyboxGlibc.Rootfs.RootfsTree?>(image), new LibraryPackages([_ => Task.FromResult<BusyboxGlibc.Debian.Suite.ISuite>(suite)], default), [platform], _ => "trixie")
            .CheckAsync([.. programs.Select(program => GivenReader.Read(program.Path, "/", default))], default);
        var tree = await RealImages.ChangedAsync(platform, static entry => entry, [.. programs.Select(program => FieldPrograms.Entry(program.Path))]);
        var loader = await LoaderListing.AskAsync(new SmokeImage(platform, tree, []), [.. programs.Select(program => FieldPrograms.In(program.Path))]);
        Assert.Multiple(() =>
        {
            foreach (var (file, (program, path)) in answers.Zip(programs))
            {
                var missing = file.Findings.Where(finding => finding.Weight == FindingWeight.Missing && finding.Id != "missing-dlopen").ToList();
                var faults = loader[FieldPrograms.In(path)].Faults;
                Assert.That(
                    missing.Where(finding => finding.Id == "missing-library").Select(finding => finding.Name).Order(),
                    Is.EqualTo(faults.Where(fault => fault.Kind == LinkFaultKind.Library).Select(fault => fault.Name).Distinct().Order()), program.Package);

                // With all libraries there, the loader binds everything, so that versions and symbols are compared too.
                Assert.That(faults.Count > 0, Is.EqualTo(missing.Count > 0), $"{program.Package}: {string.Join(", ", faults)} / {string.Join(", ", missing)}");

                // BIND's private libraries have the package's version in their names, and Contents is of an older one.
                Assert.That(missing.Where(finding => finding.Name?.Contains("~deb", StringComparison.Ordinal) != true).Select(finding => finding.Package), Is.All.Not.Null, $"{program.Package}: {string.Join(", ", missing.Select(finding => finding.Next))}");
            }
        });
        Assert.That(answers.Count(file => file.Findings[0].Id == "fine"), Is.Positive, "some need nothing more");
    }
}
