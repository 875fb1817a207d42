using BusyboxGlibc.Platforms;
using BusyboxGlibc.Verify;

namespace BusyboxGlibc.Tests.Verify;

[Category(Categories.Integration)]
internal sealed class RealImagesTests
{
    private static readonly string[] _names = [.. KnownPlatforms.Default.Select(platform => platform.Name)];

    // A debugger gives these to libthread_db, which asks for them on purpose: ldd -r reports them too.
    [TestCaseSource(nameof(_names))]
    public async Task TheImageOfEveryPlatformHasNoFindingsButWhatADebuggerGives(string name)
    {
        var platform = KnownPlatforms.Find(name)!;
        var findings = RootfsVerifier.Verify(platform, await RealImages.OfAsync(platform));
        Assert.That(findings.Where(finding => finding.File != "/lib/libthread_db.so.1").Select(finding => finding.Text), Is.Empty);
        Assert.That(findings.Select(finding => finding.What), Has.Some.EqualTo("undefined symbol ps_pdread"));
    }
}
