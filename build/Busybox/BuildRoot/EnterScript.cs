using BusyboxGlibc.Foundation.Files;

namespace BusyboxGlibc.Busybox.BuildRoot;

/// <summary>The scripts next to this file.</summary>
internal static class EnterScript
{
    /// <summary>The functions that make the devices of a root file system, <c>devices.sh</c>.</summary>
    public static string Devices { get; } = EmbeddedFile.ReadText("busybox/devices.sh");

    /// <summary>The script that enters a build root, <c>enter.sh</c>.</summary>
    public static string Text { get; } = Devices + EmbeddedFile.ReadText("busybox/enter.sh");
}
