using BusyboxGlibc.Oci;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Libraries of one's own in the folders that only the loader's cache leads to, with a program that needs them.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public class OverlayLibraryTests
{
    [TestCase("usr/local/lib")]
    [TestCase("usr/local/lib/x86_64-linux-gnu")]
    public async Task AProgramStartsWithALibraryOfAnOverlay(string place)
    {
        Requires.That(Environment.UserName == "root", "root, to unpack and to chroot");
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "an amd64 machine");
        Requires.Tool("gcc");
        await BusyboxGlibc.Tests.Debian.RealSuite.RequireAsync();
        using var project = new ProjectCopy();
        var overlay = project.PathOf("overlay/linux-amd64");
        Directory.CreateDirectory(Path.Combine(overlay, place));
        Directory.CreateDirectory(Path.Combine(overlay, "usr/local/bin"));
        var library = Path.Combine(overlay, place, "libbar.so.1");
        await File.WriteAllTextAsync(project.PathOf("bar.c"), "int bar(void) { return 42; }");
        await File.WriteAllTextAsync(project.PathOf("hello.c"), "extern int bar(void); int main(void) { return bar(); }");
        Shell.Run("gcc", "-shared", "-fPIC", "-Wl,-soname,libbar.so.1", "-o", library, project.PathOf("bar.c")).Succeeded();
        Shell.Run("gcc", "-o", Path.Combine(overlay, "usr/local/bin/hello"), project.PathOf("hello.c"), library).Succeeded();
        project.Append("lib-requires.txt", $"/{place}/libbar*.so*\n/usr/local/bin/hello\n");
        project.Run("--platforms=linux/amd64", "--busybox=debian", "--engine=embedded").Succeeded();
        var folder = Directory.CreateTempSubdirectory("overlay-image-").FullName;
        try
        {
            Shell.Run("tar", "-C", folder, "-xpzf", OciLayoutReader.Open(project.Layout).ReadImages().Single().LayerPath).Succeeded();
            Assert.That(Shell.Run("chroot", folder, "/usr/local/bin/hello").ExitCode, Is.EqualTo(42), "found by the cache, for the loader looks there by no other way");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
