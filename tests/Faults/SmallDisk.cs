using System.Diagnostics;

namespace BusyboxGlibc.Tests.Faults;

/// <summary>A file system of its own in memory, small or read-only, in place of a folder (mount(8), tmpfs(5)).</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder, string options)
    {
        Requires.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "root, to mount a small file system");
        _folder = folder;
        Directory.CreateDirectory(folder);
        Requires.That(Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder), "the right to mount");
    }

    public void Grow() => Assert.That(Run("mount", "-o", "remount,size=256m", _folder), Is.True);

    public void Dispose() => Run("umount", "--lazy", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
