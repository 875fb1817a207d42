namespace BusyboxGlibc.Configuration;

/// <summary>The part of <see cref="OptionTable"/> for targets that answer questions about an image.</summary>
internal static class InspectOptionTable
{
    private static readonly string[] _inspecting = ["CheckBinary"];

    /// <summary><c>--binary</c>.</summary>
    public static Option Binary { get; } = new(
        null, "Binary", "binary",
        "What CheckBinary checks: programs, libraries, folders, .tar archives or .deb packages, relative to the project, separated by commas.",
        string.Empty, "paths")
    {
        Example = "./prog,./dist", Tasks = _inspecting,
        DefaultText = "none", IsList = true,
    };

    /// <summary><c>--against</c>.</summary>
    public static Option Against { get; } = new(
        null, "Against", "against",
        "The image that CheckBinary checks against instead of the one of image.lock.json: an OCI layout, an archive of one, or the name of an image in a registry.",
        string.Empty, "a folder, a .tar file, or REGISTRY/NAME:TAG")
    {
        Example = "docker.io/acme/busybox:glibc", Tasks = _inspecting,
        DefaultText = "the image of the lock",
    };

    /// <summary><c>--add</c>.</summary>
    public static Option Add { get; } = new(
        null, "Add", "add",
        "Whether CheckBinary writes the lines that are missing to lib-requires.txt.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = _inspecting, IsSwitch = true,
    };

    /// <summary><c>--json</c>.</summary>
    public static Option Json { get; } = new(
        null, "Json", "json",
        "Whether CheckBinary prints one JSON object per finding instead of text.",
        "false", "true, false")
    {
        Example = string.Empty, Tasks = _inspecting, IsSwitch = true,
    };

    /// <summary>These options, in the order in which help and documentation list them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Binary, Against, Add, Json];
}
