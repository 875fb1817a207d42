using System.Diagnostics;
using BusyboxGlibc.Oci.Layout;
using BusyboxGlibc.Platforms;
using BusyboxGlibc.Tests.Debian;

namespace BusyboxGlibc.Tests.EndToEnd;

/// <summary>The real image of all eight platforms, built once a test run by the built program from the repository's own lock.</summary>
[SetUpFixture]
internal sealed class RealImage
{
    private static readonly Lazy<Task<(ProjectCopy Project, ProgramRun Run)>> _built = new(BuildAsync);

    public static async Task<ProjectCopy> ProjectAsync() => (await _built.Value).Project;

    public static async Task<string> IndexDigestAsync() => (await _built.Value).Run.IndexDigest;

    /// <summary>Unpacks a platform's layer with tar, as root with its owners.</summary>
    public static async Task<string> UnpackAsync(Platform platform)
    {
        Requires.That(Environment.UserName == "root", "root, to unpack with owners and to chroot");
        Requires.Tool("tar");
        var layout = OciLayoutReader.Open((await ProjectAsync()).Layout);
        var image = layout.ReadImages().Single(image => image.Platform == platform);
        var folder = Directory.CreateTempSubdirectory($"rootfs-{platform.FileName}-").FullName;
        Shell.Run("tar", "-C", folder, "--numeric-owner", "-xpzf", image.LayerPath).Succeeded();
        Shell.Run("chmod", "755", folder).Succeeded();
        return folder;
    }

    [OneTimeTearDown]
    public void Clean()
    {
        if (_built.IsValueCreated && _built.Value.IsCompletedSuccessfully)
        {
            _built.Value.Result.Project.Dispose();
        }
    }

    private static async Task<(ProjectCopy Project, ProgramRun Run)> BuildAsync()
    {
        await RealSuite.RequireAsync();
        var project = new ProjectCopy();
        return (project, project.Run("--locked").Succeeded());
    }
}

/// <summary>Runs programs of the host.</summary>
internal static class Shell
{
    public static ProgramRun Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        return ProgramRun.Of(process);
    }
}
