using BusyboxGlibc.Configuration;
using BusyboxGlibc.Rootfs;

namespace BusyboxGlibc.Tests.Rootfs;

public class RealImagesTests
{
    private static readonly string[] Names = [.. Platforms.All.Select(platform => platform.Name)];

    // A debugger gives these to libthread_db, which asks for them on purpose: ldd -r reports them too.
    [TestCaseSource(nameof(Names))]
    public async Task TheImageOfEveryPlatformHasNoFindingsButWhatADebuggerGives(string name)
    {
        var platform = Platforms.Find(name)!;
        var findings = RootfsVerifier.Verify(platform, await RealImages.OfAsync(platform));
        Assert.That(findings.Where(finding => finding.File != "/lib/libthread_db.so.1").Select(finding => finding.Text), Is.Empty);
        Assert.That(findings.Select(finding => finding.What), Has.Some.EqualTo("undefined symbol ps_pdread"));
    }
}
