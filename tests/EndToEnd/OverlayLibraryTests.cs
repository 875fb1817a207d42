using BusyboxGlibc.Oci.Layout;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>Libraries of one's own in the folders that only the loader's cache leads to, with a program that needs them.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[Category(Categories.EndToEnd)]
internal sealed class OverlayLibraryTests
{
    // What the library's file is called, and the folder. Without a link by its soname, ldconfig makes one in these folders, and so does the build.
    [TestCase("usr/local/lib", "libbar.so.1")]
    [TestCase("usr/local/lib/x86_64-linux-gnu", "libbar.so.1")]
    [TestCase("usr/local/lib", "libbar.so.1.2")]
    [TestCase("lib", "libbar.so.1.2")]
    public async Task AProgramStartsWithALibraryOfAnOverlay(string place, string file)
    {
        await RequireAsync();
        using var project = new ProjectCopy();
        var overlay = project.PathOf("overlay/linux-amd64");
        Compile(project, Path.Combine(overlay, place, file), Path.Combine(overlay, "usr/local/bin/hello"));
        project.Append("lib-requires.txt", $"/{place}/libbar*.so*\n/usr/local/bin/hello\n");
        project.Run(_oneQuickly).Succeeded();
        Assert.That(ExitCode(project, "/usr/local/bin/hello"), Is.EqualTo(42), "found by the cache, for the loader looks there by no other way");
    }

    [Test]
    public async Task AProgramStartsWithALibraryOfAPackageFileThatShipsNoLinkByItsSoname()
    {
        await RequireAsync();
        Requires.Tool("dpkg-deb");
        using var project = new ProjectCopy();
        var package = project.PathOf("package");
        Compile(project, Path.Combine(package, "usr/lib/x86_64-linux-gnu/libbar.so.1.2"), project.PathOf("overlay/linux-amd64/usr/local/bin/hello"));
        Directory.CreateDirectory(Path.Combine(package, "DEBIAN"));
        await File.WriteAllTextAsync(Path.Combine(package, "DEBIAN/control"), "Package: bar\nVersion: 1.2\nArchitecture: amd64\nMaintainer: me <me@example.org>\nDescription: bar\n");
        Shell.Run("dpkg-deb", "--build", package, project.PathOf("bar.deb")).Succeeded();
        project.Append("lib-requires.txt", "libbar.so.1 = ./bar.deb\n/usr/local/bin/hello\n");
        project.Run(_oneQuickly).Succeeded();
        Assert.That(ExitCode(project, "/usr/local/bin/hello"), Is.EqualTo(42));
    }

    [Test]
    public async Task InAFolderOfItsOwnALibraryNeedsTheLinkAndTheErrorSaysHowToMakeIt()
    {
        await RequireAsync();
        using var project = new ProjectCopy();
        var overlay = project.PathOf("overlay/linux-amd64");
        Compile(project, Path.Combine(overlay, "opt/app/lib/libbar.so.1.2"), Path.Combine(overlay, "opt/app/bin/hello"), "-Wl,-rpath,/opt/app/lib");
        project.Append("lib-requires.txt", "/opt/app/lib/libbar.so.1.2\n/opt/app/bin/hello\n");
        var lockBefore = await File.ReadAllTextAsync(project.PathOf("image.lock.json"));
        var failed = project.Run(_oneQuickly);
        Assert.That(failed.ExitCode, Is.Not.Zero);
        Assert.That(await File.ReadAllTextAsync(project.PathOf("image.lock.json")), Is.EqualTo(lockBefore));
        var command = failed.Output.Split('\n').Single(line => line.Contains("ln -s libbar.so.1.2", StringComparison.Ordinal)).Split("next")[1].Trim();
        Shell.Run("sh", "-c", $"cd {project.Folder} && {command}").Succeeded();
        project.Append("lib-requires.txt", "/opt/app/lib/libbar.so.1\n");
        project.Run(_oneQuickly).Succeeded();
        Assert.That(ExitCode(project, "/opt/app/bin/hello"), Is.EqualTo(42));
    }

    private static readonly string[] _oneQuickly = ["--platforms=linux/amd64", "--busybox=debian", "--engine=embedded"];

    internal static Task RequireAsync()
    {
        Requires.That(Environment.UserName == "root", "root, to unpack and to chroot");
        Requires.That(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "an amd64 machine");
        Requires.Tool("gcc");
        return BusyboxGlibc.Tests.Debian.RealSuite.RequireAsync();
    }

    // A library with the soname libbar.so.1, and a program that needs it and ends with 42.
    private static void Compile(ProjectCopy project, string library, string program, params string[] options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(library)!);
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        File.WriteAllText(project.PathOf("bar.c"), "int bar(void) { return 42; }");
        File.WriteAllText(project.PathOf("hello.c"), "extern int bar(void); int main(void) { return bar(); }");
        Shell.Run("gcc", "-shared", "-fPIC", "-Wl,-soname,libbar.so.1", "-o", library, project.PathOf("bar.c")).Succeeded();
        Shell.Run("gcc", ["-o", program, project.PathOf("hello.c"), library, .. options]).Succeeded();
    }

    internal static int ExitCode(ProjectCopy project, string program)
    {
        var folder = Directory.CreateTempSubdirectory("overlay-image-").FullName;
        try
        {
            Shell.Run("tar", "-C", folder, "-xpzf", OciLayoutReader.Open(project.Layout).ReadImages().Single().LayerPath).Succeeded();
            return Shell.Run("chroot", folder, program).ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
